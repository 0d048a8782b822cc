using Ccr.Cli.Local;
using Ccr.SiteSimulator;
using Ccr.SiteSimulator.Faults;

namespace Ccr.Cli.Commands;

/// <summary><c>ccr simulate-site</c>: a simulated site with its management point and its AdminService.</summary>
internal static class SimulateSiteCommand
{
    private const double Fastest = 1_000_000;

    private static readonly Option<int> MpPort = PortArgument.Create("--mp-port", "of the management point");
    private static readonly Option<int> AdminPort = PortArgument.Create("--admin-port", "of the AdminService");
    private static readonly Option<bool> Https = new("--https") { Description = "Serve https with throw-away certificates" };
    private static readonly Option<string?> Data = new("--data")
    {
        Description = "The folder for the site's inboxes, ccm.log and the logs of requests; without it they are deleted at the end",
        HelpName = "DIR",
    };

    private static readonly Option<string?> Devices = new("--devices")
    {
        Description = "The devices and what becomes of a push to them (JSON)",
        HelpName = "FILE",
    };

    private static readonly Option<string> SiteCode = new("--site-code") { Description = "The site code", HelpName = "CODE", DefaultValueFactory = _ => "P01" };
    private static readonly Option<double> Speed = new("--speed")
    {
        Description = "How many times as fast the site lives; with 3600 an hour passes in a second",
        HelpName = "N",
        DefaultValueFactory = _ => 1,
    };

    private static readonly Option<string?> Fault = new("--fault")
    {
        Description = "Have the AdminService misbehave, for example 'on=create+write+close@PC99; denied@PC1*; shift=-6h'",
        HelpName = "SPEC",
    };

    private static readonly Option<string?> MpFault = new("--mp-fault")
    {
        Description = "Have the management point misbehave, as simulate-mp does",
        HelpName = "SPEC",
    };

    public static Command Create(CommandLine line)
    {
        var command = new Command("simulate-site", "Runs a simulated site, with a management point and an AdminService, until it is stopped.")
        {
            MpPort, AdminPort, Https, Data, Devices, SiteCode, Speed, Fault, MpFault,
        };
        command.SetAction((arguments, stop) => RunAsync(line, arguments, stop));
        return command;
    }

    private static async Task<int> RunAsync(CommandLine line, ParseResult arguments, CancellationToken stop)
    {
        var report = line.ReportFor(arguments);
        var temporary = arguments.GetValue(Data) is null ? Directory.CreateTempSubdirectory("ccr-site-") : null;
        try
        {
            var data = arguments.GetValue(Data) ?? temporary!.FullName;
            await using var site = await StartSiteAsync(line, report, arguments, data);
            var managementPoint = new SimulatedManagementPointOptions
            {
                Site = site,
                Port = arguments.GetValue(MpPort),
                Https = arguments.GetValue(Https),
                DataDirectory = Path.Combine(data, "mp"),
                Faults = SimulatorArguments.ParseFaults(MpFault.Name, arguments.GetValue(MpFault), FaultPlan.Parse),
                TimeProvider = line.Time,
                OnRequest = SimulatorArguments.Teller(report),
            };
            var adminService = new SimulatedAdminServiceOptions
            {
                Site = site,
                Port = arguments.GetValue(AdminPort),
                Https = arguments.GetValue(Https),
                DataDirectory = Path.Combine(data, "adminservice"),
                Faults = SimulatorArguments.ParseFaults(Fault.Name, arguments.GetValue(Fault), FaultPlan.ParseForAdminService),
                TimeProvider = line.Time,
                OnRequest = SimulatorArguments.Teller(report),
            };
            await using var point = await Parts.StartManagementPointAsync(managementPoint, stop);
            await using var service = await Parts.StartAdminServiceAsync(adminService, stop);
            Announce(report, site, point, service);
            await line.WaitForStopAsync(stop);
            return ExitCode.Done;
        }
        finally
        {
            temporary?.Delete(recursive: true);
        }
    }

    private static Task<SimulatedSite> StartSiteAsync(CommandLine line, IReport report, ParseResult arguments, string data)
    {
        var speed = arguments.GetValue(Speed);
        if (speed is not (> 0 and <= Fastest))
            throw new UserErrorException(CliReasons.BadArgument, $"--speed must be more than 0 and at most {Fastest:N0}");

        var devices = arguments.GetValue(Devices) is { } file ? ReadDevices(file, line.Time) : DeviceSet.Empty();
        return Parts.StartSiteAsync(new()
        {
            DataDirectory = data,
            Devices = devices,
            SiteCode = arguments.GetValue(SiteCode)!,
            Speed = speed,
            TimeProvider = line.Time,
            OnLogLine = text => report.Say(text, "ccmLog", new Dictionary<string, object?> { ["text"] = text }),
        });
    }

    private static DeviceSet ReadDevices(string file, TimeProvider time)
    {
        try
        {
            return DeviceSet.Parse(File.ReadAllText(ConfigurationFile.RequireFile(file)), time.GetUtcNow());
        }
        catch (FormatException fault)
        {
            throw new UserErrorException(CliReasons.BadArgument, $"--devices cannot be read: {fault.Message}");
        }
    }

    private static void Announce(IReport report, SimulatedSite site, SimulatedManagementPoint point, SimulatedAdminService service) => report.Say(
        $"""
        Site {site.SiteCode}: {site.InboxesFolder}, {site.LogFile}
        Simulated management point: {point.BaseAddress}
        Simulated AdminService: {service.BaseAddress}AdminService/ (Ctrl+C stops it)
        """.ReplaceLineEndings(),
        "listening",
        new Dictionary<string, object?>
        {
            ["siteCode"] = site.SiteCode,
            ["inboxes"] = site.InboxesFolder,
            ["log"] = site.LogFile,
            ["managementPoint"] = point.BaseAddress,
            ["managementPointCaFile"] = point.CaCertificateFile,
            ["adminService"] = service.BaseAddress,
            ["adminServiceCaFile"] = service.CaCertificateFile,
        });
}

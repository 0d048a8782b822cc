using Ccr.SiteSimulator;
using Ccr.SiteSimulator.Faults;

namespace Ccr.Cli.Commands;

/// <summary><c>ccr simulate-mp</c>: the simulated management point alone.</summary>
internal static class SimulateMpCommand
{
    private static readonly Option<int> Port = PortArgument.Create("--port", "to listen on");
    private static readonly Option<bool> Https = new("--https") { Description = "Serve https with a throw-away certificate" };
    private static readonly Option<string?> Data = new("--data") { Description = "The folder for ccr.box, requests.log and ca.pem", HelpName = "DIR" };
    private static readonly Option<string?> Fault = new("--fault")
    {
        Description = "Misbehave, for example 'status=503@10%; delay=2s@PC1*; close@PC99'",
        HelpName = "SPEC",
    };

    public static Command Create(CommandLine line)
    {
        var command = new Command("simulate-mp", "Runs a simulated management point until it is stopped.") { Port, Https, Data, Fault };
        command.SetAction((arguments, stop) => RunAsync(line, arguments, stop));
        return command;
    }

    private static async Task<int> RunAsync(CommandLine line, ParseResult arguments, CancellationToken stop)
    {
        var report = line.ReportFor(arguments);
        var options = new SimulatedManagementPointOptions
        {
            Port = arguments.GetValue(Port),
            Https = arguments.GetValue(Https),
            DataDirectory = arguments.GetValue(Data),
            Faults = SimulatorArguments.ParseFaults(Fault.Name, arguments.GetValue(Fault), FaultPlan.Parse),
            TimeProvider = line.Time,
            OnRequest = SimulatorArguments.Teller(report),
        };

        await using var managementPoint = await Local.Parts.StartManagementPointAsync(options, stop);
        report.Say(
            $"The simulated management point listens on {managementPoint.BaseAddress} (Ctrl+C stops it)",
            "listening",
            new Dictionary<string, object?> { ["address"] = managementPoint.BaseAddress, ["caFile"] = managementPoint.CaCertificateFile });
        await line.WaitForStopAsync(stop);
        return ExitCode.Done;
    }
}

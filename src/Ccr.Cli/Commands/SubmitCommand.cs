using System.Text;
using Ccr.Core.Configuration;
using Ccr.Core.Machines;
using Ccr.Core.Sites;
using Ccr.Core.Sites.AdminService;

namespace Ccr.Cli.Commands;

/// <summary><c>ccr submit</c>: one CCR by hand, as the well-known script asks a management point for it, or of an AdminService.</summary>
internal static class SubmitCommand
{
    private static readonly Option<string?> Mp = new("--mp") { Description = "The management point, for example http://mp01", HelpName = "URL" };
    private static readonly Option<string?> Service = new("--admin-service")
    {
        Description = "Instead: the AdminService of a Configuration Manager site, for example https://cm01.corp.example",
        HelpName = "URL",
    };
    private static readonly Option<string?> SiteCode = new("--site-code")
    {
        Description = "With --admin-service: the site that is to push its client, for example P01; by default Configuration Manager chooses",
        HelpName = "CODE",
    };
    private static readonly Option<string> Machine = new("--machine") { Description = "The machine's NetBIOS name", HelpName = "NAME", Required = true };
    private static readonly Option<string> Domain = new("--domain") { Description = "Its NetBIOS domain", HelpName = "NAME", Required = true };
    private static readonly Option<bool> NoForce = new("--no-force") { Description = "Leave a client alone that is already there" };
    private static readonly Option<string?> CaFile = new("--ca-file")
    {
        Description = "A PEM file with the certificate authority to trust for https",
        HelpName = "FILE",
    };
    private static readonly Option<bool> AsMe = new("--as-me")
    {
        Description = "Authenticate as the account that runs this, by Kerberos or NTLM, if the management point asks for it; an AdminService always asks",
    };
    private static readonly Option<bool> DryRun = new("--dry-run")
    {
        Description = "Say what would be asked for, and of an AdminService the device that would be meant, and ask for nothing",
    };

    public static Command Create(CommandLine line)
    {
        var command = new Command("submit", "Sends one SMS_POST to a management point, or asks an AdminService for a CCR.")
        {
            Mp, Service, SiteCode, Machine, Domain, NoForce, CaFile, AsMe, DryRun,
        };
        command.SetAction((arguments, stop) => RunAsync(line, arguments, stop));
        return command;
    }

    private static async Task<int> RunAsync(CommandLine line, ParseResult arguments, CancellationToken stop)
    {
        if (!MachineName.TryParse(arguments.GetValue(Machine), out var machine, out var fault))
            throw new UserErrorException(CliReasons.BadArgument, $"--machine: {fault}");
        if (!DomainName.TryParse(arguments.GetValue(Domain), out var domain, out fault))
            throw new UserErrorException(CliReasons.BadArgument, $"--domain: {fault}");

        var managementPoint = Build(arguments);
        var submission = new Submission(machine, domain, !arguments.GetValue(NoForce));
        if (arguments.GetValue(DryRun)) return await DescribeAsync(line, arguments, managementPoint, submission, stop);

        var client = new MethodSubmitter(new ManagementPointClient(line.Time), new AdminServiceClient(line.Time));
        var answer = await client.SubmitAsync(managementPoint, submission, stop);

        var accepted = answer.Verdict == SubmissionVerdict.Accepted;
        var sentence = accepted ? $"CCR generated for {machine}" : $"Error generating CCR for {machine}";
        if (!accepted && answer.HttpStatus is { } status) sentence += $"{Environment.NewLine}HTTP status = {status}";
        line.ReportFor(arguments).Say(sentence, "submission", new Dictionary<string, object?>
        {
            ["machine"] = machine.Value,
            ["verdict"] = answer.Verdict,
            ["httpStatus"] = answer.HttpStatus,
            ["reason"] = answer.Reason.Code,
            ["detail"] = answer.Detail,
        });
        if (!accepted) line.Complain($"{answer.Reason.Code}: {answer.Detail}. {answer.Reason.Remedy}");
        return accepted ? ExitCode.Done : ExitCode.Failed;
    }

    private static async Task<int> DescribeAsync(
        CommandLine line, ParseResult arguments, ManagementPoint managementPoint, Submission submission, CancellationToken stop)
    {
        var request = CcrRequest.Describe(new Site("by-hand", [managementPoint]), submission);
        var facts = new Dictionary<string, object?> { ["machine"] = submission.Machine.Value, ["request"] = request };
        if (managementPoint.AdminService is { } target)
        {
            var (device, refusal) = await new AdminServiceClient(line.Time).FindAsync(managementPoint, submission, stop);
            if (device is null)
            {
                line.Complain($"{refusal!.Reason.Code}: {refusal.Detail}. {refusal.Reason.Remedy}");
                return ExitCode.Failed;
            }

            var body = Encoding.UTF8.GetString(AdminServiceRequests.CreateCcrBody(target, device, submission.Force));
            (request, facts["device"], facts["body"]) = ($"{request}, which is {device.ResourceId}: {body}", device.ResourceId, body);
        }

        line.ReportFor(arguments).Say($"Nothing was asked for. It would be: {request}", "dryRun", facts);
        return ExitCode.Done;
    }

    private static ManagementPoint Build(ParseResult arguments)
    {
        var (mp, service) = (arguments.GetValue(Mp), arguments.GetValue(Service));
        if (mp is null == service is null) throw new UserErrorException(CliReasons.BadArgument, "write either --mp or --admin-service");
        if (service is null && arguments.GetValue(SiteCode) is not null)
            throw new UserErrorException(CliReasons.BadArgument, "--site-code goes with --admin-service");

        var key = mp is null ? "--admin-service" : "--mp";
        var faults = new List<ConfigurationFault>();
        return (mp is null ? BuildService(arguments, key, faults) : BuildManagementPoint(arguments, key, faults)) ?? throw new UserErrorException(
            CliReasons.BadArgument, string.Join(" ", faults.Select(fault => (fault.Key == $"{key}:Address" ? fault with { Key = key } : fault).Message)));
    }

    private static ManagementPoint? BuildService(ParseResult arguments, string key, List<ConfigurationFault> faults) => AdminServiceBuilder.Build(
        new AdminServiceOptions
        {
            Address = arguments.GetValue(Service),
            SiteCode = arguments.GetValue(SiteCode),
            CaFile = arguments.GetValue(CaFile),
        },
        SiteTransport.Direct, key, faults);

    private static ManagementPoint? BuildManagementPoint(ParseResult arguments, string key, List<ConfigurationFault> faults) => ManagementPointBuilder.Build(
        new ManagementPointOptions
        {
            Address = arguments.GetValue(Mp),
            CaFile = arguments.GetValue(CaFile),
            Authentication = arguments.GetValue(AsMe) ? ManagementPointAuthentication.Default : ManagementPointAuthentication.None,
        },
        SiteTransport.Direct, key, faults);
}

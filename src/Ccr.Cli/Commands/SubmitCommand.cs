using Ccr.Core.Configuration;
using Ccr.Core.Machines;
using Ccr.Core.Sites;

namespace Ccr.Cli.Commands;

/// <summary><c>ccr submit</c>: the SMS_POST alone, as the well-known script does it by hand.</summary>
internal static class SubmitCommand
{
    private static readonly Option<string> Mp = new("--mp")
    {
        Description = "The management point, for example http://mp01",
        HelpName = "URL",
        Required = true,
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
        Description = "Authenticate as the account that runs this, by Kerberos or NTLM, if the management point asks for it",
    };

    public static Command Create(CommandLine line)
    {
        var command = new Command("submit", "Sends one SMS_POST to a management point.") { Mp, Machine, Domain, NoForce, CaFile, AsMe };
        command.SetAction((arguments, stop) => RunAsync(line, arguments, stop));
        return command;
    }

    private static async Task<int> RunAsync(CommandLine line, ParseResult arguments, CancellationToken stop)
    {
        if (!MachineName.TryParse(arguments.GetValue(Machine), out var machine, out var fault))
            throw new UserErrorException(CliReasons.BadArgument, $"--machine: {fault}");
        if (!DomainName.TryParse(arguments.GetValue(Domain), out var domain, out fault))
            throw new UserErrorException(CliReasons.BadArgument, $"--domain: {fault}");

        var managementPoint = BuildManagementPoint(arguments);
        var client = new ManagementPointClient(line.Time);
        var answer = await client.SubmitAsync(managementPoint, new Submission(machine, domain, !arguments.GetValue(NoForce)), stop);

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

    private static ManagementPoint BuildManagementPoint(ParseResult arguments)
    {
        const string Key = "--mp";
        var options = new ManagementPointOptions
        {
            Address = arguments.GetValue(Mp),
            CaFile = arguments.GetValue(CaFile),
            Authentication = arguments.GetValue(AsMe) ? ManagementPointAuthentication.Default : ManagementPointAuthentication.None,
        };
        var faults = new List<ConfigurationFault>();
        return ManagementPointBuilder.Build(options, SiteTransport.Direct, Key, faults)
            ?? throw new UserErrorException(
                CliReasons.BadArgument,
                string.Join(" ", faults.Select(fault => (fault.Key == $"{Key}:{nameof(options.Address)}" ? fault with { Key = Key } : fault).Message)));
    }
}

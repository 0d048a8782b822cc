using Ccr.Cli.Events;
using Ccr.Cli.Local;
using Ccr.Core.Sites;

namespace Ccr.Cli.Commands;

/// <summary><c>ccr local</c>: the whole job on this machine, with nothing installed but the SDK.</summary>
internal static class LocalCommand
{
    private static readonly Option<string[]> Events = new("--events")
    {
        Description = "The events to send: a .json file, a .ndjson file, a folder of them, or - for standard input",
        HelpName = "FILE|DIR|-",
        DefaultValueFactory = _ => [],
    };
    private static readonly Option<bool> UntilIdle = new("--until-idle") { Description = "End when each event has its terminal results" };
    private static readonly Option<bool> NoProcessing = new("--no-processing") { Description = "Leave the processing to another host, such as func start" };
    private static readonly Option<bool> Agent = new("--agent") { Description = "Have each site's requests carried out by an agent, in a process of its own" };
    private static readonly Option<bool> Relay = new("--relay") { Description = "The same through an embedded relay, on which the agent listens" };
    private static readonly Option<bool> Verify = new("--verify")
    {
        Description = "See whether the clients come back, on a site whose time runs fast: seven days are half a minute, and some machines never do",
    };
    private static readonly Option<bool> Page = new("--console") { Description = "Serve the operator's page on this computer, too" };
    private static readonly Option<string?> Data = new("--data")
    {
        Description = "Keep everything in this folder: ledger.db, and mp/ccr.box and mp/requests.log, or site and adminservice/requests.log",
        HelpName = "DIR",
    };
    private static readonly Option<int> AmqpPort = PortArgument.Create("--amqp-port", "of the embedded Service Bus");
    private static readonly Option<int> MpPort = PortArgument.Create("--mp-port", "of the simulated management point or AdminService");
    private static readonly Option<string> SiteKind = new Option<string>("--site")
    {
        Description = "The site: a management point of SMS 2003, or a Configuration Manager site of today with its AdminService",
        HelpName = $"{LocalSite.Sms2003}|{LocalSite.ConfigMgr}",
        DefaultValueFactory = _ => LocalSite.Sms2003,
    }.AcceptOnlyFromAmong(LocalSite.Sms2003, LocalSite.ConfigMgr);
    private static readonly Option<string?> Config = ConfigArgument.Create("the section Ccr, for whose sites the simulated one stands in");

    public static Command Create(CommandLine line)
    {
        var command = new Command("local", "Runs an embedded Service Bus, a simulated site and the processing in one process.")
        {
            Events, UntilIdle, NoProcessing, Agent, Relay, SiteKind, Verify, Page, Data, AmqpPort, MpPort, Config,
        };
        command.SetAction((arguments, stop) => RunAsync(line, arguments, stop));
        return command;
    }

    private static async Task<int> RunAsync(CommandLine line, ParseResult arguments, CancellationToken stop)
    {
        var paths = arguments.GetValue(Events)!;
        if (paths.Length == 0 && arguments.GetValue(UntilIdle))
            throw new UserErrorException(CliReasons.NoEvents, "--until-idle has nothing to wait for without --events");

        if (arguments.GetValue(Agent) && arguments.GetValue(Relay))
            throw new UserErrorException(CliReasons.BadArgument, "--agent and --relay exclude each other: write one of them");

        var run = new LocalRun(line, line.ReportFor(arguments))
        {
            Events = paths.Length == 0 ? [] : await EventFiles.ReadAsync(paths, line.StandardInput, stop),
            UntilIdle = arguments.GetValue(UntilIdle),
            Processes = !arguments.GetValue(NoProcessing),
            Transport = arguments.GetValue(Relay) ? SiteTransport.Relay : arguments.GetValue(Agent) ? SiteTransport.Agent : SiteTransport.Direct,
            DataDirectory = arguments.GetValue(Data),
            AmqpPort = arguments.GetValue(AmqpPort),
            Site = arguments.GetValue(SiteKind)!,
            Looks = arguments.GetValue(Verify),
            HasPage = arguments.GetValue(Page),
            SitePort = arguments.GetValue(MpPort),
            ConfigFile = arguments.GetValue(Config),
        };
        return await run.RunAsync(stop);
    }
}

using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Ccr.Cli.Init;
using Ccr.Core.Sites;
using Ccr.Core.Text;

namespace Ccr.Cli.Commands;

/// <summary><c>ccr init</c>: asks what it needs, and writes a configuration that is sound.</summary>
internal static class InitCommand
{
    private static readonly JsonSerializerOptions Json = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static readonly string[] Transports = ["direct", "relay", "agent"];
    private static readonly string[] Methods = ["management-point", "admin-service", "file-drop"];

    private static readonly Option<string?> Transport = new("--transport")
    {
        Description = "How requests travel to the sites: directly, through an Azure Relay, or as commands for an agent",
        HelpName = string.Join('|', Transports),
    };
    private static readonly Option<string?> Method = new("--method")
    {
        Description = "What makes the CCRs: a management point of SMS 2003, the AdminService of Configuration Manager, or a file in an inbox (not with direct)",
        HelpName = string.Join('|', Methods),
    };
    private static readonly Option<string[]> Site = new("--site")
    {
        Description = "A site, as KEY=ADDRESS with the address of its management point or AdminService; once for each, the first for events that name none",
        HelpName = "SITE",
        DefaultValueFactory = _ => [],
    };
    private static readonly Option<string[]> Domain = new("--domain")
    {
        Description = "A NetBIOS domain whose machines may be pushed; once for each, the first for events that name none",
        HelpName = "NAME",
        DefaultValueFactory = _ => [],
    };
    private static readonly Option<string?> Connection = new("--connection")
    {
        Description = "A Service Bus connection string, or the host name of a namespace, which means Entra ID",
        HelpName = "CONNECTION",
    };
    private static readonly Option<string?> Relay = new("--relay")
    {
        Description = "With relay: the host name of its namespace; the hybrid connections are named after the sites",
        HelpName = "HOST",
    };
    private static readonly Option<string?> AgentData = new("--agent-data")
    {
        Description = "With relay and agent: the folder of the agent's journal, on its computer; by default /var/lib/ccr-agent",
        HelpName = "DIR",
    };
    private static readonly Option<string?> Inbox = new("--inbox") { Description = "With file-drop: the inbox, on the agent's computer", HelpName = "DIR" };
    private static readonly Option<string> Output = new("--output")
    {
        Description = "The folder to write to",
        HelpName = "DIR",
        DefaultValueFactory = _ => ".",
    };
    private static readonly Option<bool> Force = new("--force") { Description = "Replace files that are there" };

    public static Command Create(CommandLine line)
    {
        var command = new Command("init", "Asks what it needs, and writes a sound ccr.json, and agent.json for agents, with their JSON schemas.")
        {
            Transport, Method, Site, Domain, Connection, Relay, AgentData, Inbox, Output, Force,
        };
        command.SetAction((arguments, stop) => RunAsync(line, arguments, stop));
        return command;
    }

    private static async Task<int> RunAsync(CommandLine line, ParseResult arguments, CancellationToken stop)
    {
        var made = InitFiles.Make(await AskAsync(line, arguments, stop)).ToList();
        await CheckCommand.RequireSoundAsync(line, Parse(made[0].Json));

        var folder = arguments.GetValue(Output)!;
        string[] schemas = made.Count == 1 ? [InitFiles.ProcessorSchema] : [InitFiles.ProcessorSchema, InitFiles.AgentSchema];
        var files = made.Select(file => (file.Name, Text: file.Json.ToJsonString(Json) + "\n"))
            .Concat(schemas.Select(name => (Name: name, Text: SchemaOf(name))))
            .Select(file => (Path: Path.Combine(folder, file.Name), file.Text)).ToList();
        var others = files.Where(file => IsOther(file.Path, file.Text)).Select(file => SafeText.Quote(file.Path)).ToList();
        if (others.Count > 0 && !arguments.GetValue(Force))
            throw new UserErrorException(CliReasons.IsThere, $"nothing was written: {string.Join(", ", others)} would be replaced");

        Directory.CreateDirectory(folder);
        foreach (var (path, text) in files) await WriteAsync(path, text, stop);
        var written = string.Join(Environment.NewLine, files.Select(file => file.Path));
        var agents = made.Count > 1 ? " What begins with agent goes to the agent's computer; it has the signing key of its site." : "";
        line.ReportFor(arguments).Say(
            $"{written}{Environment.NewLine}Only this account may read them.{agents} Next: ccr check --config {files[0].Path}", "written",
            new Dictionary<string, object?> { ["files"] = files.Select(file => file.Path) });
        return ExitCode.Done;
    }

    private static async Task<InitAnswers> AskAsync(CommandLine line, ParseResult arguments, CancellationToken stop)
    {
        using var interview = new Interview(line, stop);
        var transport = Enum.Parse<SiteTransport>(
            await interview.ChooseAsync(arguments.GetValue(Transport), "--transport", "How do requests reach the site?", Transports), ignoreCase: true);
        IReadOnlyList<string> methods = transport == SiteTransport.Direct ? Methods[..2] : Methods;
        var method = (InitMethod)Array.IndexOf(Methods, await interview.ChooseAsync(arguments.GetValue(Method), "--method", "What makes its CCRs?", methods));
        var sites = arguments.GetValue(Site) is [_, ..] given ? given.Select(ReadSite).ToList() : [await AskSiteAsync(interview, method)];
        var domains = arguments.GetValue(Domain) is [_, ..] named
            ? named
            : [await interview.TextAsync(given: null, "--domain", "Which NetBIOS domain may be pushed, for example CORP?")];
        var hasAgent = transport != SiteTransport.Direct;
        return new InitAnswers(
            transport, method, sites, domains, await interview.TextAsync(
                ConnectionArguments.Find(arguments, Connection), "--connection",
                "Which Service Bus? The host name of a namespace (then Entra ID says who asks), or a connection string"))
        {
            RelayHost = transport == SiteTransport.Relay
                ? await interview.TextAsync(arguments.GetValue(Relay), "--relay", "Which Relay? The host name of its namespace")
                : null,
            AgentData = hasAgent
                ? await interview.TextAsync(arguments.GetValue(AgentData), "--agent-data", "The folder of the agent's journal", "/var/lib/ccr-agent")
                : null,
            Inbox = method == InitMethod.FileDrop
                ? await interview.TextAsync(arguments.GetValue(Inbox), "--inbox", @"The inbox that it writes to, for example \\sms01\SMS_HQ\inboxes\ccr.box")
                : null,
        };
    }

    private static KeyValuePair<string, string> ReadSite(string text) =>
        text.Split('=', 2) is [{ Length: > 0 } key, { Length: > 0 } address]
            ? KeyValuePair.Create(key, address)
            : throw new UserErrorException(CliReasons.BadArgument, $"--site is {SafeText.Quote(text)}: write KEY=ADDRESS, for example hq=http://mp01");

    private static async Task<KeyValuePair<string, string>> AskSiteAsync(Interview interview, InitMethod method) => KeyValuePair.Create(
        await interview.TextAsync(given: null, "--site", "What is the site called in events and results?", "hq"),
        await interview.TextAsync(given: null, "--site", method == InitMethod.AdminService
            ? "Where is its AdminService, for example https://cm01.corp.example?"
            : "Where is its management point, for example http://mp01.corp.example?"));

    /// <summary>What is written, with a ledger: without one in the file, commands take the user's own.</summary>
    private static IConfiguration Parse(JsonObject json) => new ConfigurationBuilder()
        .AddJsonStream(new MemoryStream(Encoding.UTF8.GetBytes(json.ToJsonString())))
        .AddInMemoryCollection([new($"{LedgerStoreOptions.Section}:{nameof(LedgerStoreOptions.InMemory)}", "true")])
        .Build();

    private static string SchemaOf(string name)
    {
        using var stream = typeof(InitCommand).Assembly.GetManifestResourceStream(name)!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }

    private static bool IsOther(string path, string text) => File.Exists(path) && File.ReadAllText(path) != text;

    /// <summary>Writes a file that only its owner may read, also where another was that all could read.</summary>
    private static async Task WriteAsync(string path, string text, CancellationToken stop)
    {
        File.Delete(path);
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        await using var writer = new StreamWriter(path, options);
        await writer.WriteAsync(text.AsMemory(), stop);
    }
}

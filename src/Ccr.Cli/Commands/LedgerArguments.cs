using Ccr.Core;
using Ccr.Core.Machines;
using Microsoft.Extensions.Options;

namespace Ccr.Cli.Commands;

/// <summary>How a command is told which ledger to open: by its arguments, else by the section <c>Ledger</c>, else it is the user's own.</summary>
internal sealed class LedgerArguments
{
    private static readonly string[] Places =
    [
        nameof(LedgerStoreOptions.Path), nameof(LedgerStoreOptions.Endpoint), nameof(LedgerStoreOptions.ConnectionString),
    ];

    private readonly Option<string?> _config = ConfigArgument.Create("the sections Ccr and Ledger");

    private readonly Option<string?> _data = new("--data")
    {
        Description =
            @"The folder with the ledger in it, ledger.db; by default what the section Ledger says, else ~/.local/share/ccr (Windows: %LOCALAPPDATA%\ccr)",
        HelpName = "DIR",
    };

    private readonly Option<string?> _tables = new("--tables")
    {
        Description = "The ledger is in Azure Table storage: a connection string, or an account's table endpoint (then Entra ID says who you are)",
        HelpName = "CONNECTION",
    };

    private readonly Option<string?> _table = new("--table") { Description = "The table in it, by default ccrledger", HelpName = "NAME" };

    public void AddTo(Command command)
    {
        command.Add(_config);
        command.Add(_data);
        command.Add(_tables);
        command.Add(_table);
    }

    /// <summary>
    /// Everything that is configured: the file, over it the environment, over that the ledger of the arguments, over all <paramref name="settings"/>.
    /// </summary>
    public IConfiguration Configure(ParseResult arguments, params KeyValuePair<string, string?>[] settings)
    {
        var configured = ConfigurationFile.Read(arguments.GetValue(_config));
        return new ConfigurationBuilder().AddConfiguration(configured).AddInMemoryCollection(
            LedgerOf(arguments, configured)).AddInMemoryCollection(settings).Build();
    }

    /// <summary>The configuration file that was named.</summary>
    public string? ConfigurationFileOf(ParseResult arguments) => arguments.GetValue(_config);

    /// <summary>Opens a ledger that is there, does something with it, and closes it.</summary>
    public Task<T> UseAsync<T>(ParseResult arguments, Func<IOperatorLedger, Task<T>> use) =>
        UseAsync(arguments, (services, _) => use(services.GetRequiredService<IOperatorLedger>()));

    /// <summary>The same for somebody who changes something in it, and is noted with it.</summary>
    public Task<T> OperateAsync<T>(
        CommandLine line, ParseResult arguments, Func<LedgerOperator, IOperatorLedger, IConfiguration, Task<T>> operate, CancellationToken stop) =>
        UseAsync(arguments, async (services, configuration) =>
        {
            var ledger = services.GetRequiredService<IOperatorLedger>();
            var options = services.GetRequiredService<IOptions<LedgerStoreOptions>>().Value;
            var who = await OperatorIdentity.FindAsync(options, "command line", options.CreateIdentity(), stop);
            return await operate(new LedgerOperator(ledger, line.Time, who), ledger, configuration);
        });

    /// <summary>The same where the ledger is wanted to note who did something, and need not be there.</summary>
    public Task<T> OperateOrNotAsync<T>(
        CommandLine line, ParseResult arguments, Func<LedgerOperator?, IOperatorLedger?, Task<T>> operate, CancellationToken stop) =>
        MissingFileOf(Configure(arguments)) is null
            ? OperateAsync(line, arguments, (people, ledger, _) => operate(people, ledger), stop)
            : operate(null, null);

    /// <summary>The same with everything that is configured, too.</summary>
    public async Task<T> UseAsync<T>(ParseResult arguments, Func<IServiceProvider, IConfiguration, Task<T>> use)
    {
        var configuration = Configure(arguments);
        if (MissingFileOf(configuration) is { } file) throw new UserErrorException(CliReasons.FileNotFound, $"there is no ledger {file}");
        await using var services = new ServiceCollection().AddCcrLedger(configuration).BuildServiceProvider();
        return await use(services, configuration);
    }

    /// <summary>The file that a ledger is to be kept in, if it is not there yet.</summary>
    public static string? MissingFileOf(IConfiguration configuration) =>
        configuration[KeyOf(nameof(LedgerStoreOptions.Path))] is { Length: > 0 } file && !File.Exists(file) ? file : null;

    public static string LedgerFileOf(string folder) => Path.Combine(folder, "ledger.db");

    /// <summary>Reads <c>PC01</c> or <c>CORP\PC01</c> as the ledger's key of a machine; without a domain it is in the one that is configured.</summary>
    public string MachineKeyOf(ParseResult arguments, string text, string? domain) =>
        MachineKeyOf(text, domain ?? Configure(arguments)[$"{CcrOptions.Section}:{nameof(CcrOptions.DefaultDomain)}"]);

    /// <summary>Reads <c>PC01</c> or <c>CORP\PC01</c> as the ledger's key of a machine.</summary>
    public static string MachineKeyOf(string text, string? defaultDomain)
    {
        var parts = text.Split('\\');
        var domainText = parts.Length == 2 ? parts[0] : defaultDomain;
        if (parts.Length > 2 || domainText is null)
            throw new UserErrorException(CliReasons.BadArgument, @"write the machine as CORP\PC01, or give --domain, or configure Ccr:DefaultDomain");
        if (!MachineName.TryParse(parts[^1], out var machine, out var fault)) throw new UserErrorException(CliReasons.BadArgument, fault);
        if (!DomainName.TryParse(domainText, out var domain, out fault)) throw new UserErrorException(CliReasons.BadArgument, fault);
        return $@"{domain}\{machine}";
    }

    private Dictionary<string, string?> LedgerOf(ParseResult arguments, IConfiguration configured)
    {
        var (folder, account, table) = (arguments.GetValue(_data), arguments.GetValue(_tables), arguments.GetValue(_table));
        if (folder is not null && account is not null) throw new UserErrorException(CliReasons.BadArgument, "--data and --tables exclude each other");

        var isConfigured = Places.Any(place => configured[KeyOf(place)] is { Length: > 0 })
            || configured[KeyOf(nameof(LedgerStoreOptions.InMemory))] is "true" or "True";
        var settings = (folder, account) switch
        {
            ({ }, _) => Only(nameof(LedgerStoreOptions.Path), LedgerFileOf(folder)),
            (_, { }) => Only(
                Uri.TryCreate(account, UriKind.Absolute, out _) ? nameof(LedgerStoreOptions.Endpoint) : nameof(LedgerStoreOptions.ConnectionString), account),
            _ when !isConfigured && FindOwnFolder() is { } own => Only(nameof(LedgerStoreOptions.Path), LedgerFileOf(own)),
            _ => [],
        };
        if (table is not null) settings[KeyOf(nameof(LedgerStoreOptions.Table))] = table;
        return settings;
    }

    /// <summary>Names a place in favour of all others: what is asked for on the command line wins over the configuration.</summary>
    private static Dictionary<string, string?> Only(string place, string value)
    {
        var settings = Places.ToDictionary(KeyOf, other => (string?)(other == place ? value : ""), StringComparer.OrdinalIgnoreCase);
        settings[KeyOf(nameof(LedgerStoreOptions.InMemory))] = "false";
        return settings;
    }

    /// <summary>The user's own folder; an account without a home has none, and must be told where to keep the ledger.</summary>
    private static string? FindOwnFolder() =>
        Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData) is { Length: > 0 } home ? Path.Combine(home, "ccr") : null;

    private static string KeyOf(string setting) => $"{LedgerStoreOptions.Section}:{setting}";
}

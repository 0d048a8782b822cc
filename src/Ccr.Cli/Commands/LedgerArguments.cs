using System.CommandLine;
using Azure.Identity;
using Ccr.Core.Ledger;
using Ccr.Core.Machines;
using Ccr.Ledger.Sqlite;
using Ccr.Ledger.Tables;

namespace Ccr.Cli.Commands;

/// <summary>How a command is told which ledger to open.</summary>
internal sealed class LedgerArguments
{
    public Option<string?> Data { get; } = new("--data") { Description = "The folder of ccr local or ccr process, with ledger.db in it", HelpName = "DIR" };

    public Option<string?> Tables { get; } = new("--tables")
    {
        Description = "Azure Table storage: a connection string, or an account's table endpoint (then Entra ID says who you are)",
        HelpName = "CS",
    };

    public Option<string> Table { get; } = new("--table") { Description = "The table in it", DefaultValueFactory = _ => new TablesLedgerOptions().Table };

    public void AddTo(Command command)
    {
        command.Add(Data);
        command.Add(Tables);
        command.Add(Table);
    }

    /// <summary>Opens the ledger, does something with it, and closes it.</summary>
    public async Task<T> UseAsync<T>(ParseResult arguments, Func<ILedgerStore, Task<T>> use, CancellationToken cancellationToken)
    {
        var (folder, account) = (arguments.GetValue(Data), arguments.GetValue(Tables));
        if (folder is null == account is null) throw new UserErrorException(CliReasons.BadArgument, "exactly one of --data and --tables is needed");
        if (account is not null) return await use(await OpenTablesAsync(account, arguments.GetValue(Table)!, cancellationToken));

        var file = LedgerFileOf(folder!);
        if (!File.Exists(file)) throw new UserErrorException(CliReasons.FileNotFound, $"there is no ledger {file}");
        using var ledger = SqliteLedgerStore.Open(file);
        return await use(ledger);
    }

    public static string LedgerFileOf(string folder) => Path.Combine(folder, "ledger.db");

    /// <summary>Reads <c>PC01</c> or <c>CORP\PC01</c> as the ledger's key of a machine.</summary>
    public static string MachineKeyOf(string text, string? defaultDomain)
    {
        var parts = text.Split('\\');
        var domainText = parts.Length == 2 ? parts[0] : defaultDomain;
        if (parts.Length > 2 || domainText is null) throw new UserErrorException(CliReasons.BadArgument, @"write the machine as CORP\PC01, or give --domain");
        if (!MachineName.TryParse(parts[^1], out var machine, out var fault)) throw new UserErrorException(CliReasons.BadArgument, fault);
        if (!DomainName.TryParse(domainText, out var domain, out fault)) throw new UserErrorException(CliReasons.BadArgument, fault);
        return $@"{domain}\{machine}";
    }

    private static async Task<ILedgerStore> OpenTablesAsync(string account, string table, CancellationToken cancellationToken)
    {
        var isAddress = Uri.TryCreate(account, UriKind.Absolute, out var endpoint);
        var options = new TablesLedgerOptions { Endpoint = isAddress ? endpoint : null, ConnectionString = isAddress ? null : account, Table = table };
        if (options.FindFaults("--tables").ToList() is { Count: > 0 } faults) throw new UserErrorException(CliReasons.BadArgument, string.Join(" ", faults));
        return await TablesLedgerStore.OpenAsync(options.Connect(new DefaultAzureCredential()), cancellationToken);
    }
}

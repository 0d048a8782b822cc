using Ccr.Core.Ledger;
using Ccr.Core.Results;
using Ccr.Hosting.Sqlite;
using Ccr.TestHost.Processor;

namespace Ccr.Campaign.Supervision;

/// <summary>A ledger's files as they were while it was written, and what it had acknowledged at which length of its log.</summary>
internal sealed class LedgerJournal
{
    private static readonly DateTimeOffset Time = new(2026, 11, 22, 12, 0, 0, TimeSpan.Zero);

    private LedgerJournal(byte[] database, byte[] log, byte[] closed, byte[] count, IReadOnlyList<Write> writes) =>
        (Database, Log, Closed, Count, Writes) = (database, log, closed, count, writes);

    public byte[] Database { get; }

    public byte[] Log { get; }

    /// <summary>The database once it was closed: it holds everything, and there is no log.</summary>
    public byte[] Closed { get; }

    /// <summary>The file beside it that counts the transactions.</summary>
    public byte[] Count { get; }

    public IReadOnlyList<Write> Writes { get; }

    /// <summary>Claims machines and records their results, one write after the other; by a broken ledger, if that is asked for.</summary>
    public static async Task<LedgerJournal> RecordAsync(string folder, int machines, bool isWrittenLater, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(folder);
        var (file, log) = (Path.Combine(folder, "ledger.db"), Path.Combine(folder, "ledger.db-wal"));
        var writes = new List<Write>();
        var store = SqliteLedgerStore.Open(file);
        ILedgerStore ledger = isWrittenLater ? new LedgerThatWritesLater(store) : store;
        for (var number = 0; number < machines; number++)
        {
            var (machine, request) = ($"CORP\\PC{number}", $"ccr-{number}");
            var claim = new MachineRecord(machine) { Claim = new Claim(request, Time.AddMinutes(5)) };
            var state = await ledger.TryWriteAsync(await ledger.ReadAsync(machine, request, cancellationToken), claim, null, cancellationToken);
            writes.Add(new Write($"the claim of {machine}", new FileInfo(log).Length, machine, request, NeedsResult: false));
            var after = claim with { Claim = null, CoolDown = new CoolDown(request, Time.AddDays(1)), Pushes = [Time] };
            await ledger.TryWriteAsync(state!, after, ResultOf(machine, request), cancellationToken);
            writes.Add(new Write($"the result of {machine}", new FileInfo(log).Length, machine, request, NeedsResult: true));
        }

        var (openDatabase, openLog) = (SqliteFiles.Read(file), SqliteFiles.Read(log));
        store.Dispose();
        return new LedgerJournal(
            openDatabase, openLog, await File.ReadAllBytesAsync(file, cancellationToken), await File.ReadAllBytesAsync($"{file}-count", cancellationToken),
            writes);
    }

    /// <summary>Opens a ledger that has these files; after a power cut nobody knows what the one that counts has.</summary>
    public static SqliteLedgerStore Open(string folder, byte[] database, byte[] log, byte[]? count = null)
    {
        var file = Path.Combine(folder, "ledger.db");
        SqliteFiles.Write(file, database, log);
        if (count is not null) File.WriteAllBytes($"{file}-count", count);
        return SqliteLedgerStore.Open(file);
    }

    private static ReinstallResult ResultOf(string machine, string request) => new()
    {
        RequestId = request,
        Source = "ccr",
        EventId = request,
        Part = 1,
        Parts = 1,
        Machine = machine.Split('\\')[1],
        Domain = "CORP",
        Site = "hq",
        Outcome = Outcome.Accepted,
        Reason = "CCR3001",
        Meaning = "The management point wrote the CCR",
        Detail = "mp01 wrote the CCR",
        Remedy = "Nothing needs to be done.",
        Time = Time,
    };

    /// <summary>One acknowledged write.</summary>
    /// <param name="What">What was written.</param>
    /// <param name="LogLength">How long the log was when it was acknowledged.</param>
    /// <param name="Machine">The machine.</param>
    /// <param name="Request">The request.</param>
    /// <param name="NeedsResult">Whether it was the result, and not the claim.</param>
    internal sealed record Write(string What, long LogLength, string Machine, string Request, bool NeedsResult)
    {
        /// <summary>Whether the machine is still held, so that nobody pushes it again.</summary>
        public async Task<bool> IsKeptAsync(ILedgerStore ledger, CancellationToken cancellationToken)
        {
            var state = await ledger.ReadAsync(Machine, Request, cancellationToken);
            return NeedsResult
                ? state.Result?.RequestId == Request && state.Machine?.CoolDown is not null
                : state.Machine is { Claim: not null } or { CoolDown: not null };
        }
    }
}

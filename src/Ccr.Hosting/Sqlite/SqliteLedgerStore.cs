using System.Collections.Concurrent;
using System.Globalization;

namespace Ccr.Hosting.Sqlite;

/// <summary>
/// A ledger in one SQLite file, for the processes of one computer. A write returns once it is on the disk (write-ahead log, full synchronisation);
/// writes that come together are synchronised together.
/// </summary>
public sealed class SqliteLedgerStore : IOperatorLedger, IDisposable
{
    private const int PruneStep = 500;

    private readonly string _path;
    private readonly FileMark _file;
    private readonly SqliteWriter _writer;
    private readonly ConcurrentBag<SqliteReads> _readers = [];

    private SqliteLedgerStore(string path, FileMark file, SqliteWriter writer) => (_path, _file, _writer) = (path, file, writer);

    /// <summary>Opens a ledger, or makes a new one where there is no file.</summary>
    /// <exception cref="LedgerException">It cannot be opened, is damaged, or is something else.</exception>
    public static SqliteLedgerStore Open(string path)
    {
        path = Path.GetFullPath(path);
        var connection = SqliteFile.OpenForWriting(path);
        CommitCount? count = null;
        try
        {
            count = new CommitCount(path);
            var file = new FileMark(path);
            return new SqliteLedgerStore(path, file, new SqliteWriter(path, file, count, connection));
        }
        catch (Exception fault) when (fault is SqliteException or IOException or UnauthorizedAccessException)
        {
            count?.Dispose();
            connection.Dispose();

            // The tables are not what they were made as, though the file is sound.
            var reason = fault is SqliteException ? LedgerReasons.Damaged : LedgerReasons.CannotOpen;
            throw new LedgerException(reason, $"{path}: {fault.Message}", fault);
        }
    }

    /// <inheritdoc/>
    public ValueTask<LedgerState> ReadAsync(string machineKey, string requestId, CancellationToken cancellationToken) =>
        ValueTask.FromResult(Read(reads => reads.State(machineKey, requestId)));

    /// <inheritdoc/>
    public async ValueTask<LedgerState?> TryWriteAsync(
        LedgerState basis, MachineRecord? machine, ReinstallResult? result, CancellationToken cancellationToken)
    {
        var version = VersionOf(basis.Version);
        var machineRow = machine is null ? null : MachineRow.Of(machine, basis.MachineKey, version);
        var resultRow = result is null ? null : ResultRow.Of(result, basis.MachineKey);
        if (!await _writer.RunAsync(writes => writes.TryWrite(machineRow, resultRow), cancellationToken)) return null;
        return new LedgerState(
            basis.MachineKey, machine is null ? basis.Version : MarkOf(version + 1), machine ?? basis.Machine, result ?? basis.Result);
    }

    /// <inheritdoc/>
    public async ValueTask<ClaimAttempt> TryClaimAsync(
        LedgerState basis, MachineRecord machine, Sighting sighting, Func<Sighted, bool> mayPass, CancellationToken cancellationToken)
    {
        var version = VersionOf(basis.Version);
        var row = MachineRow.Of(machine, basis.MachineKey, version);
        var (written, sighted) = await _writer.RunAsync(
            writes =>
            {
                var seen = writes.Sight(sighting);
                return (mayPass(seen) && writes.TryWrite(row, null), seen);
            },
            cancellationToken);
        return new ClaimAttempt(written ? basis with { Version = MarkOf(version + 1), Machine = machine } : null, sighted);
    }

    /// <inheritdoc/>
    public ValueTask<MachineHistory> ReadHistoryAsync(string machineKey, CancellationToken cancellationToken) =>
        ValueTask.FromResult(Read(reads => reads.History(machineKey)));

    /// <inheritdoc/>
    public ValueTask<SwitchState> ReadSwitchAsync(string key, CancellationToken cancellationToken) =>
        ValueTask.FromResult(Read(reads => reads.Switch(key)));

    /// <inheritdoc/>
    public async ValueTask<bool> TryWriteSwitchAsync(SwitchState basis, SwitchRecord record, CancellationToken cancellationToken)
    {
        var json = JsonSerializer.SerializeToUtf8Bytes(record, LedgerJson.Default.SwitchRecord);
        return await _writer.RunAsync(writes => writes.TryWriteSwitch(basis.Key, VersionOf(basis.Version), json), cancellationToken);
    }

    /// <inheritdoc/>
    public async ValueTask<bool> TryWriteSwitchAsync(SwitchState basis, SwitchRecord record, OperatorAction action, CancellationToken cancellationToken)
    {
        var json = JsonSerializer.SerializeToUtf8Bytes(record, LedgerJson.Default.SwitchRecord);
        return await WriteWithAsync(action, writes => writes.TryWriteSwitch(basis.Key, VersionOf(basis.Version), json), cancellationToken);
    }

    /// <inheritdoc/>
    public async ValueTask<bool> TryWriteMachineAsync(
        LedgerState basis, MachineRecord machine, OperatorAction action, CancellationToken cancellationToken)
    {
        var row = MachineRow.Of(machine, basis.MachineKey, VersionOf(basis.Version));
        return await WriteWithAsync(action, writes => writes.TryWrite(row, null), cancellationToken);
    }

    /// <inheritdoc/>
    public async ValueTask WriteActionAsync(OperatorAction action, CancellationToken cancellationToken) =>
        await WriteWithAsync(action, _ => true, cancellationToken);

    /// <inheritdoc/>
    public async ValueTask WriteAgentAsync(AgentHeard agent, CancellationToken cancellationToken) => await _writer.RunAsync(
        writes =>
        {
            writes.Write(agent);
            return true;
        },
        cancellationToken);

    /// <inheritdoc/>
    public ValueTask<ListPage<MachineRecord>> ListMachinesAsync(MachineFilter filter, string? after, int take, CancellationToken cancellationToken) =>
        ValueTask.FromResult(Read(reads => reads.Lists.Machines(filter, after, take)));

    /// <inheritdoc/>
    public ValueTask<ListPage<ReinstallResult>> ListResultsAsync(ResultFilter filter, string? after, int take, CancellationToken cancellationToken) =>
        ValueTask.FromResult(Read(reads => reads.Lists.Results(filter, after, take)));

    /// <inheritdoc/>
    public ValueTask<ListPage<OperatorAction>> ListActionsAsync(string? after, int take, CancellationToken cancellationToken) =>
        ValueTask.FromResult(Read(reads => reads.Lists.Actions(after, take)));

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<SwitchRecord>> ListSwitchesAsync(CancellationToken cancellationToken) =>
        ValueTask.FromResult(Read(reads => reads.Lists.Switches()));

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<AgentHeard>> ListAgentsAsync(CancellationToken cancellationToken) =>
        ValueTask.FromResult(Read(reads => reads.Lists.Agents()));

    /// <inheritdoc/>
    public ValueTask<DateTimeOffset?> ReadTimeAsync(CancellationToken cancellationToken) => new((DateTimeOffset?)null);

    /// <inheritdoc/>
    public async ValueTask<int> PruneAsync(DateTimeOffset before, CancellationToken cancellationToken)
    {
        var pruned = await _writer.RunAsync(writes => writes.PruneNotes(before), cancellationToken);
        while (Read(reads => reads.Over(before, PruneStep)) is { Count: > 0 } rows)
        {
            // In small steps: the requests that come meanwhile do not wait for all of it.
            pruned += await _writer.RunAsync(writes => writes.Prune(rows, before), cancellationToken);
        }

        return pruned;
    }

    /// <summary>The records with an open claim: what was begun and has not come to its end.</summary>
    /// <exception cref="LedgerException">The file cannot be read.</exception>
    public IReadOnlyList<MachineRecord> ReadClaimed() => Read(reads => reads.Open()).FindAll(machine => machine.Claim is not null);

    /// <summary>Ends what is being written, and closes the file.</summary>
    public void Dispose()
    {
        _writer.Dispose();
        while (_readers.TryTake(out var reads)) reads.Dispose();
    }

    internal static string? MarkOf(long version) => version == 0 ? null : version.ToString(CultureInfo.InvariantCulture);

    private static long VersionOf(string? mark) => mark is null ? 0 : long.Parse(mark, CultureInfo.InvariantCulture);

    private Task<bool> WriteWithAsync(OperatorAction action, Func<SqliteWrites, bool> tryWrite, CancellationToken cancellationToken) => _writer.RunAsync(
        writes =>
        {
            var written = tryWrite(writes);
            if (written) writes.Write(action);
            return written;
        },
        cancellationToken);

    private T Read<T>(Func<SqliteReads, T> read)
    {
        _file.Check();
        try
        {
            if (!_readers.TryTake(out var reads)) reads = new SqliteReads(SqliteFile.OpenForReading(_path));
            try
            {
                return read(reads);
            }
            finally
            {
                _readers.Add(reads);
            }
        }
        catch (SqliteException fault)
        {
            throw SqliteFaults.OnRead(_path, fault);
        }
        catch (JsonException fault)
        {
            // SQLite does not sum up its pages: a flipped bit within a row shows here.
            throw new LedgerException(LedgerReasons.Damaged, $"{_path}: a row cannot be read: {fault.Message}", fault);
        }
    }
}

using Ccr.Core.Ledger;
using Ccr.Hosting.Sqlite;
using Microsoft.Data.Sqlite;

namespace Ccr.Hosting.Tests.Ledger;

public sealed class SqliteLedgerStoreTests : LedgerStoreContract, IDisposable
{
    public static bool CanTell => OperatingSystem.IsLinux();

    private readonly TemporaryFolder _folder = new();
    private readonly SqliteLedgerStore _store;

    public SqliteLedgerStoreTests() => _store = SqliteLedgerStore.Open(_folder.File("ledger.db"));

    protected override IOperatorLedger Store => _store;

    [Fact(Timeout = 300_000)]
    public async Task Open_AfterItWasClosed_HasWhatWasWritten()
    {
        var path = _folder.File("again.db");
        LedgerState? written;
        using (var store = SqliteLedgerStore.Open(path)) written = await ClaimAsync(store, "PC01");

        using var again = SqliteLedgerStore.Open(path);

        Assert.Equal(written, await again.ReadAsync("PC01", "r1", Cancelled));
    }

    [Fact(Timeout = 300_000)]
    public async Task TryClaim_FromTwoProcesses_EachCountsTheOthersMachines()
    {
        using var other = SqliteLedgerStore.Open(_folder.File("ledger.db"));
        bool[] within =
        [
            await IsWithinAsync(_store, "PC01", limit: 3),
            await IsWithinAsync(other, "PC02", limit: 3),
            await IsWithinAsync(other, "PC03", limit: 3),
            await IsWithinAsync(_store, "PC04", limit: 3),
            await IsWithinAsync(other, "PC05", limit: 3),
            await IsWithinAsync(other, "PC06", limit: 6),
            await IsWithinAsync(other, "PC07", limit: 6),
        ];

        Assert.Equal([true, true, true, false, false, true, false], within);
    }

    [Fact(Timeout = 300_000)]
    public async Task TryWrite_FromTwoProcesses_EachSeesTheOther()
    {
        using var other = SqliteLedgerStore.Open(_folder.File("ledger.db"));

        var mine = await Store.TryWriteAsync(await Store.ReadAsync("PC01", "r1", Cancelled), new MachineRecord("PC01"), null, Cancelled);
        var theirs = await other.TryWriteAsync(
            await other.ReadAsync("PC01", "r1", Cancelled), new MachineRecord("PC01") { Claim = new Claim("r1", Some.Time) }, null, Cancelled);

        Assert.NotNull(theirs);
        Assert.Null(await Store.TryWriteAsync(mine!, new MachineRecord("PC01"), null, Cancelled));
    }

    [Fact(Timeout = 300_000)]
    public async Task Open_NewFileByManyAtOnce_OpensForAll()
    {
        for (var round = 0; round < 20; round++)
        {
            var path = _folder.File($"new-{round}.db");
            using var together = new Barrier(4);

            var stores = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Factory.StartNew(
                () =>
                {
                    together.SignalAndWait(Cancelled);
                    return SqliteLedgerStore.Open(path);
                },
                Cancelled, TaskCreationOptions.LongRunning, TaskScheduler.Default)));

            await ClaimAsync(stores[0], "PC01");
            Assert.All(stores, store => Assert.NotNull(store.ReadAsync("PC01", "r1", Cancelled).AsTask().GetAwaiter().GetResult().Machine));
            foreach (var store in stores) store.Dispose();
        }
    }

    [Fact(Timeout = 300_000)]
    public void Open_TableWithAFlippedBitInItsDefinition_SaysThatTheLedgerIsDamaged()
    {
        var path = _folder.File("renamed.db");
        SqliteLedgerStore.Open(path).Dispose();
        using (var other = new SqliteConnection($"Data Source={path};Pooling=False"))
        {
            other.Open();
            using var flip = other.CreateCommand();
            flip.CommandText = "ALTER TABLE machines RENAME COLUMN version TO wersion";
            flip.ExecuteNonQuery();
        }

        var fault = Assert.Throws<LedgerException>(() => SqliteLedgerStore.Open(path));

        Assert.Equal(LedgerReasons.Damaged, fault.Reason);
    }

    [Fact(Timeout = 300_000)]
    public async Task Read_RowWithAFlippedBit_SaysThatTheLedgerIsDamaged()
    {
        var path = _folder.File("flipped.db");
        using var store = SqliteLedgerStore.Open(path);
        await ClaimAsync(store, "PC01");
        using (var other = new SqliteConnection($"Data Source={path};Pooling=False"))
        {
            other.Open();
            using var flip = other.CreateCommand();
            flip.CommandText = """UPDATE machines SET json = CAST(replace(CAST(json AS TEXT), '"claim"', '"cla)m') AS BLOB)""";
            flip.ExecuteNonQuery();
        }

        var fault = await Assert.ThrowsAsync<LedgerException>(async () => await store.ReadAsync("PC01", "r1", Cancelled));

        Assert.Equal(LedgerReasons.Damaged, fault.Reason);
    }

    [Fact(Timeout = 300_000)]
    public async Task Open_PowerCutAtAnyByteOfTheLog_KeepsAWholePrefixOfTheWrites()
    {
        var path = _folder.File("cut.db");
        using var store = SqliteLedgerStore.Open(path);
        for (var write = 0; write < 10; write++) await ClaimAsync(store, $"PC{write}");
        var log = await File.ReadAllBytesAsync($"{path}-wal", Cancelled);
        var file = await File.ReadAllBytesAsync(path, Cancelled);
        var seen = new HashSet<int>();

        for (var length = 0; length <= log.Length; length += 509)
        {
            var cut = _folder.File($"cut-{length}.db");
            await File.WriteAllBytesAsync(cut, file, Cancelled);
            await File.WriteAllBytesAsync($"{cut}-wal", log[..length], Cancelled);
            using var survivor = SqliteLedgerStore.Open(cut);
            var kept = 0;
            while (kept < 10 && (await survivor.ReadAsync($"PC{kept}", "r1", Cancelled)).Machine is not null) kept++;
            for (var lost = kept; lost < 10; lost++) Assert.Null((await survivor.ReadAsync($"PC{lost}", "r1", Cancelled)).Machine);
            seen.Add(kept);
        }

        Assert.Equal(Enumerable.Range(0, 10), seen.Order().Take(10));
    }

    [Fact(Timeout = 300_000)]
    public async Task TryWrite_FileIsLockedByAnotherProgram_SaysThatNothingIsSubmitted()
    {
        var path = _folder.File("locked.db");
        using var store = SqliteLedgerStore.Open(path);
        using var other = new SqliteConnection($"Data Source={path};Pooling=False");
        other.Open();
        using var begin = other.CreateCommand();
        begin.CommandText = "BEGIN IMMEDIATE";
        begin.ExecuteNonQuery();

        var fault = await Assert.ThrowsAsync<LedgerException>(async () => await ClaimAsync(store, "PC01"));
        begin.CommandText = "ROLLBACK";
        begin.ExecuteNonQuery();

        Assert.Equal(LedgerReasons.CannotWrite, fault.Reason);
        Assert.Contains("locked.db", fault.Message, StringComparison.Ordinal);
        Assert.NotNull(await ClaimAsync(store, "PC01"));
    }

    [Fact(Timeout = 300_000)]
    public async Task Write_FileIsFull_FailsWholeTransactionsAndRecovers()
    {
        var path = _folder.File("full.db");
        var connection = SqliteFile.OpenForWriting(path);
        using var writer = new SqliteWriter(path, new FileMark(path), new CommitCount(path), connection);
        SetPageLimit(connection, 14);
        var written = 0;

        var fault = await Assert.ThrowsAsync<LedgerException>(async () =>
        {
            for (; written < 1000; written++) await writer.RunAsync(writes => writes.TryWrite(Row(written), null), Cancelled);
        });
        SetPageLimit(connection, 1_000_000);

        Assert.Equal(LedgerReasons.CannotWrite, fault.Reason);
        Assert.InRange(written, 1, 999);
        using var reads = new SqliteReads(SqliteFile.OpenForReading(path));
        Assert.Null(reads.State($"PC{written}", "r1").Version);
        Assert.Equal("1", reads.State($"PC{written - 1}", "r1").Version);
        Assert.True(await writer.RunAsync(writes => writes.TryWrite(Row(written), null), Cancelled));
    }

    [Theory(SkipUnless = nameof(CanTell), Skip = "only Linux tells files apart here")]
    [InlineData("deleted")]
    [InlineData("moved away")]
    [InlineData("replaced by an older copy")]
    public async Task Use_FileIsNoLongerThere_IsRefusedAtOnce(string how)
    {
        var path = _folder.File("gone.db");
        using (var before = SqliteLedgerStore.Open(path)) await ClaimAsync(before, "PC01");
        File.Copy(path, $"{path}.backup");
        using var store = SqliteLedgerStore.Open(path);
        Assert.NotNull(await ClaimAsync(store, "PC02"));

        File.Move(path, $"{path}.moved");
        if (how == "deleted") File.Delete($"{path}.moved");
        if (how.StartsWith("replaced", StringComparison.Ordinal)) File.Copy($"{path}.backup", path);

        var written = await Assert.ThrowsAsync<LedgerException>(async () => await ClaimAsync(store, "PC03"));
        var read = await Assert.ThrowsAsync<LedgerException>(async () => await store.ReadAsync("CORP\\PC02", "r1", Cancelled));

        Assert.Equal((LedgerReasons.Replaced, LedgerReasons.Replaced), (written.Reason, read.Reason));
        Assert.Contains("gone.db", written.Message, StringComparison.Ordinal);
    }

    [Fact(SkipUnless = nameof(CanTell), Skip = "only Linux tells files apart here")]
    public async Task Use_FileWasPutBack_GoesOn()
    {
        var path = _folder.File("back.db");
        using var store = SqliteLedgerStore.Open(path);
        File.Move(path, $"{path}.moved");
        await Assert.ThrowsAsync<LedgerException>(async () => await ClaimAsync(store, "PC01"));

        File.Move($"{path}.moved", path);

        Assert.NotNull(await ClaimAsync(store, "PC01"));
    }

    [Fact]
    public async Task Open_NewFile_IsItsOwnersAlone()
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Skip("Windows gives a file the rights of its folder");
            return;
        }

        var path = _folder.File(Path.Combine("new", "private.db"));
        using var store = SqliteLedgerStore.Open(path);
        await ClaimAsync(store, "PC01");

        var modes = new List<UnixFileMode>();
        foreach (var file in Directory.GetFiles(Path.GetDirectoryName(path)!)) modes.Add(File.GetUnixFileMode(file));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(Path.GetDirectoryName(path)!));
        Assert.Equal([UnixFileMode.UserRead | UnixFileMode.UserWrite], modes.Distinct());
    }

    [Fact]
    public void Open_FileOfAnotherProgram_IsRefusedAndLeavesNothingBesideIt()
    {
        var path = _folder.File("other.db");
        using (var other = new SqliteConnection($"Data Source={path};Pooling=False"))
        {
            other.Open();
            using var create = other.CreateCommand();
            create.CommandText = "CREATE TABLE something (a)";
            create.ExecuteNonQuery();
        }

        Assert.Equal(LedgerReasons.NotOurs, Assert.Throws<LedgerException>(() => SqliteLedgerStore.Open(path)).Reason);
        Assert.False(File.Exists(CommitCount.PathOf(path)));
    }

    [Fact]
    public void Open_NoDatabaseAtAll_IsRefused()
    {
        File.WriteAllText(_folder.File("text.db"), new string('x', 10_000));

        Assert.Equal(LedgerReasons.NotOurs, Assert.Throws<LedgerException>(() => SqliteLedgerStore.Open(_folder.File("text.db"))).Reason);
    }

    [Fact(Timeout = 300_000)]
    public async Task Open_DamagedFile_IsRefused()
    {
        var path = _folder.File("damaged.db");
        using (var store = SqliteLedgerStore.Open(path))
        {
            for (var i = 0; i < 200; i++) await ClaimAsync(store, $"PC{i}");
        }

        var bytes = await File.ReadAllBytesAsync(path, Cancelled);
        Array.Fill(bytes, (byte)0xFF, 4096, bytes.Length - 4096);
        await File.WriteAllBytesAsync(path, bytes, Cancelled);

        Assert.Equal(LedgerReasons.Damaged, Assert.Throws<LedgerException>(() => SqliteLedgerStore.Open(path)).Reason);
    }

    [Fact]
    public void Open_FolderThatCannotBeMade_SaysWhich()
    {
        File.WriteAllText(_folder.File("file"), "");

        var fault = Assert.Throws<LedgerException>(() => SqliteLedgerStore.Open(Path.Combine(_folder.File("file"), "ledger.db")));

        Assert.Equal(LedgerReasons.CannotOpen, fault.Reason);
        Assert.Contains("ledger.db", fault.Message, StringComparison.Ordinal);
    }

    public void Dispose()
    {
        _store.Dispose();
        _folder.Dispose();
    }

    private static MachineRow Row(int number) =>
        MachineRow.Of(new MachineRecord($"PC{number}") { Claim = new Claim(new string('r', 900), Some.Time) }, $"PC{number}", 0);

    private static void SetPageLimit(SqliteConnection connection, int pages)
    {
        using var command = connection.CreateCommand();
        command.CommandText = $"PRAGMA max_page_count = {pages}";
        command.ExecuteNonQuery();
    }

    private static async Task<bool> IsWithinAsync(SqliteLedgerStore store, string machine, int limit)
    {
        var state = await store.ReadAsync(machine, "r1", Cancelled);
        var sighting = new Sighting("hq", machine, Some.Time, Some.Time.AddHours(-1), Some.Time.AddHours(-1), limit);
        return (await store.TryClaimAsync(state, new MachineRecord(machine), sighting, _ => false, Cancelled)).Sighted.IsWithinLimit;
    }

    private static async Task<LedgerState?> ClaimAsync(SqliteLedgerStore store, string key) =>
        await store.TryWriteAsync(await store.ReadAsync(key, "r1", Cancelled), new MachineRecord(key) { Claim = new Claim("r1", Some.Time) }, null, Cancelled);
}

using Ccr.Core.Ledger;
using Ccr.Hosting.Sqlite;

namespace Ccr.Hosting.Tests.Ledger;

/// <summary>A ledger that has lost what it had acknowledged knows it by the count beside it.</summary>
public sealed class SqliteLossTests : IDisposable
{
    private const int Writes = 12;

    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact(Timeout = 300_000)]
    public async Task Open_AnyByteOfTheLogFlipped_IsRefusedOrHasEverything()
    {
        var (file, log, count) = await RecordAsync();
        var refused = 0;
        for (var position = 0; position < log.Length; position += 251)
        {
            var flipped = (byte[])log.Clone();
            flipped[position] ^= 0x10;
            try
            {
                using var ledger = Put($"flipped-{position}", file, flipped, count);
                Assert.Equal(Writes, await CountAsync(ledger));
            }
            catch (LedgerException fault)
            {
                Assert.True(fault.Reason == LedgerReasons.Shortened || fault.Reason == LedgerReasons.Damaged, fault.Message);
                refused++;
            }
        }

        Assert.InRange(refused, log.Length / 251 / 2, int.MaxValue);
    }

    [Fact(Timeout = 300_000)]
    public async Task Open_LogIsGone_SaysHowManyTransactionsAreMissingAndWhatToDo()
    {
        var (file, _, count) = await RecordAsync();

        var fault = Assert.Throws<LedgerException>(() => Put("short", file, [], count));

        Assert.Equal(LedgerReasons.Shortened, fault.Reason);
        Assert.Contains($"short.db has 0 transactions, and {_folder.File("short.db-count")} knows of {Writes}", fault.Message, StringComparison.Ordinal);
        Assert.Contains("delete the file that ends in -count", fault.Reason.Remedy, StringComparison.Ordinal);
    }

    [Fact(Timeout = 300_000)]
    public async Task Open_OlderCopyInItsPlace_IsRefusedUntilTheCountIsDeleted()
    {
        var path = _folder.File("older.db");
        using (var ledger = SqliteLedgerStore.Open(path)) await ClaimAsync(ledger, 0);
        File.Copy(path, $"{path}.backup");
        using (var ledger = SqliteLedgerStore.Open(path)) await ClaimAsync(ledger, 1);

        File.Copy($"{path}.backup", path, overwrite: true);
        var fault = Assert.Throws<LedgerException>(() => SqliteLedgerStore.Open(path));
        File.Delete($"{path}-count");
        using var restored = SqliteLedgerStore.Open(path);

        Assert.Equal(LedgerReasons.Shortened, fault.Reason);
        Assert.Equal(1, await CountAsync(restored));
    }

    [Fact(Timeout = 300_000)]
    public async Task Open_LedgerWasDeletedAndTheCountWasNot_IsRefused()
    {
        var path = _folder.File("deleted.db");
        using (var ledger = SqliteLedgerStore.Open(path)) await ClaimAsync(ledger, 0);

        File.Delete(path);

        Assert.Equal(LedgerReasons.Shortened, Assert.Throws<LedgerException>(() => SqliteLedgerStore.Open(path)).Reason);
    }

    [Theory(Timeout = 300_000)]
    [InlineData(0)]
    [InlineData(7)]
    [InlineData(16)]
    public async Task Open_CountThatDoesNotAgreeWithItself_SaysNothing(int length)
    {
        var (file, _, count) = await RecordAsync();
        count[0] ^= 1;

        using var ledger = Put($"torn-{length}", file, [], count[..length]);

        Assert.Equal(0, await CountAsync(ledger));
    }

    [Fact(Timeout = 300_000)]
    public async Task Open_TwoWriters_TheCountIsOfBoth()
    {
        var path = _folder.File("two.db");
        using (var one = SqliteLedgerStore.Open(path))
        using (var two = SqliteLedgerStore.Open(path))
        {
            await ClaimAsync(one, 0);
            await ClaimAsync(two, 1);
            await ClaimAsync(one, 2);
        }

        Assert.Equal(3, CommitCount.Read(path));
        using var again = SqliteLedgerStore.Open(path);
        Assert.Equal(3, await CountAsync(again));
    }

    public void Dispose() => _folder.Dispose();

    private static async Task ClaimAsync(SqliteLedgerStore ledger, int number)
    {
        var record = new MachineRecord($"PC{number}") { Claim = new Claim("r1", Some.Time) };
        Assert.NotNull(await ledger.TryWriteAsync(await ledger.ReadAsync($"PC{number}", "r1", Cancelled), record, null, Cancelled));
    }

    private static async Task<int> CountAsync(SqliteLedgerStore ledger)
    {
        var found = 0;
        for (var number = 0; number < Writes; number++) found += (await ledger.ReadAsync($"PC{number}", "r1", Cancelled)).Machine is null ? 0 : 1;
        return found;
    }

    /// <summary>The three files of a ledger while it is open.</summary>
    private async Task<(byte[] File, byte[] Log, byte[] Count)> RecordAsync()
    {
        var path = _folder.File("recorded.db");
        using var ledger = SqliteLedgerStore.Open(path);
        for (var number = 0; number < Writes; number++) await ClaimAsync(ledger, number);
        return (
            await File.ReadAllBytesAsync(path, Cancelled), await File.ReadAllBytesAsync($"{path}-wal", Cancelled),
            await File.ReadAllBytesAsync($"{path}-count", Cancelled));
    }

    private SqliteLedgerStore Put(string name, byte[] file, byte[] log, byte[] count)
    {
        var path = _folder.File($"{name}.db");
        File.WriteAllBytes(path, file);
        File.WriteAllBytes($"{path}-wal", log);
        File.WriteAllBytes($"{path}-count", count);
        return SqliteLedgerStore.Open(path);
    }
}

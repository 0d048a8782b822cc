using Ccr.Agent.Commands;
using Ccr.Core.Ledger;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Ccr.Agent.Tests;

public sealed class JournalTests
{
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 11, 26, 12, 0, 0, TimeSpan.Zero));
    private readonly InMemoryLedgerStore _ledger = new();

    [Fact]
    public async Task CanWrite_AskedOftenWithinASecond_WritesOnce()
    {
        var journal = new Journal(_ledger, () => [], new Retrying(new AgentOptions(), _time), _time, NullLogger<Journal>.Instance);
        var began = _time.GetUtcNow();

        foreach (var (milliseconds, wrote) in new[] { (0, began), (500, began), (600, began.AddMilliseconds(1100)), (100, began.AddMilliseconds(1100)) })
        {
            _time.Advance(TimeSpan.FromMilliseconds(milliseconds));
            Assert.True(await journal.CanWriteAsync(TestContext.Current.CancellationToken));
            Assert.Equal(wrote, (await _ledger.ReadSwitchAsync("probe", TestContext.Current.CancellationToken)).Record?.Since);
        }
    }
}

using Ccr.Core.Ledger;
using Ccr.Core.Sites;
using Ccr.Core.Tests.Support;
using Microsoft.Extensions.Time.Testing;

namespace Ccr.Core.Tests.Decisions;

/// <summary>Clocks that step, or differ between computers, never shorten a cool-down.</summary>
public class ClockTests
{
    private static readonly TimeSpan CoolDown = TimeSpan.FromDays(1);

    public static TheoryData<TimeSpan> Steps => [.. new[] { 365 * 24.0, 24, 1, 1 / 6.0, -1 / 6.0, -1, -24, -365 * 24 }.Select(TimeSpan.FromHours)];

    [Theory(Timeout = 300_000)]
    [MemberData(nameof(Steps))]
    public async Task Process_ClockStepsAfterASubmission_NeverPushesWithinTheCoolDown(TimeSpan step)
    {
        var world = new World();
        await world.ProcessAsync("1");

        world.StepClock(step);
        await world.ProcessEveryHourAsync(48);

        world.AssertNeverWithinTheCoolDown(TestContext.Current.CancellationToken);
    }

    [Theory(Timeout = 300_000)]
    [MemberData(nameof(Steps))]
    public async Task Process_ClockIsRightedAfterASubmission_NeverPushesWithinTheCoolDown(TimeSpan step)
    {
        var world = new World();
        world.StepClock(step);
        await world.ProcessAsync("1");

        world.StepClock(-step);
        await world.ProcessEveryHourAsync(48);

        world.AssertNeverWithinTheCoolDown(TestContext.Current.CancellationToken);
    }

    [Theory(Timeout = 300_000)]
    [MemberData(nameof(Steps))]
    public async Task Process_AnotherComputersClockIsOff_NeverPushesWithinTheCoolDown(TimeSpan step)
    {
        var world = new World();
        await world.ProcessAsync("1");

        world.Restart(step);
        await world.ProcessEveryHourAsync(24);
        world.Restart(-step);
        await world.ProcessEveryHourAsync(24);

        world.AssertNeverWithinTheCoolDown(TestContext.Current.CancellationToken);
    }

    [Fact(Timeout = 300_000)]
    public async Task Process_MessageWaitedADayInTheQueueAndTheClockIsBehind_StillHoldsForAWholeCoolDown()
    {
        var world = new World();
        world.StepClock(TimeSpan.FromDays(-1));
        await world.ProcessAsync("1", enqueued: world.True.AddDays(-1));

        world.Restart(TimeSpan.Zero);
        await world.ProcessEveryHourAsync(48);

        world.AssertNeverWithinTheCoolDown(TestContext.Current.CancellationToken);
    }

    [Fact(Timeout = 300_000)]
    public async Task Process_ClocksAgree_PushesAgainAfterTheCoolDown()
    {
        var world = new World();
        await world.ProcessAsync("1");
        await world.ProcessEveryHourAsync(26);

        Assert.Equal(2, world.Sent.Count);
        world.AssertNeverWithinTheCoolDown(TestContext.Current.CancellationToken);
    }

    /// <summary>The true time, which only the broker knows, and a computer whose clock may be off from it.</summary>
    private sealed class World
    {
        private readonly InMemoryLedgerStore _ledger = new();
        private Pipeline _computer;
        private int _event;

        public World() => _computer = Start(TimeSpan.Zero);

        public DateTimeOffset True { get; private set; } = Some.Time;

        public List<DateTimeOffset> Sent { get; } = [];

        public void StepClock(TimeSpan step) => _computer.Time.AdjustTime(_computer.Time.GetUtcNow() + step);

        /// <summary>Another process, on a computer whose clock is off.</summary>
        public void Restart(TimeSpan off) => _computer = Start(off);

        public async Task ProcessAsync(string id, DateTimeOffset? enqueued = null)
        {
            var message = Some.Event(Some.CloudEvent("""{ "machine": "PC01" }""", id), $"m{id}") with
            {
                EnqueuedTime = enqueued ?? True,
                LockedUntil = True.AddMinutes(1),
            };
            await _computer.ProcessAsync(message);
        }

        public async Task ProcessEveryHourAsync(int hours)
        {
            for (var hour = 0; hour < hours; hour++)
            {
                True += TimeSpan.FromHours(1);
                _computer.Time.Advance(TimeSpan.FromHours(1));
                await ProcessAsync($"every-hour-{_event++}");
            }
        }

        public void AssertNeverWithinTheCoolDown(CancellationToken cancellationToken)
        {
            cancellationToken.ThrowIfCancellationRequested();
            Assert.NotEmpty(Sent);
            Assert.All(Sent.Zip(Sent.Skip(1)), pair => Assert.True(pair.Second - pair.First >= CoolDown, $"{pair.First:u} and again {pair.Second:u}"));
        }

        private Pipeline Start(TimeSpan off)
        {
            var computer = new Pipeline
            {
                Ledger = _ledger,
                Time = new FakeTimeProvider(True + off),
                Configuration = { Freshness = { MaxAge = TimeSpan.Zero }, Submissions = { MaxPushesPerWeek = 0 } },
            };
            computer.Submitter.Answer = (_, _) =>
            {
                Sent.Add(True);
                return Task.FromResult(SubmissionVerdict.Accepted);
            };
            return computer;
        }
    }
}

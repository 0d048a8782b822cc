using System.Collections.Concurrent;
using Ccr.Core.Ledger;
using Ccr.Core.Processing;
using Ccr.Core.Results;
using Ccr.Core.Sites;
using Ccr.Core.Sites.Looks;
using Ccr.Core.Views;
using Microsoft.Extensions.Logging.Abstractions;

namespace Ccr.Core.Tests.Support;

/// <summary>A site that shows of each machine what it is told to show; at first nothing can be seen.</summary>
internal sealed class FakeLook : ISiteLook
{
    public static readonly ReasonCode Dark = new("CCR3998", "A test's dark site", "None.");

    /// <summary>What was asked, look by look.</summary>
    public ConcurrentQueue<IReadOnlyList<LookedFor>> Looks { get; } = new();

    public Func<LookedFor, SiteView>? Show { get; set; }

    /// <summary>The number of the question that an agent was asked, in place of an answer.</summary>
    public string? Asked { get; set; }

    public Task<LookAnswer> LookAsync(Site site, IReadOnlyList<LookedFor> machines, CancellationToken cancellationToken)
    {
        Looks.Enqueue(machines);
        return Task.FromResult(
            Asked is not null ? new LookAnswer(null, null, "") { Asked = Asked }
            : Show is null ? LookAnswer.Failed(Dark, "it is dark")
            : LookAnswer.Of(machines.ToDictionary(machine => machine.Key, Show)));
    }
}

/// <summary>The queue of looks, which keeps what is scheduled, and drops a second message under one id.</summary>
internal sealed class CollectingLooks : ILookSender
{
    private readonly ConcurrentDictionary<string, bool> _ids = new(StringComparer.Ordinal);

    public ConcurrentQueue<(PendingLook Look, DateTimeOffset At)> Scheduled { get; } = new();

    public Exception? Refusal { get; set; }

    public Task ScheduleAsync(PendingLook look, DateTimeOffset at, CancellationToken cancellationToken)
    {
        if (Refusal is not null) return Task.FromException(Refusal);
        if (_ids.TryAdd(look.MessageId, true)) Scheduled.Enqueue((look, at));
        return Task.CompletedTask;
    }
}

internal static class Verifications
{
    /// <summary>A worker on fakes, which gathers nothing.</summary>
    public static VerificationWorker Of(
        ILedgerStore ledger, SiteTable sites, IResultPublisher publisher, TimeProvider time, ISiteLook? look = null, ILookSender? looks = null) => new(
            ledger, sites, new LookDesk(look ?? new FakeLook(), time, TimeSpan.Zero), looks ?? new CollectingLooks(), publisher, time,
            NullLogger<VerificationWorker>.Instance);
}

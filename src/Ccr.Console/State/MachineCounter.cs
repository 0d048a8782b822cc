namespace Ccr.Console.State;

/// <summary>Counts machines as they are read, one after the other; of each it keeps nothing but what is counted.</summary>
internal sealed class MachineCounter(DateTimeOffset now)
{
    private static readonly TimeSpan Day = TimeSpan.FromHours(24);

    private readonly Census _census = new();
    private readonly Dictionary<string, DateTimeOffset> _waiting = new(StringComparer.Ordinal);
    private readonly Dictionary<string, (ComeBack Count, List<TimeSpan> Times)> _comeBacks = new(StringComparer.Ordinal);
    private readonly Dictionary<int, ShareBack> _shares = new() { [0] = new(), [1] = new(), [7] = new() };
    private int _overdue;
    private DateTimeOffset? _overdueSince;

    public void Add(MachineRecord machine)
    {
        _census.Add(machine, now);
        if (machine.Claim is { } claim && (claim.Command?.AnswerBy ?? claim.LeaseUntil) is var due && due < now)
        {
            _overdue++;
            _overdueSince = Earlier(_overdueSince, due);
        }

        if (machine.Waiting is { } waiting)
        {
            var site = machine.LastSite() ?? "";
            _waiting[site] = _waiting.TryGetValue(site, out var known) && known < waiting.Since ? known : waiting.Since;
        }

        foreach (var push in machine.Awaited)
        {
            if (push.Since > now - Day) Add(push);
            if (CohortOf(push) is { } cohort) cohort.Add(push, now);
        }
    }

    public MachineCounts Result() => new()
    {
        At = now,
        Census = _census,
        Overdue = _overdue,
        OverdueSince = _overdueSince,
        WaitingSince = _waiting,
        ComeBacks = _comeBacks.ToDictionary(
            site => site.Key, site => site.Value.Count with { MedianTime = MedianOf(site.Value.Times) }, StringComparer.Ordinal),
        ShareBack = _shares,
    };

    /// <summary>The day of a push among those that are compared: the last one, the one before, and the one a week ago.</summary>
    private ShareBack? CohortOf(Awaited push) => _shares.GetValueOrDefault((int)Math.Floor((now - push.Since) / Day));

    private void Add(Awaited push)
    {
        var (count, times) = _comeBacks.TryGetValue(push.Site, out var known) ? known : (new ComeBack(), []);
        if (push.Said is { Outcome: VerificationOutcome.Verified } said) times.Add(said.Time - push.Since);
        _comeBacks[push.Site] = (push.Said?.Outcome switch
        {
            null => count with { Open = count.Open + 1 },
            VerificationOutcome.Verified => count with { Back = count.Back + 1 },
            VerificationOutcome.InRetry => count with { InRetry = count.InRetry + 1 },
            VerificationOutcome.NotVerified => count with { NotBack = count.NotBack + 1 },
            _ => count with { Unknown = count.Unknown + 1 },
        }, times);
    }

    private static DateTimeOffset Earlier(DateTimeOffset? known, DateTimeOffset other) => known < other ? known.Value : other;

    private static TimeSpan? MedianOf(List<TimeSpan> times)
    {
        if (times.Count == 0) return null;
        times.Sort();
        return times[times.Count / 2];
    }
}

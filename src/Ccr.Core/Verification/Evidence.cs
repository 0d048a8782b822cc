using Ccr.Core.Views;

namespace Ccr.Core.Verification;

/// <summary>How much two views of a machine say; each grade says what those before it say, too.</summary>
public enum EvidenceGrade
{
    /// <summary>Nothing has changed that says anything.</summary>
    Nothing,

    /// <summary>The site tried: it had the request.</summary>
    Tried,

    /// <summary>The site is done with the request: its second pass found the client's service (KB925282).</summary>
    Done,

    /// <summary>The client talks.</summary>
    Talks,

    /// <summary>The client registered again: it was reinstalled.</summary>
    Registered,
}

/// <summary>What has changed between two views of a machine.</summary>
/// <param name="Grade">How much that says.</param>
/// <param name="Signs">What changed, in words that stay the same.</param>
/// <param name="WasSilent">Whether the client did not talk at the time of the first view.</param>
/// <param name="Error">The error of the site's latest attempt, when there was one since the first view.</param>
/// <param name="GaveUp">Whether the site says that it has given the push up, or skipped it, since the first view.</param>
public sealed record Evidence(EvidenceGrade Grade, IReadOnlyList<string> Signs, bool WasSilent, long? Error, bool GaveUp)
{
    private const string PushComplete = "push-complete";

    /// <summary>A change of these says that the client was installed again.</summary>
    private static readonly (string Sign, Func<DeviceView, DeviceView, bool> IsSeen)[] OfRegistration =
    [
        ("registration", (before, now) => IsLater(before.Registered, now.Registered)),
        ("new-record", (before, now) => before.ResourceId != now.ResourceId),
        ("new-identifier", (before, now) => before.UniqueId is not null && now.UniqueId is not null && before.UniqueId != now.UniqueId),
        ("client-version", (before, now) => before.ClientVersion is not null && now.ClientVersion is not null && before.ClientVersion != now.ClientVersion),
        ("client-there", (before, now) => before.HasClient != true),
    ];

    /// <summary>A change of these says that the client talks.</summary>
    private static readonly (string Sign, Func<DeviceView, DeviceView, bool> IsSeen)[] OfTalk =
    [
        ("heartbeat", (before, now) => IsLater(before.Heartbeat, now.Heartbeat) || IsLater(before.LastDdr, now.LastDdr)),
        ("policy", (before, now) => IsLater(before.PolicyRequest, now.PolicyRequest)),
        ("online", (before, now) => before.IsOnline == false && now.IsOnline == true),
    ];

    /// <summary>The site says that the push was completed.</summary>
    public bool IsComplete => Signs.Contains(PushComplete);

    /// <summary>
    /// Compares two views of one machine, field by field, and with no clock: times of the site may be off by hours, but off by the same in both
    /// (adminservice.md 5.3 and 5.5).
    /// </summary>
    /// <param name="before">The first view.</param>
    /// <param name="now">The second one.</param>
    /// <param name="wasInInbox">Whether the machine's CCR was seen in an inbox between the two.</param>
    public static Evidence Between(SiteView before, SiteView now, bool wasInInbox)
    {
        ArgumentNullException.ThrowIfNull(before);
        ArgumentNullException.ThrowIfNull(now);
        return (before.Device, now.Device) switch
        {
            ({ } was, { } device) => OfDevices(was, device),
            (_, _) when now.Ccr is { } trace => OfTraces(before.Ccr ?? new CcrTrace(), trace, wasInInbox),
            _ => new Evidence(EvidenceGrade.Nothing, [], WasSilent: false, null, GaveUp: false),
        };
    }

    private static Evidence OfDevices(DeviceView before, DeviceView now)
    {
        var wasSilent = before.HasClient != true || before.IsOnline == false
            || (before.PolicyRequest, before.Heartbeat, before.LastDdr) is (null, null, null);
        var registered = now.HasClient == true ? Find(OfRegistration, before, now) : [];
        var talks = Find(OfTalk, before, now);
        var tried = IsLater(before.Attempted, now.Attempted);
        var status = tried ? now.PushStatus : null;
        List<string> signs = [.. registered, .. talks];
        if (tried) signs.Add("attempt");
        if (Is(status, "4", "Complete")) signs.Add(PushComplete);
        var grade = registered.Count > 0 ? EvidenceGrade.Registered
            : talks.Count > 0 ? EvidenceGrade.Talks
            : tried ? EvidenceGrade.Tried
            : EvidenceGrade.Nothing;
        return new Evidence(grade, signs, wasSilent, tried && now.PushError is { } error and not 0 ? error : null, Is(status, "3", "Skipped", "5", "Failed"));
    }

    private static Evidence OfTraces(CcrTrace before, CcrTrace now, bool wasInInbox)
    {
        var tried = IsLater(before.Attempted, now.Attempted);
        var error = tried ? now.Error : null;

        // Success and failure both lead to the retry inbox; what is gone from there was found, or given up.
        var isDone = (wasInInbox || tried) && now.Place == CcrPlace.None && error is null;
        List<string> signs = [];
        if (tried) signs.Add("attempt");
        if (isDone) signs.Add("request-gone");
        var wasTaken = tried || wasInInbox || now.Place is CcrPlace.Processing or CcrPlace.Retry;
        if (now.Place != CcrPlace.None) signs.Add($"in-{now.Place.ToString().ToLowerInvariant()}");
        return new Evidence(
            isDone ? EvidenceGrade.Done : wasTaken ? EvidenceGrade.Tried : EvidenceGrade.Nothing, signs, WasSilent: false, error, GaveUp: false);
    }

    private static List<string> Find((string Sign, Func<DeviceView, DeviceView, bool> IsSeen)[] signs, DeviceView before, DeviceView now) =>
        [.. signs.Where(each => each.IsSeen(before, now)).Select(each => each.Sign)];

    private static bool IsLater(DateTimeOffset? before, DateTimeOffset? now) => now is not null && (before is null || now > before);

    /// <summary>What the site writes is documented nowhere: numbers and words of the field are known.</summary>
    private static bool Is(string? status, params string[] known) => status is not null && known.Contains(status, StringComparer.OrdinalIgnoreCase);
}

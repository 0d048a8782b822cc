namespace Ccr.SiteSimulator.Devices;

/// <summary>What a site sees when a client is back after a push.</summary>
internal enum ReturnsAs
{
    /// <summary>The same record, with a new registration, heartbeat and policy request.</summary>
    Registered,

    /// <summary>The same record, with a heartbeat and policy request; nobody knows whether a repair renews the registration.</summary>
    HeartbeatOnly,

    /// <summary>A new record with a new ResourceID; the old one becomes obsolete.</summary>
    NewRecord,
}

/// <summary>The state of a device's latest push, by the numbers seen in the field.</summary>
internal enum PushStatus
{
    NotStarted = 0,
    Started = 1,
    Retry = 2,
    Skipped = 3,
    Complete = 4,
    Failed = 5,
}

/// <summary>One device record of a site, as it is at one time. The public properties are what a file of devices can say.</summary>
internal sealed record SimulatedDevice
{
    private const string OldVersion = "5.00.9128.1007";
    private const string PushedVersion = "5.00.9141.1011";

    private static readonly TimeSpan PolicyInterval = TimeSpan.FromHours(1);
    private static readonly TimeSpan HeartbeatInterval = TimeSpan.FromDays(7);

    /// <summary>The key of the record; 0 has the set choose one.</summary>
    public long ResourceId { get; init; }

    /// <summary>The NetBIOS name; two records may share it.</summary>
    public required string Name { get; init; }

    public string? Domain { get; init; }

    /// <summary>Whether a newer record of the same hardware took its place.</summary>
    public bool Obsolete { get; init; }

    /// <summary>Whether it was deleted in the console and is still in the database.</summary>
    public bool Decommissioned { get; init; }

    /// <summary>Whether the site believes that a client is installed.</summary>
    public bool Client { get; init; } = true;

    public string ClientVersion { get; init; } = OldVersion;

    /// <summary>Whether the client talks all along, whatever becomes of a push.</summary>
    public bool Talks { get; init; }

    public DeviceFate? Fate { get; init; }

    public ReturnsAs ReturnsAs { get; init; }

    internal DateTimeOffset Created { get; init; }

    /// <summary>When the client registered with a management point; null for never.</summary>
    internal DateTimeOffset? Registered { get; init; }

    /// <summary>Since when the client talks: a policy request each hour, a heartbeat each week. Null when it is silent.</summary>
    internal DateTimeOffset? TalksSince { get; init; }

    /// <summary>When a silent client was last heard of; null for never.</summary>
    internal DateTimeOffset? LastHeard { get; init; }

    internal PushStatus PushStatus { get; init; }

    internal DateTimeOffset? FirstAttempt { get; init; }

    internal DateTimeOffset? LatestAttempt { get; init; }

    /// <summary>The error of the latest attempt; 0 for none.</summary>
    internal int LastError { get; init; }

    /// <summary>When the client will be back, while setup runs.</summary>
    internal DateTimeOffset? BackAt { get; init; }

    /// <summary>The client's own identifier. It is made from the key, so that a new record has a new one.</summary>
    internal string UniqueIdentifier => $"GUID:{ResourceId:X8}-5C5C-4C5C-9C5C-{ResourceId:X12}";

    /// <summary>Gives it a past: found 400 days ago, registered 300 days ago, silent for 30 unless it talks. Without a client it was never heard of.</summary>
    internal SimulatedDevice WithPast(DateTimeOffset now) => this with
    {
        Created = now - TimeSpan.FromDays(400),
        Registered = Client ? now - TimeSpan.FromDays(300) : null,
        TalksSince = Client && Talks ? now - TimeSpan.FromDays(300) : null,
        LastHeard = Client ? now - TimeSpan.FromDays(30) : null,
    };

    internal DateTimeOffset? LastPolicyRequest(DateTimeOffset now) => Latest(now, PolicyInterval);

    internal DateTimeOffset? LastHeartbeat(DateTimeOffset now) => Latest(now, HeartbeatInterval);

    /// <summary>The record once setup has ended, if it has by then: one record, or the obsolete one and its successor.</summary>
    internal IReadOnlyList<SimulatedDevice> At(DateTimeOffset now, Func<long> newKey)
    {
        if (BackAt is not { } back || back > now) return [this];

        var returned = this with { BackAt = null, Client = true, ClientVersion = PushedVersion, TalksSince = back };
        return ReturnsAs switch
        {
            ReturnsAs.Registered => [returned with { Registered = back }],
            ReturnsAs.HeartbeatOnly => [returned],
            _ => [this with { BackAt = null, Obsolete = true }, returned with { ResourceId = newKey(), Created = back, Registered = back }],
        };
    }

    private DateTimeOffset? Latest(DateTimeOffset now, TimeSpan interval) => TalksSince is { } since && since <= now
        ? now - TimeSpan.FromTicks((now - since).Ticks % interval.Ticks)
        : LastHeard;
}

namespace Ccr.Core.Views;

/// <summary>What a site shows of one machine at one moment. Two of them are compared with each other, and never with a clock.</summary>
public sealed record SiteView
{
    /// <summary>The device record; null when the site has none, or when it was not asked for one.</summary>
    public DeviceView? Device { get; init; }

    /// <summary>What inboxes and log say of the machine's CCR; null when they were not read.</summary>
    public CcrTrace? Ccr { get; init; }
}

/// <summary>A device record of Configuration Manager, as far as it tells what a push did (SMS_R_System, SMS_CombinedDeviceResources).</summary>
/// <remarks>Times are the site's own, and may be off by whole hours (observed). What was never is null.</remarks>
public sealed record DeviceView
{
    /// <summary>The key of the record. A reinstalled machine can get a new record.</summary>
    public required long ResourceId { get; init; }

    /// <summary>The client's own identifier (SMSUniqueIdentifier).</summary>
    public string? UniqueId { get; init; }

    /// <summary>Whether the site believes that there is a client; null when it does not say.</summary>
    public bool? HasClient { get; init; }

    /// <summary>The client's version.</summary>
    public string? ClientVersion { get; init; }

    /// <summary>When the client last registered with a management point (MP_ClientRegistration).</summary>
    public DateTimeOffset? Registered { get; init; }

    /// <summary>The latest heartbeat (Heartbeat Discovery).</summary>
    public DateTimeOffset? Heartbeat { get; init; }

    /// <summary>The latest request for policy.</summary>
    public DateTimeOffset? PolicyRequest { get; init; }

    /// <summary>The latest heartbeat as the combined record has it (LastDDR).</summary>
    public DateTimeOffset? LastDdr { get; init; }

    /// <summary>The site's latest attempt to push (LatestProcessingAttempt).</summary>
    public DateTimeOffset? Attempted { get; init; }

    /// <summary>The state of the push, as the site writes it: a number or a word.</summary>
    public string? PushStatus { get; init; }

    /// <summary>The error of the latest attempt; 0 or null for none.</summary>
    public long? PushError { get; init; }

    /// <summary>Whether the client is online now (CNIsOnline); null when the site does not say.</summary>
    public bool? IsOnline { get; init; }
}

/// <summary>Where the site keeps a machine's CCR.</summary>
public enum CcrPlace
{
    /// <summary>Nowhere: it was never there, or it is done with.</summary>
    None,

    /// <summary><c>ccr.box</c>: not taken up yet.</summary>
    Incoming,

    /// <summary><c>ccr.box\inproc</c>: being worked on.</summary>
    Processing,

    /// <summary><c>ccrretry.box</c>: waits for the next hourly pass, after a failure and after a success.</summary>
    Retry,
}

/// <summary>What a site server's inboxes and its ccm.log say of one machine (KB925282).</summary>
/// <remarks>
/// Success and failure both lead to <see cref="CcrPlace.Retry"/>, and no line is known that proves success: nothing here proves that a client is back.
/// </remarks>
public sealed record CcrTrace
{
    /// <summary>Where its CCR is.</summary>
    public CcrPlace Place { get; init; }

    /// <summary>The time of the latest line of the log that shows the site at work on the machine, by the log's own clock; null without one.</summary>
    public DateTimeOffset? Attempted { get; init; }

    /// <summary>The error that the latest attempt in the log ended with; null when it names none.</summary>
    public long? Error { get; init; }
}

using Ccr.SiteSimulator.Devices;

namespace Ccr.SiteSimulator.Site;

/// <summary>What happens to a request after an attempt.</summary>
internal enum AttemptEnd
{
    /// <summary>The machine could not be reached: kept, tried again with the next pass.</summary>
    Failed,

    /// <summary>Setup was started: kept until a later pass sees the client run.</summary>
    Started,

    /// <summary>Setup was started before and the client does not run yet: kept.</summary>
    Waiting,

    /// <summary>The client runs: the file is deleted.</summary>
    Verified,

    /// <summary>There is a client and the request was not forced: the file is deleted.</summary>
    Skipped,

    /// <summary>It was tried often enough: the file is deleted.</summary>
    GivenUp,
}

/// <summary>How an attempt ended, and its error (0 for none).</summary>
internal sealed record Attempt(AttemptEnd End, int Error)
{
    public bool KeepsFile => End is AttemptEnd.Failed or AttemptEnd.Started or AttemptEnd.Waiting;
}

/// <summary>The life of a request at a site server, as far as it is public (KB925282, KB871161). Pure.</summary>
internal static class CcmRules
{
    /// <summary>How many requests are worked on at once.</summary>
    public const int AtOnce = 10;

    /// <summary>How many hourly passes look at a request before it is given up; together seven days.</summary>
    public const int MostPasses = 168;

    public static readonly TimeSpan PassInterval = TimeSpan.FromMinutes(60);

    /// <summary>How an attempt ends. A machine that the site does not know is not on the network either.</summary>
    public static Attempt Try(CcrFile ccr, SimulatedDevice? device, DateTimeOffset now)
    {
        var passesDone = ccr.Processing?.Attempts ?? 0;
        var isLast = passesDone >= MostPasses;
        var error = device is null ? PushError.NoNetworkPath : device.Fate!.ErrorAfter(now - (device.FirstAttempt ?? now), ccr.ResourceId is not null);
        if (error != 0) return new(isLast ? AttemptEnd.GivenUp : AttemptEnd.Failed, error);

        var wasStarted = ccr.Processing is { LastError: 0 };
        if (wasStarted)
        {
            if (device!.TalksSince <= now) return new(AttemptEnd.Verified, 0);
            return new(isLast ? AttemptEnd.GivenUp : AttemptEnd.Waiting, 0);
        }

        if (!ccr.Forced && device!.Client) return new(AttemptEnd.Skipped, PushError.AlreadyClient);
        return new(isLast ? AttemptEnd.GivenUp : AttemptEnd.Started, 0);
    }

    /// <summary>The device after the attempt.</summary>
    public static SimulatedDevice Record(SimulatedDevice device, Attempt attempt, DateTimeOffset now) => device with
    {
        FirstAttempt = device.FirstAttempt ?? now,
        LatestAttempt = now,
        LastError = attempt.Error,
        BackAt = attempt.End == AttemptEnd.Started ? now + device.Fate!.SetupTakes : device.BackAt,
        PushStatus = attempt.End switch
        {
            AttemptEnd.Failed => PushStatus.Retry,
            AttemptEnd.Verified => PushStatus.Complete,
            AttemptEnd.Skipped => PushStatus.Skipped,
            AttemptEnd.GivenUp => PushStatus.Failed,
            _ => PushStatus.Started,
        },
    };
}

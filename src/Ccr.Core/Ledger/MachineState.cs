namespace Ccr.Core.Ledger;

/// <summary>How a machine stands, for people: the first of these that is true of it.</summary>
public enum MachineState
{
    /// <summary>It was pushed too often; a person has to release it.</summary>
    Quarantined,

    /// <summary>It is being pushed, or an agent has the command.</summary>
    Pushing,

    /// <summary>Its request waits for a management point.</summary>
    Waiting,

    /// <summary>It was pushed, and it is being seen whether its client comes back.</summary>
    Awaited,

    /// <summary>Its client did not come back after the last push.</summary>
    NotBack,

    /// <summary>Its client came back after the last push.</summary>
    Back,

    /// <summary>It was pushed a short time ago, and nobody looks whether its client comes back, or nobody could say.</summary>
    CoolingDown,

    /// <summary>None of these.</summary>
    Idle,
}

/// <summary>How a machine stands, by its record and a time.</summary>
public static class MachineStates
{
    /// <summary>How it stands.</summary>
    public static MachineState StateAt(this MachineRecord machine, DateTimeOffset now) => machine switch
    {
        { Quarantine: not null } => MachineState.Quarantined,
        { Claim: not null } => MachineState.Pushing,
        { Waiting: not null } => MachineState.Waiting,
        { Awaited: [.., { IsOver: false }] } => MachineState.Awaited,
        { Awaited: [.., { Said.Outcome: Results.VerificationOutcome.NotVerified }] } => MachineState.NotBack,
        { Awaited: [.., { Said.Outcome: Results.VerificationOutcome.Verified }] } => MachineState.Back,
        { CoolDown.Until: var until } when until > now => MachineState.CoolingDown,
        _ => MachineState.Idle,
    };

    /// <summary>Since when, as far as the record knows.</summary>
    public static DateTimeOffset? Since(this MachineRecord machine, DateTimeOffset now) => machine.StateAt(now) switch
    {
        MachineState.Quarantined => machine.Quarantine!.Since,
        MachineState.Waiting => machine.Waiting!.Since,
        MachineState.Awaited => machine.Awaited[^1].Since,
        MachineState.NotBack or MachineState.Back => machine.Awaited[^1].Said!.Time,
        MachineState.CoolingDown => machine.Pushes is [.., var last] ? last : null,
        _ => null,
    };

    /// <summary>Until when, if that is known.</summary>
    public static DateTimeOffset? Until(this MachineRecord machine, DateTimeOffset now) => machine.StateAt(now) switch
    {
        MachineState.Pushing => machine.Claim!.LeaseUntil,
        MachineState.Waiting => machine.Waiting!.Until,
        MachineState.Awaited => machine.Awaited[^1].Until,
        MachineState.CoolingDown or MachineState.Back or MachineState.NotBack => machine.CoolDown?.Until,
        _ => null,
    };

    /// <summary>The key of the site that it was pushed by last, as far as the record knows.</summary>
    public static string? LastSite(this MachineRecord machine) =>
        machine.Awaited is [.., var awaited] ? awaited.Site : machine.Handed is [.., var handed] ? handed.Site : machine.Claim?.Command?.Site;
}

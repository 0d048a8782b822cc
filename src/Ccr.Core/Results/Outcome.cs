namespace Ccr.Core.Results;

/// <summary>What became of one machine of one event.</summary>
public enum Outcome
{
    /// <summary>A management point answered 200: it wrote the CCR. It does not mean that the client is installed.</summary>
    Accepted,

    /// <summary>Nothing was sent, since another request for the machine is in flight or was accepted a short time ago.</summary>
    Suppressed,

    /// <summary>The event asks for nothing: it is resolved or stale.</summary>
    Ignored,

    /// <summary>The event is invalid or not allowed.</summary>
    Rejected,

    /// <summary>The management point refused, or no management point could be reached.</summary>
    Failed,

    /// <summary>The request may or may not have reached the management point. It is not sent again.</summary>
    Indeterminate,

    /// <summary>Everything but the submission was done, as the event asked.</summary>
    DryRun,

    /// <summary>Interim: the request waits, and a terminal result follows.</summary>
    Deferred,

    /// <summary>Interim: the request was handed to a site's agent, and a terminal result follows.</summary>
    Dispatched,
}

/// <summary>Which outcomes end a request.</summary>
public static class OutcomeExtensions
{
    /// <summary>True for the outcomes of which every machine of every event gets exactly one.</summary>
    public static bool IsTerminal(this Outcome outcome) => outcome is not (Outcome.Deferred or Outcome.Dispatched);
}

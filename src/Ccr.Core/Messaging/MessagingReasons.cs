using Ccr.Core.Results;

namespace Ccr.Core.Messaging;

/// <summary>The catalogue's 45xx: what became of messages on their way; 40xx are the broker connection's own.</summary>
public static class MessagingReasons
{
    /// <summary>A command expired on its queue, or its agent gave it up.</summary>
    public static readonly ReasonCode AgentUndelivered = new(
        "CCR4501", "No agent carried out the command", "See whether the site's agent runs and is connected; then send a new event.");

    /// <summary>A message on the results topic is none of ours.</summary>
    public static readonly ReasonCode NotAResult = new(
        "CCR4502", "The message is not a result of this system", "See who sends other messages to the results topic.");

    /// <summary>A message among the undelivered commands is none.</summary>
    public static readonly ReasonCode NotACommand = new(
        "CCR4503", "The message is not a command of this system", "See who sends other messages to the agents' queues.");

    /// <summary>The broker gave an event up: it expired, or was delivered too often without an end.</summary>
    public static readonly ReasonCode GivenUp = new(
        "CCR4504", "The broker gave the event up", "See the log for why it could not be handled; then send it again with ccr dead-letters redrive.");

    /// <summary>The broker gave an event up while a request of it was being sent.</summary>
    public static readonly ReasonCode GivenUpWhileSending = new(
        "CCR4505", "The broker gave the event up while its request was being sent",
            "Look on the management point whether a CCR was written; after the cool-down a new event is carried out.");

    /// <summary>The webhook was called with something other than JSON.</summary>
    public static readonly ReasonCode NotJsonContent = new(
        "CCR4511", "The content type is not JSON", "Send application/json or application/cloudevents+json.");

    /// <summary>The webhook could not put the event on the queue.</summary>
    public static readonly ReasonCode NotQueued = new(
        "CCR4513", "The event could not be put on the queue", "Send the same event again later; however often it arrives, it is carried out once.");

    /// <summary>The webhook was called with a source that does not exist.</summary>
    public static readonly ReasonCode NoSuchSource = new("CCR4514", "There is no such source of events", "Call /api/events/ with one of the names listed.");

    /// <summary>The webhook was called by somebody of the tenant who was not given the right to.</summary>
    public static readonly ReasonCode NotAllowed = new(
        "CCR4515", "The caller may not send events", "Assign the app role Events.Send of the webhook's app registration to the caller.");

    /// <summary>A result of an agent without a signature that counts.</summary>
    public static readonly ReasonCode ResultNotProven = new(
        "CCR4521", "The agent's result is not signed with a key of its site",
        "Write the same SigningKeys at the processor and at the agent; if they are the same, somebody else sends results.");

    /// <summary>A result of an agent that nobody was waiting for.</summary>
    public static readonly ReasonCode ResultNotAsked = new(
        "CCR4522", "The ledger knows of no command that this result answers",
        "If the ledger was restored from a backup or is another one, see to that; otherwise find out who sends results with the site's key.");

    /// <summary>A command came back that was not handed to an agent.</summary>
    public static readonly ReasonCode CommandNotHanded = new(
        "CCR4523", "The ledger knows of no such command",
        "If the ledger was restored from a backup or is another one, see to that; otherwise find out who sends to the agents' queues.");

    /// <summary>A message among the looks that are due is none.</summary>
    public static readonly ReasonCode NotALook = new(
        "CCR4524", "The message is not a look of this system", "See who sends other messages to the queue ccr-verifications.");

    /// <summary>A look at a push that nobody awaits.</summary>
    public static readonly ReasonCode LookNotAwaited = new(
        "CCR4525", "The ledger awaits no such push",
        "If the ledger was restored from a backup or is another one, see to that; otherwise find out who sends to the queue ccr-verifications.");

    /// <summary>An agent's report that nobody asked for.</summary>
    public static readonly ReasonCode ReportNotAsked = new(
        "CCR4526", "The ledger awaits nothing that this report of an agent answers",
        "One that came late is of no use any more; if many do, see how long the site's agents take, and whether the ledger is another one.");

    /// <summary>All of them.</summary>
    public static IReadOnlyList<ReasonCode> All { get; } =
        [AgentUndelivered, NotAResult, NotACommand, GivenUp, GivenUpWhileSending, NotJsonContent, NotQueued, NoSuchSource, NotAllowed,
        ResultNotProven, ResultNotAsked, CommandNotHanded, NotALook, LookNotAwaited, ReportNotAsked];
}

namespace Ccr.Core.Messaging;

/// <summary>The names of the entities, as infra/service-bus/Config.json and the Bicep files have them.</summary>
public static class Entities
{
    /// <summary>The queue that events come in by.</summary>
    public const string Requests = "ccr-requests";

    /// <summary>The topic that results go out by.</summary>
    public const string Results = "ccr-results";

    /// <summary>The subscription that brings agents' results home.</summary>
    public const string LedgerSubscription = "ledger";

    /// <summary>The subscription for people who look on.</summary>
    public const string WatchSubscription = "watch";

    /// <summary>The queue that commands which no agent carried out are forwarded to.</summary>
    public const string AgentUndelivered = "ccr-agent-undelivered";

    /// <summary>The queue of scheduled looks: is the client back?</summary>
    public const string Verifications = "ccr-verifications";

    /// <summary>The queue of the agents of a site.</summary>
    public static string AgentQueue(string site) => $"ccr-agent-{site}";
}

namespace Ccr.Cli;

/// <summary>The names of the entities, as infra/service-bus/Config.json and the Bicep files have them.</summary>
internal static class Entities
{
    public const string Requests = "ccr-requests";

    public const string Results = "ccr-results";

    public const string WatchSubscription = "watch";

    public static string SubscriptionPath(string name) => $"{Results}/Subscriptions/{name}";
}

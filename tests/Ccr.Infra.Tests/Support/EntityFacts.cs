using System.Text.Json;

namespace Ccr.Infra.Tests.Support;

/// <summary>
/// What a Config.json of the emulator and a deployment say of entities, as comparable lines. What is left out has the default of both: false, or none.
/// </summary>
internal static class EntityFacts
{
    /// <summary>The emulator keeps nothing longer; there it stands for <see cref="CloudLimit"/>.</summary>
    private const string EmulatorLimit = "PT1H";

    private const string CloudLimit = "P14D";

    /// <summary>The emulator knows no message longer; of queues it stands for <see cref="CloudMemory"/>.</summary>
    private const string EmulatorMemory = "PT5M";

    private const string CloudMemory = "P7D";

    /// <summary>A look may be tried more often than the emulator allows, and needs to be known until the one after it.</summary>
    private const string Looks = "queue ccr-verifications";

    /// <summary>What nobody watched in an hour goes, in the cloud as well.</summary>
    private static readonly string[] ShortLived = ["ccr-results/watch"];

    public static IReadOnlyList<string> OfConfig(string json)
    {
        using var document = JsonDocument.Parse(json);
        var root = document.RootElement.GetProperty("UserConfig").GetProperty("Namespaces")[0];
        var facts = new List<string>();
        foreach (var queue in Items(root, "Queues")) Add(facts, $"queue {Name(queue)}", queue);
        foreach (var topic in Items(root, "Topics"))
        {
            Add(facts, $"topic {Name(topic)}", topic);
            foreach (var subscription in Items(topic, "Subscriptions"))
            {
                var path = $"{Name(topic)}/{Name(subscription)}";
                Add(facts, $"subscription {path}", subscription);
                foreach (var rule in Items(subscription, "Rules"))
                {
                    var properties = rule.GetProperty("Properties");
                    facts.Add(
                        $"rule {path}/{Name(rule)}: {properties.GetProperty("FilterType")}Filter {Canonical(properties.GetProperty("CorrelationFilter"))}");
                }
            }
        }

        return [.. facts.Order(StringComparer.Ordinal)];
    }

    public static IReadOnlyList<string> OfDeployment(Deployment deployment)
    {
        const string Prefix = "Microsoft.ServiceBus/namespaces/";
        var facts = new List<string>();
        foreach (var resource in deployment.Resources.Where(r => r.Type.StartsWith(Prefix, StringComparison.Ordinal)))
        {
            var path = resource.Name[(resource.Name.IndexOf('/', StringComparison.Ordinal) + 1)..];
            if (resource.Type.EndsWith("/rules", StringComparison.Ordinal))
            {
                facts.Add($"rule {path}: {resource.Property("filterType")} {Canonical(resource.Properties.GetProperty("correlationFilter"))}");
                continue;
            }

            var kind = resource.Type.Split('/')[^1].TrimEnd('s');
            facts.Add($"{kind} {path}");
            facts.AddRange(resource.Properties.EnumerateObject().Select(property => $"{kind} {path}: {property.Name} = {property.Value}"));
        }

        return [.. facts.Order(StringComparer.Ordinal)];
    }

    private static void Add(List<string> facts, string entity, JsonElement json)
    {
        facts.Add(entity);
        foreach (var property in json.GetProperty("Properties").EnumerateObject())
        {
            var value = property.Value.ToString();
            var isCapped = value == EmulatorLimit && property.Name == "DefaultMessageTimeToLive" && !ShortLived.Contains(entity.Split(' ')[1]);
            var isForgetful = value == EmulatorMemory && property.Name == "DuplicateDetectionHistoryTimeWindow"
                && entity.StartsWith("queue", StringComparison.Ordinal);
            var told = (entity, property.Name) switch
            {
                (Looks, "MaxDeliveryCount") when value == "10" => "100",
                (Looks, _) when isForgetful => "P1D",
                _ => isCapped ? CloudLimit : isForgetful ? CloudMemory : value,
            };
            facts.Add($"{entity}: {JsonNamingPolicy.CamelCase.ConvertName(property.Name)} = {told}");
        }
    }

    private static JsonElement.ArrayEnumerator Items(JsonElement parent, string name) =>
        parent.TryGetProperty(name, out var items) ? items.EnumerateArray() : default;

    private static string Name(JsonElement entity) => entity.GetProperty("Name").GetString()!;

    /// <summary>An object as text whatever the order and the case of its members' names; the names below it count as they are.</summary>
    private static string Canonical(JsonElement filter) => string.Join(", ", filter.EnumerateObject()
        .Select(member => $"{JsonNamingPolicy.CamelCase.ConvertName(member.Name)} = {(member.Value.ValueKind == JsonValueKind.Object ? $"{{ {string.Join(", ", member.Value.EnumerateObject().Select(p => $"{p.Name} = {p.Value}").Order(StringComparer.Ordinal))} }}" : member.Value)}")
        .Order(StringComparer.Ordinal));
}

using System.Text.Json;
using System.Text.RegularExpressions;

namespace Ccr.EmbeddedServiceBus.Configuration;

/// <summary>Reads the official emulator's <c>Config.json</c> and names everything that this broker would not honour.</summary>
internal static partial class ConfigReader
{
    private const string NoSessions = "is true, but this broker has no sessions; write false or use the official emulator";
    private const string NoSql = "SQL is not supported by this broker; use a Correlation filter, or the official emulator";

    private static readonly JsonDocumentOptions Lenient = new() { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true };

    public static ServiceBusConfig Read(string json)
    {
        var faults = new List<ConfigFault>();
        var config = new ServiceBusConfig();
        try
        {
            using var document = JsonDocument.Parse(json, Lenient);
            config = ReadRoot(new JsonObjectReader(document.RootElement, "$", faults));
        }
        catch (JsonException e)
        {
            faults.Add(new ConfigFault("$", $"is not JSON (line {e.LineNumber + 1}): {e.Message}"));
        }

        if (faults.Count == 0)
            faults.AddRange(ConfigChecks.Check(config));
        return faults.Count == 0 ? config : throw new ServiceBusConfigException(faults);
    }

    private static ServiceBusConfig ReadRoot(JsonObjectReader root)
    {
        var user = root.Object("UserConfig", required: true);
        root.End();
        if (user is null)
            return new ServiceBusConfig();

        var namespaces = user.Objects("Namespaces", required: true);
        if (namespaces.Count != 1)
            user.Fault($"{user.Path}.Namespaces", $"has {namespaces.Count} entries; write exactly one");
        var logging = user.Object("Logging");
        logging?.Text("Type", required: true);
        logging?.End();
        user.End();

        var config = new ServiceBusConfig();
        foreach (var item in namespaces.Take(1))
        {
            config = new ServiceBusConfig { Namespace = item.Text("Name", required: true) ?? "" };
            foreach (var queue in item.Objects("Queues"))
                ReadQueue(queue, config);
            foreach (var topic in item.Objects("Topics"))
                ReadTopic(topic, config);
            item.End();
        }

        return config;
    }

    private static void ReadQueue(JsonObjectReader queue, ServiceBusConfig config)
    {
        var name = Name(queue);
        var properties = queue.Object("Properties");
        queue.End();
        config.AddQueue(name, defaults =>
        {
            if (properties is null)
                return defaults;
            var entity = (QueueConfig)ReadEntity(properties, defaults) with { DuplicateDetectionWindow = Window(properties) };
            properties.End();
            return entity;
        });
    }

    private static void ReadTopic(JsonObjectReader topic, ServiceBusConfig config)
    {
        var name = Name(topic);
        var properties = topic.Object("Properties");
        var subscriptions = topic.Objects("Subscriptions", required: true).Select(ReadSubscription).ToList();
        topic.End();
        config.AddTopic(name, defaults =>
        {
            var entity = defaults with { Subscriptions = subscriptions };
            if (properties is null)
                return entity;
            entity = entity with { DefaultMessageTimeToLive = TimeToLive(properties), DuplicateDetectionWindow = Window(properties) };
            properties.End();
            return entity;
        });
    }

    private static SubscriptionConfig ReadSubscription(JsonObjectReader subscription)
    {
        var entity = new SubscriptionConfig(Name(subscription));
        if (subscription.Object("Properties") is { } properties)
        {
            entity = (SubscriptionConfig)ReadEntity(properties, entity);
            properties.End();
        }

        entity = entity with { Rules = [.. subscription.Objects("Rules").Select(ReadRule).OfType<RuleConfig>()] };
        subscription.End();
        return entity;
    }

    private static EntityConfig ReadEntity(JsonObjectReader properties, EntityConfig defaults)
    {
        if (properties.Flag("RequiresSession"))
            properties.Fault($"{properties.Path}.RequiresSession", NoSessions);
        return defaults with
        {
            LockDuration = properties.Duration("LockDuration", "PT1M", "PT5S", "PT5M"),
            MaxDeliveryCount = properties.Number("MaxDeliveryCount", defaults.MaxDeliveryCount, 1, 10),
            DefaultMessageTimeToLive = TimeToLive(properties),
            DeadLetteringOnMessageExpiration = properties.Flag("DeadLetteringOnMessageExpiration"),
            ForwardTo = NullIfEmpty(properties.Text("ForwardTo")),
            ForwardDeadLetteredMessagesTo = NullIfEmpty(properties.Text("ForwardDeadLetteredMessagesTo")),
        };
    }

    private static RuleConfig? ReadRule(JsonObjectReader rule)
    {
        var name = rule.Text("Name", required: true) ?? "";
        var properties = rule.Object("Properties", required: true);
        rule.End();
        if (properties is null)
            return null;

        var type = properties.Text("FilterType", required: true);
        var correlation = properties.Object("CorrelationFilter");
        if (properties.Object("SqlFilter") is { } sql)
            properties.Fault(sql.Path, NoSql);
        if (properties.Object("Action") is { } action)
            properties.Fault(action.Path, NoSql);
        properties.End();
        if (type is not null && !type.Equals("Correlation", StringComparison.OrdinalIgnoreCase))
        {
            properties.Fault($"{properties.Path}.FilterType", type.Equals("Sql", StringComparison.OrdinalIgnoreCase)
                ? NoSql : $"is \"{type}\"; write \"Correlation\"");
            return null;
        }

        if (correlation is null)
        {
            properties.Fault($"{properties.Path}.CorrelationFilter", "is missing; name at least one value to match");
            return null;
        }

        return new RuleConfig(name, ReadCorrelation(correlation));
    }

    private static RuleFilter.Correlation ReadCorrelation(JsonObjectReader filter)
    {
        var properties = new Dictionary<string, object>(StringComparer.Ordinal);
        var result = new RuleFilter.Correlation
        {
            ContentType = filter.Text("ContentType"),
            CorrelationId = filter.Text("CorrelationId"),
            Label = filter.Text("Label"),
            MessageId = filter.Text("MessageId"),
            ReplyTo = filter.Text("ReplyTo"),
            ReplyToSessionId = filter.Text("ReplyToSessionId"),
            SessionId = filter.Text("SessionId"),
            To = filter.Text("To"),
            Properties = properties,
        };
        if (filter.Object("Properties") is { } map)
        {
            foreach (var (key, value) in map.Rest())
            {
                if (value.ValueKind == JsonValueKind.String)
                    properties[key] = value.GetString()!;
                else
                    map.Fault($"{map.Path}.{key}", "is not a text; write the value in quotes");
            }
        }

        filter.End();
        if (result == new RuleFilter.Correlation { Properties = properties } && properties.Count == 0)
            filter.Fault(filter.Path, "is empty; name at least one value to match");
        return result;
    }

    private static string Name(JsonObjectReader entity)
    {
        var name = entity.Text("Name", required: true) ?? "";
        if (name.Length > 0 && !ValidName().IsMatch(name))
        {
            entity.Fault($"{entity.Path}.Name", $"is \"{name}\"; write letters, digits, '.', '-', '_' and '/', beginning and ending with a letter or digit");
        }

        return name;
    }

    private static TimeSpan TimeToLive(JsonObjectReader properties) => properties.Duration("DefaultMessageTimeToLive", "PT1H", "PT5M", "PT1H");

    private static TimeSpan? Window(JsonObjectReader properties)
    {
        var window = properties.Duration("DuplicateDetectionHistoryTimeWindow", "PT20S", "PT5S", "PT5M");
        return properties.Flag("RequiresDuplicateDetection") ? window : null;
    }

    private static string? NullIfEmpty(string? text) => string.IsNullOrEmpty(text) ? null : text;

    [GeneratedRegex(@"^[A-Za-z0-9]$|^[A-Za-z0-9][\w\-\.\/]*[A-Za-z0-9]$", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex ValidName();
}

namespace Ccr.EmbeddedServiceBus.Configuration;

/// <summary>Checks across entities that hold for files and for configurations built in code alike.</summary>
internal static class ConfigChecks
{
    public static IReadOnlyList<ConfigFault> Check(ServiceBusConfig config)
    {
        var faults = new List<ConfigFault>();
        Unique(config.Queues.Select(q => q.Name).Concat(config.Topics.Select(t => t.Name)), "entity", faults);
        foreach (var topic in config.Topics)
        {
            Unique(topic.Subscriptions.Select(s => s.Name), $"subscription of {topic.Name}", faults);
            foreach (var subscription in topic.Subscriptions)
                Unique(subscription.Rules.Select(r => r.Name), $"rule of {topic.Name}/{subscription.Name}", faults);
        }

        var targets = config.Queues.Select(q => q.Name).Concat(config.Topics.Select(t => t.Name)).ToHashSet(StringComparer.OrdinalIgnoreCase);
        foreach (var (path, entity) in Receivables(config))
        {
            Sensible(path, entity, faults);
            Target(path, nameof(entity.ForwardTo), entity.ForwardTo, targets, faults);
            Target(path, nameof(entity.ForwardDeadLetteredMessagesTo), entity.ForwardDeadLetteredMessagesTo, targets, faults);
        }

        if (faults.Count == 0)
            Loops(config, faults);
        return faults;
    }

    private static IEnumerable<(string Path, EntityConfig Entity)> Receivables(ServiceBusConfig config) =>
        config.Queues.Select(q => (q.Name, (EntityConfig)q)).Concat(config.Topics.SelectMany(
            t => t.Subscriptions.Select(s => ($"{t.Name}/Subscriptions/{s.Name}", (EntityConfig)s))));

    private static void Unique(IEnumerable<string> names, string what, List<ConfigFault> faults)
    {
        foreach (var group in names.GroupBy(n => n, StringComparer.OrdinalIgnoreCase).Where(g => g.Count() > 1))
            faults.Add(new ConfigFault(group.Key, $"is the name of more than one {what}; give each its own"));
    }

    private static void Sensible(string path, EntityConfig entity, List<ConfigFault> faults)
    {
        if (entity.Name.Length == 0)
            faults.Add(new ConfigFault(path, "has no name; give it one"));
        if (entity.LockDuration <= TimeSpan.Zero)
            faults.Add(new ConfigFault($"{path}.LockDuration", "must be longer than zero"));
        if (entity.DefaultMessageTimeToLive <= TimeSpan.Zero)
            faults.Add(new ConfigFault($"{path}.DefaultMessageTimeToLive", "must be longer than zero"));
        if (entity.MaxDeliveryCount < 1)
            faults.Add(new ConfigFault($"{path}.MaxDeliveryCount", "must be at least 1"));
    }

    private static void Target(string path, string key, string? target, HashSet<string> known, List<ConfigFault> faults)
    {
        if (target is not null && !known.Contains(target))
            faults.Add(new ConfigFault($"{path}.{key}", $"names \"{target}\", which is no queue or topic here"));
    }

    /// <summary>A message that is forwarded in a circle would never stay anywhere.</summary>
    private static void Loops(ServiceBusConfig config, List<ConfigFault> faults)
    {
        var next = new Dictionary<string, List<string>>(StringComparer.OrdinalIgnoreCase);
        foreach (var queue in config.Queues)
            next[queue.Name] = queue.ForwardTo is null ? [] : [queue.ForwardTo];
        foreach (var topic in config.Topics)
            next[topic.Name] = [.. topic.Subscriptions.Select(s => s.ForwardTo).OfType<string>()];

        foreach (var start in next.Keys)
        {
            var seen = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
            var open = new Stack<string>(next[start]);
            while (open.TryPop(out var name))
            {
                if (name.Equals(start, StringComparison.OrdinalIgnoreCase))
                {
                    faults.Add(new ConfigFault($"{start}.ForwardTo", "leads back to itself; break the circle"));
                    break;
                }

                if (seen.Add(name))
                    next[name].ForEach(open.Push);
            }
        }
    }
}

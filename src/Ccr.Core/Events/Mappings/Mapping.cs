using Ccr.Core.Events.HostNames;

namespace Ccr.Core.Events.Mappings;

/// <summary>A mapping file, compiled: where in a source's events everything is.</summary>
internal sealed record Mapping
{
    /// <summary>The source's name.</summary>
    public required string Source { get; init; }

    /// <summary>The source's name for people.</summary>
    public required string Title { get; init; }

    /// <summary>All of them hold for an event of the source.</summary>
    public required Condition[] Conditions { get; init; }

    /// <summary>The items of an event; null when it is itself the only one.</summary>
    public JsonPath? Each { get; init; }

    /// <summary>Where an item's machines are.</summary>
    public required MachineFinder Machines { get; init; }

    /// <summary>How to tell whether there is a problem; without a rule there always is one.</summary>
    public required StateRule[] States { get; init; }

    /// <summary>When an item is ignored whatever its state says; the first that holds counts.</summary>
    public required IgnoreRule[] Ignored { get; init; }

    /// <summary>Which alerts are meant.</summary>
    public required AlertFilter Filter { get; init; }

    /// <summary>What together identifies an item; unless all of them are there, its message does.</summary>
    public required Selector[] Ids { get; init; }

    /// <summary>When it happened: the first that has a time counts.</summary>
    public required TimeRule[] Times { get; init; }

    /// <summary>Where the domain may be, NetBIOS or DNS; the first that has one counts.</summary>
    public required Selector[] Domain { get; init; }

    /// <summary>The domain when there is none.</summary>
    public string? DefaultDomain { get; init; }

    /// <summary>Where the key of a configured site may be; the first that has one counts.</summary>
    public required Selector[] Site { get; init; }

    /// <summary>The rules for host names, with the DNS suffixes of this source.</summary>
    public required HostNameRules Hosts { get; init; }

    /// <summary>The severity.</summary>
    public Selector? Severity { get; init; }

    /// <summary>The name of the alert rule.</summary>
    public Selector? Rule { get; init; }

    /// <summary>Why the client is to be reinstalled, for people.</summary>
    public Selector? Reason { get; init; }

    /// <summary>How many items the sender left out.</summary>
    public Selector? LeftOut { get; init; }
}

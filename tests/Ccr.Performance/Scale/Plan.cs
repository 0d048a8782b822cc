namespace Ccr.Performance.Scale;

/// <summary>What an installation runs on, and what its parts can do.</summary>
/// <param name="Name">In a word.</param>
/// <param name="MessagesPerSecond">
/// Messages that the Service Bus moves in a second. Standard: 1,000 credits a second and namespace, and sending, receiving or evaluating a filter takes one
/// each (learn.microsoft.com, service-bus-throttling). Premium has no published number: 4,000 for a messaging unit is our assumption.
/// </param>
/// <param name="Instances">Instances that may submit at once; the infrastructure's parameter <c>maxInstances</c>.</param>
internal sealed record Plan(string Name, double MessagesPerSecond, int Instances)
{
    /// <summary>Messages that one instance has in hand at once (Processing:MaxConcurrent, host.json).</summary>
    public int InHand { get; init; } = 32;

    /// <summary>Requests under way at one site (Ccr:Rate:MaxConcurrent, for all instances together).</summary>
    public int AtOnce { get; init; } = 10;

    /// <summary>Requests to one site in a minute (Ccr:Rate:MaxPerMinute); 0 is no limit.</summary>
    public int PerMinute { get; init; }

    /// <summary>
    /// Processor time of one event, in seconds: measured, 2.15 ms on one core of the machine of the results of 2026-11-26. An instance with 2,048 MB is
    /// taken for one such core.
    /// </summary>
    public double ProcessorTime { get; init; } = 0.002_15;

    /// <summary>Requests to the table storage for one event, and how many of them wait for each other.</summary>
    public (int Requests, int Serial) Tables { get; init; } = (4, 3);

    /// <summary>Messages of one event: sent, taken, the result sent, a filter for each of two subscriptions, and taken from both.</summary>
    public int Messages { get; init; } = 7;
}

/// <summary>An outage: how many machines ask for a client, from how many sites, in what time.</summary>
/// <param name="Machines">Machines that are broken.</param>
/// <param name="Sites">Sites that they are spread over evenly.</param>
/// <param name="Within">The time in which monitoring reports them, in seconds.</param>
internal sealed record Outage(int Machines, int Sites, double Within);

/// <summary>What is outside of the installation, in seconds.</summary>
internal sealed record Surroundings
{
    /// <summary>A management point's answer.</summary>
    public double ManagementPoint { get; init; } = 0.05;

    /// <summary>One request to the table storage.</summary>
    public double Table { get; init; } = 0.02;

    /// <summary>
    /// A push of the client by the site. It works on ten at a time (KB871161); how long one takes depends on the network and is not published: three
    /// minutes are our assumption.
    /// </summary>
    public double Push { get; init; } = 180;

    /// <summary>CCRs that a site works on at a time (KB871161).</summary>
    public int PushesAtOnce { get; init; } = 10;
}

/// <summary>Azure's other limits, as they are published.</summary>
internal static class Published
{
    /// <summary>Requests to one storage account in a second (learn.microsoft.com, tables/scalability-targets).</summary>
    public const double TableRequestsPerSecond = 20_000;

    /// <summary>Entities of one partition in a second (same page): the sightings of a site, by which the storm brake counts, are one.</summary>
    public const double EntitiesOfAPartitionPerSecond = 2_000;
}

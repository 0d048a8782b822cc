namespace Ccr.Hosting.Processing;

/// <summary>How a host takes messages: the section <c>Processing</c>. The Function app has the same in its host.json.</summary>
public sealed class ProcessingOptions
{
    /// <summary>The name of the section.</summary>
    public const string Section = "Processing";

    /// <summary>
    /// How many messages of each entity are worked on at once, default 32; 1 to 1000. More than <c>Ccr:Rate:MaxConcurrent</c> keeps the management
    /// point busy while others are read, recorded and published; what waits for it holds neither a claim nor its machine.
    /// </summary>
    public int MaxConcurrent { get; set; } = 32;

    /// <summary>The time between two looks at the dead letters, default one minute; 1 s to 1 h.</summary>
    public TimeSpan LookAtDeadLetters { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>
    /// The time between two looks at the results of others, for signs of another ledger, default 15 seconds; 1 s to 1 h. Longer notices later.
    /// </summary>
    public TimeSpan LookAtResults { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>Every fault, with its key and with what to write instead.</summary>
    public IEnumerable<ConfigurationFault> FindFaults()
    {
        if (MaxConcurrent is < 1 or > 1000)
            yield return ConfigurationFault.Of($"{Section}:{nameof(MaxConcurrent)}", $"is {MaxConcurrent}: write a number from 1 to 1000, for example 32.");
        foreach (var (name, value) in new[] { (nameof(LookAtDeadLetters), LookAtDeadLetters), (nameof(LookAtResults), LookAtResults) })
        {
            if (value < TimeSpan.FromSeconds(1) || value > TimeSpan.FromHours(1))
                yield return ConfigurationFault.Of($"{Section}:{name}", $"is {value}: write a time from 00:00:01 to 01:00:00, for example 00:01:00.");
        }
    }
}

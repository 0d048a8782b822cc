using System.Text.Json.Serialization;

namespace Ccr.Core.Ledger;

/// <summary>A switch that all instances share: the pause of all sites or of one, or the storm brake of a site.</summary>
/// <param name="Key">Which one.</param>
/// <param name="On">Its position.</param>
/// <param name="Since">When it came into this position.</param>
/// <param name="Before">When it had come into the position before this one.</param>
/// <param name="Stirred">A brake's: when a machine was last held that had not been seen before.</param>
/// <param name="By">Who set it, for people to read.</param>
/// <param name="Until">A pause's: when it ends by itself; null when somebody has to end it.</param>
/// <param name="Reason">Why, in the words of who set it.</param>
public sealed record SwitchRecord(
    string Key, bool On, DateTimeOffset Since, DateTimeOffset? Before = null, DateTimeOffset? Stirred = null, string? By = null, DateTimeOffset? Until = null,
    string? Reason = null)
{
    /// <summary>The switch that stops all submissions.</summary>
    public const string PauseKey = "pause";

    /// <summary>The switch that stops the submissions to one site.</summary>
    public static string PauseKeyOf(string site) => $"{PauseKey} {site}";

    /// <summary>The storm brake of a site.</summary>
    public static string BrakeKey(string site) => $"brake {site}";

    /// <summary>Whether it holds at a time: it is on, and its end has not come.</summary>
    public bool HoldsAt(DateTimeOffset time) => On && !(Until <= time);

    /// <summary>The site that it is of, or null for the pause of all sites.</summary>
    [JsonIgnore]
    public string? Site => Key.IndexOf(' ', StringComparison.Ordinal) is var at and >= 0 ? Key[(at + 1)..] : null;

    /// <summary>Whether it is a pause, of one site or of all.</summary>
    [JsonIgnore]
    public bool IsPause => Key == PauseKey || Key.StartsWith($"{PauseKey} ", StringComparison.Ordinal);

    /// <summary>Whether it is a storm brake.</summary>
    [JsonIgnore]
    public bool IsBrake => Key.StartsWith(BrakeKey(""), StringComparison.Ordinal);

    /// <summary>The switch in another position.</summary>
    public SwitchRecord Turn(bool on, DateTimeOffset at, string by) => new(Key, on, at, Since, on ? at : null, by);
}

/// <summary>A switch as it was read.</summary>
/// <param name="Key">Which one.</param>
/// <param name="Version">The store's mark, or null when it was never set.</param>
/// <param name="Record">Its position, or null when it was never set, which is off.</param>
public sealed record SwitchState(string Key, string? Version, SwitchRecord? Record);

namespace Ccr.Console.Words;

/// <summary>A piece of a sentence: text, or a time, which the browser shows in the reader's own zone.</summary>
/// <param name="Text">The text, or null.</param>
/// <param name="Time">The time, or null.</param>
public readonly record struct Bit(string? Text, DateTimeOffset? Time)
{
    /// <summary>Text.</summary>
    public static implicit operator Bit(string text) => new(text, null);

    /// <summary>A time.</summary>
    public static implicit operator Bit(DateTimeOffset time) => new(null, time);

    /// <inheritdoc/>
    public override string ToString() => Time is { } time ? $"{time:u}" : Text ?? "";
}

/// <summary>How good or bad a thing is. It is never shown by colour alone.</summary>
public enum Mood
{
    /// <summary>As it should be.</summary>
    Good,

    /// <summary>Worth knowing.</summary>
    Notice,

    /// <summary>A person is needed, or something is held.</summary>
    Bad,

    /// <summary>Nobody knows.</summary>
    Unknown,
}

/// <summary>One thing of the strip that is on every page.</summary>
/// <param name="Mood">How bad it is.</param>
/// <param name="Word">What it is, in one word.</param>
/// <param name="Bits">The rest of the sentence.</param>
internal sealed record StripItem(Mood Mood, string Word, params IReadOnlyList<Bit> Bits)
{
    public override string ToString() => $"{Word} {string.Join(' ', Bits)}";
}

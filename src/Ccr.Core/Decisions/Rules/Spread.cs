namespace Ccr.Core.Decisions.Rules;

/// <summary>Keeps requests that wait for the same thing from coming back all at once.</summary>
internal static class Spread
{
    /// <summary>A time within a quarter of the given one, always the same for the same request.</summary>
    public static TimeSpan Over(TimeSpan time, string requestId)
    {
        // FNV-1a, as string.GetHashCode differs between processes.
        var hash = 2166136261u;
        foreach (var c in requestId) hash = (hash ^ c) * 16777619u;
        return time * (0.75 + (hash % 1001 / 2000.0));
    }
}

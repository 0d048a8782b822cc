namespace Ccr.SiteSimulator;

/// <summary>One request that reached a simulated server.</summary>
/// <param name="Time">When it had arrived.</param>
/// <param name="Method">The verb, as it was sent.</param>
/// <param name="Path">The path, as it was sent.</param>
/// <param name="Query">The query without its question mark, as it was sent; empty when there was none.</param>
/// <param name="Status">The status that it is answered with; null when a fault leaves it without one.</param>
/// <param name="Machine">The machine of a well-formed submission; otherwise null.</param>
public sealed record RecordedRequest(
    DateTimeOffset Time, string Method, string Path, string Query, int? Status, string? Machine);

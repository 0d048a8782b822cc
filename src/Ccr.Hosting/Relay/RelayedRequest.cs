namespace Ccr.Hosting.Relay;

/// <summary>A request that came through the relay.</summary>
/// <param name="Id">The relay's id of it.</param>
/// <param name="Method">The method, as the sender wrote it.</param>
/// <param name="Target">Path and query, the name of the hybrid connection included: <c>/hq/submit?x=1</c>.</param>
/// <param name="Headers">The sender's headers, without those of the connection; names compare without case.</param>
/// <param name="Body">The whole body.</param>
public sealed record RelayedRequest(string Id, string Method, string Target, IReadOnlyDictionary<string, string> Headers, ReadOnlyMemory<byte> Body);

/// <summary>What a listener answers.</summary>
/// <param name="Status">The status: 200 to 599, but not 502 or 504, which are the relay's own.</param>
/// <param name="Headers">Its headers.</param>
/// <param name="Body">Its body; a large one takes another way by itself.</param>
public sealed record RelayedAnswer(int Status, IReadOnlyDictionary<string, string> Headers, ReadOnlyMemory<byte> Body);

/// <summary>Answers one request. When it throws, the sender gets a 500 without a text.</summary>
public delegate Task<RelayedAnswer> RelayHandler(RelayedRequest request, CancellationToken stop);

/// <summary>How a <see cref="RelayListener"/> is doing at one moment.</summary>
/// <param name="ConnectedSince">Since when its control channel is open; null while it is not.</param>
/// <param name="LastError">The last fault, in one line, however long ago; null if there was none.</param>
/// <param name="LastErrorAt">When that was.</param>
/// <param name="InFlight">Requests whose answer is not sent yet.</param>
public sealed record RelayHealth(DateTimeOffset? ConnectedSince, string? LastError, DateTimeOffset? LastErrorAt, int InFlight);

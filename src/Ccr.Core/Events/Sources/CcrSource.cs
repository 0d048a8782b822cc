using Ccr.Core.Events.Explanations;

namespace Ccr.Core.Events.Sources;

/// <summary>
/// The format that this project defines: an event of type <c>ccr.reinstall.requested</c>, in CloudEvents 1.0 (structured or binary) or in Event Grid's
/// own envelope.
/// </summary>
internal sealed class CcrSource(string? defaultDomain) : IEventSource
{
    public const string SourceName = "ccr";

    /// <summary>The type of the event.</summary>
    public const string Type = "ccr.reinstall.requested";

    public string Name => SourceName;

    public string Recognition => $"the type \"{Type}\" in CloudEvents 1.0 or Event Grid";

    public string? FindMismatch(Payload payload) => payload.Envelope.Type == Type ? null : $"the type is \"{Type}\"";

    public IReadOnlyList<EventPart> Read(Payload payload, ReadingTrace? trace) =>
        [CcrData.Read(payload.Root, new EventIdentity(Name, payload.Envelope.Id, payload.Envelope.Time), defaultDomain, trace)];
}

using Ccr.Core.Events.Explanations;
using Ccr.Core.Events.Json;

namespace Ccr.Core.Events.Sources;

/// <summary>Our format's data without an envelope: <c>{ "machine": "PC01" }</c>. The message identifies and dates it.</summary>
internal sealed class PlainSource(string? defaultDomain) : IEventSource
{
    public const string SourceName = "plain";

    private static readonly MemberName Machine = "machine";

    public string Name => SourceName;

    public string Recognition => "$.machine is present, and the type is not ours";

    public string? FindMismatch(Payload payload)
    {
        if (payload.Envelope.Type == CcrSource.Type) return "the type is not ours";
        return payload.Root.Find(Machine).IsPresent ? null : "$.machine is present";
    }

    public IReadOnlyList<EventPart> Read(Payload payload, ReadingTrace? trace) =>
        [CcrData.Read(payload.Root, new EventIdentity(Name, payload.Envelope.Id, payload.Envelope.Time), defaultDomain, trace)];
}

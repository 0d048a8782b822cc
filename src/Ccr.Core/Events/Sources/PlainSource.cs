using System.Text.Json;
using Ccr.Core.Events.Explanations;

namespace Ccr.Core.Events.Sources;

/// <summary>Our format's data without an envelope: <c>{ "machine": "PC01" }</c>. The message identifies and dates it.</summary>
internal sealed class PlainSource : IEventSource
{
    public const string SourceName = "plain";

    public string Name => SourceName;

    public string Recognition => "$.machine is present, and the type is not ours";

    public string? FindMismatch(Payload payload)
    {
        if (payload.Envelope.Type == CcrSource.Type) return "the type is not ours";
        return payload.Root.ValueKind == JsonValueKind.Object && JsonFields.Find(payload.Root, "machine") is not null ? null : "$.machine is present";
    }

    public IReadOnlyList<EventPart> Read(Payload payload, ReadingTrace? trace) =>
        [CcrData.Read(payload.Root, new EventIdentity(Name, payload.Envelope.Id, payload.Envelope.Time), trace)];
}

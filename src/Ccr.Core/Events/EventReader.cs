using System.Text.Json;
using System.Text.Unicode;
using Ccr.Core.Events.Sources;
using Ccr.Core.Results;

namespace Ccr.Core.Events;

/// <summary>Turns a message's body into a reading. Whatever the body is, there is a reading with at least one part.</summary>
public sealed class EventReader(EventOptions options)
{
    private static readonly JsonDocumentOptions Json = new() { AllowDuplicateProperties = false, MaxDepth = 32 };

    private static readonly IReadOnlyList<IEventSource> Sources = [new CcrCloudEventSource(), new AzureMonitorSource()];

    /// <summary>Reads an event. It never throws for what the event holds.</summary>
    public EventReading Read(IncomingEvent incoming)
    {
        IEventSource? source = null;
        try
        {
            using var document = Parse(incoming.Body);
            source = Recognise(document.RootElement);
            var reading = source.Read(document.RootElement, incoming);
            if (reading.Parts.Count > options.MaxMachines)
                throw new EventFaultException(EventReasons.TooManyMachines, $"it names {reading.Parts.Count} machines, more than {options.MaxMachines}");
            return reading;
        }
        catch (EventFaultException fault)
        {
            var refusal = new EndedPart(new Verdict(Outcome.Rejected, fault.Reason, fault.Message));
            return new EventReading(source?.Name ?? EventReading.UnknownSource, incoming.MessageId, incoming.EnqueuedTime, [refusal]);
        }
    }

    private JsonDocument Parse(ReadOnlyMemory<byte> body)
    {
        if (body.Length > options.MaxBodyBytes)
            throw new EventFaultException(EventReasons.TooLarge, $"the body has {body.Length} bytes, more than {options.MaxBodyBytes}");
        if (!Utf8.IsValid(body.Span))
            throw new EventFaultException(EventReasons.NotText, "the body is not UTF-8");

        ReadOnlySpan<byte> byteOrderMark = [0xEF, 0xBB, 0xBF];
        var json = body.Span.StartsWith(byteOrderMark) ? body[byteOrderMark.Length..] : body;
        try
        {
            return JsonDocument.Parse(json, Json);
        }
        catch (JsonException fault) when (fault.LineNumber is null)
        {
            // The parser gives a place to every fault but this one.
            throw new EventFaultException(EventReasons.DuplicateMember, "a member stands twice in the same object");
        }
        catch (JsonException fault)
        {
            throw new EventFaultException(
                EventReasons.NotJson, $"the body is not JSON at line {fault.LineNumber + 1}, byte {fault.BytePositionInLine + 1} of it");
        }
    }

    private static IEventSource Recognise(JsonElement root)
    {
        if (root.ValueKind == JsonValueKind.Object && Sources.FirstOrDefault(source => source.Recognises(root)) is { } source) return source;

        var known = string.Join("; ", Sources.Select(s => $"{s.Name}: {s.Recognition}"));
        throw new EventFaultException(EventReasons.UnknownFormat, $"no format was recognised; looked for {known}");
    }
}

using System.Text.Json;

namespace Ccr.Campaign.Truth;

/// <summary>A result as it was heard on the topic, read here again, so that nothing of the product's reading counts.</summary>
internal sealed record Answer(
    string MessageId, string EventId, string RequestId, string? Machine, string Outcome, string Reason, string? Repeats, string Content)
{
    public bool IsTerminal => Outcome is not ("Deferred" or "Dispatched");

    /// <summary>A CloudEvents event is told by source and id together (CloudEvents 1.0, id), and so do results name it.</summary>
    private const string Source = Attempt.Source + " ";

    public static Answer Read(string messageId, ReadOnlyMemory<byte> body)
    {
        using var document = JsonDocument.Parse(body);
        var data = document.RootElement.GetProperty("data");
        return new Answer(
            messageId, IdOf(Text(data, "eventId")!), Text(data, "requestId")!, MachineOf(data), Text(data, "outcome")!, Text(data, "reason")!,
            Text(data, "repeats"),
            data.GetRawText());
    }

    private static string IdOf(string eventId) => eventId.StartsWith(Source, StringComparison.Ordinal) ? eventId[Source.Length..] : eventId;

    private static string? MachineOf(JsonElement data) => Text(data, "machine") is { } name ? Attempt.MachineOf(Text(data, "domain"), name) : null;

    private static string? Text(JsonElement data, string name) => data.TryGetProperty(name, out var value) ? value.GetString() : null;
}

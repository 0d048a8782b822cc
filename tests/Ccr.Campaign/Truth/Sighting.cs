using System.Text.Json;

namespace Ccr.Campaign.Truth;

/// <summary>A verification as it was heard on the topic, read here again, so that nothing of the product's reading counts.</summary>
internal sealed record Sighting(
    string MessageId, string RequestId, string Machine, int Number, string Outcome, string Reason, DateTimeOffset Pushed, DateTimeOffset Time, string Content)
{
    public bool IsFinal => Outcome != "InRetry";

    /// <summary>The verification in a message's body; null when it is none.</summary>
    public static Sighting? Read(string messageId, ReadOnlyMemory<byte> body)
    {
        using var document = JsonDocument.Parse(body);
        if (document.RootElement.GetProperty("type").GetString() != "ccr.reinstall.verification") return null;

        var data = document.RootElement.GetProperty("data");
        return new Sighting(
            messageId, Text("requestId"), Attempt.MachineOf(Text("domain"), Text("machine")), data.GetProperty("number").GetInt32(), Text("outcome"),
            Text("reason"), data.GetProperty("pushed").GetDateTimeOffset(), data.GetProperty("time").GetDateTimeOffset(), data.GetRawText());

        string Text(string name) => data.GetProperty(name).GetString()!;
    }
}

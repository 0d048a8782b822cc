using System.Text.Json;
using System.Text.Json.Nodes;
using Ccr.Campaign.Supervision;

namespace Ccr.Campaign.Scenarios;

/// <summary>What somebody without a key of the site makes of the questions that it has.</summary>
internal static class Lies
{
    /// <summary>As long as a signature, and none.</summary>
    public static readonly string NoSignature = new('0', 64);

    /// <summary>A question with something changed.</summary>
    public static byte[] Change(byte[] question, Action<JsonObject> change)
    {
        var json = JsonNode.Parse(question)!.AsObject();
        change(json);
        return JsonSerializer.SerializeToUtf8Bytes(json);
    }

    /// <summary>That the submission was accepted, signed by nobody.</summary>
    public static byte[] Of(JsonNode question) => JsonSerializer.SerializeToUtf8Bytes(new
    {
        version = 1,
        nonce = (string?)question["nonce"],
        agent = "thief",
        instance = (string?)question["for"] ?? "thief",
        result = question["command"] is not { } command ? null : new
        {
            requestId = (string?)command["requestId"],
            source = (string?)command["source"],
            eventId = (string?)command["eventId"],
            part = 1,
            parts = 1,
            machine = (string?)command["machine"],
            domain = (string?)command["domain"],
            site = RelayAccess.Connection,
            outcome = "Accepted",
            reason = "CCR3001",
            meaning = "a lie",
            detail = "a lie",
            remedy = "none",
            time = TimeProvider.System.GetUtcNow(),
            agent = "thief",
        },
        signature = NoSignature,
    });
}

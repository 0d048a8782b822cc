using System.Text.Json;

namespace Ccr.Samples;

/// <summary>What these samples need of a message of the results topic. Everything else in it is passed over, what is new as well.</summary>
/// <param name="Type">Result, verification, or something that does not concern a consumer.</param>
/// <param name="Data">What it says.</param>
internal sealed record ResultsMessage(string Type, ResultsData Data)
{
    public const string Result = "ccr.reinstall.result";
    public const string Verification = "ccr.reinstall.verification";

    /// <summary>Reads a body.</summary>
    /// <exception cref="RefusedException">It is no message of the contract.</exception>
    public static ResultsMessage Read(ReadOnlyMemory<byte> body)
    {
        try
        {
            if (JsonSerializer.Deserialize<ResultsMessage>(body.Span, JsonSerializerOptions.Web) is { Type: not null, Data: not null } message) return message;
        }
        catch (JsonException)
        {
            // The body could say what it is only to somebody who may read it: nothing of it is told.
        }

        throw new RefusedException("the body is no message of the contract");
    }
}

/// <summary>The members of both kinds of messages; outcomes are text, since new ones may come.</summary>
internal sealed record ResultsData(
    string? RequestId, string? Source, string? EventId, string? Outcome, string? Strength, string? Machine, string? Domain, string? Meaning, string? Detail);

using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Ccr.Core.Results;

/// <summary>A result as CloudEvents 1.0 carries it; the names of its attributes are all lower case.</summary>
public sealed record ResultCloudEvent(
    [property: JsonPropertyName("specversion")] string SpecVersion,
    string Type,
    string Source,
    string Id,
    string? Subject,
    DateTimeOffset Time,
    [property: JsonPropertyName("datacontenttype")] string DataContentType,
    ReinstallResult Data);

/// <summary>A verification as CloudEvents 1.0 carries it.</summary>
public sealed record VerificationCloudEvent(
    [property: JsonPropertyName("specversion")] string SpecVersion,
    string Type,
    string Source,
    string Id,
    string? Subject,
    DateTimeOffset Time,
    [property: JsonPropertyName("datacontenttype")] string DataContentType,
    VerificationResult Data);

/// <summary>A result as it goes to the results topic, in the words of any broker.</summary>
/// <param name="MessageId">The same for every publication of the same result, so that a second one is the same message.</param>
/// <param name="CorrelationId">The request's id, which also joins interim results to the terminal one.</param>
/// <param name="Subject">The machine.</param>
/// <param name="Body">The CloudEvents JSON in UTF-8.</param>
/// <param name="Properties">What subscriptions filter by.</param>
public sealed record ResultMessage(
    string MessageId, string CorrelationId, string? Subject, ReadOnlyMemory<byte> Body, IReadOnlyDictionary<string, object> Properties)
{
    /// <summary>The CloudEvents type of a result.</summary>
    public const string Type = "ccr.reinstall.result";

    /// <summary>The CloudEvents type of a verification.</summary>
    public const string VerificationType = "ccr.reinstall.verification";

    /// <summary>The content type of structured CloudEvents JSON.</summary>
    public const string ContentType = "application/cloudevents+json";

    /// <summary>Makes the message of a result.</summary>
    public static ResultMessage From(ReinstallResult result)
    {
        var messageId = result.Outcome.IsTerminal() ? TerminalId(result) : InterimId(result);
        var cloudEvent = new ResultCloudEvent("1.0", Type, "ccr", messageId, result.Machine, result.Time, "application/json", result);
        var properties = new Dictionary<string, object>(StringComparer.Ordinal)
        {
            ["outcome"] = result.Outcome.ToString(),
            ["reason"] = result.Reason,
            ["source"] = result.Source,
        };
        AddIfKnown(properties, "machine", result.Machine);
        AddIfKnown(properties, "domain", result.Domain);
        AddIfKnown(properties, "site", result.Site);
        if (result.Late) properties["late"] = true;
        var body = JsonSerializer.SerializeToUtf8Bytes(cloudEvent, ResultJson.Default.ResultCloudEvent);
        return new ResultMessage(messageId, result.RequestId, result.Machine, body, properties);
    }

    /// <summary>Makes the message of a verification.</summary>
    public static ResultMessage From(VerificationResult verification)
    {
        var messageId = string.Create(CultureInfo.InvariantCulture, $"{verification.RequestId}-verification-{verification.Number}");
        var cloudEvent = new VerificationCloudEvent(
            "1.0", VerificationType, "ccr", messageId, verification.Machine, verification.Time, "application/json", verification);
        var properties = new Dictionary<string, object>(StringComparer.Ordinal)
        {
            ["outcome"] = verification.Outcome.ToString(),
            ["reason"] = verification.Reason,
            ["source"] = verification.Source,
            ["machine"] = verification.Machine,
            ["domain"] = verification.Domain,
            ["site"] = verification.Site,
            ["strength"] = verification.Strength.ToString(),
        };
        var body = JsonSerializer.SerializeToUtf8Bytes(cloudEvent, ResultJson.Default.VerificationCloudEvent);
        return new ResultMessage(messageId, verification.RequestId, verification.Machine, body, properties);
    }

    /// <summary>Reads the verification out of a message's body, or returns null when it is none of ours.</summary>
    public static VerificationResult? ReadVerification(ReadOnlySpan<byte> body)
    {
        try
        {
            return JsonSerializer.Deserialize(body, ResultJson.Default.VerificationCloudEvent) is { Type: VerificationType, Data: { } data } ? data : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>Reads the result out of a message's body, or returns null when it is no result of ours.</summary>
    public static ReinstallResult? Read(ReadOnlySpan<byte> body)
    {
        try
        {
            return JsonSerializer.Deserialize(body, ResultJson.Default.ResultCloudEvent) is { Type: Type, Data: { } result } ? result : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>
    /// The topic drops a message whose id it knows. So the results of the processor and of the agent, and a late one, each have their own id, though
    /// they are about the same request.
    /// </summary>
    private static string TerminalId(ReinstallResult result) =>
        result.Late ? $"{result.RequestId}-late" : result.Agent is not null ? $"{result.RequestId}-agent" : result.RequestId;

    /// <summary>Every deferral has its own end, and so its own message; the same deferral published twice has one.</summary>
    private static string InterimId(ReinstallResult result) =>
        string.Create(CultureInfo.InvariantCulture, $"{result.RequestId}-{result.Outcome}-{(result.Until ?? result.Time).ToUnixTimeSeconds()}");

    private static void AddIfKnown(Dictionary<string, object> properties, string name, string? value)
    {
        if (value is not null) properties[name] = value;
    }
}

using System.Globalization;
using System.Text.Json;
using Ccr.Core.Text;

namespace Ccr.Core.Results;

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
        var cloudEvent = CloudEvent.Of(Type, messageId, result.Machine, result.Time, result);
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
        var body = JsonSerializer.SerializeToUtf8Bytes(cloudEvent, ResultJson.Default.CloudEventReinstallResult);
        return new ResultMessage(messageId, result.RequestId, result.Machine, body, properties);
    }

    /// <summary>Makes the message of a verification.</summary>
    public static ResultMessage From(VerificationResult verification)
    {
        var messageId = string.Create(CultureInfo.InvariantCulture, $"{verification.RequestId}-verification-{verification.Number}");
        var cloudEvent = CloudEvent.Of(VerificationType, messageId, verification.Machine, verification.Time, verification);
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
        var body = JsonSerializer.SerializeToUtf8Bytes(cloudEvent, ResultJson.Default.CloudEventVerificationResult);
        return new ResultMessage(messageId, verification.RequestId, verification.Machine, body, properties);
    }

    /// <summary>Reads the verification out of a message's body, or returns null when it is none of ours.</summary>
    public static VerificationResult? ReadVerification(ReadOnlySpan<byte> body) =>
        JsonBody.Read(body, ResultJson.Default.CloudEventVerificationResult) is { Type: VerificationType, Data: { } verification } ? verification : null;

    /// <summary>Reads the result out of a message's body, or returns null when it is no result of ours.</summary>
    public static ReinstallResult? Read(ReadOnlySpan<byte> body) =>
        JsonBody.Read(body, ResultJson.Default.CloudEventReinstallResult) is { Type: Type, Data: { } result } ? result : null;

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

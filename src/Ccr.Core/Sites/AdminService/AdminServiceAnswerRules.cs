using System.Text.Json;
using Ccr.Core.Results;
using Ccr.Core.Text;

namespace Ccr.Core.Sites.AdminService;

/// <summary>What an answer of AdminService means, or the lack of one. The cause completes a sentence that begins with its address.</summary>
/// <remarks>
/// A static method answers 201 with ReturnValue in the body (observed); other successes are taken as well. A 404 is what a missing right looks like
/// (observed), so it is never read as an unknown device. What a failed request looks like over HTTP nobody has documented: only what is certain is said.
/// </remarks>
internal static class AdminServiceAnswerRules
{
    /// <summary>What became of a request for a CCR.</summary>
    public static AnswerClass OfSubmission(int status, ReadOnlySpan<byte> body) => status switch
    {
        >= 200 and < 300 => ReadReturnValue(body) switch
        {
            0 => new(SubmissionVerdict.Accepted, AdminServiceReasons.Accepted, $"answered {status} with ReturnValue 0"),
            { } value => new(SubmissionVerdict.Refused, AdminServiceReasons.Declined, $"answered {status} with ReturnValue {value}"),
            null => new(SubmissionVerdict.Unknown, AdminServiceReasons.Unreadable, $"answered {status} without a ReturnValue"),
        },
        408 or < 200 or >= 500 => new(SubmissionVerdict.Unknown, AdminServiceReasons.ServerFailed, Say(status, body)),
        _ => new(SubmissionVerdict.Refused, RefusalOf(status), Say(status, body)),
    };

    /// <summary>Why a question that asks for nothing has no answer that can be used: it may be asked again unless somebody must mend something.</summary>
    public static AnswerClass OfQuestion(int status, ReadOnlySpan<byte> body) => status is >= 300 and < 500 and not (408 or 429)
        ? new(SubmissionVerdict.Refused, RefusalOf(status), Say(status, body))
        : new(SubmissionVerdict.NotSent, AdminServiceReasons.NotLookedUp, Say(status, body));

    /// <summary>What the failure of an exchange means, in this catalogue.</summary>
    /// <param name="failure">What is known of any exchange.</param>
    /// <param name="isQuestion">Whether it asked for nothing, so that nothing can have been done.</param>
    public static AnswerClass OfFailure(AnswerClass failure, bool isQuestion) => failure switch
    {
        { Verdict: SubmissionVerdict.NotSent } when failure.Reason == ManagementPointReasons.StoppedBefore => failure,
        { Verdict: SubmissionVerdict.NotSent } when failure.Reason == ManagementPointReasons.TlsFailed || failure.Reason == ManagementPointReasons.NotPinned =>
            failure with { Reason = AdminServiceReasons.TlsFailed },
        { Verdict: SubmissionVerdict.NotSent } => failure with { Reason = AdminServiceReasons.NotReached },
        _ when isQuestion => new(SubmissionVerdict.NotSent, AdminServiceReasons.NotLookedUp, failure.Cause),
        _ => failure with { Reason = AdminServiceReasons.NotAnswered },
    };

    private static ReasonCode RefusalOf(int status) => status switch
    {
        401 => AdminServiceReasons.NotAuthenticated,
        403 => AdminServiceReasons.Forbidden,
        404 => AdminServiceReasons.NoRight,
        _ => AdminServiceReasons.Refused,
    };

    private static string Say(int status, ReadOnlySpan<byte> body) =>
        ReadMessage(body) is { } message ? $"answered {status}: {SafeText.Escape(message.Trim(), maxLength: 200)}" : $"answered {status}";

    private static long? ReadReturnValue(ReadOnlySpan<byte> body) =>
        Find(body, answer => answer.TryGetProperty("ReturnValue", out var value) && value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out var number)
            ? number
            : (long?)null);

    private static string? ReadMessage(ReadOnlySpan<byte> body) => Find(body, answer =>
        answer.TryGetProperty("error", out var error) && error.ValueKind == JsonValueKind.Object && error.TryGetProperty("message", out var message)
            && message.ValueKind == JsonValueKind.String ? message.GetString() : null);

    private static T? Find<T>(ReadOnlySpan<byte> body, Func<JsonElement, T?> read)
    {
        try
        {
            var reader = new Utf8JsonReader(body);
            using var answer = JsonDocument.ParseValue(ref reader);
            return answer.RootElement.ValueKind == JsonValueKind.Object ? read(answer.RootElement) : default;
        }
        catch (JsonException)
        {
            return default;
        }
    }
}

using System.Net.Sockets;
using Ccr.Core.Results;
using Ccr.Core.Text;

namespace Ccr.Core.Sites;

/// <summary>What is known after an exchange. The cause completes a sentence that begins with the management point.</summary>
internal sealed record AnswerClass(SubmissionVerdict Verdict, ReasonCode Reason, string Cause);

/// <summary>Who ended an exchange early.</summary>
internal enum Interruption
{
    None,
    TotalTimeout,
    Caller,
}

/// <summary>What an answer, or the lack of one, means. Whatever is not known to be otherwise is unknown.</summary>
internal static class AnswerRules
{
    public static AnswerClass OfStatus(int status) => status switch
    {
        200 => new(SubmissionVerdict.Accepted, ManagementPointReasons.Accepted, "wrote the CCR"),
        401 => Refused(ManagementPointReasons.NotAuthenticated, "answered 401: its virtual directory asks who this is, and wrote no CCR"),
        403 => Refused(ManagementPointReasons.Forbidden, "answered 403: its virtual directory is closed to this request"),
        404 => Refused(ManagementPointReasons.NotServed, "answered 404: it denies the verb, the extension or the module, or it is no SMS 2003 management " +
            "point; it does not mean that the machine is unknown"),
        405 => Refused(ManagementPointReasons.VerbNotMapped, "answered 405: the server is there, but nothing on it takes SMS_POST"),
        407 => Refused(ManagementPointReasons.ProxyAuthentication, "is behind a proxy, which answered 407 and passed nothing on"),
        408 => Unknown(
            ManagementPointReasons.UnexpectedStatus, "answered 408: it, or a proxy in front of it, gave up waiting, and the request may have arrived"),
        >= 300 and < 400 => Refused(ManagementPointReasons.Redirected, $"answered {status}, a redirection, which is not followed"),
        >= 400 and < 500 => Refused(ManagementPointReasons.OtherRefusal, $"answered {status}"),
        >= 500 => Unknown(ManagementPointReasons.ServerFailed, $"answered {status}: it may have written the CCR before it failed"),
        _ => Unknown(ManagementPointReasons.UnexpectedStatus, $"answered {status}, where a management point answers 200"),
    };

    /// <summary>What an answer to a submission means that came with a page.</summary>
    public static AnswerClass OfPage() =>
        Unknown(ManagementPointReasons.AnswerNotEmpty, "answered 200 with a page, and its answers are configured to be empty");

    /// <summary>What an exchange means that asked for nothing: no CCR can have been written, so nobody is sent to look for one.</summary>
    /// <param name="known">What it would mean for a submission.</param>
    /// <param name="isPage">Whether it was answered with a page.</param>
    public static AnswerClass OfCheck(AnswerClass known, bool isPage) => known.Verdict switch
    {
        SubmissionVerdict.Accepted when isPage => Refused(ManagementPointReasons.OtherPage, known.Cause),
        SubmissionVerdict.Unknown => Refused(ManagementPointReasons.CheckNotAnswered, known.Cause),
        _ => known,
    };

    /// <param name="exception">What the exchange ended with.</param>
    /// <param name="mayHaveArrived">Whether a byte of the request may have left.</param>
    /// <param name="interruption">Who ended it, if it was ended.</param>
    public static AnswerClass OfFailure(Exception exception, bool mayHaveArrived, Interruption interruption) =>
        (interruption, mayHaveArrived) switch
        {
            (Interruption.Caller, false) => NotSent(ManagementPointReasons.StoppedBefore, "was not sent anything, since the worker stopped"),
            (Interruption.Caller, true) => Unknown(ManagementPointReasons.StoppedAfter, "was sent the request, and the worker stopped before the answer"),
            (Interruption.TotalTimeout, false) => NotSent(ManagementPointReasons.ConnectTimedOut, "took no connection in time"),
            (Interruption.TotalTimeout, true) => Unknown(ManagementPointReasons.AnswerTimedOut, "was sent the request and did not answer in time"),
            (_, false) => OfMissingConnection(exception),
            (_, true) => OfMissingAnswer(exception),
        };

    private static AnswerClass OfMissingConnection(Exception exception) => exception switch
    {
        // SocketsHttpHandler reports its connect time-out as a cancellation.
        OperationCanceledException => NotSent(ManagementPointReasons.ConnectTimedOut, "took no connection in time"),
        HttpRequestException { HttpRequestError: HttpRequestError.NameResolutionError } =>
            NotSent(ManagementPointReasons.NameNotResolved, "has a name that cannot be resolved"),
        HttpRequestException { InnerException: CertificateNotPinnedException } =>
            NotSent(ManagementPointReasons.NotPinned, "has a valid certificate, but not the pinned one"),
        HttpRequestException { HttpRequestError: HttpRequestError.SecureConnectionError } =>
            NotSent(ManagementPointReasons.TlsFailed, $"failed in the TLS handshake: {Innermost(exception)}"),
        HttpRequestException { HttpRequestError: HttpRequestError.ConnectionError, InnerException: SocketException socket } =>
            OfSocketError(socket.SocketErrorCode),
        _ => NotSent(ManagementPointReasons.NotSent, $"was not sent anything: {Innermost(exception)}"),
    };

    private static AnswerClass OfSocketError(SocketError error) => error switch
    {
        SocketError.ConnectionRefused => NotSent(ManagementPointReasons.ConnectionRefused, "refused the connection"),
        SocketError.TimedOut => NotSent(ManagementPointReasons.ConnectTimedOut, "took no connection in time"),
        _ => NotSent(ManagementPointReasons.Unreachable, $"cannot be reached ({error})"),
    };

    private static AnswerClass OfMissingAnswer(Exception exception) => exception switch
    {
        HttpRequestException { HttpRequestError: HttpRequestError.ConfigurationLimitExceeded } =>
            Unknown(ManagementPointReasons.NotUnderstood, "answered with more headers than are read"),
        HttpRequestException { HttpRequestError: HttpRequestError.InvalidResponse } =>
            Unknown(ManagementPointReasons.NotUnderstood, "answered with something that is not HTTP"),
        HttpRequestException { HttpRequestError: HttpRequestError.ResponseEnded } =>
            Unknown(ManagementPointReasons.ConnectionLost, "was sent the request and closed the connection before it had answered"),
        _ => Unknown(ManagementPointReasons.ConnectionLost, $"was sent the request, and then the connection broke: {Innermost(exception)}"),
    };

    private static AnswerClass Refused(ReasonCode reason, string cause) => new(SubmissionVerdict.Refused, reason, cause);

    private static AnswerClass NotSent(ReasonCode reason, string cause) => new(SubmissionVerdict.NotSent, reason, cause);

    private static AnswerClass Unknown(ReasonCode reason, string cause) => new(SubmissionVerdict.Unknown, reason, cause);

    /// <summary>The message that names the cause; the outer ones only say that something failed.</summary>
    private static string Innermost(Exception exception) => SafeText.Escape(exception.GetBaseException().Message, maxLength: 200).TrimEnd('.');
}

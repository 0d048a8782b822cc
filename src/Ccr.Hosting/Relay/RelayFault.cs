using System.Net.WebSockets;

namespace Ccr.Hosting.Relay;

/// <summary>What went wrong with the relay, in one line without secrets.</summary>
/// <param name="Reason">The catalogue entry.</param>
/// <param name="Message">Code, cause and remedy.</param>
internal sealed record RelayFault(ReasonCode Reason, string Message)
{
    public static RelayFault Of(ReasonCode reason, RelayOptions options, string detail) => new(
        reason, $"{reason.Code}: {reason.Meaning} ({options.Name}, as {options.Identity}{(detail.Length == 0 ? "" : $": {detail}")}). {reason.Remedy}");

    public static RelayFault Of(ReasonCode reason, RelayOptions options, Exception exception) =>
        Of(reason, options, MessagingFaults.DetailOf(exception.GetBaseException()));

    /// <summary>What it means that a WebSocket could not be opened.</summary>
    /// <param name="status">The status of the relay's refusal; 0 without one.</param>
    /// <param name="exception">What the client threw.</param>
    /// <param name="options">Where to, and as whom.</param>
    public static RelayFault OfConnecting(int status, Exception exception, RelayOptions options) => status switch
    {
        401 => Of(RelayReasons.Unauthorized, options, ""),
        403 => Of(RelayReasons.Forbidden, options, ""),
        404 => Of(RelayReasons.NotFound, options, ""),
        not 0 and not 101 => Of(RelayReasons.RelayFailed, options, $"it answered {status} to a listener"),
        _ when exception is OperationCanceledException => Of(RelayReasons.CannotConnect, options, "no connection in time"),
        _ when (exception.InnerException as HttpRequestException)?.HttpRequestError is HttpRequestError.SecureConnectionError =>
            Of(RelayReasons.TlsFailed, options, exception),
        _ => Of(RelayReasons.CannotConnect, options, exception),
    };

    /// <summary>What it means that the relay closed the control channel.</summary>
    public static RelayFault OfClosing(WebSocketCloseStatus? status, RelayOptions options) => (int?)status switch
    {
        1008 => Of(RelayReasons.Unauthorized, options, "the token is not good any more"),
        1001 => Of(RelayReasons.ListenerClosed, options, "the hybrid connection was deleted or disabled, or the relay is going away"),
        var code => Of(RelayReasons.ListenerClosed, options, code is null ? "it broke" : $"close code {code}"),
    };
}

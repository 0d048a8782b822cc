using System.Net.Http.Headers;

namespace Ccr.Hosting.Relay;

/// <summary>What the answer to a sender means, or the lack of one. Whatever is not known to be otherwise is unknown.</summary>
internal static class RelayAnswerRules
{
    /// <summary>
    /// Whether a listener answered, by the one header that tells it: the relay adds Via to a listener's answer, and not to its own. A proxy on the way
    /// may add one as well, so the host must be the relay's.
    /// </summary>
    public static bool IsOfListener(HttpHeaderValueCollection<ViaHeaderValue> via, Uri endpoint) => via.Any(each =>
    {
        var receivedBy = each.ReceivedBy;
        var port = receivedBy.LastIndexOf(':');
        return RelayHttp.IsOfRelay(port > receivedBy.LastIndexOf(']') ? receivedBy[..port] : receivedBy, endpoint);
    });

    /// <summary>What an answer of the relay itself means.</summary>
    public static (RelayDelivery Delivery, ReasonCode Reason) OfRelay(int status) => status switch
    {
        401 => (RelayDelivery.NotDelivered, RelayReasons.Unauthorized),
        403 => (RelayDelivery.NotDelivered, RelayReasons.Forbidden),
        404 => (RelayDelivery.NotDelivered, RelayReasons.NotFound),
        502 or 503 => (RelayDelivery.NotDelivered, RelayReasons.NoListener),
        504 => (RelayDelivery.Unknown, RelayReasons.NoAnswerInTime),
        _ => (RelayDelivery.Unknown, RelayReasons.RelayFailed),
    };

    /// <summary>What it means that an exchange ended without an answer.</summary>
    /// <param name="exception">What it ended with.</param>
    /// <param name="wasSent">Whether a byte of the request may have left.</param>
    /// <param name="isStopped">Whether the caller ended it.</param>
    public static (RelayDelivery Delivery, ReasonCode Reason) OfFailure(Exception exception, bool wasSent, bool isStopped) => wasSent
        ? (RelayDelivery.Unknown, exception switch
        {
            OperationCanceledException => isStopped ? RelayReasons.StoppedAfter : RelayReasons.NoAnswerInTime,
            HttpRequestException { HttpRequestError: HttpRequestError.InvalidResponse or HttpRequestError.ConfigurationLimitExceeded } =>
                RelayReasons.AnswerUnreadable,
            _ => RelayReasons.ConnectionLost,
        })
        : (RelayDelivery.NotDelivered, exception switch
        {
            OperationCanceledException when isStopped => RelayReasons.StoppedBefore,
            HttpRequestException { HttpRequestError: HttpRequestError.SecureConnectionError } => RelayReasons.TlsFailed,
            _ => RelayReasons.CannotConnect,
        });
}

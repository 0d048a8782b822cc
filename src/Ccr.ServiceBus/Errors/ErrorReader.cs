using System.Net.Sockets;
using System.Net.WebSockets;
using System.Security.Authentication;
using Amqp;
using Amqp.Framing;

namespace Ccr.ServiceBus.Errors;

/// <summary>Turns what the wire says into a <see cref="MessagingException"/>.</summary>
internal static class ErrorReader
{
    /// <summary>Reads why a link, session or connection ended.</summary>
    public static MessagingException Closed(Error? error, string entity, string claim) =>
        Read(error?.Condition?.ToString(), error?.Description, entity, claim)
        ?? Faults.ConnectionLost($"'{entity}'", Detail(error));

    /// <summary>Reads why a message, or its settlement, was refused.</summary>
    public static MessagingException Rejected(Error? error, string entity, string claim) =>
        Read(error?.Condition?.ToString(), error?.Description, entity, claim) ?? Faults.Refused(entity, Detail(error));

    /// <summary>Reads the reply of <c>$cbs</c> or <c>$management</c>, which need not name a condition.</summary>
    public static MessagingException Reply(int status, string? condition, string? description, string entity, string claim)
    {
        var detail = description ?? $"status {status}";
        return Read(condition, detail, entity, claim) ?? status switch
        {
            400 or 501 => Faults.Refused(entity, detail),
            401 or 403 => Faults.Unauthorized(entity, claim, detail),
            404 => Faults.EntityNotFound(entity),
            410 => Faults.LockLost(entity, detail),
            _ => Faults.ServerBusy(entity, detail),
        };
    }

    private static string Detail(Error? error) => error?.Description ?? error?.Condition?.ToString() ?? "no reason given";

    // Service Bus AMQP: the error conditions. Null for one that says nothing of its own.
    private static MessagingException? Read(string? condition, string? description, string entity, string claim)
    {
        var detail = description ?? condition ?? "";
        return condition switch
        {
            "amqp:not-found" => Faults.EntityNotFound(entity),
            "amqp:unauthorized-access" => Faults.Unauthorized(entity, claim, detail),
            "com.microsoft:entity-disabled" => Faults.EntityDisabled(entity, detail),
            "com.microsoft:message-lock-lost" or "com.microsoft:session-lock-lost" => Faults.LockLost(entity, detail),
            "com.microsoft:message-not-found" => Faults.MessageNotFound(entity, detail),
            "com.microsoft:server-busy" or "com.microsoft:timeout" or "amqp:internal-error" => Faults.ServerBusy(entity, detail),
            "amqp:resource-limit-exceeded" => Faults.QuotaExceeded(entity, detail),
            "amqp:link:message-size-exceeded" => Faults.MessageTooLarge(entity, detail),
            "amqp:not-allowed" or "amqp:not-implemented" or "amqp:invalid-field" or "amqp:decode-error"
                or "com.microsoft:argument-error" => Faults.Refused(entity, detail),
            _ => null,
        };
    }

    /// <summary>Reads why a connection could not be opened.</summary>
    public static MessagingException Connecting(Exception exception, string address) => exception switch
    {
        MessagingException known => known,
        AuthenticationException tls => Faults.TlsFailed(address, tls.InnerException?.Message ?? tls.Message, tls),
        WebSocketException { InnerException: HttpRequestException { InnerException: AuthenticationException tls } } =>
            Faults.TlsFailed(address, tls.Message, tls),
        AmqpException amqp => Faults.CannotConnect(address, amqp.Error?.Description ?? amqp.Message, amqp),
        SocketException or IOException => Faults.CannotConnect(address, exception.Message, exception),
        WebSocketException => Faults.CannotConnect(
            address, exception.InnerException?.Message ?? exception.Message, exception),
        OperationCanceledException or TimeoutException => Faults.CannotConnect(address, "no answer in time", exception),
        _ => Faults.CannotConnect(address, exception.Message, exception),
    };
}

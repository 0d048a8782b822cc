using System.Net.Sockets;
using System.Net.WebSockets;
using System.Security.Authentication;
using Amqp;
using Amqp.Framing;

namespace Ccr.ServiceBus.Errors;

/// <summary>Turns what the wire says into a <see cref="MessagingException"/>.</summary>
internal static class ErrorReader
{
    /// <summary>Reads an AMQP error (Service Bus AMQP: error conditions of links, dispositions and $management).</summary>
    public static MessagingException Read(string? condition, string? description, string entity, string claim)
    {
        var detail = description ?? condition ?? "no reason given";
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
            _ => Faults.ConnectionLost($"'{entity}'", detail),
        };
    }

    /// <inheritdoc cref="Read(string?, string?, string, string)"/>
    public static MessagingException Read(Error? error, string entity, string claim) =>
        Read(error?.Condition?.ToString(), error?.Description, entity, claim);

    /// <summary>Reads a <c>$cbs</c> or <c>$management</c> status code that came without an error condition.</summary>
    public static MessagingException Read(int status, string? description, string entity, string claim) => status switch
    {
        400 or 501 => Faults.Refused(entity, description ?? $"status {status}"),
        401 or 403 => Faults.Unauthorized(entity, claim, description ?? $"status {status}"),
        404 => Faults.EntityNotFound(entity),
        410 => Faults.LockLost(entity, description ?? $"status {status}"),
        408 or 503 => Faults.ServerBusy(entity, description ?? $"status {status}"),
        _ => Faults.ConnectionLost($"'{entity}'", description ?? $"status {status}"),
    };

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

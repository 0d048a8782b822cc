using System.Net.Sockets;
using System.Net.WebSockets;
using System.Security.Authentication;

namespace Ccr.Hosting.ServiceBus;

/// <summary>A Service Bus operation failed, in the words of the catalogue: one line without secrets.</summary>
/// <param name="reason">The catalogue entry.</param>
/// <param name="subject">The entity or the namespace that it is about.</param>
/// <param name="detail">What the broker or the network said.</param>
/// <param name="isTransient">Whether it may pass without anybody's doing.</param>
/// <param name="inner">What the client threw.</param>
public sealed class MessagingException(ReasonCode reason, string subject, string detail, bool isTransient, Exception? inner = null)
    : BrokerException(reason, CauseOf(reason, subject, detail), $"{reason.Code}: {CauseOf(reason, subject, detail)}. {reason.Remedy}", inner)
{
    /// <summary>The entity or the namespace that it is about.</summary>
    internal string Subject { get; } = subject;

    /// <summary>Whether it may pass without anybody's doing.</summary>
    public bool IsTransient { get; } = isTransient;

    /// <summary>Whether the message does not fit the entity, and so is refused each time.</summary>
    public bool IsTooLarge => Reason == ServiceBusReasons.TooLarge;

    /// <inheritdoc/>
    public override bool IsAboutTheWay =>
        Reason != ServiceBusReasons.LockLost && Reason != ServiceBusReasons.TooLarge && Reason != ServiceBusReasons.MessageNotFound;

    /// <inheritdoc/>
    public override bool IsCertainlyNotSent => WasRefused;

    /// <summary>Set by who knows that it failed before, or instead of, the transfer of a message.</summary>
    internal bool WasRefused { get; set; }

    private static string CauseOf(ReasonCode reason, string subject, string detail) =>
        $"{reason.Meaning} ({subject}{(detail.Length == 0 ? "" : $": {detail}")})";
}

/// <summary>What the client's exceptions mean.</summary>
internal static class MessagingFaults
{
    private const int LongestDetail = 300;

    /// <summary>Where the texts of broker and client stop saying what happened, and go on with what only its support can read.</summary>
    private static readonly string[] Trailers = [" TrackingId:", " Tracking", " For troubleshooting", " For more information", " Reference:", " ErrorCode:"];

    public static MessagingException Of(Exception fault, string entity, Operation operation, string host) => fault switch
    {
        MessagingException known => known,
        ServiceBusException known => OfClient(known, entity, operation, host),
        UnauthorizedAccessException => new(ServiceBusReasons.Unauthorized, entity, DetailOf(fault), isTransient: false, fault),
        AuthenticationFailedException => new(ServiceBusReasons.NoToken, host, DetailOf(fault), isTransient: true, fault),
        OperationCanceledException or TimeoutException when operation == Operation.Probe =>
            new(ServiceBusReasons.CannotConnect, host, "no answer", isTransient: true, fault),
        OperationCanceledException or TimeoutException => new(TimeoutOf(operation), entity, "no answer in time", isTransient: true, fault),
        _ when OfNetwork(fault, host) is { } network => network,
        _ => new(ServiceBusReasons.Refused, entity, DetailOf(fault), isTransient: false, fault),
    };

    /// <summary>What happened, in one line: the texts of brokers end with time stamps, tracking ids and line breaks.</summary>
    public static string DetailOf(Exception fault)
    {
        var line = string.Join(' ', fault.Message.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        foreach (var trailer in Trailers)
        {
            if (line.IndexOf(trailer, StringComparison.Ordinal) is var at and > 0) line = line[..at];
        }

        line = line.TrimEnd('.', ',', ' ');
        return line.Length > LongestDetail ? $"{line[..LongestDetail]}..." : line;
    }

    private static MessagingException OfClient(ServiceBusException fault, string entity, Operation operation, string host)
    {
        var (reason, isTransient) = fault.Reason switch
        {
            ServiceBusFailureReason.MessagingEntityNotFound => (ServiceBusReasons.EntityNotFound, false),
            ServiceBusFailureReason.MessagingEntityDisabled => (ServiceBusReasons.EntityDisabled, false),
            ServiceBusFailureReason.MessageLockLost => (ServiceBusReasons.LockLost, false),
            ServiceBusFailureReason.MessageNotFound => (ServiceBusReasons.MessageNotFound, false),
            ServiceBusFailureReason.MessageSizeExceeded => (ServiceBusReasons.TooLarge, false),
            ServiceBusFailureReason.QuotaExceeded => (ServiceBusReasons.QuotaExceeded, true),
            ServiceBusFailureReason.ServiceBusy => (ServiceBusReasons.Busy, true),
            ServiceBusFailureReason.ServiceTimeout => (TimeoutOf(operation), true),
            ServiceBusFailureReason.ServiceCommunicationProblem => (ServiceBusReasons.ConnectionLost, true),
            _ => (ServiceBusReasons.Refused, fault.IsTransient),
        };

        // A connection that could not be opened is told by what lies inside.
        var isVague = fault.Reason is ServiceBusFailureReason.ServiceCommunicationProblem or ServiceBusFailureReason.GeneralError;
        return (isVague ? OfNetwork(fault, host) : null) ?? new MessagingException(reason, entity, DetailOf(fault), isTransient, fault);
    }

    private static MessagingException? OfNetwork(Exception fault, string host)
    {
        for (var cause = fault; cause is not null; cause = cause.InnerException)
        {
            var reason = cause switch
            {
                AuthenticationException => ServiceBusReasons.TlsFailed,
                SocketException or WebSocketException => ServiceBusReasons.CannotConnect,
                IOException when fault is not ServiceBusException => ServiceBusReasons.ConnectionLost,
                _ => null,
            };
            if (reason is not null) return new(reason, host, DetailOf(cause), isTransient: reason != ServiceBusReasons.TlsFailed, fault);
        }

        return null;
    }

    private static ReasonCode TimeoutOf(Operation operation) => operation == Operation.Send ? ServiceBusReasons.Unconfirmed : ServiceBusReasons.Timeout;
}

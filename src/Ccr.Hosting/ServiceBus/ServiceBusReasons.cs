using Ccr.Core.Results;

namespace Ccr.Hosting.ServiceBus;

/// <summary>The catalogue's 40xx, what goes wrong with Service Bus, and 54xx, what is wrong with its settings.</summary>
public static class ServiceBusReasons
{
    /// <summary>A queue, topic or subscription is missing.</summary>
    public static readonly ReasonCode EntityNotFound = new(
        "CCR4001", "The entity does not exist", "Create it (infra/service-bus/Config.json names all of them), or correct its name.");

    /// <summary>The credential was refused, or lacks a right.</summary>
    public static readonly ReasonCode Unauthorized = new(
        "CCR4002", "Access was refused", "Check that key or signature belong to this namespace and have not expired, or that the identity has the role Azure Service Bus Data Sender or Data Receiver.");

    /// <summary>The entity is disabled.</summary>
    public static readonly ReasonCode EntityDisabled = new("CCR4003", "The entity is disabled", "Set its status to Active.");

    /// <summary>The namespace cannot be reached.</summary>
    public static readonly ReasonCode CannotConnect = new(
        "CCR4004", "The namespace cannot be reached", "Check the host name, the firewall (5671, or 443 with WebSockets), the proxy, and whether the broker runs.");

    /// <summary>TLS failed.</summary>
    public static readonly ReasonCode TlsFailed = new(
        "CCR4005", "TLS failed", "If a private authority issued the certificate, or a proxy inspects TLS, name its certificate file in trustedCaFile; with WebSockets put it into the machine's store, or name it in SSL_CERT_FILE.");

    /// <summary>An open connection or link ended.</summary>
    public static readonly ReasonCode ConnectionLost = new("CCR4006", "The connection was lost", "Nothing needs to be done unless this goes on: it is opened again.");

    /// <summary>The broker asks to slow down.</summary>
    public static readonly ReasonCode Busy = new("CCR4007", "The broker is busy", "If this goes on, send less, or scale the namespace.");

    /// <summary>The broker did not answer in time.</summary>
    public static readonly ReasonCode Timeout = new("CCR4008", "The broker did not answer in time", "Check that the broker runs and can be reached.");

    /// <summary>Whether something was sent is not known.</summary>
    public static readonly ReasonCode Unconfirmed = new(
        "CCR4009", "It is not known whether the message arrived", "Send it again under the same message id, and expect that it may be there twice.");

    /// <summary>The lock on a message is lost.</summary>
    public static readonly ReasonCode LockLost = new(
        "CCR4010", "The lock on the message is lost", "Nothing needs to be done: if the message was not settled, it comes again.");

    /// <summary>The message is too large.</summary>
    public static readonly ReasonCode TooLarge = new("CCR4011", "The message is too large", "Make it smaller: the entity's size limit holds for body and properties together.");

    /// <summary>A quota is used up.</summary>
    public static readonly ReasonCode QuotaExceeded = new("CCR4012", "A quota is used up", "Receive what is queued, or raise the quota.");

    /// <summary>The broker refused the operation.</summary>
    public static readonly ReasonCode Refused = new("CCR4013", "The broker refused the operation", "Check the entity's kind and settings.");

    /// <summary>The message is not there any more.</summary>
    public static readonly ReasonCode MessageNotFound = new("CCR4014", "The message is not there", "It was settled, cancelled or has expired.");

    /// <summary>Entra ID gave no token.</summary>
    public static readonly ReasonCode NoToken = new(
        "CCR4015", "Entra ID gave no token", "Sign in (az login), assign a managed identity, or use a connection string with a key.");

    /// <summary>No connection is named.</summary>
    public static readonly ReasonCode ConnectionMissing = new("CCR5401", "No Service Bus is named", "Write a connection string, or the host name of a namespace.");

    /// <summary>The connection string cannot be read.</summary>
    public static readonly ReasonCode ConnectionUnreadable = new(
        "CCR5402", "The connection cannot be read", "Write Endpoint=sb://NAMESPACE/;SharedAccessKeyName=...;SharedAccessKey=..., or contoso.servicebus.windows.net for Entra ID.");

    /// <summary>The connection string has no credential.</summary>
    public static readonly ReasonCode CredentialMissing = new(
        "CCR5404", "The connection string has no credential", "Write SharedAccessKeyName and SharedAccessKey, or SharedAccessSignature; for Entra ID write only the host name.");

    /// <summary>The proxy cannot be used.</summary>
    public static readonly ReasonCode ProxyInvalid = new(
        "CCR5405", "The proxy cannot be used", "Write an address such as http://proxy.corp:3128, together with transportType amqpWebSockets.");

    /// <summary>The file of authorities cannot be used.</summary>
    public static readonly ReasonCode CaFileInvalid = new("CCR5406", "The file of certificate authorities cannot be used", "Name a PEM file with at least one certificate.");

    /// <summary>A client id does not go with a key.</summary>
    public static readonly ReasonCode ClientIdWithoutMeaning = new(
        "CCR5407", "A client id has no meaning beside a connection string", "Leave it out, or write the host name of the namespace instead of the connection string.");

    /// <summary>A time is out of its range.</summary>
    public static readonly ReasonCode TimeOutOfRange = new("CCR5408", "A time is out of its range", "Write a time within it.");

    /// <summary>The client does not use a file of authorities over WebSockets.</summary>
    public static readonly ReasonCode CaFileWithWebSockets = new(
        "CCR5409", "A file of certificate authorities has no effect over WebSockets", "Leave it out, and put the authority into the machine's store, or name its file in SSL_CERT_FILE.");

    /// <summary>All of them.</summary>
    public static IReadOnlyList<ReasonCode> All { get; } =
    [
        EntityNotFound, Unauthorized, EntityDisabled, CannotConnect, TlsFailed, ConnectionLost, Busy, Timeout, Unconfirmed, LockLost, TooLarge, QuotaExceeded, Refused,
        MessageNotFound, NoToken, ConnectionMissing, ConnectionUnreadable, CredentialMissing, ProxyInvalid, CaFileInvalid, ClientIdWithoutMeaning, TimeOutOfRange,
        CaFileWithWebSockets,
    ];
}

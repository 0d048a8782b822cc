namespace Ccr.Hosting.ServiceBus;

/// <summary>The catalogue's 40xx, what goes wrong with Service Bus, and 54xx, what is wrong with its settings.</summary>
internal static class ServiceBusReasons
{
    public static readonly ReasonCode EntityNotFound = new(
        "CCR4001", "The entity does not exist", "Create it (infra/service-bus/Config.json names all of them), or correct its name.");
    public static readonly ReasonCode Unauthorized = new(
        "CCR4002", "Access was refused",
        "Check that the key belongs to this namespace, or that the identity has the role Azure Service Bus Data Sender or Receiver.");
    public static readonly ReasonCode EntityDisabled = new("CCR4003", "The entity is disabled", "Set its status to Active.");
    public static readonly ReasonCode CannotConnect = new(
        "CCR4004", "The namespace cannot be reached",
        "Check the host name, the firewall (5671, or 443 with WebSockets), the proxy, and whether the broker runs.");
    public static readonly ReasonCode TlsFailed = new(
        "CCR4005", "TLS failed",
        "If a private authority issued the certificate, name its file in trustedCaFile (with WebSockets: in SSL_CERT_FILE).");
    public static readonly ReasonCode ConnectionLost = new(
        "CCR4006", "The connection was lost", "Nothing needs to be done unless this goes on: it is opened again.");
    public static readonly ReasonCode Busy = new("CCR4007", "The broker is busy", "If this goes on, send less, or scale the namespace.");
    public static readonly ReasonCode Timeout = new("CCR4008", "The broker did not answer in time", "Check that the broker runs and can be reached.");
    public static readonly ReasonCode Unconfirmed = new(
        "CCR4009", "It is not known whether the message arrived", "Send it again under the same message id, and expect that it may be there twice.");
    public static readonly ReasonCode LockLost = new(
        "CCR4010", "The lock on the message is lost", "Nothing needs to be done: if the message was not settled, it comes again.");
    public static readonly ReasonCode TooLarge = new(
        "CCR4011", "The message is too large", "Make it smaller: the entity's size limit holds for body and properties together.");
    public static readonly ReasonCode QuotaExceeded = new("CCR4012", "A quota is used up", "Receive what is queued, or raise the quota.");
    public static readonly ReasonCode Refused = new("CCR4013", "The broker refused the operation", "Check the entity's kind and settings.");
    public static readonly ReasonCode MessageNotFound = new("CCR4014", "The message is not there", "It was settled, cancelled or has expired.");
    public static readonly ReasonCode NoToken = new(
        "CCR4015", "Entra ID gave no token", "Sign in (az login), assign a managed identity, or use a connection string with a key.");
    public static readonly ReasonCode ConnectionMissing = new(
        "CCR5401", "No Service Bus is named", "Write a connection string, or the host name of a namespace.");
    public static readonly ReasonCode ConnectionUnreadable = new(
        "CCR5402", "The connection cannot be read",
        "Write Endpoint=sb://NAMESPACE/;SharedAccessKeyName=...;SharedAccessKey=..., or contoso.servicebus.windows.net for Entra ID.");
    public static readonly ReasonCode CredentialMissing = new(
        "CCR5404", "The connection string has no credential",
        "Write SharedAccessKeyName and SharedAccessKey, or SharedAccessSignature; for Entra ID write only the host name.");
    public static readonly ReasonCode ProxyInvalid = new(
        "CCR5405", "The proxy cannot be used", "Write an address such as http://proxy.corp:3128, together with transportType amqpWebSockets.");
    public static readonly ReasonCode CaFileInvalid = new(
        "CCR5406", "The file of certificate authorities cannot be used", "Name a PEM file with at least one certificate.");
    public static readonly ReasonCode ClientIdWithoutMeaning = new(
        "CCR5407", "A client id has no meaning beside a connection string",
        "Leave it out, or write the host name of the namespace instead of the connection string.");
    public static readonly ReasonCode TimeOutOfRange = new("CCR5408", "A time is out of its range", "Write a time within it.");
    public static readonly ReasonCode CaFileWithWebSockets = new(
        "CCR5409", "A file of certificate authorities has no effect over WebSockets",
        "Leave it out, and put the authority into the machine's store, or name its file in SSL_CERT_FILE.");

    public static IReadOnlyList<ReasonCode> All { get; } =
    [
        EntityNotFound, Unauthorized, EntityDisabled, CannotConnect, TlsFailed, ConnectionLost, Busy, Timeout, Unconfirmed, LockLost, TooLarge, QuotaExceeded,
        Refused, MessageNotFound, NoToken, ConnectionMissing, ConnectionUnreadable, CredentialMissing, ProxyInvalid, CaFileInvalid, ClientIdWithoutMeaning,
        TimeOutOfRange, CaFileWithWebSockets,
    ];
}

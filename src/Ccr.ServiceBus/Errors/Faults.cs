namespace Ccr.ServiceBus.Errors;

/// <summary>The error catalogue: one factory for each code, so that a code, its text and its advice stay together.</summary>
internal static class Faults
{
    public static MessagingException EntityNotFound(string entity) => new(
        MessagingFault.EntityNotFound, "CCR4001", false,
        $"The Service Bus entity '{entity}' does not exist. Create it (infra/service-bus/Config.json names all of them) " +
        "or correct its name.", entity);

    public static MessagingException Unauthorized(string entity, string claim, string detail) => new(
        MessagingFault.Unauthorized, "CCR4002", false,
        $"The {claim} claim on '{entity}' was refused{Because(detail)}. Check that the key or signature belongs to this " +
        $"namespace and carries {claim}, or that the identity has the role that gives it (Azure Service Bus Data " +
        $"{(claim is Claims.Send ? "Sender" : "Receiver")}).", entity);

    public static MessagingException SignatureExpired(DateTimeOffset expired) => new(
        MessagingFault.Unauthorized, "CCR4002", false,
        $"The shared access signature expired at {expired:u}. Put a new one in the connection string, or use a key.");

    public static MessagingException EntityDisabled(string entity, string detail) => new(
        MessagingFault.EntityDisabled, "CCR4003", false,
        $"The Service Bus entity '{entity}' is disabled{Because(detail)}. Set its status to Active.", entity);

    public static MessagingException CannotConnect(string address, string detail, Exception? inner = null) => new(
        MessagingFault.CannotConnect, "CCR4004", true,
        $"{address} could not be reached{Because(detail)}. Check the host name, the firewall (5671, or 443 with " +
        "WebSockets) and the proxy.", null, inner);

    public static MessagingException TlsFailed(string address, string detail, Exception? inner = null) => new(
        MessagingFault.TlsFailed, "CCR4005", false,
        $"TLS with {address} failed{Because(detail)}. If a private authority issued the certificate, or a proxy " +
        "inspects TLS, name its certificate file in TrustedCaFile.", null, inner);

    public static MessagingException ConnectionLost(string what, string detail) => new(
        MessagingFault.ConnectionLost, "CCR4006", true,
        $"The connection to {what} was lost{Because(detail)}. It is being reopened.", what);

    public static MessagingException ServerBusy(string entity, string detail) => new(
        MessagingFault.ServerBusy, "CCR4007", true,
        $"The broker could not serve '{entity}' just now{Because(detail)}. If this goes on, send less or scale it.", entity);

    public static MessagingException Timeout(string entity, TimeSpan after, MessagingException? last) => new(
        MessagingFault.Timeout, "CCR4008", true,
        $"'{entity}' did not become available within {Seconds(after)}; nothing was sent. " +
        $"{(last is null ? "Check that the broker runs." : $"Last error: {last.Message}")}", entity, last);

    public static MessagingException Unconfirmed(string entity, string what, string detail) => new(
        MessagingFault.Unconfirmed, "CCR4009", true,
        $"{what} on '{entity}' was sent, but its outcome is not known{Because(detail)}. Repeat it under the same " +
        "message id, and expect that it may have happened twice.", entity);

    public static MessagingException LockLost(string entity, string detail) => new(
        MessagingFault.LockLost, "CCR4010", false,
        $"The lock on a message from '{entity}' was lost{Because(detail)}. The message will be delivered again; raise " +
        "the entity's LockDuration or MaxAutoLockRenewal if handling takes this long.", entity);

    public static MessagingException MessageTooLarge(string entity, long size, ulong limit) => new(
        MessagingFault.MessageTooLarge, "CCR4011", false,
        $"A message of {size} bytes is too large for '{entity}', which takes {limit}. Split it.", entity);

    public static MessagingException MessageTooLarge(string entity, string detail) => new(
        MessagingFault.MessageTooLarge, "CCR4011", false,
        $"A message is too large for '{entity}'{Because(detail)}. Split it.", entity);

    public static MessagingException QuotaExceeded(string entity, string detail) => new(
        MessagingFault.QuotaExceeded, "CCR4012", true,
        $"A quota of '{entity}' is used up{Because(detail)}. Receive what is queued, or raise the quota.", entity);

    public static MessagingException Refused(string entity, string detail) => new(
        MessagingFault.Refused, "CCR4013", false,
        $"The broker refused an operation on '{entity}'{Because(detail)}. Check the entity's kind and settings.", entity);

    public static MessagingException MessageNotFound(string entity, string detail) => new(
        MessagingFault.MessageNotFound, "CCR4014", false,
        $"The message is not in '{entity}'{Because(detail)}. It was settled, cancelled or expired.", entity);

    public static MessagingException CredentialUnavailable(string detail, Exception? inner) => new(
        MessagingFault.CredentialUnavailable, "CCR4015", true,
        $"Entra ID gave no token for Service Bus{Because(detail)}. Sign in (az login), assign a managed identity, or " +
        "use a connection string with a key.", null, inner);

    public static MessagingException Configuration(IReadOnlyList<string> faults) => new(
        MessagingFault.Configuration, faults[0][..7], false, Join(faults));

    // The first fault's code is already in front of the message.
    private static string Join(IReadOnlyList<string> faults) => string.Join(Environment.NewLine, faults)[9..];

    private static string Seconds(TimeSpan time) => $"{time.TotalSeconds:0.###} s";

    // Brokers end their texts with time stamps, tracking ids and line breaks; one line must do.
    private static string Because(string detail)
    {
        var line = string.Join(' ', detail.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)).TrimEnd('.');
        return line.Length == 0 ? "" : $" ({(line.Length > 300 ? line[..300] + "…" : line)})";
    }
}

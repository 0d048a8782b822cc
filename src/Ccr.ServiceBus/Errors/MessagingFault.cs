namespace Ccr.ServiceBus;

/// <summary>Why a Service Bus operation failed; each has one catalogue code (README, "Errors").</summary>
public enum MessagingFault
{
    /// <summary>CCR4001: the queue, topic or subscription does not exist.</summary>
    EntityNotFound,

    /// <summary>CCR4002: the credential was refused, or lacks the claim (Send, Listen) on the entity.</summary>
    Unauthorized,

    /// <summary>CCR4003: the entity exists but is disabled for this operation.</summary>
    EntityDisabled,

    /// <summary>CCR4004: the namespace could not be reached: name, port, proxy or firewall.</summary>
    CannotConnect,

    /// <summary>CCR4005: the TLS handshake failed, usually because the certificate is not trusted.</summary>
    TlsFailed,

    /// <summary>CCR4006: a connection, session or link that was open ended; it is being reopened.</summary>
    ConnectionLost,

    /// <summary>CCR4007: the broker asked to slow down.</summary>
    ServerBusy,

    /// <summary>CCR4008: no answer within the operation time-out, and nothing was sent.</summary>
    Timeout,

    /// <summary>CCR4009: the request was sent, but its outcome is not known.</summary>
    Unconfirmed,

    /// <summary>CCR4010: the lock on the message ran out or was taken; the message will be delivered again.</summary>
    LockLost,

    /// <summary>CCR4011: the message is larger than the entity takes.</summary>
    MessageTooLarge,

    /// <summary>CCR4012: the entity or namespace is full, or a connection quota is used up.</summary>
    QuotaExceeded,

    /// <summary>CCR4013: the broker refused the request as wrong in itself.</summary>
    Refused,

    /// <summary>CCR4014: the deferred or scheduled message does not exist (any more).</summary>
    MessageNotFound,

    /// <summary>CCR4015: no token could be had from Entra ID.</summary>
    CredentialUnavailable,

    /// <summary>CCR54xx: the connection settings are wrong; the message lists every fault.</summary>
    Configuration,
}

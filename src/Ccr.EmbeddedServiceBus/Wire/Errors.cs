namespace Ccr.EmbeddedServiceBus.Wire;

/// <summary>The error conditions of Service Bus, worded as its SDKs expect them.</summary>
internal static class Errors
{
    public static readonly Symbol MessageLockLost = "com.microsoft:message-lock-lost";
    public static readonly Symbol MessageNotFound = "com.microsoft:message-not-found";
    public static readonly Symbol ArgumentError = "com.microsoft:argument-error";
    public static readonly Symbol EntityExists = "com.microsoft:entity-already-exists";

    /// <summary>The JavaScript SDK recognises a missing entity by this very wording.</summary>
    public static Error EntityNotFound(string path) => Of(ErrorCode.NotFound, $"The messaging entity '{path}' could not be found.");

    public static Error LockLost() => Of(
        MessageLockLost,
        "The lock supplied is invalid. Either the lock expired, or the message has already been removed from the queue.");

    public static Error Unauthorized(string path) => Of(
        ErrorCode.UnauthorizedAccess, $"Unauthorized access to '{path}': the connection holds no valid token for it.");

    public static Error Full(string path) => Of(ErrorCode.ResourceLimitExceeded, $"The entity '{path}' is full; receive messages first.");
    public static Error TooLarge(int size, int limit) => Of(ErrorCode.MessageSizeExceeded, $"The message has {size} bytes; the limit is {limit}.");
    public static Error Of(Symbol condition, string description) => new(condition) { Description = description };
}

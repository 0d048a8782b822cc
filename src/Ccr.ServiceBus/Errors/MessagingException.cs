namespace Ccr.ServiceBus;

/// <summary>A Service Bus operation that failed: what, why and what to do, in one line that starts with its code.</summary>
public sealed class MessagingException : Exception
{
    internal MessagingException(
        MessagingFault fault, string code, bool isTransient, string text, string? entity = null, Exception? inner = null)
        : base($"{code}: {text}", inner)
    {
        Fault = fault;
        Code = code;
        IsTransient = isTransient;
        Entity = entity;
    }

    /// <summary>The kind of fault.</summary>
    public MessagingFault Fault { get; }

    /// <summary>The catalogue code, CCR4xxx or CCR54xx.</summary>
    public string Code { get; }

    /// <summary>Whether the same operation may succeed later without anyone changing anything.</summary>
    public bool IsTransient { get; }

    /// <summary>The entity path that the operation was about, if any.</summary>
    public string? Entity { get; }
}

namespace Ccr.ServiceBus.Errors;

/// <summary>The Service Bus claims that an operation can need.</summary>
internal static class Claims
{
    public const string Send = "Send";
    public const string Listen = "Listen";
}

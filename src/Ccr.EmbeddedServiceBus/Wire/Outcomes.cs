namespace Ccr.EmbeddedServiceBus.Wire;

/// <summary>Reads what a receiver's delivery state asks for.</summary>
internal static class Outcomes
{
    private const string DeadLetterReason = "DeadLetterReason";
    private const string DeadLetterDescription = "DeadLetterErrorDescription";

    /// <summary>Gets the settlement, or null if the state asks for none.</summary>
    public static Settlement? ToSettlement(DeliveryState? state) => state switch
    {
        Accepted => new Settlement.Complete(),
        Released => new Settlement.Release(),
        Modified { UndeliverableHere: true } modified => new Settlement.Defer(Values(modified.MessageAnnotations)),
        Modified modified => new Settlement.Abandon(Values(modified.MessageAnnotations)),
        Rejected rejected => DeadLetter(rejected.Error),
        _ => null,
    };

    /// <summary>Reads a map's simple values by the text of their keys, which the JavaScript SDK sends as strings.</summary>
    /// <remarks>The .NET SDK describes a simple value to say that it is a Uri, a TimeSpan or a DateTimeOffset.</remarks>
    public static Dictionary<string, object> Values(Map? map)
    {
        var values = new Dictionary<string, object>(StringComparer.Ordinal);
        foreach (var (key, value) in map ?? [])
        {
            if (key?.ToString() is { } name && (IsSimple(value) || (value is DescribedValue described && IsSimple(described.Value))))
                values[name] = value;
        }

        return values;
    }

    private static bool IsSimple(object? value) => value is not (null or Map or List or Array or Described);

    private static Settlement.DeadLetter DeadLetter(Error? error)
    {
        var values = Values(error?.Info);
        values.Remove(DeadLetterReason, out var reason);
        values.Remove(DeadLetterDescription, out var description);
        return new Settlement.DeadLetter(reason?.ToString(), description?.ToString() ?? error?.Description, values);
    }
}

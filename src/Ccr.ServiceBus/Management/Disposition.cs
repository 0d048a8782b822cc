using Amqp.Framing;
using Amqp.Types;
using Ccr.ServiceBus.Sending;

namespace Ccr.ServiceBus.Management;

/// <summary>What becomes of a received message, in the words of the link and of <c>$management</c>.</summary>
/// <param name="Status">The disposition status for <c>update-disposition</c>; null if that knows none.</param>
/// <param name="Reason">Why a message is dead-lettered.</param>
/// <param name="Description">More about why.</param>
/// <param name="Properties">Application properties to set on the message.</param>
internal sealed record Disposition(
    string Status, string? Reason = null, string? Description = null,
    IReadOnlyDictionary<string, object>? Properties = null)
{
    // Service Bus refuses longer ones.
    private const int MaxReasonLength = 4096;

    public static Disposition Complete { get; } = new("completed");

    public static Disposition Abandon(IReadOnlyDictionary<string, object>? properties) =>
        new("abandoned", Properties: properties);

    // The broker's own spelling.
    public static Disposition Defer(IReadOnlyDictionary<string, object>? properties) =>
        new("defered", Properties: properties);

    public static Disposition DeadLetter(string reason, string? description) =>
        new("suspended", Cut(reason), description is null ? null : Cut(description));

    /// <summary>The outcome to send on the link.</summary>
    public DeliveryState ToOutcome() => Status switch
    {
        "completed" => new Accepted(),
        "abandoned" => new Modified { MessageAnnotations = ToFields() },
        "defered" => new Modified { UndeliverableHere = true, MessageAnnotations = ToFields() },
        _ => new Rejected
        {
            Error = new Error("com.microsoft:dead-letter")
            {
                Info = new Fields
                {
                    [(Symbol)"DeadLetterReason"] = Reason,
                    [(Symbol)"DeadLetterErrorDescription"] = Description ?? "",
                },
            },
        },
    };

    private static string Cut(string text) => text.Length <= MaxReasonLength ? text : text[..MaxReasonLength];

    private Fields? ToFields()
    {
        if (Properties is not { Count: > 0 }) return null;
        Fields fields = [];
        foreach (var (name, value) in Properties) fields[(Symbol)name] = MessageEncoder.PropertyValue(name, value);
        return fields;
    }
}

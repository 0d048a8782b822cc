using System.Globalization;
using System.Text;
using Azure.Messaging.ServiceBus;
using Ccr.Core.Text;

namespace Ccr.Cli.DeadLetters;

/// <summary>A dead letter in words for people, and groups of them in facts for programs.</summary>
internal static class DeadLetterText
{
    private const int LongestText = 1000;

    public static string ReasonOf(ServiceBusReceivedMessage letter) => SafeText.Escape(DeadLetterBox.ReasonOf(letter));

    public static string LineOf(ServiceBusReceivedMessage letter) => string.Create(
        CultureInfo.InvariantCulture,
        $"{letter.SequenceNumber,8}  {letter.EnqueuedTime:u}  {ReasonOf(letter),-12}  ")
        + SafeText.Escape(letter.DeadLetterErrorDescription ?? "", LongestText);

    public static string LineOf(DeadLetterGroup group, int count) =>
        string.Create(CultureInfo.InvariantCulture, $"{count,8} x {group.Reason,-28}  {group.Source,-24}  {group.Day:yyyy-MM-dd}");

    public static Dictionary<string, object?> FactsOf(DeadLetterGroup group, int count) => new(StringComparer.Ordinal)
    {
        ["count"] = count,
        ["reason"] = group.Reason,
        ["source"] = group.Source,
        ["day"] = group.Day,
    };

    public static string DetailOf(ServiceBusReceivedMessage letter)
    {
        var text = new StringBuilder();
        foreach (var (name, value) in DeadLetterFile.FactsOf(letter))
        {
            if (value is IReadOnlyDictionary<string, string> properties)
                foreach (var property in properties) text.AppendLine(CultureInfo.InvariantCulture, $"property {property.Key}: {property.Value}");
            else if (value is not null)
                text.AppendLine(CultureInfo.InvariantCulture, $"{name}: {(value is string said ? SafeText.Escape(said, LongestText) : value)}");
        }

        return text.AppendLine().Append(DeadLetterFile.BodyOf(letter)).ToString();
    }
}

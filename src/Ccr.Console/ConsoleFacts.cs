using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Ccr.Console;

/// <summary>Where the operator is, and as whom.</summary>
/// <param name="Who">As whom.</param>
/// <param name="LedgerName">On which ledger.</param>
/// <param name="BrokerName">On which Service Bus.</param>
/// <param name="Rights">What may be done here.</param>
internal sealed record ConsoleFacts(Person Who, string LedgerName, string? BrokerName, ConsoleRights Rights = ConsoleRights.None)
{
    /// <summary>Whether something may be done.</summary>
    public bool May(ConsoleRights right) => Rights.HasFlag(right);

    /// <summary>A colour of its own for each environment, so that test and production do not look alike.</summary>
    public string Colour { get; } = string.Create(
        CultureInfo.InvariantCulture, $"hsl({SHA256.HashData(Encoding.UTF8.GetBytes($"{BrokerName}|{LedgerName}"))[0] * 360 / 256} 70% 50%)");
}

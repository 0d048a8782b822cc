using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Ccr.Core.Events;

namespace Ccr.Core.Processing;

/// <summary>
/// The id of one machine's request out of one event: derived from source, event, domain and name, so that whoever meets the same request again gives it
/// the same id.
/// </summary>
public static class RequestId
{
    /// <summary>The id of one part of an event. A part that names no machine has its place in the event instead.</summary>
    public static string Of(EventReading reading, int part) => Of(reading, part, reading.Parts[part].Machine);

    /// <summary>The id that earlier versions gave, which left out the domain (../Ledger/README.md, Upgrades).</summary>
    public static string FormerOf(EventReading reading, int part) => Of(reading, part, reading.Parts[part].MachineText?.ToUpperInvariant());

    private static string Of(EventReading reading, int part, string? machine)
    {
        var (source, id, _) = reading.Parts[part].Event;
        machine ??= string.Create(CultureInfo.InvariantCulture, $"#{part}");
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes($"{source}\0{id}\0{machine}{(reading.Redrive is { } redrive ? $"\0{redrive}" : "")}"));
        return $"ccr-{Convert.ToHexStringLower(hash.AsSpan(0, 16))}";
    }
}

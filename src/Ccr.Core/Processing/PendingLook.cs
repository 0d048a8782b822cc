using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using Ccr.Core.Machines;
using Ccr.Core.Text;

namespace Ccr.Core.Processing;

/// <summary>
/// A look that is due: it only says what is to be looked at. All that counts is in the ledger, so whoever may send to the queue can have the site looked at
/// once more, and nothing else.
/// </summary>
/// <param name="RequestId">The request whose push is awaited.</param>
/// <param name="Machine">Its machine.</param>
/// <param name="Domain">The machine's domain.</param>
/// <param name="Number">Which look it is, from 1.</param>
public sealed record PendingLook(string RequestId, string Machine, string Domain, int Number)
{
    /// <summary>The key of the machine in the ledger.</summary>
    [JsonIgnore]
    public string LedgerKey => MachineKey.Of(Domain, Machine);

    /// <summary>The same for the same look, so that the queue drops a second message about it.</summary>
    [JsonIgnore]
    public string MessageId => string.Create(CultureInfo.InvariantCulture, $"{RequestId}-look-{Number}");

    /// <summary>The body of its message.</summary>
    public byte[] Write() => JsonSerializer.SerializeToUtf8Bytes(this, LookJson.Default.PendingLook);

    /// <summary>Reads a look out of a message's body, or returns null when it is none of ours.</summary>
    public static PendingLook? Read(ReadOnlySpan<byte> body) =>
        JsonBody.Read(body, LookJson.Default.PendingLook) is { RequestId: not null, Machine: not null, Domain: not null } look ? look : null;
}

/// <summary>The queue of looks that are due.</summary>
public interface ILookSender
{
    /// <summary>Schedules a look; when it returns, the broker has accepted it.</summary>
    Task ScheduleAsync(PendingLook look, DateTimeOffset at, CancellationToken cancellationToken);
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(PendingLook))]
internal sealed partial class LookJson : JsonSerializerContext;

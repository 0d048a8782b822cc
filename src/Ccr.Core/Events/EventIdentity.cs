using System.Security.Cryptography;
using System.Text;
using Ccr.Core.Text;

namespace Ccr.Core.Events;

/// <summary>Which event a part belongs to. One message may carry several: an array of events, or the alerts of a group.</summary>
/// <param name="Source">The name of the source, or <see cref="UnknownSource"/>.</param>
/// <param name="Id">The id under which the sender would send the same event again.</param>
/// <param name="Time">When it happened, or when the broker accepted it.</param>
public sealed record EventIdentity(string Source, string Id, DateTimeOffset Time)
{
    /// <summary>The source of an event that no source recognised.</summary>
    public const string UnknownSource = "unknown";

    private const int MaxIdLength = 512;

    /// <summary>An id short enough for a result, and still another one for every other text.</summary>
    internal static string Shorten(string id) =>
        id.Length <= MaxIdLength ? id : $"{SafeText.Escape(id)} sha256:{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(id)))}";
}

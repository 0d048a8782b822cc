using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Ccr.ServiceBus.Authorization;

/// <summary>Shared access signatures: the tokens that Service Bus derives from a policy's key.</summary>
internal static class SharedAccessSignature
{
    /// <summary>
    /// Signs <paramref name="audience"/> until <paramref name="expires"/> (Service Bus AMQP: HMAC-SHA256 with the key over
    /// the encoded audience, a line feed and the expiry in Unix seconds).
    /// </summary>
    public static string Create(SharedKeyCredential key, string audience, DateTimeOffset expires)
    {
        var resource = Uri.EscapeDataString(audience);
        var expiry = expires.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        var signature = HMACSHA256.HashData(
            Encoding.UTF8.GetBytes(key.Key), Encoding.UTF8.GetBytes($"{resource}\n{expiry}"));
        return $"SharedAccessSignature sr={resource}&sig={Uri.EscapeDataString(Convert.ToBase64String(signature))}" +
            $"&se={expiry}&skn={Uri.EscapeDataString(key.Name)}";
    }

    /// <summary>The time until which a signature is valid; never, if it does not say.</summary>
    public static DateTimeOffset ReadExpiry(string signature)
    {
        foreach (var field in signature.Split([' ', '&']))
        {
            if (field.StartsWith("se=", StringComparison.Ordinal)
                && long.TryParse(field.AsSpan(3), NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
                && seconds <= DateTimeOffset.MaxValue.ToUnixTimeSeconds())
            {
                return DateTimeOffset.FromUnixTimeSeconds(seconds);
            }
        }

        return DateTimeOffset.MaxValue;
    }
}

using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Ccr.TestHost.Relay;

namespace Ccr.Campaign.Supervision;

/// <summary>The hybrid connection of an installation, and who may use it: whoever has its key may listen and send.</summary>
internal static class RelayAccess
{
    public const string Connection = "hq";

    public const string Key = "a key of the relay, and of no site";

    /// <summary>Instead of a minute: so long a relay waits for an agent that was killed.</summary>
    public const string AnswerLimit = "00:00:04";

    /// <summary>Adds what processor and agents need to know of it.</summary>
    public static void AddTo(Dictionary<string, string> settings, Uri hybridConnection)
    {
        settings["Ccr__Sites__hq__Relay__Endpoint"] = hybridConnection.ToString();
        settings["Ccr__Sites__hq__Relay__KeyName"] = RelayHost.KeyName;
        settings["Ccr__Sites__hq__Relay__Key"] = Key;
        settings["Ccr__Sites__hq__SigningKeys__0"] = Convert.ToBase64String([.. Enumerable.Range(0, 32).Select(number => (byte)number)]);
    }

    /// <summary>A token, made here again, so that it may also be one that has expired.</summary>
    public static string TokenUntil(DateTimeOffset end, Uri hybridConnection)
    {
        var resource = Uri.EscapeDataString(hybridConnection.ToString());
        var seconds = end.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        var signature = Convert.ToBase64String(HMACSHA256.HashData(Encoding.UTF8.GetBytes(Key), Encoding.UTF8.GetBytes($"{resource}\n{seconds}")));
        return $"SharedAccessSignature sr={resource}&sig={Uri.EscapeDataString(signature)}&se={seconds}&skn={RelayHost.KeyName}";
    }
}

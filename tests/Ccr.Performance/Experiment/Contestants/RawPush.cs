using System.Text.Json;

namespace Ccr.Performance.Experiment.Contestants;

/// <summary>What a raw contestant reads in an event, and how its request ended.</summary>
internal sealed record RawPush(string Id, string Machine, string Outcome)
{
    private static readonly HttpMethod SmsPost = new("SMS_POST");

    /// <summary>Asks a management point to push the client to the machine of an event.</summary>
    public static async Task<RawPush> SendAsync(HttpClient http, string managementPoint, ReadOnlyMemory<byte> body)
    {
        using var document = JsonDocument.Parse(body);
        var id = document.RootElement.GetProperty("id").GetString()!;
        var machine = document.RootElement.GetProperty("data").GetProperty("machine").GetString()!;
        using var request = new HttpRequestMessage(SmsPost, $"{managementPoint}sms_mp/machine.ccr?mn={machine}&dn=CORP&fkey=True")
        {
            Content = new ByteArrayContent([]),
        };
        using var answer = await http.SendAsync(request);
        return new RawPush(id, machine, answer.IsSuccessStatusCode ? "Accepted" : "Failed");
    }
}

using System.Text.Json;
using Amqp;
using Amqp.Framing;
using Amqp.Sasl;

namespace Ccr.Performance.Experiment.Contestants;

/// <summary>
/// Receive, SMS_POST, send, accept, on AMQPNetLite and HttpClient alone: no checks, no ledger, no token, no renewed lock, no reconnecting, no confirmed
/// settlement. Nothing that does the same work can be much faster.
/// </summary>
internal static class BarePipeline
{
    public static async Task RunAsync(string connection, string managementPoint, int concurrency)
    {
        var endpoint = new Uri(connection.Split(';')[0].Split('=', 2)[1]);
        var amqp = await new ConnectionFactory { SASL = { Profile = SaslProfile.Anonymous } }.CreateAsync(
            new Address($"amqp://{endpoint.Host}:{endpoint.Port}"));
        var session = new Session(amqp);
        var receiver = new ReceiverLink(
            session, "receive",
            new Attach { Source = new Source { Address = "ccr-requests" }, Target = new Target(), RcvSettleMode = ReceiverSettleMode.Second },
            onAttached: null);
        var sender = new SenderLink(session, "send", "ccr-results");
        receiver.SetCredit(concurrency, autoRestore: true);
        using var http = new HttpClient();
        System.Console.WriteLine("""{"processing":{}}""");
        await Task.WhenAll(Enumerable.Range(0, concurrency).Select(_ => Task.Run(async () =>
        {
            while (true)
            {
                var message = await receiver.ReceiveAsync(Timeout.InfiniteTimeSpan);
                await sender.SendAsync(await CarryOutAsync(http, managementPoint, message));
                receiver.Accept(message);
            }
        })));
    }

    private static async Task<Message> CarryOutAsync(HttpClient http, string managementPoint, Message message)
    {
        var body = message.GetBody<byte[]>();
        using var document = JsonDocument.Parse(body);
        var id = document.RootElement.GetProperty("id").GetString();
        var machine = document.RootElement.GetProperty("data").GetProperty("machine").GetString();
        using var request = new HttpRequestMessage(new HttpMethod("SMS_POST"), $"{managementPoint}sms_mp/machine.ccr?mn={machine}&dn=CORP&fkey=True")
        {
            Content = new ByteArrayContent([]),
        };
        using var answer = await http.SendAsync(request);
        return new Message
        {
            BodySection = new Data { Binary = body },
            Properties = new Properties { MessageId = id, Subject = machine },
            ApplicationProperties = new ApplicationProperties
            {
                Map = { ["outcome"] = answer.IsSuccessStatusCode ? "Accepted" : "Failed", ["machine"] = machine },
            },
        };
    }
}

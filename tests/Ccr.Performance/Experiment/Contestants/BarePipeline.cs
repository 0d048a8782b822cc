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
        var push = await RawPush.SendAsync(http, managementPoint, body);
        return new Message
        {
            BodySection = new Data { Binary = body },
            Properties = new Properties { MessageId = push.Id, Subject = push.Machine },
            ApplicationProperties = new ApplicationProperties
            {
                Map = { ["outcome"] = push.Outcome, ["machine"] = push.Machine },
            },
        };
    }
}

using Azure.Messaging.ServiceBus;
using Ccr.Core.Messaging;
using Ccr.Functions.Tests.Support;
using Ccr.Hosting.ServiceBus;

namespace Ccr.Functions.Tests;

/// <summary>Every sample event ends in the function app as it does in <c>ccr local</c>.</summary>
public class HostedSampleEventTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact(Timeout = Some.Patience)]
    public async Task SampleEvents_OnTheWorker_EndAsInCcrLocal()
    {
        await using var local = LocalRun.Start();
        await using var app = await HostedApp.StartAsync(settings =>
        {
            // What ccr local assumes where nothing is configured.
            settings["Ccr__Events__DnsSuffixes__corp.example.com"] = "CORP";
            settings["Ccr__Targets__Domains__0"] = "*";
            settings["Ccr__Freshness__MaxAge"] = "00:00:00";
            settings["Ccr__Storms__MaxMachines"] = "0";
        });
        await using var localClient = new ServiceBusClient(await local.Connection.WaitAsync(Stop));
        await using var appClient = new ServiceBusClient(app.Broker.ConnectionString);

        await Task.WhenAll(SendOneAfterTheOtherAsync(localClient), SendOneAfterTheOtherAsync(appClient));

        var expected = await ResultsAsync(localClient);
        Assert.NotEmpty(expected);
        Assert.Equal(expected, await ResultsAsync(appClient));
        Assert.Equal(await DeadLettersAsync(localClient), await DeadLettersAsync(appClient));
    }

    /// <summary>One after the other, since a machine that two events name is pushed for the first of them.</summary>
    private static async Task SendOneAfterTheOtherAsync(ServiceBusClient client)
    {
        await using var sender = client.CreateSender(Entities.Requests);
        foreach (var (name, body) in Samples())
        {
            await sender.SendMessageAsync(new ServiceBusMessage(body) { MessageId = name, ContentType = "application/json" }, Stop);
            await HostedApp.UntilAsync(() => HostedApp.PeekAsync(client, Entities.Requests), messages => messages.Count == 0);
        }
    }

    private static IEnumerable<(string Name, byte[] Body)> Samples()
    {
        foreach (var file in Directory.EnumerateFiles(Repository.PathOf("tests", "events"), "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
        {
            var name = Path.GetFileName(file);
            if (Path.GetExtension(file) == ".ndjson")
            {
                var number = 0;
                foreach (var line in File.ReadLines(file)) yield return ($"{name} {++number}", System.Text.Encoding.UTF8.GetBytes(line));
            }
            else
            {
                yield return (name, File.ReadAllBytes(file));
            }
        }
    }

    private static async Task<IEnumerable<string>> DeadLettersAsync(ServiceBusClient client) =>
        (await HostedApp.PeekAsync(client, EntityPath.DeadLetterQueue(Entities.Requests)))
        .Select(message => $"{message.MessageId}: {message.DeadLetterReason} {message.DeadLetterErrorDescription}").Order(StringComparer.Ordinal);

    /// <summary>What was published, in an order of its own. It was so before its event left the queue.</summary>
    private static async Task<IEnumerable<string>> ResultsAsync(ServiceBusClient client) =>
        (await HostedApp.ResultsAsync(client))
        .Select(result => $"{result.EventId} | {result.Machine} | {result.Domain} | {result.Site} | {result.Outcome} | {result.Reason}")
        .Order(StringComparer.Ordinal);
}

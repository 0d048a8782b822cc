using Azure.Messaging.ServiceBus;
using Ccr.EndToEnd.Tests.Support;
using Ccr.Hosting.ServiceBus;

namespace Ccr.EndToEnd.Tests;

public class MessagingTests
{
    [Fact]
    public async Task Send_FolderToABroker_PutsEachEventOnTheQueueAsItIs()
    {
        await using var broker = CcrCommand.Start("broker", "--port", "0", "--json");
        var connectionString = (await broker.NextAsync("listening")).GetProperty("connection").GetString()!;

        var run = await CcrCommand.RunAsync("send", Repository.PathOf("tests", "events", "bad"), "--connection", connectionString);

        var files = Directory.GetFiles(Repository.PathOf("tests", "events", "bad"));
        await using var connection = new ServiceBusConnection(ServiceBusOptions.For(connectionString));
        await using var receiver = connection.CreateReceiver("ccr-requests");
        var messages = await receiver.PeekAsync(0, 100, TestContext.Current.CancellationToken);
        Assert.Equal((0, $"Sent {files.Length} events to ccr-requests.{Environment.NewLine}"), (run.ExitCode, run.Output));
        Assert.Equal(files.Select(file => Convert.ToHexString(File.ReadAllBytes(file))).Order(), messages.Select(m => Convert.ToHexString(m.Body)).Order());
    }

    /// <summary>What the embedded broker warned of was heard by nobody.</summary>
    [Fact]
    public async Task Broker_WithMessagesOfAQueueThatIsGone_WarnsOnStandardError()
    {
        var data = Directory.CreateTempSubdirectory("ccr-broker-").FullName;
        var entities = Path.Combine(data, "Config.json");
        const string Config = """{"UserConfig":{"Namespaces":[{"Name":"sbemulatorns","Queues":[{"Name":"NAME"}]}]}}""";
        await File.WriteAllTextAsync(entities, Config.Replace("NAME", "old", StringComparison.Ordinal), TestContext.Current.CancellationToken);
        await using (var before = CcrCommand.Start("broker", "--port", "0", "--json", "--config", entities, "--data", data))
        {
            var connectionString = (await before.NextAsync("listening")).GetProperty("connection").GetString()!;
            await using var connection = new ServiceBusConnection(ServiceBusOptions.For(connectionString));
            await using var queue = connection.CreateSender("old");
            await queue.SendAsync(new ServiceBusMessage("x"), TestContext.Current.CancellationToken);
            Assert.Equal("", (await before.StopAsync()).Error);
        }

        await File.WriteAllTextAsync(entities, Config.Replace("NAME", "new", StringComparison.Ordinal), TestContext.Current.CancellationToken);
        await using var after = CcrCommand.Start("broker", "--port", "0", "--json", "--config", entities, "--data", data);
        await after.NextAsync("listening");
        var run = await after.StopAsync();

        Assert.Equal($"the embedded Service Bus: 1 stored messages are of old, which is not configured; they are kept.{Environment.NewLine}", run.Error);
    }

    /// <summary>Both once read one subscription, and each showed half.</summary>
    [Fact]
    public async Task Watch_BesideCcrLocal_BothShowEveryResult()
    {
        await using var local = CcrCommand.Start("local", "--no-processing", "--json");
        var connectionString = (await local.NextAsync("started")).GetProperty("connection").GetString()!;
        await using var watch = CcrCommand.Start("watch", "--connection", connectionString, "--json");

        await using var connection = new ServiceBusConnection(ServiceBusOptions.For(connectionString));
        await using var topic = connection.CreateSender("ccr-results");
        string[] ids = [.. Enumerable.Range(1, 10).Select(number => $"ccr-{number}")];
        foreach (var id in ids)
        {
            var body = """
                {"specversion":"1.0","type":"ccr.reinstall.result","source":"ccr","id":"ID","time":"2026-01-31T12:00:00Z",
                "dataContentType":"application/json","data":{"requestId":"ID","source":"ccr",
                "eventId":"1","part":1,"parts":1,"outcome":"Accepted","reason":"CCR3001",
                "meaning":"m","detail":"d","remedy":"r","time":"2026-01-31T12:00:00Z"}}
                """.Replace("ID", id, StringComparison.Ordinal);
            await topic.SendAsync(new ServiceBusMessage(body) { MessageId = id }, TestContext.Current.CancellationToken);
        }

        foreach (var shown in new[] { watch, local })
        {
            var seen = new List<string?>();
            while (seen.Count < ids.Length) seen.Add((await shown.NextAsync("result")).GetProperty("requestId").GetString());
            Assert.Equal(ids.Order(StringComparer.Ordinal), seen.Order(StringComparer.Ordinal));
        }
    }
}

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

    [Fact]
    public async Task Watch_ResultOnTheTopic_IsShown()
    {
        await using var local = CcrCommand.Start("local", "--no-processing", "--json");
        var connectionString = (await local.NextAsync("started")).GetProperty("connection").GetString()!;
        await using var watch = CcrCommand.Start("watch", "--connection", connectionString, "--subscription", "ledger", "--json");

        await using var connection = new ServiceBusConnection(ServiceBusOptions.For(connectionString));
        await using var topic = connection.CreateSender("ccr-results");
        await topic.SendAsync(
            new ServiceBusMessage(
                """
                {"specversion":"1.0","type":"ccr.reinstall.result","source":"ccr","id":"ccr-1","time":"2026-01-31T12:00:00Z",
                "dataContentType":"application/json","data":{"requestId":"ccr-1","source":"ccr",
                "eventId":"1","part":1,"parts":1,"outcome":"Accepted","reason":"CCR3001",
                "meaning":"m","detail":"d","remedy":"r","time":"2026-01-31T12:00:00Z"}}
                """).With([KeyValuePair.Create<string, object>("via", "agent")]),
            TestContext.Current.CancellationToken);

        Assert.Equal("ccr-1", (await watch.NextAsync("result")).GetProperty("requestId").GetString());
        Assert.Equal("ccr-1", (await local.NextAsync("result")).GetProperty("requestId").GetString());
    }
}

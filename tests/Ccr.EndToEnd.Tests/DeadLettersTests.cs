using Azure.Messaging.ServiceBus;
using Ccr.EndToEnd.Tests.Support;
using Ccr.Hosting.ServiceBus;

namespace Ccr.EndToEnd.Tests;

public class DeadLettersTests
{
    private const int Patience = 300_000;

    [Fact(Timeout = Patience)]
    public async Task Redrive_OnceTheCauseIsMended_HasTheEventDecidedAnewUnderItsOwnId()
    {
        using var folder = new TemporaryFolder();
        await using var local = CcrCommand.Start("local", "--no-processing", "--data", folder.Path, "--json");
        var started = await local.NextAsync("started");
        var connection = started.GetProperty("connection").GetString()!;
        var managementPoint = started.GetProperty("managementPoint").GetString()!.TrimEnd('/');
        string ConfigFor(string domain) => folder.Write(
            $"{domain}.json",
            $$"""{ "Ccr": { "Freshness": { "MaxAge": "00:00:00" }, "Targets": { "Domains": ["{{domain}}"] }, "Sites": { "hq": { "ManagementPoints": [ { "Address": "{{managementPoint}}" } ] } } } }""");
        await CcrCommand.RunAsync("send", Repository.PathOf("tests", "events", "ccr-client-broken.json"), "--connection", connection);
        await using (var wrong = CcrCommand.Start("process", "--connection", connection, "--config", ConfigFor("OTHER"), "--data", folder.Path, "--json"))
        {
            var rejected = await local.NextAsync("result");
            Assert.Equal(("Rejected", "/cmdb/contoso CHG0041-1"), (rejected.GetProperty("outcome").GetString(), rejected.GetProperty("eventId").GetString()));
            Assert.Equal(0, (await wrong.StopAsync()).ExitCode);
        }

        var run = await CcrCommand.RunAsync("dead-letters", "redrive", "--all", "--connection", connection);
        await using var right = CcrCommand.Start("process", "--connection", connection, "--config", ConfigFor("CORP"), "--data", folder.Path, "--json");
        var accepted = await local.NextAsync("result");

        Assert.Equal((0, $"Sent 1 dead letter again.{Environment.NewLine}", ""), (run.ExitCode, run.Output, run.Error));
        Assert.Equal(("Accepted", "/cmdb/contoso CHG0041-1"), (accepted.GetProperty("outcome").GetString(), accepted.GetProperty("eventId").GetString()));
        Assert.Single(Directory.GetFiles(folder.PathOf("mp", "ccr.box"), "*.ccr"));
        Assert.Contains("has no dead letters", (await CcrCommand.RunAsync("dead-letters", "list", "--connection", connection)).Output);
    }

    [Fact(Timeout = Patience)]
    public async Task List_AndShow_SayWhyAndTakeNothing()
    {
        await using var broker = CcrCommand.Start("broker", "--port", "0", "--json");
        var connection = (await broker.NextAsync("listening")).GetProperty("connection").GetString()!;
        await DeadLetterAsync(connection, "first\u001b[2J", "CCR1003");
        await DeadLetterAsync(connection, "second", "CCR2001");

        var list = await CcrCommand.RunAsync("dead-letters", "list", "--connection", connection, "--json");
        var numbers = list.All("deadLetter").Select(letter => letter.GetProperty("sequenceNumber").GetInt64()).ToList();
        var show = await CcrCommand.RunAsync("dead-letters", "show", $"{numbers[0]}", "--connection", connection);

        Assert.Equal(["CCR1003", "CCR2001"], list.All("deadLetter").Select(letter => letter.GetProperty("reason").GetString()));
        Assert.Equal(2, list.All("listed").Single().GetProperty("count").GetInt32());
        Assert.Contains("because of first", show.Output);
        Assert.EndsWith($"first\\u001B[2J{Environment.NewLine}", show.Output);
        Assert.Equal(2, (await CcrCommand.RunAsync("dead-letters", "list", "--connection", connection, "--json")).All("deadLetter").Count);
    }

    [Fact(Timeout = Patience)]
    public async Task Redrive_ByReason_LeavesTheOthers()
    {
        await using var broker = CcrCommand.Start("broker", "--port", "0", "--json");
        var connection = (await broker.NextAsync("listening")).GetProperty("connection").GetString()!;
        await DeadLetterAsync(connection, "first", "CCR1003");
        await DeadLetterAsync(connection, "second", "CCR2001");

        var run = await CcrCommand.RunAsync("dead-letters", "redrive", "--reason", "CCR2001", "--connection", connection, "--json");

        Assert.Equal(1, run.All("redriven").Single().GetProperty("sequenceNumbers").GetArrayLength());
        Assert.Equal(["CCR1003"], (await CcrCommand.RunAsync("dead-letters", "list", "--connection", connection, "--json")).All("deadLetter").Select(
            letter => letter.GetProperty("reason").GetString()));
        await using var client = new ServiceBusConnection(ServiceBusOptions.For(connection));
        await using var queue = client.CreateReceiver("ccr-requests");
        var back = Assert.Single(await queue.PeekAsync(0, 10, TestContext.Current.CancellationToken));
        Assert.Equal("second"u8.ToArray(), back.Body.ToArray());
        Assert.DoesNotContain("DeadLetterReason", back.ApplicationProperties.Keys);
    }

    [Fact(Timeout = Patience)]
    public async Task Redrive_OfANumberThatIsNotThere_SaysSo()
    {
        await using var broker = CcrCommand.Start("broker", "--port", "0", "--json");
        var connection = (await broker.NextAsync("listening")).GetProperty("connection").GetString()!;

        var run = await CcrCommand.RunAsync("dead-letters", "redrive", "7", "--connection", connection);
        var nothing = await CcrCommand.RunAsync("dead-letters", "redrive", "--connection", connection);

        Assert.Equal(1, run.ExitCode);
        Assert.StartsWith("CCR5905: ccr-requests has no dead letter 7.", run.Error);
        Assert.Equal(2, nothing.ExitCode);
        Assert.StartsWith("CCR5903: Say which dead letters", nothing.Error);
    }

    private static async Task DeadLetterAsync(string connection, string body, string reason)
    {
        await using var client = new ServiceBusConnection(ServiceBusOptions.For(connection));
        await using var sender = client.CreateSender("ccr-requests");
        await sender.SendAsync(new ServiceBusMessage(System.Text.Encoding.UTF8.GetBytes(body)), TestContext.Current.CancellationToken);
        await using var receiver = client.CreateReceiver("ccr-requests");
        var message = Assert.Single(await receiver.ReceiveAsync(1, TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken));
        await receiver.DeadLetterAsync(message, reason, $"because of {body}", TestContext.Current.CancellationToken);
    }
}

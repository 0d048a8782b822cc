using System.Text.Json;
using Azure.Messaging.ServiceBus;
using Ccr.EndToEnd.Tests.Support;
using Ccr.Hosting.ServiceBus;

namespace Ccr.EndToEnd.Tests;

public class DeadLettersTests
{
    private const int Patience = 300_000;

    /// <summary>More than a page.</summary>
    private const int Many = 120;

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

        var run = await CcrCommand.RunAsync("dead-letters", "redrive", "--all", "--wait", "00:00:00", "--connection", connection, "--data", folder.Path);
        await using var right = CcrCommand.Start("process", "--connection", connection, "--config", ConfigFor("CORP"), "--data", folder.Path, "--json");
        var accepted = await local.NextAsync("result");

        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.Equal(["Sent 1 dead letter again.", "None came back. 1 still on ccr-requests."], run.Output.TrimEnd().Split(Environment.NewLine));
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

        var run = await CcrCommand.RunAsync(
            "dead-letters", "redrive", "--reason", "CCR2001", "--wait", "00:00:00", "--connection", connection, "--json");

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

        using var folder = new TemporaryFolder();
        var run = await CcrCommand.RunAsync("dead-letters", "redrive", "7", "--data", folder.Path, "--connection", connection);
        var nothing = await CcrCommand.RunAsync("dead-letters", "redrive", "--connection", connection);

        Assert.Equal(1, run.ExitCode);
        Assert.StartsWith("CCR5907: Nobody notes who did this", run.Error);
        Assert.Contains($"{Environment.NewLine}CCR5905: ccr-requests has no dead letter 7.", run.Error);
        Assert.Equal(2, nothing.ExitCode);
        Assert.StartsWith("CCR5903: Say which dead letters", nothing.Error);
    }

    [Fact(Timeout = Patience)]
    public async Task Redrive_AllWhileAProcessorRunsAndTheCauseIsNotMended_SendsEachOnceAndSaysWhatCameBack()
    {
        using var folder = new TemporaryFolder();
        await using var local = CcrCommand.Start("local", "--data", folder.Path, "--json");
        var connection = (await local.NextAsync("started")).GetProperty("connection").GetString()!;
        var events = string.Join('\n', Enumerable.Range(0, Many).Select(number => $$"""{ "machine": "10.0.0.{{number}}" }"""));
        await CcrCommand.RunAsync("send", folder.Write("many.ndjson", events), "--connection", connection);
        for (var number = 0; number < Many; number++) await local.NextAsync("result");

        var run = await CcrCommand.RunAsync("dead-letters", "redrive", "--all", "--wait", "00:05:00", "--connection", connection, "--json");
        var list = await CcrCommand.RunAsync("dead-letters", "list", "--connection", connection, "--json");

        Assert.Equal((100, Many), (run.All("progress").Single().GetProperty("sent").GetInt32(), run.All("progress").Single().GetProperty("of").GetInt32()));
        Assert.Equal(Many, run.All("redriven").Single().GetProperty("sequenceNumbers").EnumerateArray().Select(n => n.GetInt64()).Distinct().Count());
        var back = run.All("cameBack").Single();
        Assert.Equal((Many, Many, 0), (
            back.GetProperty("count").GetInt32(), back.GetProperty("reasons").GetProperty("CCR1010").GetInt32(), back.GetProperty("waiting").GetInt32()));
        Assert.Equal(Many, list.All("listed").Single().GetProperty("count").GetInt32());
        for (var number = 0; number < Many; number++) await local.NextAsync("result");
    }

    [Fact(Timeout = Patience)]
    public async Task List_OfMany_CountsByReasonSourceAndDayAndThenShowsPages()
    {
        await using var broker = CcrCommand.Start("broker", "--port", "0", "--json");
        var connection = (await broker.NextAsync("listening")).GetProperty("connection").GetString()!;
        for (var number = 0; number < 3; number++) await DeadLetterAsync(connection, """{ "machine": "10.0.0.1" }""", "CCR1010");
        await DeadLetterAsync(connection, "no event", "MaxDeliveryCountExceeded");

        var first = await CcrCommand.RunAsync("dead-letters", "list", "--max", "2", "--connection", connection, "--json");
        var next = first.All("listed").Single().GetProperty("next").GetInt64();
        var second = await CcrCommand.RunAsync("dead-letters", "list", "--max", "2", "--from", $"{next}", "--connection", connection, "--json");
        var people = await CcrCommand.RunAsync("dead-letters", "list", "--max", "2", "--connection", connection);

        Assert.All(first.Output.TrimEnd().Split('\n'), line => Assert.Equal(JsonValueKind.Object, JsonDocument.Parse(line).RootElement.ValueKind));
        Assert.Equal(
            [(3, "CCR1010", "plain"), (1, "MaxDeliveryCountExceeded", "unknown")],
            first.All("group").Select(g => (g.GetProperty("count").GetInt32(), g.GetProperty("reason").GetString()!, g.GetProperty("source").GetString()!)));
        Assert.Equal(first.All("group").Select(g => $"{g}"), second.All("group").Select(g => $"{g}"));
        Assert.Equal((4, 2), (first.All("listed").Single().GetProperty("count").GetInt32(), first.All("deadLetter").Count));
        Assert.Equal(4, first.All("deadLetter").Concat(second.All("deadLetter")).Select(l => l.GetProperty("sequenceNumber").GetInt64()).Distinct().Count());
        Assert.Matches(
            $@"(?s)^ +3 x CCR1010 +plain +\d{{4}}-\d\d-\d\d\r?\n +1 x MaxDeliveryCountExceeded .*4 dead letters, 2 of them listed; the next page: --from {next}\s*$",
            people.Output);
    }

    [Fact(Timeout = Patience)]
    public async Task List_ByReasonAndTime_LeavesTheOthersOut()
    {
        await using var broker = CcrCommand.Start("broker", "--port", "0", "--json");
        var connection = (await broker.NextAsync("listening")).GetProperty("connection").GetString()!;
        await DeadLetterAsync(connection, "first", "CCR1003");
        await DeadLetterAsync(connection, "second", "CCR2001");

        var reason = await CcrCommand.RunAsync("dead-letters", "list", "--reason", "CCR2001", "--since", "1h", "--connection", connection, "--json");
        var none = await CcrCommand.RunAsync("dead-letters", "list", "--since", "2199-01-01", "--connection", connection);
        var wrong = await CcrCommand.RunAsync("dead-letters", "list", "--since", "yesterday", "--connection", connection);

        Assert.Equal(["CCR2001"], reason.All("deadLetter").Select(letter => letter.GetProperty("reason").GetString()));
        Assert.Equal("ccr-requests has no dead letters of that reason and time.", none.Output.Trim());
        Assert.Equal(2, wrong.ExitCode);
        Assert.StartsWith("CCR5903: --since 'yesterday' is no time", wrong.Error);
    }

    [Fact(Timeout = Patience)]
    public async Task ListAndShow_WhatOthersWrote_CommandsNoTerminal()
    {
        await using var broker = CcrCommand.Start("broker", "--port", "0", "--json");
        var connection = (await broker.NextAsync("listening")).GetProperty("connection").GetString()!;
        await DeadLetterAsync(connection, "a\u001b[2J\u009b\u202eb", "\u001b]0;\u202egone\u0007");

        var list = await CcrCommand.RunAsync("dead-letters", "list", "--connection", connection);
        var json = await CcrCommand.RunAsync("dead-letters", "list", "--connection", connection, "--json");
        var show = await CcrCommand.RunAsync("dead-letters", "show", "1", "--connection", connection);

        Assert.All([list, json, show], run =>
        {
            Assert.Equal((0, ""), (run.ExitCode, run.Error));
            Assert.DoesNotContain(run.Output, c => c is not ('\r' or '\n') && (char.IsControl(c) || c == '\u202e'));
        });
        Assert.Contains("a\\u001B[2J\\u009B\\u202Eb", show.Output);
    }

    [Fact(Timeout = Patience)]
    public async Task Discard_WithAFile_KeepsThemThereAndNotesWhoDidIt()
    {
        using var folder = new TemporaryFolder();
        await using var broker = CcrCommand.Start("broker", "--port", "0", "--json");
        var connection = (await broker.NextAsync("listening")).GetProperty("connection").GetString()!;
        await DeadLetterAsync(connection, "first", "CCR1003");
        await DeadLetterAsync(connection, "second", "CCR2001");
        await CcrCommand.RunAsync("local", "--until-idle", "--events", Repository.PathOf("tests", "events", "ccr-client-broken.json"), "--data", folder.Path);
        string[] discard = ["dead-letters", "discard", "--reason", "CCR1003", "--connection", connection, "--data", folder.Path, "--why", "INC4711"];

        var without = await CcrCommand.RunAsync(discard);
        var run = await CcrCommand.RunAsync([.. discard, "--export", folder.PathOf("kept.ndjson")]);
        var again = await CcrCommand.RunAsync([.. discard, "--export", folder.PathOf("kept.ndjson")]);
        var list = await CcrCommand.RunAsync("dead-letters", "list", "--connection", connection, "--json");

        Assert.StartsWith("CCR5903: --export FILE is missing: deleted is deleted.", without.Error);
        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.Contains("\"body\":\"first\"", Assert.Single(await File.ReadAllLinesAsync(folder.PathOf("kept.ndjson"), TestContext.Current.CancellationToken)));
        Assert.StartsWith("CCR5903: --export: ", again.Error);
        Assert.Equal("CCR2001", Assert.Single(list.All("deadLetter")).GetProperty("reason").GetString());
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

using System.Text.Json;
using System.Text.Json.Nodes;
using Azure.Messaging.ServiceBus;
using Ccr.Core.Ledger;
using Ccr.Core.Results;
using Ccr.EndToEnd.Tests.Support;
using Ccr.Hosting.Sqlite;

namespace Ccr.EndToEnd.Tests;

/// <summary>A machine's story from the event to the client that is back. To accept a change, run the tests with CCR_ACCEPT_SNAPSHOTS=1.</summary>
public sealed class HistoryTests : IDisposable
{
    private static readonly DateTimeOffset First = new(2026, 1, 31, 12, 0, 0, TimeSpan.Zero);

    private readonly TemporaryFolder _folder = new();

    [Fact]
    public async Task History_OfPushesThatWereLookedAt_ReadsAsReviewed()
    {
        await WriteAsync(
            Pushed(1, VerificationOutcome.Verified, EvidenceStrength.Strong),
            Pushed(2, VerificationOutcome.NotVerified),
            Pushed(3, VerificationOutcome.NotVerified),
            Pushed(4, VerificationOutcome.InRetry) with { Seen = First.AddDays(4).AddMinutes(30), Arrived = true, SaidError = 1396 },
            Pushed(5, null));

        var run = await HistoryAsync();

        await Snapshot.VerifyAsync("history.txt", run.Output);
        Assert.Equal((0, ""), (run.ExitCode, run.Error));
    }

    [Fact]
    public async Task History_AsJson_HasResultsAndVerificationsInTheOrderOfTimeAndJoinedByRequest()
    {
        await WriteAsync(Pushed(1, VerificationOutcome.Verified, EvidenceStrength.Medium), Pushed(2, VerificationOutcome.NotVerified), Pushed(3, null));

        var run = await HistoryAsync("--json");

        Assert.Equal(
            ["result ccr-1", "verification ccr-1", "result ccr-2", "verification ccr-2", "result ccr-3"],
            run.Output.Trim().Split('\n')[..^1].Select(line => JsonNode.Parse(line)!.AsObject().Single())
                .Select(kind => $"{kind.Key} {kind.Value!["requestId"]}"));
        var verified = run.All("verification")[0];
        Assert.Equal(("Verified", "Medium"), (verified.GetProperty("outcome").GetString(), verified.GetProperty("strength").GetString()));
        var machine = Assert.Single(run.All("machine"));
        Assert.Equal(1, machine.GetProperty("notVerifiedInARow").GetInt32());
        Assert.Equal("ccr-3", machine.GetProperty("record").GetProperty("awaited")[2].GetProperty("requestId").GetString());
    }

    /// <summary>Pushes of which nobody knows count neither way, and one that brought the client back ends the row.</summary>
    [Theory]
    [InlineData("NotVerified,Verified", null)]
    [InlineData("Unknown", null)]
    [InlineData("NotVerified", "not back after the last push;")]
    [InlineData("NotVerified,Unknown,NotVerified", "not back after the last 2 pushes in a row;")]
    public async Task History_OfPushesInARow_CountsThoseThatBroughtNothing(string outcomes, string? said)
    {
        await WriteAsync([.. outcomes.Split(',').Select((outcome, i) => Pushed(i + 1, Enum.Parse<VerificationOutcome>(outcome)))]);

        var run = await HistoryAsync();

        if (said is null) Assert.DoesNotContain("not back", run.Output, StringComparison.Ordinal);
        else Assert.Contains(said, run.Output, StringComparison.Ordinal);
    }

    /// <summary>What stands in a ledger was perhaps written by somebody else.</summary>
    [Fact]
    public async Task History_VerificationWithWhatATerminalOrTheMarkupWouldObey_ShowsItAndNoMore()
    {
        var push = Pushed(1, VerificationOutcome.NotVerified);
        var nasty = push.Said! with { Machine = "PC77]\u001b]0;x\u0007", Domain = "CORP[", Meaning = "[red]m[/", Detail = "a\u001b[2J]b\r\nVerified \u202e" };
        await WriteAsync(push with { Said = nasty }, Pushed(2, null) with { RequestId = "[bold]ccr\u001b[2J" });

        var people = await HistoryAsync();
        var json = await HistoryAsync("--json");

        Assert.Equal(0, people.ExitCode);
        Assert.Contains("[red]m[/: a\\u001B[2J]b\\u000D\\u000AVerified \\u202E", people.Output, StringComparison.Ordinal);
        Assert.Contains("([bold]ccr\\u001B[2J)", people.Output, StringComparison.Ordinal);
        Assert.DoesNotContain(people.Output + json.Output, c => char.IsControl(c) && c is not ('\n' or '\r'));
        Assert.Equal(nasty.Detail, Assert.Single(json.All("verification")).GetProperty("detail").GetString());
    }

    /// <summary>Only the queue knows what waits for a pause to end: the ledger has nothing of a request that was not begun.</summary>
    [Fact(Timeout = 120_000)]
    public async Task History_OfAMachineThatWaitsForAPauseToEnd_SaysWhichRequestUntilWhenAndWhy()
    {
        await using var local = CcrCommand.Start("local", "--json", "--data", _folder.Path);
        var connection = (await local.NextAsync("started")).GetProperty("connection").GetString()!;
        await local.NextAsync("ready");
        Assert.Equal(0, (await CcrCommand.RunAsync("pause", "on", "--for", "2h", "--why", "INC4711", "--data", _folder.Path)).ExitCode);
        var file = _folder.PathOf("two.json");
        await File.WriteAllTextAsync(
            file, """[{"machine":"PC01","domain":"CORP"},{"machine":"PC02","domain":"CORP"}]""", TestContext.Current.CancellationToken);
        await CcrCommand.RunAsync("send", file, "--connection", connection);
        foreach (var _ in new[] { "PC01", "PC02" }) Assert.Equal("Deferred", (await local.NextAsync("result")).GetProperty("outcome").GetString());

        // Between the results and the copy that waits lies a moment in which the message itself is still there.
        CliResult run;
        do run = await HistoryAsync("--connection", connection, "--json");
        while (!run.All("waiting").Any(each => each.GetProperty("until").ValueKind == JsonValueKind.String));
        var people = await HistoryAsync("--connection", connection);

        var waiting = Assert.Single(run.All("waiting"));
        Assert.Equal("CCR2014", waiting.GetProperty("reason").GetString());
        Assert.Matches("ccr-[0-9a-f]{32} waits until [0-9]{4}-.*: CCR2014 All submissions are paused", people.Output);
    }

    [Fact]
    public async Task History_OfARequestThatNobodyHasLookedAt_SaysSinceWhenItIsThere()
    {
        await WriteAsync(Pushed(1, null));
        await using var local = CcrCommand.Start("local", "--no-processing", "--json");
        var connection = (await local.NextAsync("started")).GetProperty("connection").GetString()!;
        await CcrCommand.RunAsync("send", Repository.PathOf("tests", "events", "ccr-client-broken.json"), "--connection", connection);

        var other = await HistoryAsync("--connection", connection);
        var run = await CcrCommand.RunAsync("history", @"corp\ws-berlin-0017", "--data", _folder.Path, "--connection", connection);

        Assert.DoesNotContain("on the queue", other.Output, StringComparison.Ordinal);
        Assert.Contains("is on the queue since", run.Output, StringComparison.Ordinal);
        Assert.Equal((0, ""), (run.ExitCode, run.Error));
    }

    /// <summary>A processor puts the copy that waits on the queue before it completes the message, so that none is lost. In between both are there.</summary>
    [Fact]
    public async Task History_OfAMessageThatIsThereBesideItsCopyThatWaits_SaysTheRequestOnce()
    {
        await WriteAsync(Pushed(1, null));
        await using var local = CcrCommand.Start("local", "--no-processing", "--json");
        var connection = (await local.NextAsync("started")).GetProperty("connection").GetString()!;
        var body = await File.ReadAllTextAsync(Repository.PathOf("tests", "events", "ccr-client-broken.json"), TestContext.Current.CancellationToken);
        await using var client = new ServiceBusClient(connection);
        await using var queue = client.CreateSender("ccr-requests");
        await queue.SendMessageAsync(new ServiceBusMessage(body) { MessageId = "itself" }, TestContext.Current.CancellationToken);
        var due = TimeProvider.System.GetUtcNow().AddHours(1);
        var copy = new ServiceBusMessage(body) { MessageId = "copy", ScheduledEnqueueTime = due };
        await queue.SendMessageAsync(copy, TestContext.Current.CancellationToken);

        var run = await CcrCommand.RunAsync("history", @"corp\ws-berlin-0017", "--data", _folder.Path, "--connection", connection, "--json");

        Assert.Equal(due, Assert.Single(run.All("waiting")).GetProperty("until").GetDateTimeOffset(), TimeSpan.FromSeconds(1));
    }

    public void Dispose() => _folder.Dispose();

    /// <summary>A push on the nth day, and what was said of it two hours later.</summary>
    private static Awaited Pushed(int n, VerificationOutcome? said, EvidenceStrength strength = EvidenceStrength.None)
    {
        var since = First.AddDays(n);
        var push = new Awaited($"ccr-{n}", "hq", since, since.AddDays(7)) { NextLook = since.AddHours(1) };
        return said is not { } outcome ? push : push with
        {
            Said = new VerificationResult
            {
                RequestId = push.RequestId,
                Source = "scom",
                EventId = $"{n}",
                Number = 1,
                Machine = "PC01",
                Domain = "CORP",
                Site = "hq",
                Outcome = outcome,
                Strength = strength,
                Reason = "CCR2600",
                Meaning = "What it means",
                Detail = "what was seen",
                Remedy = "What to do.",
                Time = since.AddHours(2),
                Pushed = since,
            },
        };
    }

    /// <summary>A ledger with these pushes and their results.</summary>
    private async Task WriteAsync(params Awaited[] pushes)
    {
        const string Key = "CORP\\PC01";
        using var ledger = SqliteLedgerStore.Open(_folder.PathOf("ledger.db"));
        foreach (var push in pushes)
        {
            var verdict = new Verdict(Outcome.Accepted, new ReasonCode("CCR3001", "The management point wrote the CCR", "r"), "HTTP status 200");
            var result = ReinstallResult.Of(push.RequestId, "scom", "1", 1, 1, verdict, push.Since) with { Machine = "PC01", Domain = "CORP", Site = "hq" };
            var state = await ledger.ReadAsync(Key, push.RequestId, TestContext.Current.CancellationToken);
            var machine = (state.Machine ?? new MachineRecord(Key)) with { Pushes = [.. state.Machine?.Pushes ?? [], push.Since] };
            await ledger.TryWriteAsync(state, machine.Await(push), result, TestContext.Current.CancellationToken);
        }
    }

    private Task<CliResult> HistoryAsync(params string[] options) =>
        CcrCommand.RunAsync(["history", "CORP\\PC01", "--data", _folder.Path, .. options]);
}

using Ccr.Core.Machines;
using Ccr.Core.Processing;
using Ccr.Core.Results;
using Ccr.Core.Tests.Support;

namespace Ccr.Core.Tests;

/// <summary>One machine is a domain and a name, wherever machines, requests and results are told apart.</summary>
public class DomainAndNameTests
{
    private readonly Pipeline _pipeline = new()
    {
        Configuration = { Events = { DnsSuffixes = { ["corp.example.com"] = "CORP", ["lab.example.com"] = "LAB", ["example.com"] = "" } } },
    };

    [Fact]
    public async Task Process_AlertNamesOneNameInTwoDomains_PushesAndAnswersForBoth()
    {
        await _pipeline.ProcessAsync(Some.AlertFor("pc1.corp.example.com", "PC1.lab.example.com"));

        Assert.Equal([("PC1", "CORP", Outcome.Accepted), ("PC1", "LAB", Outcome.Accepted)], _pipeline.Results.Select(r => (r.Machine, r.Domain, r.Outcome)));
        Assert.Equal(["CORP\\PC1", "LAB\\PC1"], _pipeline.Submitter.Submissions.Select(s => MachineKey.Of(s.Domain.Value, s.Machine.Value)));
        Assert.Equal(2, _pipeline.Publisher.Messages.DistinctBy(message => message.MessageId).Count());
        Assert.Single(_pipeline.Results.DistinctBy(result => result.EventId));
    }

    [Fact]
    public async Task Process_AlertThatIsOverNamesOneNameInTwoDomains_AnswersForBoth()
    {
        var resolved = Some.AlertFor("pc1.corp.example.com", "pc1.lab.example.com").Replace("Fired", "Resolved", StringComparison.Ordinal);

        await _pipeline.ProcessAsync(resolved);

        Assert.Equal([("CORP", Outcome.Ignored), ("LAB", Outcome.Ignored)], _pipeline.Results.Select(r => (r.Domain, r.Outcome)));
        Assert.Equal(2, _pipeline.Publisher.Messages.DistinctBy(message => message.MessageId).Count());
    }

    [Fact]
    public async Task Process_AlertNamesAMachineWithItsDomainAndWithout_IsOneMachine()
    {
        await _pipeline.ProcessAsync(Some.AlertFor("PC1", "pc1.corp.example.com", "pc1.example.com", "PC1.lab.example.com"));

        Assert.Equal(["CORP", "LAB"], _pipeline.Results.Select(result => result.Domain));
        Assert.Equal([(1, 2), (2, 2)], _pipeline.Results.Select(result => (result.Part, result.Parts)));
    }

    [Fact]
    public async Task Process_SameEventIdForTwoDomains_PublishesAResultForEach()
    {
        await _pipeline.ProcessAsync(Some.CloudEvent("""{ "machine": "PC1", "domain": "CORP" }""", id: "1"));
        await _pipeline.ProcessAsync(Some.CloudEvent("""{ "machine": "PC1", "domain": "lab" }""", id: "1"));

        Assert.Equal([("CORP", Outcome.Accepted), ("LAB", Outcome.Accepted)], _pipeline.Results.Select(r => (r.Domain, r.Outcome)));
        Assert.Equal(2, _pipeline.Publisher.Messages.DistinctBy(message => message.MessageId).Count());
        Assert.Equal(["LAB"], (await HistoryAsync("LAB\\PC1")).Select(result => result.Domain));
    }

    [Fact]
    public async Task Process_SameEventAfterTheDefaultDomainWasChanged_HasAnotherMessageId()
    {
        await _pipeline.ProcessAsync(Some.CloudEvent("""{ "machine": "PC1" }"""));
        _pipeline.Configuration.DefaultDomain = "LAB";

        await _pipeline.Build().ProcessAsync(Some.Event(Some.CloudEvent("""{ "machine": "PC1" }""")), TestContext.Current.CancellationToken);

        Assert.Equal([("CORP", Outcome.Accepted), ("LAB", Outcome.Accepted)], _pipeline.Results.Select(r => (r.Domain, r.Outcome)));
        Assert.Equal(2, _pipeline.Publisher.Messages.DistinctBy(message => message.MessageId).Count());
    }

    [Fact]
    public async Task Process_DomainIsTheDefaultOneOrSaidToBeIt_IsTheSameRequest()
    {
        await _pipeline.ProcessAsync(Some.CloudEvent("""{ "machine": "PC1" }"""));
        await _pipeline.ProcessAsync(Some.CloudEvent("""{ "machine": "pc1", "domain": "corp" }"""));

        Assert.Single(_pipeline.Publisher.Messages.DistinctBy(message => message.MessageId));
    }

    [Fact]
    public async Task Process_RefusedForOneDomainAndForAnother_HasAResultForEach()
    {
        await _pipeline.ProcessAsync($$"""
            [ {{Some.CloudEvent("""{ "machine": "PC1", "domain": "CORP", "site": "none" }""")}},
              {{Some.CloudEvent("""{ "machine": "PC1", "domain": "a domain", "site": "none" }""")}} ]
            """);

        Assert.Equal([("CORP", "CCR1012"), ("a domain", "CCR1011")], _pipeline.Results.Select(r => (r.Domain, r.Reason)));
        Assert.Equal(2, _pipeline.Publisher.Messages.DistinctBy(message => message.MessageId).Count());
    }

    [Fact]
    public void Read_EventsOfOneIdForOneMachine_AreStillSeveral()
    {
        var group = $"[ {string.Join(", ", "1 2 1 1".Split(' ').Select(id => Some.CloudEvent("""{ "machine": "PC1" }""", id)))} ]";
        var other = group.Replace("\"id\": \"2\"", "\"id\": \"1 #3\"", StringComparison.Ordinal);

        Assert.All([group, other], body =>
        {
            var reading = Some.Reader().Read(Some.Event(body));
            Assert.Equal(4, Enumerable.Range(0, reading.Parts.Count).Select(part => RequestId.Of(reading, part)).Distinct().Count());
        });
    }

    private async Task<IReadOnlyList<ReinstallResult>> HistoryAsync(string machine) =>
        (await _pipeline.Ledger.ReadHistoryAsync(machine, TestContext.Current.CancellationToken)).Results;
}

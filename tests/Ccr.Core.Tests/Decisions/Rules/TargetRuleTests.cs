using Ccr.Core.Decisions;
using Ccr.Core.Decisions.Rules;
using Ccr.Core.Ledger;
using Ccr.Core.Machines;
using Ccr.Core.Results;
using Ccr.Core.Tests.Support;
using Microsoft.Extensions.Time.Testing;

namespace Ccr.Core.Tests.Decisions.Rules;

public sealed class TargetRuleTests : IDisposable
{
    private readonly string _file = Path.GetTempFileName();

    [Theory]
    [InlineData("CORP", "PC01", null)]
    [InlineData("LAB", "PC01", "CCR2007")]
    [InlineData("CORP", "SRV01", "CCR2008")]
    [InlineData("CORP", "PC99", "CCR2008")]
    [InlineData("CORP", "PC-DC", "CCR2009")]
    [InlineData("CORP", "PCDC01", "CCR2009")]
    [InlineData("CORP", "PC-SITE", "CCR2009")]
    [InlineData("CORP", "MP01", "CCR2009")]
    public void Decide_NameAndDomain_AreAllowedOrRejected(string domain, string machine, string? expected)
    {
        var rules = new RuleSet
        {
            Options = { Targets = { Domains = { "corp" }, Allow = { "pc*" }, Deny = { "PC9?" }, DomainControllers = { "PC-DC", "*dc0?" },
                SiteSystems = { "pc-site" } } },
        };

        var decision = rules.Decide(RuleSet.Request with { Domain = DomainName.Parse(domain), Machine = MachineName.Parse(machine) });

        if (expected is null) Assert.IsType<Decision.Admit>(decision);
        else Assert.Equal((Outcome.Rejected, expected), RuleSet.VerdictOf(decision));
    }

    [Fact]
    public void Decide_SeveralAllowPatterns_OneThatMatchesIsEnough()
    {
        var rules = new RuleSet { Options = { Targets = { Allow = { "SRV*", "PC*" } } } };

        Assert.IsType<Decision.Admit>(rules.Decide(RuleSet.Request));
    }

    [Fact]
    public void DecideHandedOver_MachineThatTheAgentMayNotPush_IsRejectedThereToo()
    {
        var rules = new RuleSet { Options = { Targets = { Deny = { "PC01" } } } };

        var decision = rules.Decider.DecideHandedOver(
            RuleSet.Request, new LedgerState(RuleSet.Request.LedgerKey, null, null, null), Moment.Exactly(Some.Time));

        Assert.Equal((Outcome.Rejected, "CCR2008"), RuleSet.VerdictOf(decision));
    }

    [Fact]
    public void Decide_NoDomainsConfigured_AllowsTheDefaultDomainAlone()
    {
        var rules = new RuleSet();

        Assert.IsType<Decision.Admit>(rules.Decide(RuleSet.Request));
        Assert.Equal("CCR2007", RuleSet.VerdictOf(rules.Decide(RuleSet.Request with { Domain = DomainName.Parse("LAB") })).Code);
    }

    [Fact]
    public void Decide_AnyDomain_AllowsEvery()
    {
        var rules = new RuleSet { Options = { Targets = { Domains = { "*" } } } };

        Assert.IsType<Decision.Admit>(rules.Decide(RuleSet.Request with { Domain = DomainName.Parse("LAB") }));
    }

    [Theory]
    [InlineData("PC01", null)]
    [InlineData("PC02", null)]
    [InlineData("PC03", "CCR2010")]
    [InlineData("PC04", "CCR2010")]
    public void Decide_Inventory_MustHaveTheMachine(string machine, string? expected)
    {
        File.WriteAllText(_file, "# all\npc01\n\nCORP\\PC02 # new\nLAB\\PC03\n");
        var rules = new RuleSet { Inventory = Inventory.Read(_file) };

        var decision = rules.Decide(RuleSet.Request with { Machine = MachineName.Parse(machine) });

        if (expected is null) Assert.IsType<Decision.Admit>(decision);
        else Assert.Equal(expected, RuleSet.VerdictOf(decision).Code);
    }

    [Fact]
    public void InventoryFile_ChangesAndTurnsBad_IsReadAgainAndThenKept()
    {
        var time = new FakeTimeProvider(Some.Time);
        var log = new CollectingLogger<TargetRule>();
        Write("PC01", Some.Time);
        var file = new InventoryFile(_file, time, log);

        Write("PC02", Some.Time.AddMinutes(1));
        var atOnce = file.Current.Contains("CORP", "PC02");
        time.Advance(TimeSpan.FromMinutes(1));
        var aMinuteLater = file.Current.Contains("CORP", "PC02");
        Write("not a machine", Some.Time.AddMinutes(2));
        time.Advance(TimeSpan.FromMinutes(1));

        Assert.Equal((false, true), (atOnce, aMinuteLater));
        Assert.True(file.Current.Contains("CORP", "PC02"));
        Assert.Equal(1001, Assert.Single(log.Entries).Id);
    }

    [Theory]
    [InlineData("Allow", "PC.*", "no machine can match")]
    [InlineData("Allow", "WORKSTATION-NUMBER-*", "at most 15 characters")]
    [InlineData("Deny", "", "is empty")]
    [InlineData("Deny", "**", "denies every machine")]
    [InlineData("DomainControllers", "dc01.corp.example", "no machine can match")]
    [InlineData("Domains", "corp.example.com", "CORP")]
    [InlineData("InventoryFile", "/no/such/file", "/no/such/file")]
    public void FindFaults_RuleThatCanNeverWork_IsRefusedWithWhatToWrite(string setting, string value, string expected)
    {
        var options = new TargetOptions();
        if (setting == nameof(TargetOptions.InventoryFile)) options.InventoryFile = value;
        else ((IList<string>)typeof(TargetOptions).GetProperty(setting)!.GetValue(options)!).Add(value);

        var fault = Assert.Single(options.FindFaults("Ccr:Targets", "CORP")).Message;

        Assert.StartsWith($"Ccr:Targets:{setting}", fault, StringComparison.Ordinal);
        Assert.Contains(expected, fault, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("PC01\npc02.corp.example\n", "line 2 of ", "has a dot")]
    [InlineData("corp.example\\PC01\n", "line 1 of ", "has a dot")]
    [InlineData("A\\B\\PC01\n", "line 1 of ", "is no machine; write PC01 or CORP\\PC01")]
    [InlineData("# nothing yet\n", "names no machine", "write one a line")]
    public void FindFaults_InventoryThatCannotBeRead_NamesTheLineAndTheCause(string text, string line, string cause)
    {
        File.WriteAllText(_file, text);

        var fault = Assert.Single(new TargetOptions { InventoryFile = _file }.FindFaults("Ccr:Targets", "CORP")).Message;

        Assert.Contains(line, fault, StringComparison.Ordinal);
        Assert.Contains(cause, fault, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Deny", "PC*")]
    [InlineData("Allow", "ABCDEFGHIJKLMNO")]
    public void FindFaults_PatternThatCanMatch_IsValid(string setting, string value)
    {
        var options = new TargetOptions();
        ((IList<string>)typeof(TargetOptions).GetProperty(setting)!.GetValue(options)!).Add(value);

        Assert.Empty(options.FindFaults("Ccr:Targets", "CORP"));
    }

    [Fact]
    public void FindFaults_NoDomainAtAll_IsRefused()
    {
        Assert.Contains("no machine could ever be pushed", Assert.Single(new TargetOptions().FindFaults("Ccr:Targets", null)).Message,
            StringComparison.Ordinal);
    }

    public void Dispose() => File.Delete(_file);

    private void Write(string text, DateTimeOffset at)
    {
        File.WriteAllText(_file, text);
        File.SetLastWriteTimeUtc(_file, at.UtcDateTime);
    }
}

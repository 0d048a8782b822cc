using Ccr.Core.Decisions;
using Ccr.Core.Decisions.Rules;
using Ccr.Core.Ledger;
using Ccr.Core.Machines;
using Ccr.Core.Results;

namespace Ccr.Core.Tests.Support;

/// <summary>The rules with a configuration of the test's own, and a request that all of them let pass.</summary>
internal sealed class RuleSet
{
    public CcrOptions Options { get; } = new() { DefaultDomain = "CORP" };

    public Inventory? Inventory { get; init; }

    public static ReinstallRequest Request { get; } = new()
    {
        Id = "own",
        Machine = MachineName.Parse("PC01"),
        Domain = DomainName.Parse("CORP"),
        Site = Some.Site,
        Force = true,
        EventTime = Some.Time,
    };

    public static MachineRecord Machine { get; } = new(Request.LedgerKey);

    public Decider Decider => new(Options.ToRules(), new TargetRule(Options.Targets, Options.DefaultDomain, Some.Site.ManagementPoints, () => Inventory));

    public Decision Decide(ReinstallRequest request, MachineRecord? machine = null, DateTimeOffset? now = null) =>
        Decide(request, machine, Moment.Exactly(now ?? Some.Time));

    public Decision Decide(ReinstallRequest request, MachineRecord? machine, Moment at) =>
        Decider.Decide(request, new LedgerState(request.LedgerKey, machine is null ? null : "1", machine, null), at);

    public static (Outcome Outcome, string Code) VerdictOf(Decision decision) => decision switch
    {
        Decision.Conclude conclude => (conclude.Verdict.Outcome, conclude.Verdict.Reason.Code),
        Decision.Defer defer => (defer.Verdict.Outcome, defer.Verdict.Reason.Code),
        _ => throw new InvalidOperationException($"{decision} has no verdict."),
    };
}

using Ccr.SiteSimulator.Faults;
using Ccr.SiteSimulator.Http;

namespace Ccr.SiteSimulator.Tests.ManagementPoint;

public sealed class FaultPlanTests
{
    [Fact]
    public void Choose_WithSeveralRules_TakesTheFirstThatHits()
    {
        var plan = FaultPlan.Parse("status=503@PC1*; delay=250ms+slow=2s@pc2?,LAB; write+close@PC99; redirect=307");

        Assert.Equal(503, Choose(plan, "PC12").Status);
        Assert.Equal(
            new(FaultKind.None, null, false, TimeSpan.FromMilliseconds(250), TimeSpan.FromSeconds(2)),
            Choose(plan, "PC21"));
        Assert.Equal(Choose(plan, "PC21"), Choose(plan, "lab"));
        Assert.Equal(new(FaultKind.Close, null, true, TimeSpan.Zero, TimeSpan.Zero), Choose(plan, "PC99"));
        Assert.Equal((FaultKind.Redirect, 307), (Choose(plan, "PC2").Kind, Choose(plan, "PC2").Status));
        Assert.Equal(FaultKind.Redirect, Choose(plan, null).Kind);
    }

    [Fact]
    public void Choose_WithANamedRule_LeavesRequestsWithoutAMachineAlone()
    {
        var plan = FaultPlan.Parse("silence@*");

        Assert.Equal(FaultKind.Silence, Choose(plan, "PC01").Kind);
        Assert.Equal(FaultKind.None, Choose(plan, null).Kind);
    }

    [Fact]
    public void Choose_WithAShare_HitsAboutThatShareAndTheSameOnesForTheSameSeed()
    {
        var plan = FaultPlan.Parse("reset@30%");

        var first = Draw(new Random(1));
        var second = Draw(new Random(1));

        Assert.InRange(first.Count(hit => hit), 2_700, 3_300);
        Assert.Equal(first, second);

        List<bool> Draw(Random random) =>
            [.. Enumerable.Range(0, 10_000).Select(_ => plan.Choose(RequestKind.Any, ["PC01"], random).Kind == FaultKind.Reset)];
    }

    [Theory]
    [InlineData("close", FaultKind.Close)]
    [InlineData("reset", FaultKind.Reset)]
    [InlineData("silence", FaultKind.Silence)]
    [InlineData("garbage", FaultKind.Garbage)]
    [InlineData("endless-body", FaultKind.EndlessBody)]
    [InlineData("endless-headers", FaultKind.EndlessHeaders)]
    [InlineData("redirect", FaultKind.Redirect)]
    [InlineData("delay=1.5m", FaultKind.None)]
    public void Parse_EveryFault_IsKnown(string spec, object kind) =>
        Assert.Equal((FaultKind)kind, Choose(FaultPlan.Parse(spec), "PC01").Kind);

    [Theory]
    [InlineData("", "A fault is empty; write one of delay=TIME,")]
    [InlineData("close;", "A fault is empty; write one of delay=TIME,")]
    [InlineData("explode@PC01", "Fault 'explode@PC01': 'explode' is no fault; write one of delay=TIME,")]
    [InlineData("status", "'status' is no fault; write one of")]
    [InlineData("close=1", "'close=1' is no fault; write one of")]
    [InlineData("status=abc", "'abc' is no status for it; write a number from 200 to 599")]
    [InlineData("status=100", "'100' is no status for it; write a number from 200 to 599")]
    [InlineData("redirect=200", "'200' is no status for it; write a number from 300 to 399")]
    [InlineData("delay=2", "'2' is no time; write it like 250ms, 2s or 1.5m, at most 24 hours")]
    [InlineData("delay=-2s", "'-2s' is no time")]
    [InlineData("slow=s", "'s' is no time")]
    [InlineData("delay=99999999m", "'99999999m' is no time")]
    [InlineData("close+reset", "'reset' comes after another answer; a rule has one answer")]
    [InlineData("write@PC01", "'write' needs a fault after it, such as write+close")]
    [InlineData("close@PC01@30%", "it has more than one '@'; write FAULT@TARGET,TARGET")]
    [InlineData("close@", "a target is empty; write a machine name")]
    [InlineData("close@PC01,", "a target is empty; write a machine name")]
    [InlineData("close@0%", "'0%' is no share; write more than 0% and at most 100%")]
    [InlineData("close@101%", "'101%' is no share")]
    [InlineData("close@x%", "'x%' is no share")]
    [InlineData("close@10%,20%", "it has more than one share; write one, such as 30%")]
    public void Parse_OutsideTheGrammar_SaysWhatWouldBeRight(string spec, string message) =>
        Assert.Contains(
            message, Assert.Throws<FormatException>(() => FaultPlan.Parse(spec)).Message, StringComparison.Ordinal);

    private static Fault Choose(FaultPlan plan, string? machine) => plan.Choose(RequestKind.Any, machine is null ? [] : [machine], new Random(1));
}

using Ccr.Campaign.Supervision;
using Ccr.Campaign.Truth;

namespace Ccr.Campaign.Scenarios;

/// <summary>
/// The unit tests' exploration of every order of steps. Quick looks only whether it still catches what is broken, since <c>dotnet test</c> runs all but
/// the longest anyway.
/// </summary>
internal sealed class R15ModelCheck : IScenario
{
    public string Id => "R15";

    public string Title => "model check: every order of steps";

    public BrokenBuild? FailsOn => null;

    public async Task<Finding> RunAsync(Run run, CancellationToken cancellationToken)
    {
        var exitCode = await UnitTests.RunAsync(run.IsFull ? "*ExplorationTests" : "*Processor_BrokenInOneWay_IsCaught", [], cancellationToken);
        return new Finding(
            Verdict.Nothing.Expect(exitCode == 0, $"the exploration ended with {exitCode}"),
            run.IsFull ? "all explorations of Ccr.Core.Tests, about 221,000 states" : "five broken variants explored; orders are explored by dotnet test");
    }
}

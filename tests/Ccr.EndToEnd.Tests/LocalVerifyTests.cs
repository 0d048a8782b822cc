using System.Text.Json;
using Ccr.EndToEnd.Tests.Support;

namespace Ccr.EndToEnd.Tests;

/// <summary><c>ccr local --verify</c>: the whole loop, on a site whose time runs fast. The exit code says whether each push ended as its machine's fate says.</summary>
public class LocalVerifyTests
{
    private const int Patience = 300_000;

    [Theory(Timeout = Patience)]
    [InlineData("configmgr", null)]
    [InlineData("sms2003", null)]
    [InlineData("configmgr", "--agent")]
    [InlineData("sms2003", "--relay")]
    public async Task Local_EveryAcceptedMachine_IsVerifiedOrNotAsItsFateSays(string site, string? transport)
    {
        string[] options = transport is null ? [] : [transport];

        var run = await CcrCommand.RunAsync(
            ["local", "--site", site, "--verify", "--events", Repository.PathOf("tests", "events"), "--until-idle", "--json", .. options]);

        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        var summary = Assert.Single(run.All("summary"));
        Assert.Equal([39, 39, 0, 33, 6, 0], new[] { "accepted", "submissions", "lost", "verified", "notVerified", "unknown" }
            .Select(name => summary.GetProperty(name).GetInt32()));
        var ends = run.All("verification").Where(each => Of(each, "outcome") != "InRetry").ToList();
        Assert.Equal(39, ends.Select(each => Of(each, "requestId")).Distinct().Count());
        Assert.Equal(39, ends.Count);
        Assert.All(ends.Where(each => Of(each, "outcome") == "Verified"), each => Assert.Equal(site == "configmgr" ? "Strong" : "Medium", Of(each, "strength")));
    }

    private static string Of(JsonElement verification, string name) => verification.GetProperty(name).GetString()!;
}

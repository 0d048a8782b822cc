using Ccr.FunctionsTestHost;
using Ccr.Functions.Tests.Support;

namespace Ccr.Functions.Tests;

/// <summary>What an operator sees of an app that starts, or does not.</summary>
public class HostedStartTests
{
    /// <summary>More of them than the three lines that a host tells of by itself when its worker exits.</summary>
    private static readonly Dictionary<string, string> Wrong = new(StringComparer.Ordinal)
    {
        ["ServiceBus"] = "Endpoint=sb://localhost;SharedAccessKeyName=any",
        ["Ledger__Table"] = "ccrledger",
        ["Ccr__DefaultSite"] = "plant",
        ["Ccr__Rate__MaxConcurrent"] = "0",
        ["Ccr__Sites__hq__Transport"] = "Agent",
        ["Ccr__Sites__hq__ManagementPoints__0__Address"] = "mp01",
    };

    private static readonly string[] WrongKeys =
    [
        "ServiceBus", "Ledger", "Ccr:Targets:Domains", "Ccr:DefaultSite", "Ccr:Rate:MaxConcurrent", "Ccr:Sites:hq:ManagementPoints:0",
        "Ccr:Sites:hq:SigningKeys",
    ];

    [Fact(Timeout = Some.Patience)]
    public async Task Functions_OfASoundApp_AreAllLoaded()
    {
        await using var app = await HostedApp.StartAsync();

        Assert.Equal(
            [
                "AgentCommandUndelivered", "ExpireWatch", "Health", "LookAfterPush", "PruneLedger", "ReceiveEvent", "ReceiveEventWithToken", "RecordResult",
                "ReinstallRequested", "ReportDeadLetters", "WatchLedger",
            ],
            app.Host.Functions.Order(StringComparer.Ordinal));
    }

    [Fact(Timeout = Some.Patience)]
    public async Task StartFaults_UnderAHost_AreItsRecordsOnceEach()
    {
        var options = new FunctionsHostOptions(Repository.AppDirectory, Wrong);

        var exit = await Assert.ThrowsAsync<WorkerExitException>(() => FunctionsHost.StartAsync(options, TestContext.Current.CancellationToken));

        AssertSaysAll(exit.Records.Where(record => record.StartsWith("error ", StringComparison.Ordinal)).Select(record => record["error ".Length..]));
        Assert.Contains("exited with code 2", exit.Message, StringComparison.Ordinal);
    }

    [Fact(Timeout = Some.Patience)]
    public async Task StartFaults_WithoutAHost_AreLinesOnStandardError()
    {
        var (exitCode, output, error) = await Dotnet.RunAsync(Wrong, Path.Combine(Repository.AppDirectory, "Ccr.Functions.dll"));

        Assert.Equal((2, ""), (exitCode, output));
        AssertSaysAll(error.Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    /// <summary>Nothing else is said then, since all else would only be missing.</summary>
    [Fact(Timeout = Some.Patience)]
    public async Task StartFaults_OfADeployedConfigurationThatIsNone_AreOneLineWithoutItsText()
    {
        var (exitCode, _, error) = await Dotnet.RunAsync(
            new Dictionary<string, string>(StringComparer.Ordinal) { ["CCR_CONFIGURATION"] = "{ \"Ccr\": \"secret\" }" },
            Path.Combine(Repository.AppDirectory, "Ccr.Functions.dll"));

        Assert.Equal(2, exitCode);
        Assert.Equal("CCR5001: CCR_CONFIGURATION cannot be read: write the JSON of ccr.json in Base64, as main.bicep does.", error.Trim());
    }

    private static void AssertSaysAll(IEnumerable<string> lines)
    {
        var faults = lines.ToList();
        Assert.All(faults, fault => Assert.Matches("^CCR[0-9]{4}: ", fault));
        foreach (var key in WrongKeys) Assert.Single(faults, fault => fault.Split(' ', 2)[1].StartsWith(key, StringComparison.Ordinal));
        Assert.Equal(WrongKeys.Length, faults.Count);
    }
}

using Ccr.Infra.Tests.Support;

namespace Ccr.Infra.Tests;

/// <summary>The entities are written twice, for the emulators and for the cloud: they say the same.</summary>
public class EntityTests
{
    private const int Patience = 300_000;
    private const string Config = "service-bus/Config.json";
    private const string Bicep = "modules/service-bus.bicep";

    [Fact(Timeout = Patience)]
    public async Task Entities_OfConfigAndDeployment_AreTheSame()
    {
        using var infra = new InfraCopy();

        var (config, deployment) = await ReadAsync(infra);

        Assert.Equal(config, deployment);
        Assert.Contains("queue ccr-agent-hq: forwardDeadLetteredMessagesTo = ccr-agent-undelivered", deployment);
        Assert.Contains("rule ccr-results/ledger/$Default: CorrelationFilter properties = { via = agent }", deployment);
    }

    [Fact(Timeout = Patience)]
    public async Task Subscriptions_OfTheSamples_AreTheSameInConfigAndDeployment()
    {
        using var infra = new InfraCopy();
        const string Parameters = "using 'samples/subscriptions.bicep'\nparam namespaceName = 'ccr'\n";
        await File.WriteAllTextAsync(infra.PathOf("subscriptions.bicepparam"), Parameters, TestContext.Current.CancellationToken);

        var config = EntityFacts.OfConfig(infra.Read("samples/Config.json")).Where(fact => !fact.StartsWith("topic", StringComparison.Ordinal));
        var deployment = EntityFacts.OfDeployment(await infra.PredictAsync("subscriptions", resourceGroup: "rg"));

        Assert.Equal(config, deployment);
        Assert.Contains("rule ccr-results/servicenow/$Default: CorrelationFilter properties = { outcome = Verified, source = servicenow-event }", deployment);
        Assert.Contains("rule ccr-results/webhook/NotVerified: CorrelationFilter properties = { outcome = NotVerified }", deployment);
    }

    /// <summary>A new subscription has a rule of that name that lets everything through, unless a rule takes its place.</summary>
    [Fact(Timeout = Patience)]
    public async Task Rules_OfEverySubscriptionThatHasAny_HaveOneInThePlaceOfTheDefault()
    {
        using var infra = new InfraCopy();
        var (config, deployment) = await ReadAsync(infra);
        var samples = EntityFacts.OfConfig(infra.Read("samples/Config.json"));

        foreach (var facts in new[] { config, deployment, samples })
        {
            var rules = facts.Where(fact => fact.StartsWith("rule ", StringComparison.Ordinal)).Select(fact => fact.Split(' ', ':')[1]).ToList();
            Assert.NotEmpty(rules);
            Assert.All(
                rules.GroupBy(rule => rule[..rule.LastIndexOf('/')], StringComparer.Ordinal),
                subscription => Assert.Single(subscription, rule => rule.EndsWith("/$Default", StringComparison.Ordinal)));
        }
    }

    [Theory(Timeout = Patience)]
    [InlineData(Bicep, "name: '$Default'", "name: 'from-agents'")]
    [InlineData(Bicep, "name: 'ccr-requests'", "name: 'ccr-request'")]
    [InlineData(Bicep, "lockDuration: 'PT1M'", "lockDuration: 'PT2M'")]
    [InlineData(Bicep, "maxDeliveryCount: 10", "maxDeliveryCount: 5")]
    [InlineData(Bicep, "maxDeliveryCount: 100", "maxDeliveryCount: 10")]
    [InlineData(Bicep, "duplicateDetectionHistoryTimeWindow: 'P1D'", "duplicateDetectionHistoryTimeWindow: 'P7D'")]
    [InlineData(Config, "\"Name\": \"ccr-verifications\"", "\"Name\": \"ccr-looks\"")]
    [InlineData(Bicep, "var timeToLive = 'P14D'", "var timeToLive = 'P7D'")]
    [InlineData(Bicep, "defaultMessageTimeToLive: 'PT1H'", "defaultMessageTimeToLive: timeToLive")]
    [InlineData(Bicep, "deadLetteringOnMessageExpiration: true", "")]
    [InlineData(Bicep, "requiresDuplicateDetection: true", "")]
    [InlineData(Bicep, "duplicateDetectionHistoryTimeWindow: 'PT5M'", "duplicateDetectionHistoryTimeWindow: 'PT1M'")]
    [InlineData(Bicep, "duplicateDetectionHistoryTimeWindow: 'P7D'", "duplicateDetectionHistoryTimeWindow: 'PT5M'")]
    [InlineData(Config, "\"DuplicateDetectionHistoryTimeWindow\": \"PT5M\"", "\"DuplicateDetectionHistoryTimeWindow\": \"PT4M\"")]
    [InlineData(Bicep, "forwardDeadLetteredMessagesTo: undelivered.name", "forwardDeadLetteredMessagesTo: requests.name")]
    [InlineData(Bicep, "via: 'agent'", "via: 'agents'")]
    [InlineData(Config, "\"LockDuration\": \"PT1M\"", "\"LockDuration\": \"PT2M\"")]
    [InlineData(Config, "\"MaxDeliveryCount\": 10", "\"MaxDeliveryCount\": 5")]
    [InlineData(Config, "\"DefaultMessageTimeToLive\": \"PT1H\"", "\"DefaultMessageTimeToLive\": \"PT30M\"")]
    [InlineData(Config, "\"Name\": \"watch\"", "\"Name\": \"look\"")]
    [InlineData(Config, "\"via\": \"agent\"", "\"via\": \"cloud\"")]
    [InlineData(Config, "\"RequiresDuplicateDetection\": true,", "")]
    public async Task Entities_ChangedOnOneSide_AreNotTheSame(string file, string old, string replacement)
    {
        using var infra = new InfraCopy();
        infra.Replace(file, old, replacement);

        var (config, deployment) = await ReadAsync(infra);

        Assert.NotEqual(config, deployment);
    }

    private static async Task<(IReadOnlyList<string> Config, IReadOnlyList<string> Deployment)> ReadAsync(InfraCopy infra)
    {
        // The module alone compiles several times as fast as the whole.
        const string Parameters =
            "using 'modules/service-bus.bicep'\nparam name = 'ccr'\nparam location = 'westeurope'\nparam tags = {}\nparam agentSites = ['hq']\nparam isPrivate = false\n";
        await File.WriteAllTextAsync(infra.PathOf("entities.bicepparam"), Parameters, TestContext.Current.CancellationToken);
        return (EntityFacts.OfConfig(infra.Read(Config)), EntityFacts.OfDeployment(await infra.PredictAsync("entities", resourceGroup: "rg")));
    }
}

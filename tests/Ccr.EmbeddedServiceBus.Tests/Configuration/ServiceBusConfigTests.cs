using System.Runtime.CompilerServices;
using Ccr.EmbeddedServiceBus.Configuration;

namespace Ccr.EmbeddedServiceBus.Tests.Configuration;

public sealed class ServiceBusConfigTests
{
    private const string Queues = "$.UserConfig.Namespaces[0].Queues";
    private const string Topics = "$.UserConfig.Namespaces[0].Topics";

    [Fact]
    public void Load_OfTheProjectsOwnFile_HasItsEntities()
    {
        var config = ServiceBusConfig.Load(Path.GetFullPath(Path.Combine(ThisFile(), "../../../../infra/service-bus/Config.json")));

        Assert.Equal("ccr-requests ccr-agent-hq ccr-verifications ccr-agent-undelivered", string.Join(' ', config.Queues.Select(q => q.Name)));
        Assert.Equal("ccr-agent-undelivered", config.Queues[1].ForwardDeadLetteredMessagesTo);
        var topic = Assert.Single(config.Topics);
        Assert.Equal(TimeSpan.FromMinutes(5), topic.DuplicateDetectionWindow);
        var filter = Assert.IsType<RuleFilter.Correlation>(topic.Subscriptions[0].Rules[0].Filter);
        Assert.Equal("agent", filter.Properties["via"]);
    }

    [Fact]
    public void Parse_WithCommentsAndTrailingCommas_TakesThem()
    {
        var config = Parse("""{ "Name": "q" /* mine */, }, // last""");

        Assert.Equal("q", config.Queues[0].Name);
    }

    [Fact]
    public void Parse_WithoutProperties_TakesTheEmulatorsDefaults()
    {
        var queue = Parse("""{ "Name": "q" }""").Queues[0];

        Assert.Equal(new QueueConfig("q"), queue);
        Assert.Equal((TimeSpan.FromMinutes(1), 3, TimeSpan.FromHours(1)), (queue.LockDuration, queue.MaxDeliveryCount, queue.DefaultMessageTimeToLive));
        Assert.Null(queue.DuplicateDetectionWindow);
    }

    [Fact]
    public void Parse_WithEveryQueueProperty_TakesThem()
    {
        var queue = Parse("""
            { "Name": "q", "Properties": { "DeadLetteringOnMessageExpiration": true, "DefaultMessageTimeToLive": "PT30M",
              "DuplicateDetectionHistoryTimeWindow": "PT1M", "RequiresDuplicateDetection": true, "LockDuration": "PT5S",
              "MaxDeliveryCount": 7, "RequiresSession": false, "ForwardTo": "", "ForwardDeadLetteredMessagesTo": "dead" } },
            { "Name": "dead" }
            """).Queues[0];

        Assert.Equal(
            new QueueConfig("q")
            {
                DeadLetteringOnMessageExpiration = true,
                DefaultMessageTimeToLive = TimeSpan.FromMinutes(30),
                DuplicateDetectionWindow = TimeSpan.FromMinutes(1),
                LockDuration = TimeSpan.FromSeconds(5),
                MaxDeliveryCount = 7,
                ForwardDeadLetteredMessagesTo = "dead",
            },
            queue);
    }

    [Theory]
    [InlineData("""{ "Nam": "q" }""", Queues + "[0].Name", "is missing")]
    [InlineData("""{ "Name": "q", "Colour": 1 }""", Queues + "[0].Colour", "is not a setting here; known are Name, Properties")]
    [InlineData("""{ "Name": "-q" }""", Queues + "[0].Name", "write letters, digits")]
    [InlineData("""{ "Name": "q", "name": "r" }""", Queues + "[0].name", "is given twice")]
    [InlineData("""{ "Name": "q", "Properties": { "RequiresSession": true } }""", Queues + "[0].Properties.RequiresSession", "no sessions")]
    [InlineData("""{ "Name": "q", "Properties": { "LockDuration": "60" } }""", Queues + "[0].Properties.LockDuration", "from PT5S to PT5M")]
    [InlineData("""{ "Name": "q", "Properties": { "LockDuration": "PT10M" } }""", Queues + "[0].Properties.LockDuration", "from PT5S to PT5M")]
    [InlineData("""{ "Name": "q", "Properties": { "LockDuration": "PT1.5M" } }""", Queues + "[0].Properties.LockDuration", "ISO 8601")]
    [InlineData("""{ "Name": "q", "Properties": { "MaxDeliveryCount": 11 } }""", Queues + "[0].Properties.MaxDeliveryCount", "from 1 to 10")]
    [InlineData("""{ "Name": "q", "Properties": { "MaxDeliveryCount": "3" } }""", Queues + "[0].Properties.MaxDeliveryCount", "whole number")]
    [InlineData("""{ "Name": "q", "Properties": { "ForwardTo": 3 } }""", Queues + "[0].Properties.ForwardTo", "a text in quotes")]
    [InlineData("""{ "Name": "q", "Properties": { "DeadLetteringOnMessageExpiration": "yes" } }""", Queues + "[0].Properties.DeadLetteringOnMessageExpiration", "true or false")]
    [InlineData("""{ "Name": "q", "Properties": { "ForwardTo": "nowhere" } }""", "q.ForwardTo", "no queue or topic")]
    [InlineData("""{ "Name": "q", "Properties": { "ForwardTo": "q" } }""", "q.ForwardTo", "leads back to itself")]
    [InlineData("""{ "Name": "q" }, { "Name": "Q" }""", "q", "more than one entity")]
    [InlineData("""[]""", Queues + "[0]", "is a list; write an object")]
    public void Parse_OfAFaultyQueue_NamesThePathAndTheFix(string queues, string path, string part)
    {
        var e = Assert.Throws<ServiceBusConfigException>(() => Parse(queues));

        Assert.Contains(e.Faults, f => f.Path.Equals(path, StringComparison.Ordinal) && f.Message.Contains(part, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("""{ "Name": "t" }""", Topics + "[0].Subscriptions", "is missing")]
    [InlineData("""{ "Name": "t", "Subscriptions": [{ "Name": "s", "Rules": [{ "Name": "r", "Properties": { "FilterType": "Sql", "SqlFilter": { "SqlExpression": "a = 1" } } }] }] }""",
        Topics + "[0].Subscriptions[0].Rules[0].Properties.SqlFilter", "SQL is not supported")]
    [InlineData("""{ "Name": "t", "Subscriptions": [{ "Name": "s", "Rules": [{ "Name": "r", "Properties": { "FilterType": "Correlation", "CorrelationFilter": {} } }] }] }""",
        Topics + "[0].Subscriptions[0].Rules[0].Properties.CorrelationFilter", "is empty")]
    [InlineData("""{ "Name": "t", "Subscriptions": [{ "Name": "s", "Rules": [{ "Name": "r", "Properties": { "FilterType": "Correlation", "CorrelationFilter": { "Label": "x" }, "Action": { "SqlExpression": "SET a = 1" } } }] }] }""",
        Topics + "[0].Subscriptions[0].Rules[0].Properties.Action", "SQL is not supported")]
    [InlineData("""{ "Name": "t", "Subscriptions": [{ "Name": "s", "Rules": [{ "Name": "r", "Properties": { "FilterType": "Magic" } }] }] }""",
        Topics + "[0].Subscriptions[0].Rules[0].Properties.FilterType", "write \"Correlation\"")]
    [InlineData("""{ "Name": "t", "Subscriptions": [{ "Name": "s" }, { "Name": "S" }] }""", "s", "more than one subscription")]
    public void Parse_OfAFaultyTopic_NamesThePathAndTheFix(string topics, string path, string part)
    {
        var e = Assert.Throws<ServiceBusConfigException>(() => Parse("", topics));

        Assert.Contains(e.Faults, f => f.Path.Equals(path, StringComparison.Ordinal) && f.Message.Contains(part, StringComparison.Ordinal));
    }

    [Fact]
    public void Parse_WithSeveralFaults_ReportsAllOfThem()
    {
        var e = Assert.Throws<ServiceBusConfigException>(() => Parse("""{ "Name": 1, "Colour": 2, "Properties": { "LockDuration": "x" } }"""));

        Assert.Equal(3, e.Faults.Count);
        Assert.All(e.Faults, f => Assert.Contains(f.ToString(), e.Message, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("", "is not JSON")]
    [InlineData("{ }", "is missing")]
    [InlineData("""{ "UserConfig": { "Namespaces": [] } }""", "write exactly one")]
    [InlineData("""{ "UserConfig": { "Namespaces": [{ "Name": "a" }, { "Name": "b" }] } }""", "write exactly one")]
    public void Parse_OfSomethingElse_SaysWhatIsMissing(string json, string part)
    {
        var e = Assert.Throws<ServiceBusConfigException>(() => ServiceBusConfig.Parse(json));

        Assert.Contains(part, e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Load_OfAMissingFile_SaysSo()
    {
        var e = Assert.Throws<ServiceBusConfigException>(() => ServiceBusConfig.Load("/no/such/Config.json"));

        Assert.Contains("/no/such/Config.json: the file cannot be read", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_WithEntitiesBuiltInCodeThatContradict_Fails()
    {
        var config = new ServiceBusConfig().AddQueue("q", q => q with { ForwardTo = "nowhere", MaxDeliveryCount = 0 });

        var e = await Assert.ThrowsAsync<ServiceBusConfigException>(
            () => EmbeddedBroker.StartAsync(new EmbeddedBrokerOptions { Config = config }, ct: TestContext.Current.CancellationToken));

        Assert.Equal(2, e.Faults.Count);
    }

    private static ServiceBusConfig Parse(string queues, string topics = "") => ServiceBusConfig.Parse(
        $$"""
        { "UserConfig": { "Namespaces": [ { "Name": "sbemulatorns", "Queues": [ {{queues}}
        ], "Topics": [ {{topics}} ] } ], "Logging": { "Type": "Console" } } }
        """);

    private static string ThisFile([CallerFilePath] string path = "") => path;
}

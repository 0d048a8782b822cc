using System.Text.Json;
using Ccr.Core.Ledger;
using Ccr.Core.Messaging;
using Ccr.Core.Results;
using Microsoft.Extensions.Time.Testing;

namespace Ccr.Core.Tests.Messaging;

/// <summary>What people did, for those who keep such records elsewhere.</summary>
public sealed class OperatorActionPublisherTests
{
    private static readonly Person Eva = new("eva", "file", "test");

    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 1, 31, 12, 0, 0, TimeSpan.Zero));
    private readonly InMemoryLedgerStore _ledger = new();
    private readonly Topic _topic = new();

    private OperatorActionPublisher Publisher => new(_ledger, _topic, _time);

    private LedgerOperator People => new(_ledger, _time, Eva);

    [Fact]
    public async Task Publish_AfterAPause_SaysOnceWhoDidWhatAndWhy()
    {
        await Publisher.PublishAsync(TestContext.Current.CancellationToken);
        await PauseAsync("INC4711");

        await Publisher.PublishAsync(TestContext.Current.CancellationToken);
        await Publisher.PublishAsync(TestContext.Current.CancellationToken);

        var message = Assert.Single(_topic.Messages);
        using var json = JsonDocument.Parse(message.Body);
        var (root, data) = (json.RootElement, json.RootElement.GetProperty("data"));
        Assert.Equal(("ccr.operator.action", message.MessageId), (root.GetProperty("type").GetString(), root.GetProperty("id").GetString()));
        Assert.Equal(
            ("pause on", "all", "INC4711", "eva", "Done"),
            (data.GetProperty("kind").GetString(), data.GetProperty("target").GetString(), data.GetProperty("reason").GetString(),
                data.GetProperty("who").GetProperty("name").GetString(), data.GetProperty("outcome").GetString()));
        Assert.Equal(("action", "pause on"), (message.Properties["kind"], message.Properties["action"]));
        Assert.Null(ResultMessage.Read(message.Body.Span));
    }

    [Fact]
    public async Task Publish_ForTheFirstTime_LeavesWhatWasDoneBefore()
    {
        await PauseAsync("long ago");

        await Publisher.PublishAsync(TestContext.Current.CancellationToken);
        await Publisher.PublishAsync(TestContext.Current.CancellationToken);

        Assert.Empty(_topic.Messages);
    }

    /// <summary>The topic was away in the middle: what was not published comes next time, in its order.</summary>
    [Fact]
    public async Task Publish_TopicFailsInBetween_PublishesTheRestTheNextTime()
    {
        await Publisher.PublishAsync(TestContext.Current.CancellationToken);
        foreach (var why in new[] { "one", "two", "three" }) await PauseAsync(why, site: why);
        _topic.FailsAfter = 1;
        await Assert.ThrowsAsync<InvalidOperationException>(() => Publisher.PublishAsync(TestContext.Current.CancellationToken));
        _topic.FailsAfter = null;

        await Publisher.PublishAsync(TestContext.Current.CancellationToken);

        Assert.Equal(["one", "two", "three"], _topic.Reasons.Distinct());
    }

    [Fact]
    public async Task Publish_WhatIsInProgress_WaitsForItsEndOrForAnHour()
    {
        await Publisher.PublishAsync(TestContext.Current.CancellationToken);
        await _ledger.WriteActionAsync(
            new OperatorAction { Id = "z1", At = _time.GetUtcNow(), Kind = "redrive", Target = "ccr-requests", Who = Eva, Outcome = ActionOutcome.InProgress },
            TestContext.Current.CancellationToken);
        await Publisher.PublishAsync(TestContext.Current.CancellationToken);
        Assert.Empty(_topic.Messages);

        _time.Advance(OperatorActionPublisher.Interrupted + TimeSpan.FromSeconds(1));
        await Publisher.PublishAsync(TestContext.Current.CancellationToken);

        Assert.Single(_topic.Messages);
    }

    private async Task PauseAsync(string why, string? site = null)
    {
        _time.Advance(TimeSpan.FromSeconds(1));
        await People.PauseAsync(site, null, why, TestContext.Current.CancellationToken);
    }

    /// <summary>Keeps what is published.</summary>
    private sealed class Topic : IResultPublisher
    {
        public List<ResultMessage> Messages { get; } = [];

        public int? FailsAfter { get; set; }

        public IEnumerable<string?> Reasons => Messages.Select(message =>
        {
            using var json = JsonDocument.Parse(message.Body);
            return json.RootElement.GetProperty("data").GetProperty("reason").GetString();
        });

        public Task PublishAsync(ResultMessage message, CancellationToken cancellationToken)
        {
            if (Messages.Count >= FailsAfter) throw new InvalidOperationException("The topic is away.");
            Messages.Add(message);
            return Task.CompletedTask;
        }
    }
}

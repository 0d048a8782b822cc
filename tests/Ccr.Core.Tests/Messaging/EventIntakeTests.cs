using System.Text;
using Ccr.Core.Events;
using Ccr.Core.Messaging;
using Ccr.Core.Tests.Support;
using Microsoft.Extensions.Time.Testing;

namespace Ccr.Core.Tests.Messaging;

public class EventIntakeTests
{
    private readonly Sent _queue = new();

    [Theory]
    [InlineData("application/x-www-form-urlencoded", "device=pc01&status=Down&sensor=x", 202)]
    [InlineData("application/x-www-form-urlencoded; charset=utf-8", "device=pc01&status=Down&sensor=x", 202)]
    [InlineData("application/x-www-form-urlencoded", "{ \"machine\": \"PC01\" }", 202)]
    [InlineData("application/x-www-form-urlencoded", "neither", 400)]
    [InlineData("application/json", "device=pc01&status=Down&sensor=x", 400)]
    [InlineData("text/plain", "device=pc01", 415)]
    public async Task AcceptAsync_Form_IsTakenAsOne(string contentType, string body, int status)
    {
        var answer = await AcceptAsync(contentType, body);

        Assert.Equal(status, answer.Status);
        Assert.Equal(status == 202 ? 1 : 0, _queue.Messages.Count);
    }

    [Fact]
    public async Task AcceptAsync_Event_IsBoundToTheSourceOfTheAddress()
    {
        await AcceptAsync("application/x-www-form-urlencoded", "device=pc01&status=Down&sensor=x");
        var message = Assert.Single(_queue.Messages);

        var part = Assert.Single(new EventReader(Some.EventOptions()).Read(
            new IncomingEvent { Body = message.Body, MessageId = message.MessageId, EnqueuedTime = Some.Time, Properties = message.Properties }).Parts);

        Assert.Equal(
            ("prtg", "prtg", "pc01"), (message.Properties[IncomingEvent.SourceProperty], part.Event.Source, Assert.IsType<MachinePart>(part).MachineText));
    }

    /// <summary>A client alone would wait for a minute.</summary>
    [Fact]
    public async Task AcceptAsync_WhileTheBrokerSaysNothing_Answers503WithinFiveSeconds()
    {
        var time = new FakeTimeProvider(Some.Time);
        var intake = new EventIntake(new Silent(), new EventReader(Some.EventOptions()), new EventOptions(), time);
        using var stream = new MemoryStream("{}"u8.ToArray());

        var answering = intake.AcceptAsync("prtg", "application/json", stream, TestContext.Current.CancellationToken);
        Assert.False(answering.IsCompleted);
        time.Advance(TimeSpan.FromSeconds(5));

        var answer = await answering;
        Assert.Equal((503, MessagingReasons.NotQueued), (answer.Status, answer.Refusal));
    }

    private async Task<IntakeAnswer> AcceptAsync(string contentType, string body)
    {
        var intake = new EventIntake(_queue, new EventReader(Some.EventOptions()), new EventOptions(), new FakeTimeProvider(Some.Time));
        using var stream = new MemoryStream(Encoding.UTF8.GetBytes(body));
        return await intake.AcceptAsync("prtg", contentType, stream, TestContext.Current.CancellationToken);
    }

    private sealed class Silent : IRequestSender
    {
        public Task SendAsync(OutgoingEvent message, CancellationToken cancellationToken) =>
            new TaskCompletionSource().Task.WaitAsync(cancellationToken);
    }

    private sealed class Sent : IRequestSender
    {
        public List<OutgoingEvent> Messages { get; } = [];

        public Task SendAsync(OutgoingEvent message, CancellationToken cancellationToken)
        {
            Messages.Add(message);
            return Task.CompletedTask;
        }
    }
}

using System.Text;
using Ccr.Agent.Commands;
using Ccr.Core.Agents;
using Ccr.Core.Decisions;
using Ccr.Core.Sites;

namespace Ccr.Agent.Tests;

public class CommandReadingTests
{
    private static readonly DateTimeOffset Now = new(2026, 1, 31, 12, 0, 0, TimeSpan.Zero);
    private static readonly SigningKey Key = SigningKey.Read(Convert.ToBase64String(new byte[32]))!;
    private static readonly Site Hq = new("hq", [new ManagementPoint(new Uri("http://mp01"))]) { SigningKeys = [Key] };

    private static readonly AgentCommand Command = new()
    {
        RequestId = "ccr-1",
        Source = "ccr",
        EventId = "1",
        Part = 1,
        Parts = 1,
        Machine = "pc01",
        Domain = "corp",
        Site = "hq",
        Force = false,
        Issued = Now,
        Expires = Now.AddDays(1),
        AnswerBy = Now.AddDays(1).AddHours(1),
    };

    [Fact]
    public void Of_SignedCommandForThisSite_IsARequestWithCanonicalNames()
    {
        var reading = Read(Command);

        Assert.Null(reading.Refusal);
        Assert.Equal(
            ("PC01", "CORP", false, "ccr-1"), (reading.Request!.Machine.Value, reading.Request.Domain.Value, reading.Request.Force, reading.Request.Id));
    }

    public static TheoryData<string, Func<AgentCommand, AgentCommand>> Refused => new()
    {
        { "CCR4603", c => c with { Version = 2 } },
        { "CCR4604", c => c with { Site = "HQ" } },
        { "CCR4604", c => c with { Site = "branch" } },
        { "CCR4601", c => c with { Machine = "10.0.0.5" } },
        { "CCR4601", c => c with { Machine = "dc01@8080" } },
        { "CCR4601", c => c with { Machine = "PC01]\r\n[x" } },
        { "CCR4601", c => c with { Domain = "corp.example.com" } },
        { "CCR4605", c => c with { Expires = Now } },
    };

    [Theory]
    [MemberData(nameof(Refused))]
    public void Of_SignedCommandThatIsNotForThisAgent_IsRefused(string code, Func<AgentCommand, AgentCommand> change)
    {
        var reading = Read(change(Command));

        Assert.Equal(code, reading.Refusal!.Code);
        Assert.Null(reading.Request);
    }

    [Fact]
    public void Of_UnsignedCommandForASiteWithAKey_IsRefusedForThatAlone()
    {
        var reading = CommandReading.Of(new Message((Command with { Machine = "10.0.0.5", Version = 7 }).Write()), Hq, Moment.Exactly(Now));

        Assert.Equal("CCR4602", reading.Refusal!.Code);
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("""{ "requestId": "ccr-1" }""")]
    [InlineData("""{ "requestId": 1, "source": {}, "eventId": null }""")]
    public void Of_SomethingElse_IsRefused(string body) =>
        Assert.Equal("CCR4601", CommandReading.Of(new Message(Encoding.UTF8.GetBytes(body)), Hq, Moment.Exactly(Now)).Refusal!.Code);

    [Fact]
    public void Of_ExpiredByThisComputersClockAlone_IsARequest()
    {
        var reading = CommandReading.Of(new Message(CommandSignature.Sign(Command, [Key]).Write()), Hq, new Moment(Now, Now.AddYears(1), Now.AddYears(1)));

        Assert.NotNull(reading.Request);
    }

    [Fact]
    public void Of_CommandInAnotherMessageThanItsOwn_IsACopy()
    {
        var reading = CommandReading.Of(new Message(CommandSignature.Sign(Command, [Key]).Write()) { MessageId = "ccr-2" }, Hq, Moment.Exactly(Now));

        Assert.Equal(("CCR4606", true), (reading.Refusal!.Code, reading.IsCopy));
    }

    [Theory]
    [InlineData(240, null)]
    [InlineData(241, "CCR4607")]
    [InlineData(80_000, "CCR4607")]
    [InlineData(-86_400, null)]
    public void Of_CommandThatCameToItsQueueLaterThanTheProcessorSends_IsACopy(int secondsLater, string? code)
    {
        var message = new Message(CommandSignature.Sign(Command, [Key]).Write()) { EnqueuedTime = Now.AddSeconds(secondsLater) };

        var reading = CommandReading.Of(message, Hq, Moment.Exactly(Now));

        Assert.Equal((code, code is not null), (reading.Refusal?.Code, reading.IsCopy));
    }

    [Theory]
    [InlineData(false, false, "CCR4602")]
    [InlineData(false, true, null)]
    [InlineData(true, false, "CCR4602")]
    [InlineData(true, true, null)]
    public void Of_UnsignedCommand_IsARequestOnlyWhereThatIsAllowed(bool hasKey, bool allowUnsigned, string? code)
    {
        var site = Hq with { SigningKeys = hasKey ? [Key] : [], AllowUnsigned = allowUnsigned };

        Assert.Equal(code, CommandReading.Of(new Message(Command.Write()), site, Moment.Exactly(Now)).Refusal?.Code);
    }

    private static CommandReading Read(AgentCommand command) =>
        CommandReading.Of(new Message(CommandSignature.Sign(command, [Key]).Write()), Hq, Moment.Exactly(Now));

    /// <summary>A message that is only read.</summary>
    private sealed class Message(byte[] body) : ICommandMessage
    {
        public ReadOnlyMemory<byte> Body => body;

        public string? MessageId { get; init; } = Command.RequestId;

        public long SequenceNumber => 1;

        public DateTimeOffset EnqueuedTime { get; init; } = Now;

        public DateTimeOffset LockedUntil => Now.AddMinutes(1);

        public Task CompleteAsync(CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task RenewAsync(CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task GiveBackAsync(CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task RefuseAsync(string reason, string description, CancellationToken cancellationToken) => throw new NotSupportedException();
    }
}

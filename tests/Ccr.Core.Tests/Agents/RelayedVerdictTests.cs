using System.Text;
using System.Text.Json;
using Ccr.Core.Agents;
using Ccr.Core.Decisions;
using Ccr.Core.Results;
using Ccr.Core.Tests.Support;

namespace Ccr.Core.Tests.Agents;

public class RelayedVerdictTests
{
    private static readonly DateTimeOffset Now = new(2026, 1, 31, 12, 0, 0, 123, TimeSpan.Zero);
    private static readonly SigningKey Old = KeyOf(1);
    private static readonly SigningKey New = KeyOf(2);

    private static readonly AgentCommand Command = Some.Command with
    {
        Source = "/cmdb é<",
        Parts = 2,
        Issued = Now,
        Expires = Now.AddMinutes(5),
        AnswerBy = Now.AddMinutes(5),
    };

    private static readonly RelayedSubmission Question = RelayedSubmission.Of(RelayedKind.Submit, "hq", Now, Command) with { For = "journal.process" };

    [Fact]
    public void Submission_ThatTravelled_IsTheSameAndSigned()
    {
        var sent = Question.Sign([New, Old]);

        var arrived = RelayedSubmission.Read(sent.Write())!;

        Assert.Equal(sent, arrived);
        Assert.True(arrived.IsSigned([Old, New]));
        Assert.False(arrived.IsSigned([Old]));
        Assert.False(arrived.IsSigned([]));
    }

    [Fact]
    public void Submission_OfACommandThatIsSigned_LeavesItsSignatureOut() =>
        Assert.Null(RelayedSubmission.Of(RelayedKind.Submit, "hq", Now, CommandSignature.Sign(Command, [New])).Command!.Signature);

    public static TheoryData<Func<RelayedSubmission, RelayedSubmission>> Changed => new()
    {
        q => q with { Kind = RelayedKind.Ask },
        q => q with { Method = "AdminService" },
        q => q with { Site = "branch" },
        q => q with { For = "journal.other" },
        q => q with { About = "1" },
        q => q with { Nonce = "1" },
        q => q with { Issued = Now.AddSeconds(1) },
        q => q with { Expires = Now.AddDays(1) },
        q => q with { Command = Command with { Machine = "DC01" } },
        q => q with { Command = Command with { Domain = "LAB" } },
        q => q with { Command = Command with { Force = false } },
        q => q with { Command = Command with { RequestId = "ccr-2" } },
        q => q with { Signature = null },
        q => q with { Signature = new string('0', 64) },
    };

    [Theory]
    [MemberData(nameof(Changed))]
    public void IsSigned_OfAQuestionThatWasChanged_IsFalse(Func<RelayedSubmission, RelayedSubmission> change) =>
        Assert.False(change(Question.Sign([New])).IsSigned([New]));

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("{}")]
    [InlineData("""{ "kind": "Push", "site": "hq", "nonce": "1", "issued": "2026-01-31T12:00:00Z", "expires": "2026-01-31T12:00:00Z" }""")]
    public void Submission_OfSomethingElse_IsNone(string body) => Assert.Null(RelayedSubmission.Read(Encoding.UTF8.GetBytes(body)));

    [Fact]
    public void Read_OfTheAnswerToTheQuestion_IsBelieved()
    {
        var answer = Answer().Sign([New]);

        var (verdict, fault) = RelayedVerdict.Read(answer.Write(), Question, [Old, New]);

        Assert.Null(fault);
        Assert.Equal(answer, verdict);
    }

    public static TheoryData<Func<RelayedVerdict, byte[]>> NotBelieved => new()
    {
        v => v.Write(),
        v => v.Sign([Old]).Write(),
        v => (v.Sign([New]) with { Agent = "other" }).Write(),
        v => (v.Sign([New]) with { Result = v.Result! with { Outcome = Outcome.Failed } }).Write(),
        v => (v.Sign([New]) with { Nonce = "1" }).Write(),
        _ => Encoding.UTF8.GetBytes("<html>503</html>"),
        _ => [],
        _ => JsonSerializer.SerializeToUtf8Bytes(new { nonce = Question.Nonce, agent = "a", instance = "i" }),
    };

    [Theory]
    [MemberData(nameof(NotBelieved))]
    public void Read_OfAnAnswerThatNoKeyOfTheSiteSigned_IsNotBelieved(Func<RelayedVerdict, byte[]> body) =>
        Assert.Equal((null, RelayedReasons.NotSigned), RelayedVerdict.Read(body(Answer()), Question, [New]));

    /// <summary>An answer that somebody kept: it is genuine, and proves nothing about this question.</summary>
    [Fact]
    public void Read_OfAnAnswerToAnEarlierQuestion_IsNotBelieved()
    {
        var earlier = Answer(RelayedSubmission.Of(RelayedKind.Submit, "hq", Now, Command)).Sign([New]);

        Assert.Equal((null, RelayedReasons.OtherAnswer), RelayedVerdict.Read(earlier.Write(), Question, [New]));
    }

    [Fact]
    public void Read_OfAnAnswerAboutAnotherRequest_IsNotBelieved()
    {
        var other = (Answer() with { Result = Result(Outcome.Accepted) with { RequestId = "ccr-2" } }).Sign([New]);

        Assert.Equal((null, RelayedReasons.OtherAnswer), RelayedVerdict.Read(other.Write(), Question, [New]));
    }

    private static SigningKey KeyOf(byte value) => SigningKey.Read(Convert.ToBase64String([.. Enumerable.Repeat(value, 32)]))!;

    private static RelayedVerdict Answer(RelayedSubmission? to = null) =>
        new() { Nonce = (to ?? Question).Nonce, Agent = "agent-1", Instance = "journal.process", Result = Result(Outcome.Accepted) };

    private static ReinstallResult Result(Outcome outcome) => Command.Conclude(new Verdict(outcome, DecisionReasons.Interrupted, "a test's"), Now);
}

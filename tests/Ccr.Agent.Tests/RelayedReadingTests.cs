using System.Text;
using Ccr.Agent.Relay;
using Ccr.Core.Agents;
using Ccr.Core.Sites;
using Ccr.Core.Views;
using Ccr.Hosting.Relay;

namespace Ccr.Agent.Tests;

/// <summary>The agent is no proxy: what it refuses of what comes through the relay.</summary>
public class RelayedReadingTests
{
    private const string Path = "/hq/ccr";
    private const string Instance = "journal.process";
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
        Expires = Now.AddMinutes(5),
        AnswerBy = Now.AddMinutes(5),
    };

    private static readonly RelayedSubmission Question = RelayedSubmission.Of(RelayedKind.Submit, "hq", Now, Command) with { For = Instance };

    [Theory]
    [InlineData("POST")]
    [InlineData("SMS_POST")]
    public void Of_SignedQuestionForThisAgent_IsARequestWithCanonicalNames(string method)
    {
        var reading = Read(Question, method);

        Assert.Equal((200, null), (reading.Status, reading.Refusal));
        var request = reading.Owned!.Request;
        Assert.Equal(("PC01", "CORP", false, "ccr-1"), (request.Machine.Value, request.Domain.Value, request.Force, request.Id));
    }

    [Theory]
    [InlineData("GET")]
    [InlineData("PUT")]
    [InlineData("post")]
    [InlineData("sms_post")]
    public void Of_AnotherMethod_IsDenied(string method) => AssertDenied(405, "CCR4609", Read(Question, method));

    [Theory]
    [InlineData("/hq")]
    [InlineData("/hq/ccr?mn=PC02")]
    [InlineData("/hq/ccr/")]
    [InlineData("/HQ/ccr")]
    [InlineData("/hq/sms_mp/machine.ccr?mn=PC01&dn=CORP&fkey=True")]
    [InlineData("/hq/../ccr")]
    [InlineData("http://mp01/ccr")]
    public void Of_AnotherPath_IsDenied(string target) => AssertDenied(404, "CCR4609", Read(Question, target: target));

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("mn=PC01&dn=CORP")]
    public void Of_SomethingElse_IsDenied(string body) => AssertDenied(400, "CCR4601", Read(Encoding.UTF8.GetBytes(body)));

    [Fact]
    public void Of_UnsignedQuestion_IsDeniedAndToldNothing()
    {
        var reading = Read((Question with { Version = 7, Site = "branch" }).Write());

        AssertDenied(403, "CCR4602", reading);
    }

    [Fact]
    public void Of_UnsignedQuestionWhereUnsignedCommandsAreAllowed_IsDenied() =>
        AssertDenied(403, "CCR4602", Read(Question.Write(), site: Hq with { AllowUnsigned = true }));

    [Fact]
    public void Of_QuestionSignedByTheKeyOfAnotherSite_IsDenied()
    {
        var other = SigningKey.Read(Convert.ToBase64String([.. Enumerable.Repeat((byte)1, 32)]))!;

        AssertDenied(403, "CCR4602", Read(Question.Sign([other]).Write()));
    }

    public static TheoryData<string, Func<RelayedSubmission, RelayedSubmission>> Refused => new()
    {
        { "CCR4603", q => q with { Version = 2 } },
        { "CCR4603", q => q with { Method = "AdminService" } },
        { "CCR4604", q => q with { Site = "branch" } },
        { "CCR4604", q => q with { Command = Command with { Site = "branch" } } },
        { "CCR4605", q => q with { Issued = Now.AddMinutes(-6).AddSeconds(-1), Expires = Now.AddMinutes(-5) } },
        { "CCR4605", q => q with { Issued = Now.AddMinutes(5).AddSeconds(1), Expires = Now.AddMinutes(6) } },
        { "CCR4601", q => q with { Command = null } },
        { "CCR4601", q => q with { Command = Command with { Machine = "10.0.0.5" } } },
        { "CCR4601", q => q with { Command = Command with { Machine = "dc01@8080" } } },
        { "CCR4601", q => q with { Command = Command with { Machine = "PC01&fkey=False" } } },
        { "CCR4601", q => q with { Command = Command with { Domain = "corp.example.com" } } },
        { "CCR4608", q => q with { For = null } },
        { "CCR4608", q => q with { For = "journal.earlier" } },
        { "CCR4608", q => q with { For = "other.process" } },
    };

    [Theory]
    [MemberData(nameof(Refused))]
    public void Of_SignedQuestionThatIsNotForThisAgent_IsRefused(string code, Func<RelayedSubmission, RelayedSubmission> change)
    {
        var reading = Read(change(Question));

        Assert.Equal((200, code), (reading.Status, reading.Refusal?.Code));
        Assert.NotNull(reading.Question);
        Assert.Null(reading.Owned);
    }

    [Theory]
    [InlineData(-5)]
    [InlineData(6)]
    public void Of_ProcessorWhoseClockIsAlmostFiveMinutesOff_IsARequest(int minutes) =>
        Assert.NotNull(RelayedReading.Of(
            Request(Question.Sign([Key]).Write()), Path, Hq, Instance, TimeSpan.FromMinutes(5), Now.AddMinutes(minutes).AddSeconds(-minutes)).Owned);

    [Fact]
    public void Of_QuestionAboutARequest_IsReadForWhomeverItIs() =>
        Assert.NotNull(Read(Question with { Kind = RelayedKind.Ask, For = "other.process" }).Owned);

    [Fact]
    public void Of_QuestionForTheName_NeedsNoRequest()
    {
        var reading = Read(RelayedSubmission.Of(RelayedKind.Who, "hq", Now));

        Assert.Equal((200, null, null), (reading.Status, reading.Refusal, reading.Owned));
        Assert.NotNull(reading.Question);
    }

    [Fact]
    public void Of_QuestionForALook_IsReadForWhomeverItIsByCanonicalNames()
    {
        var reading = Read(LookAt(new("pc01", "corp"), new("PC01", "CORP"), new("PC02", "CORP")));

        Assert.Equal((200, null, null), (reading.Status, reading.Refusal, reading.Owned));
        Assert.Equal(["CORP\\PC01", "CORP\\PC02"], reading.Machines!.Select(machine => machine.Key));
    }

    public static TheoryData<string, RelayedSubmission> RefusedLooks => new()
    {
        { "CCR4601", LookAt() with { Machines = null } },
        { "CCR4601", LookAt() },
        { "CCR4601", LookAt([.. Enumerable.Range(1, 51).Select(n => new LookedFor($"PC{n}", "CORP"))]) },
        { "CCR4601", LookAt(new LookedFor("PC01", "CORP"), new LookedFor("PC02' or 1 eq 1", "CORP")) },
        { "CCR4601", LookAt(new LookedFor("PC01", "corp.example.com")) },
        { "CCR4604", LookAt(new LookedFor("PC01", "CORP")) with { Site = "branch" } },
        { "CCR4605", LookAt(new LookedFor("PC01", "CORP")) with { Issued = Now.AddMinutes(-7), Expires = Now.AddMinutes(-6) } },
    };

    [Theory]
    [MemberData(nameof(RefusedLooks))]
    public void Of_SignedQuestionForALookThatIsNotSound_IsRefused(string code, RelayedSubmission question)
    {
        var reading = Read(question);

        Assert.Equal((200, code, null), (reading.Status, reading.Refusal?.Code, reading.Machines));
    }

    [Fact]
    public void Of_ForgedQuestionForALook_IsDenied()
    {
        var signed = LookAt(new LookedFor("PC01", "CORP")).Sign([Key]);

        AssertDenied(403, "CCR4602", Read((signed with { Signature = null }).Write()));
        AssertDenied(403, "CCR4602", Read((signed with { Machines = [new("PC02", "CORP")] }).Write()));
    }

    private static RelayedSubmission LookAt(params LookedFor[] machines) => RelayedSubmission.Of(RelayedKind.Look, "hq", Now) with { Machines = machines };

    private static RelayedReading Read(RelayedSubmission question, string method = "POST", string target = Path) =>
        Read(question.Sign([Key]).Write(), method, target);

    private static RelayedReading Read(byte[] body, string method = "POST", string target = Path, Site? site = null) =>
        RelayedReading.Of(Request(body, method, target), Path, site ?? Hq, Instance, TimeSpan.FromMinutes(5), Now);

    private static RelayedRequest Request(byte[] body, string method = "POST", string target = Path) =>
        new("1", method, target, new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase), body);

    private static void AssertDenied(int status, string code, RelayedReading reading)
    {
        Assert.Equal((status, code), (reading.Status, reading.Refusal?.Code));
        Assert.Equal((null, null), (reading.Question, reading.Owned));
    }
}

using System.Text;
using Ccr.Agent.Looks;
using Ccr.Agent.Tests.Support;
using Ccr.Core.Agents;
using Ccr.Core.Decisions;
using Ccr.Core.Sites;
using Ccr.Core.Views;

namespace Ccr.Agent.Tests;

/// <summary>A look asks for nothing to be done, and is suspected all the same.</summary>
public class LookReadingTests
{
    private static readonly DateTimeOffset Now = new(2026, 1, 31, 12, 0, 0, TimeSpan.Zero);
    private static readonly SigningKey Key = SigningKey.Read(Convert.ToBase64String(new byte[32]))!;
    private static readonly SigningKey OtherKey = SigningKey.Read(Convert.ToBase64String([.. Enumerable.Repeat((byte)1, 32)]))!;
    private static readonly Site Hq = new("hq", [new ManagementPoint(new Uri("http://mp01"))]) { SigningKeys = [Key] };
    private static readonly AgentLook Look = AgentLook.Of("hq", [new("pc01", "corp"), new("PC02", "CORP"), new("PC01", "CORP")], Now);

    [Fact]
    public void Of_SignedLookForThisSite_NamesEachMachineOnceByItsCanonicalName()
    {
        var reading = Read(Look);

        Assert.Null(reading.Refusal);
        Assert.Equal(["CORP\\PC01", "CORP\\PC02"], reading.Look!.Machines.Select(machine => machine.Key));
    }

    public static TheoryData<string, Func<AgentLook, AgentLook>> Refused => new()
    {
        { "CCR4603", look => look with { Version = 2 } },
        { "CCR4604", look => look with { Site = "HQ" } },
        { "CCR4604", look => look with { Site = "branch" } },
        { "CCR4605", look => look with { Expires = Now } },
        { "CCR4601", look => look with { Machines = [] } },
        { "CCR4601", look => look with { Machines = [.. Enumerable.Range(1, 51).Select(n => new LookedFor($"PC{n}", "CORP"))] } },
        { "CCR4601", look => look with { Machines = [new("PC01", "CORP"), new("10.0.0.5", "CORP")] } },
        { "CCR4601", look => look with { Machines = [new("../../x", "CORP")] } },
        { "CCR4601", look => look with { Machines = [new("PC01' or 1 eq 1", "CORP")] } },
        { "CCR4601", look => look with { Machines = [new("PC01", "corp.example.com")] } },
        { "CCR4601", look => look with { Machines = [new("PC01", null!)] } },
        { "CCR4601", look => look with { Machines = [null!] } },
    };

    [Theory]
    [MemberData(nameof(Refused))]
    public void Of_SignedLookThatIsNotForThisAgent_IsRefused(string code, Func<AgentLook, AgentLook> change)
    {
        var reading = Read(change(Look));

        Assert.Equal(code, reading.Refusal!.Code);
        Assert.Null(reading.Look);
    }

    [Fact]
    public void Of_AsManyMachinesAsALookMayName_IsALook() =>
        Assert.NotNull(Read(Look with { Machines = [.. Enumerable.Range(1, 50).Select(n => new LookedFor($"PC{n}", "CORP"))] }).Look);

    [Fact]
    public void Of_LookInAnotherMessageThanItsOwn_IsRefused() =>
        Assert.Equal("CCR4606", LookReading.Of(new FakeMessage(Look.Sign([Key]).Write(), "another"), Hq, Moment.Exactly(Now)).Refusal!.Code);

    [Fact]
    public void Of_ForgedLook_IsRefusedForThatAlone()
    {
        var forged = Look with { Version = 7, Site = "branch", Machines = [] };

        Assert.Equal("CCR4602", Read(forged, key: null).Refusal!.Code);
        Assert.Equal("CCR4602", Read(forged, OtherKey).Refusal!.Code);
    }

    [Fact]
    public void Of_SignedLookToWhichSomebodyAddedAMachine_IsRefused()
    {
        var signed = Look.Sign([Key]);

        var reading = LookReading.Of(
            new FakeMessage((signed with { Machines = [.. signed.Machines, new("PC03", "CORP")] }).Write(), signed.Nonce), Hq, Moment.Exactly(Now));

        Assert.Equal("CCR4602", reading.Refusal!.Code);
    }

    [Fact]
    public void Of_UnsignedLookWhereThatIsAllowed_IsALook() => Assert.NotNull(
        LookReading.Of(new FakeMessage(Look.Write(), Look.Nonce), Hq with { SigningKeys = [], AllowUnsigned = true }, Moment.Exactly(Now)).Look);

    [Fact]
    public void Of_ExpiredByThisComputersClockAlone_IsALook() => Assert.NotNull(
        LookReading.Of(new FakeMessage(Look.Sign([Key]).Write(), Look.Nonce), Hq, new Moment(Now, Now.AddYears(1), Now.AddYears(1))).Look);

    [Fact]
    public void IsLook_CommandWithTheMembersOfALook_IsACommand()
    {
        const string Command = """
            "requestId": "ccr-1", "source": "ccr", "eventId": "1", "part": 1, "parts": 1, "machine": "PC01", "domain": "CORP", "site": "hq"
            """;
        const string AsLook = """
            "nonce": "n", "machines": [], "issued": "2026-01-31T12:00:00Z", "expires": "2026-01-31T12:00:00Z"
            """;

        Assert.False(LookReading.IsLook(new FakeMessage(Encoding.UTF8.GetBytes($"{{ {Command}, {AsLook} }}"), "ccr-1")));
        Assert.True(LookReading.IsLook(new FakeMessage(Encoding.UTF8.GetBytes($$"""{ "site": "hq", {{AsLook}} }"""), "n")));
        Assert.False(LookReading.IsLook(new FakeMessage(Encoding.UTF8.GetBytes("[]"), "n")));
    }

    private static LookReading Read(AgentLook look) => Read(look, Key);

    private static LookReading Read(AgentLook look, SigningKey? key) =>
        LookReading.Of(new FakeMessage((key is null ? look : look.Sign([key])).Write(), look.Nonce), Hq, Moment.Exactly(Now));
}

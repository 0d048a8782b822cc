using Ccr.Core.Verification;
using Ccr.Core.Views;

namespace Ccr.Core.Tests.Verification;

/// <summary>What two views of a machine say (adminservice.md 5.5, verification.md 1).</summary>
public class EvidenceTests
{
    private static readonly DateTimeOffset Then = new(2026, 11, 1, 8, 0, 0, TimeSpan.Zero);
    private static readonly DateTimeOffset Later = Then.AddHours(1);

    private static readonly DeviceView Silent = new()
    {
        ResourceId = 16777221,
        UniqueId = "GUID:A",
        HasClient = true,
        ClientVersion = "5.00.1",
        Registered = Then,
        Heartbeat = Then,
        LastDdr = Then,
        PolicyRequest = Then,
        IsOnline = false,
    };

    public static TheoryData<string, EvidenceGrade> Changes => new()
    {
        { "nothing", EvidenceGrade.Nothing },
        { "attempt", EvidenceGrade.Tried },
        { "policy", EvidenceGrade.Talks },
        { "heartbeat", EvidenceGrade.Talks },
        { "ddr", EvidenceGrade.Talks },
        { "online", EvidenceGrade.Talks },
        { "registration", EvidenceGrade.Registered },
        { "identifier", EvidenceGrade.Registered },
        { "record", EvidenceGrade.Registered },
        { "version", EvidenceGrade.Registered },
    };

    [Theory]
    [MemberData(nameof(Changes))]
    public void Between_OneFieldChanged_HasItsGrade(string change, EvidenceGrade grade)
    {
        var now = change switch
        {
            "attempt" => Silent with { Attempted = Later },
            "policy" => Silent with { PolicyRequest = Later },
            "heartbeat" => Silent with { Heartbeat = Later },
            "ddr" => Silent with { LastDdr = Later },
            "online" => Silent with { IsOnline = true },
            "registration" => Silent with { Registered = Later },
            "identifier" => Silent with { UniqueId = "GUID:B" },
            "record" => Silent with { ResourceId = 16777299 },
            "version" => Silent with { ClientVersion = "5.00.2" },
            _ => Silent,
        };

        Assert.Equal(grade, Between(Silent, now).Grade);
    }

    [Fact]
    public void Between_TheSiteHasAClientNowAndHadNone_IsARegistration() =>
        Assert.Equal(EvidenceGrade.Registered, Between(Silent with { HasClient = false }, Silent).Grade);

    [Fact]
    public void Between_ANewRecordWithoutAClient_IsNoRegistration() =>
        Assert.Equal(EvidenceGrade.Nothing, Between(Silent, Silent with { ResourceId = 16777299, HasClient = false, IsOnline = false }).Grade);

    /// <summary>A discovery finds machines anew, and an old answer may come from another server: a time that goes back says nothing.</summary>
    [Fact]
    public void Between_TimesThatGoBack_SayNothing() => Assert.Equal(
        EvidenceGrade.Nothing,
        Between(Silent, Silent with { Registered = Then.AddHours(-3), PolicyRequest = Then.AddHours(-3), Heartbeat = null, LastDdr = null }).Grade);

    [Theory]
    [InlineData("silent", true)]
    [InlineData("no client", true)]
    [InlineData("never heard of", true)]
    [InlineData("talks", false)]
    [InlineData("does not say", false)]
    public void Between_TheFirstView_SaysWhetherTheClientWasSilent(string what, bool wasSilent)
    {
        var before = what switch
        {
            "no client" => Silent with { HasClient = false, IsOnline = true },
            "never heard of" => Silent with { IsOnline = null, PolicyRequest = null, Heartbeat = null, LastDdr = null },
            "talks" => Silent with { IsOnline = true },
            "does not say" => Silent with { IsOnline = null },
            _ => Silent,
        };

        Assert.Equal(wasSilent, Between(before, Silent).WasSilent);
    }

    [Theory]
    [InlineData("5", true)]
    [InlineData("Failed", true)]
    [InlineData("3", true)]
    [InlineData("skipped", true)]
    [InlineData("2", false)]
    [InlineData("Fehlgeschlagen", false)]
    [InlineData(null, false)]
    public void Between_ThePushStatus_IsReadByTheKnownWordsOnly(string? status, bool gaveUp) =>
        Assert.Equal(gaveUp, Between(Silent, Silent with { Attempted = Later, PushStatus = status }).GaveUp);

    [Fact]
    public void Between_AFailureOfBeforeThePush_IsNoneOfThisPush()
    {
        var failed = Silent with { Attempted = Then, PushStatus = "Failed", PushError = 5 };

        var evidence = Between(failed, failed);

        Assert.Equal((EvidenceGrade.Nothing, null, false), (evidence.Grade, evidence.Error, evidence.GaveUp));
    }

    [Fact]
    public void Between_AnAttemptWithAnError_NamesIt() =>
        Assert.Equal(-2147024891, Between(Silent, Silent with { Attempted = Later, PushError = -2147024891 }).Error);

    [Theory]
    [InlineData("4", true, "attempt, push-complete")]
    [InlineData("complete", true, "attempt, push-complete")]
    [InlineData("2", true, "attempt")]
    [InlineData("4", false, "")]
    public void Between_TheAttemptAndWhatTheSiteSaysOfIt_AreSigns(string status, bool attempted, string signs)
    {
        var evidence = Between(Silent, Silent with { PushStatus = status, Attempted = attempted ? Later : null });

        Assert.Equal(signs, string.Join(", ", evidence.Signs));
        Assert.Equal(signs.Contains("push-complete", StringComparison.Ordinal), evidence.IsComplete);
    }

    [Theory]
    [InlineData(CcrPlace.Incoming, false, "in-incoming")]
    [InlineData(CcrPlace.Retry, true, "attempt, in-retry")]
    [InlineData(CcrPlace.None, true, "attempt, request-gone")]
    [InlineData(CcrPlace.None, false, "")]
    public void Between_TracesOfASite_HaveTheirSigns(CcrPlace place, bool attempted, string signs)
    {
        var now = new SiteView { Ccr = new CcrTrace { Place = place, Attempted = attempted ? Later : null } };

        Assert.Equal(signs, string.Join(", ", Evidence.Between(new SiteView { Ccr = new CcrTrace() }, now, wasInInbox: false).Signs));
    }

    [Fact]
    public void Between_AnAttemptThatWasThereBefore_IsNoneOfThisPush()
    {
        var view = new SiteView { Ccr = new CcrTrace { Attempted = Then } };

        Assert.Equal(EvidenceGrade.Nothing, Evidence.Between(view, view, wasInInbox: false).Grade);
        Assert.Equal(EvidenceGrade.Done, Evidence.Between(new SiteView(), view, wasInInbox: false).Grade);
    }

    [Theory]
    [InlineData(CcrPlace.Incoming, false, false, EvidenceGrade.Nothing)]
    [InlineData(CcrPlace.Processing, false, false, EvidenceGrade.Tried)]
    [InlineData(CcrPlace.Retry, false, false, EvidenceGrade.Tried)]
    [InlineData(CcrPlace.None, false, false, EvidenceGrade.Nothing)]
    [InlineData(CcrPlace.None, true, false, EvidenceGrade.Done)]
    [InlineData(CcrPlace.None, false, true, EvidenceGrade.Done)]
    public void Between_TracesOfASite_SayHowFarItCame(CcrPlace place, bool wasInInbox, bool attempted, EvidenceGrade grade)
    {
        var now = new SiteView { Ccr = new CcrTrace { Place = place, Attempted = attempted ? Later : null } };

        Assert.Equal(grade, Evidence.Between(new SiteView { Ccr = new CcrTrace() }, now, wasInInbox).Grade);
    }

    [Fact]
    public void Between_ARequestThatDisappearedWithAnErrorInTheLog_IsNotDone()
    {
        var now = new SiteView { Ccr = new CcrTrace { Attempted = Later, Error = 53 } };

        var evidence = Evidence.Between(new SiteView { Ccr = new CcrTrace() }, now, wasInInbox: true);

        Assert.Equal((EvidenceGrade.Tried, 53L), (evidence.Grade, evidence.Error));
    }

    [Fact]
    public void Between_ADeviceThatIsGone_SaysNothing()
    {
        var evidence = Evidence.Between(new SiteView { Device = Silent }, new SiteView(), wasInInbox: false);

        Assert.Equal((EvidenceGrade.Nothing, false, null, false), (evidence.Grade, evidence.WasSilent, evidence.Error, evidence.GaveUp));
        Assert.Empty(evidence.Signs);
    }

    private static Evidence Between(DeviceView before, DeviceView now) =>
        Evidence.Between(new SiteView { Device = before }, new SiteView { Device = now }, wasInInbox: false);
}

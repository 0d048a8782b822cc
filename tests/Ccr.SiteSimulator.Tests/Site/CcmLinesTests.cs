using Ccr.SiteSimulator.Site;

namespace Ccr.SiteSimulator.Tests.Site;

/// <summary>The log against the lines that are public: Q262298, KB925282, and posts of 2015 and 2022.</summary>
public sealed class CcmLinesTests
{
    [Fact]
    public void Format_OfALine_IsThatOfThePublicSample() => Assert.Equal(
        "Execute query exec [sp_CP_GetPushRequestMachine] 2097152112~  $$<SMS_CLIENT_CONFIG_MANAGER><06-07-2015 13:11:09.448-600><thread=6708 (0x1A34)>",
        CcmLog.Format(
            new DateTimeOffset(2015, 6, 7, 13, 11, 9, 448, TimeSpan.FromHours(10)), 6708, "Execute query exec [sp_CP_GetPushRequestMachine] 2097152112~"));

    [Theory]
    [InlineData(-4, "+240")]
    [InlineData(0, "+0")]
    public void Format_OfALine_CountsTheMinutesWestOfUtc(int hours, string minutes) => Assert.Equal(
        $"x  $$<SMS_CLIENT_CONFIG_MANAGER><01-02-2026 03:04:05.000{minutes}><thread=1 (0x1)>",
        CcmLog.Format(new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.FromHours(hours)), 1, "x"));

    [Fact]
    public void Lines_OfAFailureOnSms_AreThoseOfQ262298()
    {
        string[] lines =
        [
            CcmLines.Received("01MOLQGI", "SPARC"),
            .. CcmLines.Begin("01MOLQGI", "SPARC"),
            .. CcmLines.End("01MOLQGI", Ccr("SPARC"), new Attempt(AttemptEnd.Failed, 67)),
        ];

        Assert.Equal(
        [
            """Received request: "01MOLQGI" for machine name: "SPARC" on queue: "Incoming".""",
            """Stored request "01MOLQGI", machine name "SPARC", in queue "Processing".""",
            """======>Begin Processing request: "01MOLQGI", machine name: "SPARC" """.TrimEnd(),
            """---> Attempting to connect to administrative share '\\SPARC\admin$' using account 'SITE\ccmpush'""",
            """---> ERROR: Unable to access target machine for request: "01MOLQGI", machine name: "SPARC", error code: 67""",
            """Stored request "01MOLQGI", machine name "SPARC", in queue "Retry".""",
            """<======End request: "01MOLQGI", machine name: "SPARC".""",
        ],
        lines);
    }

    [Fact]
    public void Lines_OfAccessDeniedOnSms2003_HaveTheOneOfKb925282() => Assert.Contains(
        """---> ERROR: Unable to connect to remote registry for machine name "X", error 5.""",
        CcmLines.End("X.ccr", Ccr("X"), new Attempt(AttemptEnd.Failed, 5)));

    [Fact]
    public void Lines_OfAFailureOnASiteOfToday_AreThoseOfThePosts()
    {
        var lines = CcmLines.End("2097152019", Ccr("TESTPC1") with { ResourceId = 2097152019 }, new Attempt(AttemptEnd.Failed, -2147024891));

        Assert.Equal(
        [
            "Execute query exec [sp_CP_GetPushRequestMachine] 2097152019~",
            """---> Attempting to connect to administrative share '\\TESTPC1\admin$' using account 'SITE\ccmpush'""",
            """---> Unable to connect to WMI on remote machine "TESTPC1", error = 0x80070005.""",
            """--> NTLM fallback is not enabled, remote machine "TESTPC1" is not continuing with client push.""",
            "Execute query exec [sp_CP_SetLastErrorCode] 2097152019, -2147024891",
            "Execute query exec [sp_CP_SetPushRequestMachineStatus] 2097152019, 2",
            """Stored request "2097152019", machine name "TESTPC1", in queue "Retry".""",
            """<======End request: "2097152019", machine name: "TESTPC1".""",
        ],
        lines);
    }

    [Theory]
    [InlineData("Started", true)]
    [InlineData("Waiting", true)]
    [InlineData("Verified", false)]
    [InlineData("Skipped", false)]
    [InlineData("GivenUp", false)]
    public void Lines_ThatAreInvented_SayThatTheyAre(string end, bool isKept)
    {
        var lines = CcmLines.End("X.ccr", Ccr("X"), new Attempt(Enum.Parse<AttemptEnd>(end), 0)).ToList();

        Assert.Contains(lines, line => line.Contains("Simulator: ", StringComparison.Ordinal));
        Assert.Equal(isKept, lines.Contains("""Stored request "X.ccr", machine name "X", in queue "Retry"."""));
    }

    [Fact]
    public void Lines_BetweenPasses_SayHowManyWaitAndHowLong() =>
        Assert.Equal(["""CCR count in queue "Retry" is 1.""", "Sleeping for 661 seconds..."], CcmLines.Idle(1, TimeSpan.FromSeconds(661.5)));

    private static CcrFile Ccr(string machine) => new(machine, "CORP", default, default, 1, Forced: true);
}

using Ccr.Core.Machines;
using Ccr.Core.Sites.Looks;

namespace Ccr.Core.Tests.Sites.Looks;

/// <summary>The parser on lines of the public forms: Q262298, KB925282, and posts of 2015 and 2022.</summary>
public sealed class CcmLogReaderTests
{
    private static readonly DateTimeOffset Noon = new(2026, 9, 25, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Read_TheFailureOfQ262298_TellsErrorAndTime()
    {
        var log = Read(
            """Received request: "01MOLQGI" for machine name: "SPARC" on queue: "Incoming".""",
            """Stored request "01MOLQGI", machine name "SPARC", in queue "Processing".""",
            """======>Begin Processing request: "01MOLQGI", machine name: "SPARC" """,
            @"---> Attempting to connect to administrative share '\\SPARC\admin$' using account 'HAMPTON\SMSService'",
            """---> ERROR: Unable to access target machine for request: "01MOLQGI", machine name: "SPARC", error code: 67""",
            """Stored request "01MOLQGI", machine name "SPARC", in queue "Retry".""");

        Assert.Equal(new(Noon.AddSeconds(5), 67), Of(log, "SPARC"));
        Assert.Equal("SPARC", log.MachineOf("01molqgi")?.Value);
    }

    [Fact]
    public void Read_TheFailureOfKb925282_TellsTheErrorThatItEndedWith()
    {
        var log = Read(
            @"Attempting to connect to administrative share '\\PC01\Admin$' using account 'domain\account'",
            @"WNetAddConnection2 failed (LOGON32_LOGON_NEW_CREDENTIALS) using account domain\account (000004b3)",
            """ERROR: Unable to connect to remote registry for machine name "PC01", error 5.""",
            """ERROR: Unable to access target machine for request: "PC01.KRC", machine name: "PC01", error code: 53""",
            """Stored request "PC01.KRC", machine name "PC01", in queue "Retry".""");

        Assert.Equal(new(Noon.AddSeconds(4), 53), Of(log, "PC01"));
    }

    [Fact]
    public void Read_TheFailureOfASiteOfToday_TakesTheErrorThatTheSiteStored()
    {
        var log = Read(
            """======>Begin Processing request: "2097152019", machine name: "TESTPC1" """,
            "Execute query exec [sp_CP_GetPushRequestMachine] 2097152019~",
            """---> Unable to connect to WMI on remote machine "TESTPC1", error = 0x800706BA.""",
            """--> NTLM fallback is not enabled, remote machine "TESTPC1" is not continuing with client push.""",
            "Execute query exec [sp_CP_SetLastErrorCode] 2097152019, -2147024891",
            "Execute query exec [sp_CP_SetPushRequestMachineStatus] 2097152019, 2",
            """Stored request "2097152019", machine name "TESTPC1", in queue "Retry".""",
            """<======End request: "2097152019", machine name: "TESTPC1".""");

        Assert.Equal(new(Noon.AddSeconds(7), -2147024891), Of(log, "TESTPC1"));
    }

    [Theory]
    [InlineData("error code: 53", 53)]
    [InlineData("error 5.", 5)]
    [InlineData("error 5.~", 5)]
    [InlineData("error code: -2147024891", -2147024891)]
    [InlineData("error - 0x80070005.", -2147024891)]
    [InlineData("error = 0x80070005.", -2147024891)]
    [InlineData("error = 2147942405", -2147024891)]
    [InlineData("failed (000004b3)", 1203)]
    [InlineData("failed (80070005)", -2147024891)]
    [InlineData("error 5, then error 64", 64)]
    [InlineData("error code: 0", null)]
    [InlineData("error code: 99999999999", null)]
    [InlineData("error code: 4294967296", null)]
    [InlineData("error 53abc", null)]
    [InlineData("error 0x123456789", null)]
    [InlineData("terror 53", null)]
    [InlineData("errors of 53 machines", null)]
    public void Read_AnErrorInAnyOfItsForms_IsTheNumber(string text, int? error) =>
        Assert.Equal(error, Of(Read($"""---> X for remote machine "PC01", {text}"""), "PC01")!.Error);

    [Theory]
    [InlineData("""Stored request "X", machine name "PC01", in queue "Processing".""")]
    [InlineData("""======>Begin Processing request: "X", machine name: "PC01" """)]
    public void Read_AFurtherAttempt_ForgetsTheErrorOfTheOneBefore(string begin) =>
        Assert.Equal(new(Noon.AddSeconds(1), null), Of(Read("""ERROR: machine name: "PC01", error code: 53""", begin), "PC01"));

    [Fact]
    public void Read_TheEndAfterAnError_KeepsIt() => Assert.Equal(53, Of(Read(
        """ERROR: machine name: "PC01", error code: 53""", """Stored request "X", machine name "PC01", in queue "Retry".""",
        """<======End request: "X", machine name: "PC01".""", "Sleeping for 661 seconds..."), "PC01")!.Error);

    [Fact]
    public void Read_ThatTheSiteStoredNoError_ForgetsOneOnTheWay() => Assert.Null(Of(Read(
        """======>Begin Processing request: "16777221", machine name: "PC01" """,
        """---> Unable to connect to WMI on remote machine "PC01", error = 0x800706ba.""",
        "Execute query exec [sp_CP_SetLastErrorCode] 16777221, 0"), "PC01")!.Error);

    [Fact]
    public void Read_AnErrorStoredForAnUnknownRequest_IsNobodys() => Assert.Null(Of(Read(
        """======>Begin Processing request: "16777221", machine name: "PC01" """,
        "Execute query exec [sp_CP_SetLastErrorCode] 1677722, 5", "Execute query exec [sp_CP_SetLastErrorCode] 167772210, 5"), "PC01")!.Error);

    [Fact]
    public void Read_TwoMachinesAtOnce_KeepsThemApart()
    {
        var log = Read(
            """======>Begin Processing request: "1", machine name: "PC1" """,
            """======>Begin Processing request: "10", machine name: "PC10" """,
            "Execute query exec [sp_CP_SetLastErrorCode] 10, 53",
            """---> Unable to connect to WMI on remote machine "PC1", error = 0x80070005.""",
            """<======End request: "10", machine name: "PC10".""");

        Assert.Equal((-2147024891L, 53L), (Of(log, "PC1")!.Error!.Value, Of(log, "PC10")!.Error!.Value));
        Assert.Equal((Noon.AddSeconds(3), Noon.AddSeconds(4)), (Of(log, "PC1")!.Latest, Of(log, "PC10")!.Latest));
    }

    [Theory]
    [InlineData("""Received request: "X" for machine name: "PC01" on queue: "Incoming".""")]
    [InlineData("""Received request: "X" for machine name: "PC01" on queue: "Retry".""")]
    [InlineData("""Stored request "X", machine name "PC01", in queue "Incoming".""")]
    [InlineData("""CCR count in queue "Retry" is 1.""")]
    [InlineData("PC01 error 53")]
    [InlineData("""ERROR for machine name: "PC01", machine name: "PC02", error code: 53""")]
    [InlineData("""ERROR for machine name: "PC02", machine name: "PC01", error code: 53""")]
    [InlineData("""ERROR for machine name: "bad name", machine name: "PC01", error code: 53""")]
    [InlineData(@"---> '\\pc01.corp.example\admin$' of machine ""PC01"", error 53")]
    public void Read_WhatIsNoWorkOnExactlyOneMachine_IsNoEvidence(string text) => Assert.Null(Of(Read(text), "PC01"));

    [Theory]
    [InlineData("""---> X on remote machine "pc01".""")]
    [InlineData("---> Connected to administrative share on machine PC01 using account 'A'")]
    [InlineData(@"---> Deleting SMS Client Install Lock File '\\PC01\admin$\SMSClientInstall.AVH'")]
    [InlineData(@"---> Attempting to make IPC connection to share <\\PC01\IPC$>")]
    public void Read_ALineThatNamesItsMachine_ShowsTheSiteAtWork(string text) => Assert.Equal(new(Noon, null), Of(Read(text), "PC01"));

    [Fact]
    public void Read_ClocksOfSeveralZones_ComparesInstants()
    {
        const string Text = """ERROR: machine name: "PC01", error code: 53""";
        var log = new CcmLogReader();

        log.Read($"{Text}  $$<SMS_CLIENT_CONFIG_MANAGER><10-25-2026 02:59:00.000-120><thread=1 (0x1)>");
        Assert.Equal(new DateTimeOffset(2026, 10, 25, 0, 59, 0, TimeSpan.Zero), Of(log, "PC01")!.Latest);

        log.Read($"{Text}  $$<SMS_CLIENT_CONFIG_MANAGER><10-25-2026 02:01:00.000-60><thread=1 (0x1)>");
        Assert.Equal(new DateTimeOffset(2026, 10, 25, 1, 1, 0, TimeSpan.Zero), Of(log, "PC01")!.Latest);
    }

    [Fact]
    public void Read_AfterTheClockWasSetBack_KeepsTheLatestTimeAndTakesTheLastError()
    {
        var log = new CcmLogReader();
        log.Read(Line("""ERROR: machine name: "PC01", error code: 53""", Noon));
        log.Read(Line("""ERROR: machine name: "PC01", error code: 5""", Noon.AddHours(-1)));

        Assert.Equal(new(Noon, 5), Of(log, "PC01"));
    }

    [Fact]
    public void Read_ALineCutAnywhere_IsNoEvidence()
    {
        var line = Line("""ERROR: machine name: "PC01", error code: 53""", Noon);
        for (var length = 0; length < line.Length; length++)
        {
            var log = new CcmLogReader();
            log.Read(line[..length]);
            Assert.Null(Of(log, "PC01"));
        }
    }

    private static CcmLogReader Read(params string[] texts)
    {
        var log = new CcmLogReader();
        foreach (var (text, second) in texts.Select((text, i) => (text, i))) log.Read(Line(text, Noon.AddSeconds(second)));
        return log;
    }

    private static string Line(string text, DateTimeOffset time) =>
        $"{text}  $$<SMS_CLIENT_CONFIG_MANAGER><{time:MM-dd-yyyy HH:mm:ss.fff}+0><thread=18612 (0x48B4)>";

    private static CcmWork? Of(CcmLogReader log, string machine) => log.Of(MachineName.Parse(machine));
}

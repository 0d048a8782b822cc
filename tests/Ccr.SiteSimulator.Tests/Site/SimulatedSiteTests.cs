using Ccr.SiteSimulator.Devices;

namespace Ccr.SiteSimulator.Tests.Site;

public sealed class SimulatedSiteTests
{
    private const int Limit = 300_000;

    private static readonly TimeSpan Attempt = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    [Fact(Timeout = Limit)]
    public async Task Ccr_OfAMachineThatComesBack_GoesThroughTheBoxesAndIsDeletedInThePassAfterwards()
    {
        await using var fixture = new SiteFixture();

        fixture.Push("PC01");
        Assert.Equal(("PC01.ccr", "", ""), (fixture.Incoming, fixture.InProcess, fixture.Retry));

        fixture.Pass(TimeSpan.Zero);
        Assert.Equal(("", "PC01.ccr", ""), (fixture.Incoming, fixture.InProcess, fixture.Retry));

        fixture.Pass(Attempt);
        Assert.Equal(("", "", "PC01.ccr"), (fixture.Incoming, fixture.InProcess, fixture.Retry));
        Assert.Equal((PushStatus.Started, false), (fixture.Device("PC01").PushStatus, fixture.Device("PC01").TalksSince is not null));

        fixture.Pass(TimeSpan.FromMinutes(10));
        Assert.Equal(SiteFixture.Start + Attempt + TimeSpan.FromMinutes(10), fixture.Device("PC01").Registered);
        Assert.Equal("PC01.ccr", fixture.Retry);

        fixture.Pass(Hour);
        Assert.Equal(("", "", ""), (fixture.Incoming, fixture.InProcess, fixture.Retry));
        Assert.Equal(PushStatus.Complete, fixture.Device("PC01").PushStatus);
        Assert.Contains("---> Simulator: SMS Agent Host runs on machine \"PC01\".", fixture.Lines);
    }

    [Fact(Timeout = Limit)]
    public async Task Ccr_AfterAFailure_HasTheDocumentedProcessingSection()
    {
        await using var fixture = new SiteFixture("""{ "fates": [{ "pattern": "PC*", "fate": "access-denied" }] }""");
        fixture.Push("PC01");
        fixture.Pass(Attempt + Hour);

        var text = await File.ReadAllTextAsync(fixture.PathOf("ccrretry.box/PC01.ccr"), TestContext.Current.CancellationToken);

        Assert.EndsWith(
            """
            Forced CCR=TRUE
            [Request Processing]
            Initial Processing Attempt=02/06/2006 8:00
            Retry Interval Start=02/06/2006 8:00
            Latest Processing Attempt=02/06/2006 9:00
            Number of Processing Attempts=2
            Last Error Code=5

            """.ReplaceLineEndings("\r\n"),
            text);
    }

    [Fact(Timeout = Limit)]
    public async Task Ccrs_OfManyMachines_AreWorkedOnTenAtOnce()
    {
        await using var fixture = new SiteFixture();
        for (var n = 10; n < 22; n++) fixture.Push($"PC{n}");

        fixture.Pass(TimeSpan.Zero);
        Assert.Equal((2, 10, 0), Counts());

        fixture.Pass(Attempt);
        Assert.Equal((0, 2, 10), Counts());

        (int, int, int) Counts() => (Count(fixture.Incoming), Count(fixture.InProcess), Count(fixture.Retry));
        static int Count(string names) => names.Split(' ', StringSplitOptions.RemoveEmptyEntries).Length;
    }

    [Fact(Timeout = Limit)]
    public async Task Ccr_OfAMachineThatIsOff_SucceedsInTheFirstPassAfterItIsOn()
    {
        await using var fixture = new SiteFixture("""{ "devices": [{ "name": "PC01", "fate": "off=90m" }] }""");
        fixture.Push("PC01");

        fixture.Pass(TimeSpan.FromDays(1));

        Assert.Equal(2, fixture.Lines.Count(line => line.Contains("error code: 53", StringComparison.Ordinal)));
        Assert.Equal(SiteFixture.Start + (2 * Hour) + Attempt + TimeSpan.FromMinutes(10), fixture.Device("PC01").Registered);
        Assert.Equal((PushStatus.Complete, 0), (fixture.Device("PC01").PushStatus, fixture.Device("PC01").LastError));
    }

    [Theory(Timeout = Limit)]
    [InlineData("firewall")]
    [InlineData("never")]
    public async Task Ccr_OfAMachineThatNeverComesBack_IsGivenUpAfterSevenDays(string fate)
    {
        await using var fixture = new SiteFixture($$"""{ "fates": [{ "pattern": "*", "fate": "{{fate}}" }] }""");
        fixture.Push("PC01");

        fixture.Pass(TimeSpan.FromDays(7) - TimeSpan.FromMinutes(30));
        Assert.Equal("PC01.ccr", fixture.Retry);

        fixture.Pass(2 * Hour);
        Assert.Equal(("", "", ""), (fixture.Incoming, fixture.InProcess, fixture.Retry));
        Assert.Equal(PushStatus.Failed, fixture.Device("PC01").PushStatus);
        Assert.Equal(1 + 168, fixture.Lines.Count(line => line.StartsWith("======>Begin", StringComparison.Ordinal)));
        Assert.Contains("Simulator: request \"PC01.ccr\", machine name \"PC01\", is deleted: given up.", fixture.Lines);
    }

    [Fact(Timeout = Limit)]
    public async Task Ccr_OfADevice_IsNamedAfterItsKey()
    {
        await using var fixture = new SiteFixture("""{ "devices": [{ "name": "PC01", "resourceId": 16777300, "fate": "firewall" }] }""");
        fixture.Push("PC01", resourceId: 16777300);
        Assert.Equal("16777300.CPB", fixture.Incoming);

        fixture.Pass(TimeSpan.Zero);
        Assert.Equal("16777300.ccr", fixture.InProcess);

        fixture.Pass(Attempt);
        Assert.Equal("16777300.ccr", fixture.Retry);
        Assert.Contains("Stored request \"16777300\", machine name \"PC01\", in queue \"Retry\".", fixture.Lines);
        Assert.Equal(-2147023174, fixture.Device("PC01").LastError);
    }

    [Fact(Timeout = Limit)]
    public async Task Ccrs_OfTwoMachinesOfOneName_AreKeptApart()
    {
        await using var fixture = new SiteFixture();
        fixture.Push("PC01");
        fixture.Pass(Attempt);
        fixture.Push("PC01", "OTHER");
        fixture.Pass(Attempt);

        Assert.Equal("PC01.ccr PC01_OTHER.ccr", fixture.Retry);
        fixture.Pass(2 * Hour);
        Assert.Equal(
            ("", PushStatus.Complete, PushStatus.Complete),
            (fixture.Retry, fixture.Device("PC01").PushStatus, fixture.Device("PC01", "OTHER").PushStatus));
    }

    [Fact(Timeout = Limit)]
    public async Task Ccr_ForAMachineThatIsBeingWorkedOn_WaitsForItsTurn()
    {
        await using var fixture = new SiteFixture();
        fixture.Push("PC01");
        fixture.Pass(TimeSpan.Zero);
        fixture.Push("PC01");
        fixture.Pass(TimeSpan.FromSeconds(1));
        Assert.Equal(("PC01.ccr", "PC01.ccr"), (fixture.Incoming, fixture.InProcess));

        fixture.Pass(Attempt);
        Assert.Equal(("", "PC01.ccr", "PC01.ccr"), (fixture.Incoming, fixture.InProcess, fixture.Retry));
    }

    [Fact(Timeout = Limit)]
    public async Task File_ThatAScriptDropped_IsTakenWithTheMachineAlone()
    {
        await using var fixture = new SiteFixture();
        await File.WriteAllTextAsync(
            fixture.PathOf("ccr.box/any.ccr"), "[NT Client Configuration Request]\r\n  Machine Name = pc01 \r\nForced CCR = TRUE\r\n[IDENT]\r\n", TestContext.Current.CancellationToken);

        fixture.Pass(TimeSpan.FromSeconds(1));
        fixture.Pass(Attempt);

        Assert.Equal(("PC01.ccr", PushStatus.Started), (fixture.Retry, fixture.Device("PC01").PushStatus));
        Assert.Contains("Received request: \"any.ccr\" for machine name: \"PC01\" on queue: \"Incoming\".", fixture.Lines);
    }

    [Fact(Timeout = Limit)]
    public async Task File_WithoutAMachine_IsSetAsideAndSaid()
    {
        await using var fixture = new SiteFixture();
        await File.WriteAllTextAsync(fixture.PathOf("ccr.box/any.ccr"), "not = ini\0", TestContext.Current.CancellationToken);

        fixture.Pass(TimeSpan.FromSeconds(1));
        fixture.Pass(TimeSpan.FromSeconds(1));

        Assert.Equal("any.bad", fixture.Incoming);
        Assert.Equal(["Simulator: file \"any.ccr\" names no machine and is renamed to .bad."], fixture.Lines);
    }

    [Fact(Timeout = Limit)]
    public async Task Site_StartedAgain_TakesUpWhatTheFilesSay()
    {
        await using var fixture = new SiteFixture("""{ "fates": [{ "pattern": "PC01", "fate": "firewall" }] }""");
        fixture.Push("PC01");
        fixture.Pass(Attempt);
        fixture.Push("PC02");
        fixture.Pass(TimeSpan.Zero);

        await fixture.StartAgainAsync();
        fixture.Pass(Attempt);
        Assert.Equal(("", "", "PC01.ccr PC02.ccr"), (fixture.Incoming, fixture.InProcess, fixture.Retry));

        fixture.Pass(2 * Hour);
        Assert.Equal("PC01.ccr", fixture.Retry);
        Assert.Contains("Number of Processing Attempts=3",
            await File.ReadAllTextAsync(fixture.PathOf("ccrretry.box/PC01.ccr"), TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Fact(Timeout = Limit)]
    public async Task Log_ThatIsFull_RollsOver()
    {
        await using var fixture = new SiteFixture(mostLogBytes: 300);

        fixture.Push("PC01");
        fixture.Pass(Attempt);

        Assert.True(File.Exists(Path.ChangeExtension(fixture.Site.LogFile, ".lo_")));
        Assert.InRange(new FileInfo(fixture.Site.LogFile).Length, 1, 1_500);
    }

    [Fact(Timeout = Limit)]
    public async Task Log_OfALine_HasTheTimeAtWhichItHappened()
    {
        await using var fixture = new SiteFixture();
        fixture.Push("PC01");

        fixture.Pass(TimeSpan.FromDays(1));

        var line = (await File.ReadAllLinesAsync(fixture.Site.LogFile, TestContext.Current.CancellationToken))
            .First(line => line.Contains("in queue \"Retry\"", StringComparison.Ordinal));
        Assert.EndsWith("  $$<SMS_CLIENT_CONFIG_MANAGER><02-06-2006 08:00:30.000+0><thread=1 (0x1)>", line);
    }

    [Fact(Timeout = Limit)]
    public async Task Speed_OfThreeThousandSixHundred_MakesAnHourOfASecond()
    {
        await using var fixture = new SiteFixture(speed: 3600);
        fixture.Push("PC01");

        fixture.Pass(TimeSpan.FromSeconds(2));

        Assert.Equal(SiteFixture.Start + (2 * Hour), fixture.Site.Now);
        Assert.Equal(PushStatus.Complete, fixture.Device("PC01").PushStatus);
    }

    [Fact(Timeout = Limit)]
    public async Task Site_LeftAlone_LivesByItself()
    {
        var folder = Directory.CreateTempSubdirectory("ccr-site-");
        var ended = new TaskCompletionSource();
        await using (var site = SimulatedSite.Start(new()
        {
            DataDirectory = folder.FullName,
            Speed = 36_000,
            PollInterval = TimeSpan.FromMilliseconds(10),
            OnLogLine = line =>
            {
                if (line.Contains("is deleted", StringComparison.Ordinal)) ended.TrySetResult();
            },
        }))
        {
            site.Receive(new("PC01", "CORP", Forced: true));

            await ended.Task.WaitAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken);
        }

        folder.Delete(recursive: true);
    }

    [Fact]
    public void Start_WithoutSpeed_IsRefused() => Assert.Throws<ArgumentException>(() => SimulatedSite.Start(new() { DataDirectory = "x", Speed = 0 }));
}

using Ccr.Infra.Tests.Support;
using Ccr.Performance.Scale;

namespace Ccr.Infra.Tests;

/// <summary>The model behind the tables of the README, where the answer can be had by hand.</summary>
public sealed class ScaleModelTests
{
    /// <summary>Nothing limits but what a test limits.</summary>
    private static readonly Plan Wide = new("wide", 1e9, 1) { InHand = 1_000, ProcessorTime = 0, Tables = (0, 1) };

    private static readonly Surroundings Quick = new() { Table = 0, Push = 0 };

    [Theory]
    [InlineData(1, 10, 2_000, 10)]
    [InlineData(4, 10, 2_000, 2.5)]
    [InlineData(1, 20, 2_000, 5)]
    public void Run_GateOfTenAndFiftyMilliseconds_AnswersTwoHundredASecondAndSite(int sites, int atOnce, int machines, double seconds)
    {
        var course = Model.Run(Wide with { AtOnce = atOnce }, new Outage(machines, sites, 0), Quick);

        Assert.Equal(seconds, course.Answered, 0.05);
        Assert.Equal("gates of the management points", course.Busiest.Name);
    }

    [Fact]
    public void Run_AThousandMessagesASecond_AnswersAsManyAsTheirMessagesAllow()
    {
        var course = Model.Run(Wide with { MessagesPerSecond = 1_000, Messages = 7, AtOnce = 1_000 }, new Outage(1_000, 10, 0), Quick);

        Assert.Equal(7, course.Answered, 0.1);
        Assert.Equal("Service Bus", course.Busiest.Name);
    }

    [Fact]
    public void Run_OneProcessor_AnswersAsManyAsItCan()
    {
        var course = Model.Run(Wide with { ProcessorTime = 0.01, AtOnce = 1_000 }, new Outage(1_000, 10, 0), Quick);

        Assert.Equal(10, course.Answered, 0.1);
        Assert.Equal("processors", course.Busiest.Name);
    }

    [Fact]
    public void Run_ASlowSite_HoldsTheHandsThatOthersNeed()
    {
        var course = Model.Run(Wide with { InHand = 32 }, new Outage(3_200, 100, 0), Quick with { ManagementPoint = 1 });

        Assert.Equal(100, course.Answered, 1.0);
        Assert.Equal("messages in hand", course.Busiest.Name);
    }

    [Fact]
    public void Run_TenPushesAtOnceOfThreeMinutes_TakesASiteAnHourForTwoHundred()
    {
        var course = Model.Run(Wide, new Outage(200, 1, 0), Quick with { Push = 180 });

        Assert.Equal(3_600, course.Pushed, 1.0);
    }

    /// <summary>The gate counts those of any 60 seconds: the first go at once. The model once spread them evenly, and took a minute more.</summary>
    [Theory]
    [InlineData(120, 60.35)]
    [InlineData(180, 120.4)]
    public void Run_RequestsAMinuteAreLimited_KeepsThem(int machines, double seconds)
    {
        var course = Model.Run(Wide with { PerMinute = 60 }, new Outage(machines, 1, 0), Quick);

        Assert.Equal(seconds, course.Answered, 0.1);
        Assert.Equal("requests a minute", course.Busiest.Name);
    }

    [Fact]
    public void Readme_TableOfPlans_IsWhatTheModelSays()
    {
        var readme = File.ReadAllText(Repository.PathOf("infra", "README.md"));

        foreach (var line in ScaleCommand.OfPlans([1_000, 10_000, 100_000]).Split('\n').Where(line => line.StartsWith('|')))
            Assert.Contains(line, readme, StringComparison.Ordinal);
    }

    [Fact]
    public void Run_ReportsThatComeSlowly_AreAnsweredAsTheyCome()
    {
        var course = Model.Run(Wide, new Outage(100, 1, 1_000), Quick);

        Assert.InRange(course.Answered, 990, 991);
        Assert.Equal(1, course.MostWaiting);
    }
}

using Ccr.Core.Sites.Looks;

namespace Ccr.Core.Tests.Sites.Looks;

public sealed class CcmLogLineTests
{
    [Theory]
    [InlineData("-60", 1)]
    [InlineData("-600", 10)]
    [InlineData("+240", -4)]
    [InlineData("+0", 0)]
    [InlineData("-000", 0)]
    public void Parse_ALineOfAServer_CountsItsMinutesWestOfUtc(string west, int hours)
    {
        var line = CcmLogLine.Parse($"Sleeping for 661 seconds...  $$<SMS_CLIENT_CONFIG_MANAGER><09-25-2026 15:13:55.938{west}><thread=18612 (0x48B4)>");

        Assert.Equal("Sleeping for 661 seconds...", line!.Value.Text);
        Assert.True(new DateTimeOffset(2026, 9, 25, 15, 13, 55, 938, TimeSpan.FromHours(hours)).EqualsExact(line.Value.Time));
    }

    [Theory]
    [InlineData("06/07/2015 13:11:09")]
    [InlineData("6/7/2015 13:11:09")]
    public void Parse_ACopyOutOfAViewer_TakesItsTimeAsItStands(string time) => Assert.Equal(
        new CcmLogLine("text with\ttab~", new DateTimeOffset(2015, 6, 7, 13, 11, 9, TimeSpan.Zero)),
        CcmLogLine.Parse($"text with\ttab~\tSMS_CLIENT_CONFIG_MANAGER\t{time}\t6708 (0x1A34)"));

    [Theory]
    [InlineData("")]
    [InlineData("text")]
    [InlineData("text  $$<C><13-25-2026 15:13:55.938-60><thread=1 (0x1)>")]
    [InlineData("text  $$<C><09-25-2026 15:13:55.938><thread=1 (0x1)>")]
    [InlineData("text  $$<C><09-25-2026 15:13:55.938-841><thread=1 (0x1)>")]
    [InlineData("text  $$<C><01-01-0001 00:00:00.000-840><thread=1 (0x1)>")]
    [InlineData("text  $$<C><٠٩-25-2026 15:13:55.938-60><thread=1 (0x1)>")]
    [InlineData("text  $$<C><09-25-2026 15:13:55.938-60><thread=1 (0x1)> more")]
    [InlineData("text\tC\t13/25/2026 15:13:55\t1 (0x1)")]
    [InlineData("text\tC\t09/25/2026 15:13:55")]
    public void Parse_WhatIsNoWholeLine_IsNothing(string line) => Assert.Null(CcmLogLine.Parse(line));

    [Fact]
    public void Parse_AnEndWithinTheText_TakesTheLastOne()
    {
        const string End = "$$<C><01-01-2030 00:00:00.000+0><thread=1 (0x1)>";

        Assert.Equal(2026, CcmLogLine.Parse($"text {End} text  $$<C><09-25-2026 15:13:55.938-60><thread=1 (0x1)>")!.Value.Time.Year);
    }

    [Fact]
    public void Parse_ALineOfEndlessLength_IsNothing() =>
        Assert.Null(CcmLogLine.Parse(new string('$', 5_000_000) + "  $$<C><09-25-2026 15:13:55.938-60><thread=1 (0x1)>"));
}

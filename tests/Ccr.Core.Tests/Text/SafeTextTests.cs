using Ccr.Core.Text;

namespace Ccr.Core.Tests.Text;

public class SafeTextTests
{
    [Theory]
    [InlineData("CORP\\PC01 é [red]]", "CORP\\PC01 é [red]]")]
    [InlineData("a\u001b[2Jb", "a\\u001B[2Jb")]
    [InlineData("a\u009b2Jb\u0007", "a\\u009B2Jb\\u0007")]
    [InlineData("abc\u202Ecba\u200b", "abc\\u202Ecba\\u200B")]
    [InlineData("one\r\ntwo\rthree\u2028four", "one\\u000D\\u000Atwo\\u000Dthree\\u2028four")]
    [InlineData("\ud83d\ude00", "\ud83d\ude00")]
    public void Printable_OfWhatATerminalWouldObey_ShowsItsNumber(string text, string shown) => Assert.Equal(shown, SafeText.Printable(text));

    [Fact]
    public void Printable_OfLines_KeepsThemAndHasNoOtherWayToMove() =>
        Assert.Equal("one\ntwo\n\tthree\\u0008", SafeText.Printable("one\r\ntwo\r\tthree\b", keepLines: true));
}

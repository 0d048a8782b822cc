using Ccr.Core.Sites.Looks;

namespace Ccr.Core.Tests.Sites.Looks;

public sealed class PushErrorsTests
{
    [Theory]
    [InlineData(5, "access denied")]
    [InlineData(8, "memory")]
    [InlineData(21, "not ready")]
    [InlineData(53, "File and Printer Sharing")]
    [InlineData(64, "connection")]
    [InlineData(67, "Admin$")]
    [InlineData(112, "disk is full")]
    [InlineData(120, "send force: true")]
    [InlineData(1203, "network provider")]
    [InlineData(1326, "password")]
    [InlineData(1327, "locked")]
    [InlineData(1396, "DNS")]
    [InlineData(-2147024891, "access denied")]
    [InlineData(0x80070005, "access denied")]
    [InlineData(-2147023174, "RPC")]
    [InlineData(-2147023071, "Kerberos")]
    public void MeaningOf_AnErrorOfTheField_SaysWhatToDo(long error, string expected) =>
        Assert.Contains(expected, PushErrors.MeaningOf(error), StringComparison.Ordinal);

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(4711)]
    [InlineData(0x80040005)]
    [InlineData(-2147467259)]
    [InlineData(0x1_8007_0005)]
    [InlineData(long.MinValue)]
    [InlineData(long.MaxValue)]
    public void MeaningOf_AnErrorThatNobodyKnows_IsNothing(long error) => Assert.Null(PushErrors.MeaningOf(error));
}

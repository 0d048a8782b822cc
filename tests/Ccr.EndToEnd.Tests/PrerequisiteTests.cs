namespace Ccr.EndToEnd.Tests;

public class PrerequisiteTests
{
    [Theory]
    [InlineData(false, "$XunitDynamicSkip$No Kerberos.")]
    [InlineData(true, "No Kerberos. CI was to install it.")]
    public void Require_SomethingMissing_SkipsTheTestAndInCiFailsIt(bool isCi, string expected)
    {
        // Assert.Throws would take the skip for this test's own.
        var message = "";
        try
        {
            Prerequisite.Require(isInstalled: false, "No Kerberos.", isCi);
        }
        catch (Exception outcome)
        {
            message = outcome.Message;
        }

        Assert.StartsWith(expected, message);
    }
}

using Ccr.Core.Machines;

namespace Ccr.Core.Tests.Machines;

public class DomainNameTests
{
    [Theory]
    [InlineData("corp", "CORP")]
    [InlineData("SMS_DOMAIN", "SMS_DOMAIN")]
    public void TryParse_ValidName_GivesUpperCaseForm(string text, string expected)
    {
        var valid = DomainName.TryParse(text, out var name, out var fault);

        Assert.True(valid, fault);
        Assert.Equal(expected, name.Value);
    }

    [Theory]
    [InlineData("corp.example.com", "has a dot")]
    [InlineData("", "no domain name is given")]
    [InlineData("CORP&fkey=False", "the character '&'")]
    [InlineData("ABCDEFGHIJKLMNOP", "more than 15")]
    public void TryParse_AnythingElse_IsRefusedWithTheCause(string text, string cause)
    {
        var valid = DomainName.TryParse(text, out _, out var fault);

        Assert.False(valid);
        Assert.Contains(cause, fault);
    }
}

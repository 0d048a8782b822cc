using Ccr.Core.Machines;

namespace Ccr.Core.Tests.Machines;

public class MachineNameTests
{
    [Theory]
    [InlineData("PC01", "PC01")]
    [InlineData("pc01", "PC01")]
    [InlineData("A", "A")]
    [InlineData("WS-0042-BERLIN1", "WS-0042-BERLIN1")]
    [InlineData("7ZIP", "7ZIP")]
    [InlineData("0xG", "0XG")]
    public void TryParse_ValidName_GivesUpperCaseForm(string text, string expected)
    {
        var valid = MachineName.TryParse(text, out var name, out var fault);

        Assert.True(valid, fault);
        Assert.Equal(expected, name.Value);
    }

    [Theory]
    [InlineData(null, "no machine name is given")]
    [InlineData("", "no machine name is given")]
    [InlineData("ABCDEFGHIJKLMNOP", "has 16 characters, more than 15")]
    [InlineData("pc01.corp.example", "has a dot")]
    [InlineData("pc01.", "has a dot")]
    [InlineData("10.0.0.5", "has a dot")]
    [InlineData("::1", "the character ':'")]
    [InlineData("pc01:8080", "the character ':', so it is an address")]
    [InlineData("pc01@evil", "the character '@', so it is an address")]
    [InlineData("pc01.corp@evil", "has a dot")]
    [InlineData("192.168.1.1@8080", "has a dot")]
    [InlineData("CORP\\PC01", "is an account's name")]
    [InlineData("PC01$", "is an account's name")]
    [InlineData("https://pc01/", "is a URL")]
    [InlineData("PC01,PC02", "is a list of several names")]
    [InlineData("CN=PC01,OU=Desktops", "is a distinguished name")]
    [InlineData("Microsoft.Windows.Computer:pc01", "is a full name or class of Operations Manager")]
    [InlineData("%COMPUTERNAME%", "has a macro that the sender did not expand")]
    [InlineData("Unknown", "is a placeholder")]
    [InlineData("NULL", "is a placeholder")]
    [InlineData("n/a", "is a placeholder")]
    [InlineData("test", "is a placeholder")]
    [InlineData("../PC01", "has a dot")]
    [InlineData("PC01&fkey=False", "the character '&'")]
    [InlineData("PC01 ", "the character ' '")]
    [InlineData("PC01\r\nX: y", "has a control character")]
    [InlineData("PC01\0", "has a control character")]
    [InlineData("PC01]", "the character ']'")]
    [InlineData("PC01;", "the character ';'")]
    [InlineData("PC%2001", "the character '%'")]
    [InlineData("PC_01", "the character '_'")]
    [InlineData("-PC01", "begins or ends with a hyphen")]
    [InlineData("PC01-", "begins or ends with a hyphen")]
    [InlineData("\uFF30\uFF23\uFF10\uFF11", "outside ASCII")]
    [InlineData("PC0\u0661", "outside ASCII")]
    [InlineData("PC\u200B01", "outside ASCII")]
    [InlineData("M\u00FCnchen", "outside ASCII")]
    [InlineData("\u212AELVIN", "outside ASCII")]
    [InlineData("2130706433", "digits only")]
    [InlineData("017700000001", "digits only")]
    [InlineData("0x7f000001", "hexadecimal number")]
    [InlineData("0X7F", "hexadecimal number")]
    [InlineData("localhost", "is a placeholder")]
    public void TryParse_AnythingElse_IsRefusedWithTheCause(string? text, string cause)
    {
        var valid = MachineName.TryParse(text, out _, out var fault);

        Assert.False(valid);
        Assert.Contains(cause, fault);
        Assert.DoesNotContain(fault!, char.IsControl);
        Assert.EndsWith("for example PC01", fault);
    }

    [Fact]
    public void TryParse_EveryCharacterThereIs_AllowsOnlyLettersDigitsAndHyphen()
    {
        var allowed = Enumerable.Range(0, char.MaxValue + 1).Select(c => (char)c)
            .Where(c => MachineName.TryParse($"P{c}1", out _, out _));

        Assert.Equal("-0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz", new string([.. allowed]));
    }

    [Fact]
    public void Equality_SameNameInOtherCase_IsEqual()
    {
        Assert.Equal(MachineName.Parse("pc01"), MachineName.Parse("PC01"));
    }

    [Fact]
    public void Value_NeverParsed_Throws()
    {
        Assert.Throws<InvalidOperationException>(() => default(MachineName).Value);
    }
}

using Ccr.Core.Sites;

namespace Ccr.Core.Tests.ManagementPoints;

public sealed class ManagementPointAddressTests
{
    [Theory]
    [InlineData("http://mp01", "http://mp01/")]
    [InlineData("https://MP01.corp.example", "https://mp01.corp.example/")]
    [InlineData("HTTP://mp_01:8080/", "http://mp_01:8080/")]
    [InlineData("http://10.0.0.5", "http://10.0.0.5/")]
    [InlineData("http://[::1]:80", "http://[::1]/")]
    [InlineData("https://mp01:443", "https://mp01/")]
    [InlineData("http://1mp.2corp", "http://1mp.2corp/")]
    public void TryParse_SchemeHostAndPort_IsTaken(string text, string address)
    {
        Assert.True(ManagementPointAddress.TryParse(text, out var parsed, out _));
        Assert.Equal(address, parsed.AbsoluteUri);
    }

    [Theory]
    [InlineData(null, "the address is missing")]
    [InlineData(" ", "the address is missing")]
    [InlineData("mp01", "is not one that begins with http:// or https:// and a host")]
    [InlineData("mp01:80", "is not one that begins with http:// or https:// and a host")]
    [InlineData("http:mp01", "is not one that begins with http:// or https:// and a host")]
    [InlineData("http:///sms_mp", "is not one that begins with http:// or https:// and a host")]
    [InlineData("ftp://mp01", "is not one that begins with http:// or https:// and a host")]
    [InlineData("file:///etc/passwd", "is not one that begins with http:// or https:// and a host")]
    [InlineData("http://mp01/sms_mp", "has a path or a query")]
    [InlineData("http://mp01?x=1", "has a path or a query")]
    [InlineData("http://mp01/?", "has a path or a query")]
    [InlineData("http://mp01.corp#.evil", "has a path or a query")]
    [InlineData("http://user:secret@mp01", "the address has user information")]
    [InlineData("http://mp01.corp@evil.example", "the address has user information")]
    [InlineData("http://mp01:0", "has a port that is not 1 to 65535")]
    [InlineData("http://mp01:", "has a port that is not 1 to 65535")]
    [InlineData("http://mp01:65536", "has a port that is not 1 to 65535")]
    [InlineData("http://mp01:80:80", "has a port that is not 1 to 65535")]
    [InlineData("http://mp01:+80", "has a port that is not 1 to 65535")]
    [InlineData("http://0x7f000001", "has a host that can be misread")]
    [InlineData("http://2130706433", "has a host that can be misread")]
    [InlineData("http://017700000001", "has a host that can be misread")]
    [InlineData("http://0177.0.0.1", "has a host that can be misread")]
    [InlineData("http://127.1", "has a host that can be misread")]
    [InlineData("http://127.0.0.0x1", "has a host that can be misread")]
    [InlineData("http://mp01.", "has a host that can be misread")]
    [InlineData("http://.mp01", "has a host that can be misread")]
    [InlineData("http://-mp01", "has a host that can be misread")]
    [InlineData("http://mp01..corp", "has a host that can be misread")]
    [InlineData("http://mp*", "has a host that can be misread")]
    [InlineData("http://[::ffff:127.0.0.1]", "has a host that can be misread")]
    [InlineData("http://[:::1]", "has a host that can be misread")]
    [InlineData("http://mp01 ", "has a character that no address needs")]
    [InlineData("http://mp01\r\nX: y", "has a character that no address needs")]
    [InlineData("http://mp%30", "has a character that no address needs")]
    [InlineData("http:\\\\mp01", "has a character that no address needs")]
    [InlineData("http://\uff4dp01", "has a character that no address needs")]
    public void TryParse_AnythingElse_IsRefusedWithWhatIsRight(string? text, string reason)
    {
        Assert.False(ManagementPointAddress.TryParse(text, out _, out var fault));
        Assert.Contains(reason, fault);
        Assert.EndsWith("write scheme, host and, if need be, port, for example http://mp01.corp.example", fault);
    }

    [Fact]
    public void TryParse_WithUserInformation_DoesNotRepeatIt()
    {
        Assert.False(ManagementPointAddress.TryParse("http://user:secret@mp01", out _, out var fault));
        Assert.DoesNotContain("secret", fault);
    }
}

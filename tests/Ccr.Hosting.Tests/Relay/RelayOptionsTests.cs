using Ccr.Hosting.Relay;

namespace Ccr.Hosting.Tests.Relay;

public class RelayOptionsTests
{
    private static RelayOptions Sound() => new() { Endpoint = new Uri("https://contoso.servicebus.windows.net/hq") };

    [Theory]
    [InlineData("https://contoso.servicebus.windows.net/hq")]
    [InlineData("https://contoso.servicebus.windows.net/sites/hq/")]
    [InlineData("http://127.0.0.1:5000/hq")]
    [InlineData("http://localhost/hq")]
    [InlineData("http://[::1]:5000/hq")]
    public void FindFaults_OfAnEndpointThatCanBeUsed_FindsNone(string endpoint) =>
        Assert.Empty(new RelayOptions { Endpoint = new Uri(endpoint) }.FindFaults("Relay"));

    [Theory]
    [InlineData(null)]
    [InlineData("/hq")]
    [InlineData("https://contoso.servicebus.windows.net")]
    [InlineData("https://contoso.servicebus.windows.net/hq?sb-hc-token=x")]
    [InlineData("https://user:password@contoso.servicebus.windows.net/hq")]
    [InlineData("http://contoso.servicebus.windows.net/hq")]
    [InlineData("sb://contoso.servicebus.windows.net/hq")]
    public void FindFaults_OfAnEndpointThatCannotBeUsed_NamesIt(string? endpoint)
    {
        var options = new RelayOptions { Endpoint = endpoint is null ? null : new Uri(endpoint, UriKind.RelativeOrAbsolute) };

        var fault = Assert.Single(options.FindFaults("Ccr:Sites:hq:Relay"));

        Assert.Equal("Ccr:Sites:hq:Relay:Endpoint", fault.Key);
        Assert.DoesNotContain("password", fault.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void FindFaults_OfEverythingWrong_FindsAllTogether()
    {
        var options = Sound();
        (options.KeyName, options.ClientId) = ("key", "client");
        (options.Proxy, options.TrustedCaFile) = (new Uri("socks5://proxy"), "/missing.pem");
        (options.ConnectTimeout, options.AnswerTimeout, options.KeepAlive, options.TokenLife) =
            (TimeSpan.Zero, TimeSpan.FromHours(1), TimeSpan.FromDays(1), TimeSpan.FromMinutes(1));
        (options.MaxRequestBytes, options.MaxAnswerBytes, options.MaxInFlight) = (0, int.MaxValue, 0);

        Assert.Equal(
            ["KeyName", "ClientId", "Proxy", "TrustedCaFile", "ConnectTimeout", "AnswerTimeout", "KeepAlive", "TokenLife", "MaxRequestBytes", "MaxAnswerBytes",
                "MaxInFlight"],
            options.FindFaults("Relay").Select(fault => fault.Key.Split(':')[1]));
    }

    [Theory]
    [InlineData("wss://contoso.servicebus.windows.net/$hc/hq", true)]
    [InlineData("wss://g4-prod-am3.servicebus.windows.net:443/$hc/hq", true)]
    [InlineData("ws://contoso.servicebus.windows.net/$hc/hq", false)]
    [InlineData("wss://contoso.servicebus.windows.net.evil.example/$hc/hq", false)]
    [InlineData("wss://servicebus.windows.net/$hc/hq", false)]
    [InlineData("wss://mp01.corp.example/$hc/hq", false)]
    [InlineData("wss://127.0.0.1/$hc/hq", false)]
    public void IsOfRelay_OfAnAddressOfARendezvous_TakesTheRelaysOwnOnly(string address, bool expected) =>
        Assert.Equal(expected, RelayHttp.IsOfRelay(new Uri(address), Sound().Endpoint!));
}

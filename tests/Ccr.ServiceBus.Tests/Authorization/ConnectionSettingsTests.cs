using Ccr.ServiceBus.Authorization;

namespace Ccr.ServiceBus.Tests.Authorization;

public class ConnectionSettingsTests
{
    [Fact]
    public void Read_SharedAccessKey_KeepsEveryCharacterOfTheKey()
    {
        var settings = Read("Endpoint=sb://contoso.servicebus.windows.net/;SharedAccessKeyName=app;SharedAccessKey=a+b/c==");

        Assert.Equal(
            new ConnectionSettings("contoso.servicebus.windows.net", null, false, new SharedKeyCredential("app", "a+b/c==")),
            settings);
        Assert.Equal("contoso.servicebus.windows.net", settings!.Authority);
    }

    [Fact]
    public void Read_SharedAccessSignature_TakesItWhole()
    {
        var settings = Read("Endpoint=sb://n/;SharedAccessSignature=SharedAccessSignature sr=x&sig=y%3D&se=1&skn=z");

        Assert.Equal(new SignatureCredential("SharedAccessSignature sr=x&sig=y%3D&se=1&skn=z"), settings!.Credential);
    }

    [Theory]
    [InlineData("true", true)]
    [InlineData("True", true)]
    [InlineData("false", false)]
    public void Read_Emulator_KeepsThePort(string value, bool isEmulator)
    {
        var settings = Read(
            $" endpoint=sb://localhost:15672; SharedAccessKeyName=n ;SharedAccessKey=k;UseDevelopmentEmulator={value};");

        Assert.Equal(new ConnectionSettings("localhost", 15672, isEmulator, new SharedKeyCredential("n", "k")), settings);
        Assert.Equal("localhost:15672", settings!.Authority);
    }

    [Theory]
    [InlineData("contoso.servicebus.windows.net")]
    [InlineData(" contoso.servicebus.windows.net ")]
    [InlineData("sb://contoso.servicebus.windows.net/")]
    public void Read_HostName_MeansEntra(string connection)
    {
        Assert.Equal(
            new ConnectionSettings("contoso.servicebus.windows.net", null, false, new EntraCredential()), Read(connection));
    }

    [Theory]
    [InlineData("", "CCR5401")]
    [InlineData("  ", "CCR5401")]
    [InlineData("Endpoint=sb://n/;SharedAccessKeyName=a;SharedAccessKey=b;nonsense", "CCR5402")]
    [InlineData("Endpoint=sb://n/;Endpoint=sb://m/;SharedAccessKeyName=a;SharedAccessKey=b", "CCR5402")]
    [InlineData("Endpoint=sb://n/;SharedAccessKeyName=a;SharedAccessKey=b;UseDevelopmentEmulator=yes", "CCR5402")]
    [InlineData("SharedAccessKeyName=a;SharedAccessKey=b", "CCR5403")]
    [InlineData("Endpoint=n;SharedAccessKeyName=a;SharedAccessKey=b", "CCR5403")]
    [InlineData("Endpoint=sb://u:p@n/;SharedAccessKeyName=a;SharedAccessKey=b", "CCR5403")]
    [InlineData("not a host name", "CCR5403")]
    [InlineData("ftp://contoso", "CCR5403")]
    [InlineData("Endpoint=sb://n/", "CCR5404")]
    [InlineData("Endpoint=sb://n/;SharedAccessKeyName=a", "CCR5404")]
    [InlineData("Endpoint=sb://n/;SharedAccessKeyName=a;SharedAccessKey=b;SharedAccessSignature=c", "CCR5404")]
    public void Read_Faulty_SaysWhatToWrite(string connection, string code)
    {
        List<string> faults = [];

        Assert.Null(ConnectionSettings.Read(connection, faults));
        Assert.StartsWith(code, Assert.Single(faults));
    }

    [Fact]
    public void Read_Faulty_NeverRepeatsASecret()
    {
        List<string> faults = [];

        ConnectionSettings.Read("Endpoint=x;SharedAccessKey=s3cr3t;s3cr3t;SharedAccessKey=s3cr3t", faults);

        Assert.Equal(4, faults.Count);
        Assert.All(faults, fault => Assert.DoesNotContain("s3cr3t", fault));
    }

    private static ConnectionSettings? Read(string connection)
    {
        List<string> faults = [];
        var settings = ConnectionSettings.Read(connection, faults);
        Assert.Empty(faults);
        return settings;
    }
}

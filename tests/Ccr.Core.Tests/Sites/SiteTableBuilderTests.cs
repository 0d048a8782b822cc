using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Ccr.Core.Configuration;
using Ccr.Core.Sites;
using Ccr.Core.Tests.Support;
using Microsoft.Extensions.Configuration;

namespace Ccr.Core.Tests.ManagementPoints;

public sealed class SiteTableBuilderTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("ccr-sites-");
    private readonly TestCertificates _certificates = new();

    public void Dispose()
    {
        _certificates.Dispose();
        _folder.Delete(recursive: true);
    }

    private static readonly string Key = Convert.ToBase64String(new byte[32]);

    [Fact]
    public void Build_FromConfiguration_KeepsOrderAndDefaults()
    {
        var (table, faults) = Build(
            ("Sites:HQ:ManagementPoints:0:Address", "http://mp01.corp.example"),
            ("Sites:HQ:ManagementPoints:1:Address", "https://mp02.corp.example:8443"),
            ("Sites:LAB:Transport", "Agent"),
            ("Sites:LAB:SigningKeys:0", Key),
            ("Sites:LAB:ManagementPoints:0:Address", "http://labmp"),
            ("DefaultSite", "HQ"));

        Assert.Empty(faults);
        Assert.True(table!.TryFind(null, out var hq));
        Assert.Equal(
            ["http://mp01.corp.example/", "https://mp02.corp.example:8443/"],
            hq.ManagementPoints.Select(point => point.Address.AbsoluteUri));
        Assert.Equal(SiteTransport.Direct, hq.Transport);
        Assert.Equal(TimeSpan.FromSeconds(10), hq.ManagementPoints[0].ConnectTimeout);
        Assert.Equal(TimeSpan.FromSeconds(30), hq.ManagementPoints[0].TotalTimeout);
        Assert.Null(hq.ManagementPoints[0].Credentials);
        Assert.True(table.TryFind("LAB", out var lab));
        Assert.Equal(SiteTransport.Agent, lab.Transport);
    }

    [Fact]
    public void Build_SiteBehindTheRelay_HasTheHybridConnectionForItsAddress()
    {
        var (table, faults) = Build(
            ("Sites:HQ:Transport", "Relay"),
            ("Sites:HQ:Relay:Endpoint", "https://contoso.servicebus.windows.net/hq"),
            ("Sites:HQ:RelayMethod", "SmsPost"),
            ("Sites:HQ:SigningKeys:0", Key));

        Assert.Empty(faults);
        Assert.Equal("https://contoso.servicebus.windows.net/hq", Assert.Single(Assert.Single(table!.Sites).ManagementPoints).Address.AbsoluteUri);
    }

    /// <summary>Through the relay nothing goes unsigned, whatever else is allowed.</summary>
    [Fact]
    public void Build_SiteBehindTheRelayWithoutAKeyAndWithManagementPoints_NamesBoth()
    {
        var (_, faults) = Build(
            ("Sites:HQ:Transport", "Relay"),
            ("Sites:HQ:Relay:Endpoint", "https://contoso.servicebus.windows.net/hq"),
            ("Sites:HQ:AllowUnsigned", "true"),
            ("Sites:HQ:ManagementPoints:0:Address", "http://mp01"));

        Assert.Collection(
            faults,
            fault => Assert.Contains("Sites:HQ:ManagementPoints is set, but the site's transport is Relay", fault, StringComparison.Ordinal),
            fault => Assert.Contains("Sites:HQ:SigningKeys is empty", fault, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("Sites:HQ:RelayMethod", "Post")]
    [InlineData("Sites:HQ:Relay:Endpoint", "hq")]
    public void Build_SiteBehindTheRelayWithoutAnEndpoint_IsRefused(string key, string value)
    {
        var (_, faults) = Build(("Sites:HQ:Transport", "Relay"), ("Sites:HQ:SigningKeys:0", Key), (key, value));

        Assert.Contains("Relay:Endpoint is no address: write that of the site's hybrid connection", Assert.Single(faults), StringComparison.Ordinal);
    }

    /// <summary>With the key of another site an agent could say what became of that site's requests.</summary>
    [Fact]
    public void Build_TwoSitesWithOneKey_IsRefused()
    {
        var (_, faults) = Build(
            ("Sites:HQ:Transport", "Agent"),
            ("Sites:HQ:SigningKeys:0", Key),
            ("Sites:HQ:ManagementPoints:0:Address", "http://mp01"),
            ("Sites:LAB:Transport", "Agent"),
            ("Sites:LAB:SigningKeys:0", Convert.ToBase64String(new byte[33])),
            ("Sites:LAB:SigningKeys:1", Key),
            ("Sites:LAB:ManagementPoints:0:Address", "http://labmp"),
            ("DefaultSite", "HQ"));

        var fault = Assert.Single(faults).ToString()!;
        Assert.Contains("Sites:LAB:SigningKeys:1 is a key of the site HQ", fault, StringComparison.Ordinal);
        Assert.DoesNotContain(Key, fault, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("hq")]
    [InlineData("HQ ")]
    [InlineData("http://mp01.corp.example")]
    [InlineData("")]
    public void TryFind_AnotherKey_FindsNothing(string key)
    {
        var (table, _) = Build(("Sites:HQ:ManagementPoints:0:Address", "http://mp01"));

        Assert.False(table!.TryFind(key, out _));
    }

    [Fact]
    public void Build_WithOneSite_TakesItAsTheDefault()
    {
        var (table, _) = Build(("Sites:HQ:ManagementPoints:0:Address", "http://mp01"));

        Assert.True(table!.TryFind(null, out var site));
        Assert.Equal("HQ", site.Key);
    }

    [Fact]
    public void Build_WithSeveralFaults_ReportsAllOfThem()
    {
        var (table, faults) = Build(
            ("Sites:H Q:ManagementPoints:0:Address", "http://mp01/sms_mp"),
            ("Sites:LAB:Transport", "Direct"),
            ("DefaultSite", "hq"));

        Assert.Null(table);
        Assert.Equal(
            [
                "Ccr:Sites:H Q is no site key: write 1 to 32 letters, digits, hyphens and underscores, for example HQ.",
                "Ccr:Sites:H Q:ManagementPoints:0:Address: the address 'http://mp01/sms_mp' has a path or a query; write scheme, host and, if need be, port, " +
                    "for example http://mp01.corp.example.",
                "Ccr:Sites:LAB:ManagementPoints is empty: write at least one, for example Ccr:Sites:LAB:ManagementPoints:0:Address = http://mp01.corp.example, " +
                    "or the site's AdminService, Ccr:Sites:LAB:AdminService:Address = https://cm01.corp.example.",
                "Ccr:DefaultSite is 'hq': write the key of one of the sites exactly, H Q, LAB.",
            ],
            faults);
    }

    [Fact]
    public void Build_WithoutSites_SaysHowToWriteOne() =>
        Assert.Equal(
            "Ccr:Sites is empty: write at least one site, for example Ccr:Sites:HQ:ManagementPoints:0:Address = http://mp01.corp.example.",
            Assert.Single(Build().Faults));

    [Fact]
    public void Build_WithSeveralSitesAndNoDefault_AsksForOne() =>
        Assert.Equal(
            "Ccr:DefaultSite is missing: write the key of one of the sites, HQ, LAB.",
            Assert.Single(Build(
                ("Sites:HQ:ManagementPoints:0:Address", "http://mp01"),
                ("Sites:LAB:ManagementPoints:0:Address", "http://mp02")).Faults));

    [Fact]
    public void Build_WithAManagementPointTwice_IsAFault() =>
        Assert.Equal(
            "Ccr:Sites:HQ:ManagementPoints:1:Address is http://mp01/ once more: write every management point once.",
            Assert.Single(Build(
                ("Sites:HQ:ManagementPoints:0:Address", "http://mp01"),
                ("Sites:HQ:ManagementPoints:1:Address", "http://MP01:80/")).Faults));

    [Theory]
    [InlineData("http://mp01", "CaFile", "ca.pem", "CaFile is set, but the address is http")]
    [InlineData("http://mp01", "CertificatePin", "x", "CertificatePin is set, but the address is http")]
    [InlineData("https://mp01", "CertificatePin", "abc", "CertificatePin is no pin: write the certificate's SHA-256 as 64 hexadecimal digits")]
    [InlineData("https://mp01", "CertificatePin", "sha256/AAAA", "CertificatePin is no pin")]
    [InlineData("https://mp01", "CaFile", "/nowhere/ca.pem", "a certificate file cannot be used: Could not find")]
    [InlineData("https://mp01", "Authentication", "Named", "UserName or Password is missing: write both")]
    [InlineData("https://mp01", "UserName", "svc", "UserName or Password is set, but Authentication is None: write Named")]
    [InlineData("https://mp01", "Password", "secret", "UserName or Password is set, but Authentication is None: write Named")]
    [InlineData("https://mp01", "Authentication", "Certificate",
        "is Certificate: write either ClientCertificateFile, the path of a .pfx or .pem file, or ClientCertificateThumbprint")]
    [InlineData("https://mp01", "ClientCertificateThumbprint", "00", "is set, but Authentication is None: write Certificate")]
    [InlineData("https://mp01", "ClientCertificateKeyFile", "k", "is set, but Authentication is None: write Certificate")]
    [InlineData("https://mp01", "ConnectTimeout", "00:00:00", "ConnectTimeout is 00:00:00: write a time from 00:00:00.1 to 00:01:00")]
    [InlineData("https://mp01", "ConnectTimeout", "00:01:01", "ConnectTimeout is 00:01:01: write a time from")]
    [InlineData("https://mp01", "TotalTimeout", "00:00:10", "TotalTimeout is 00:00:10: write a time over the ConnectTimeout and up to 00:02:00")]
    [InlineData("https://mp01", "TotalTimeout", "00:02:01", "TotalTimeout is 00:02:01: write a time over")]
    public void Build_WithAWrongSetting_SaysWhatWouldBeRight(string address, string name, string value, string fault)
    {
        var (table, faults) = Build(
            ("Sites:HQ:ManagementPoints:0:Address", address), ($"Sites:HQ:ManagementPoints:0:{name}", value));

        Assert.Null(table);
        Assert.Contains(fault, faults[0]);
        Assert.StartsWith("Ccr:Sites:HQ:ManagementPoints:0:", faults[0] + ":");
        Assert.DoesNotContain(faults, text => text.Contains("secret", StringComparison.Ordinal));
    }

    [Fact]
    public void Build_ForAnAgentsSite_WantsTheRestInTheAgentsConfiguration() =>
        Assert.Equal(
            "Ccr:Sites:HQ:ManagementPoints:0:CaFile is set, but the site's transport is Agent: write it into the agent's configuration.",
            Assert.Single(Build(
                ("Sites:HQ:Transport", "Agent"),
                ("Sites:HQ:SigningKeys:0", Key),
                ("Sites:HQ:ManagementPoints:0:Address", "https://mp01"),
                ("Sites:HQ:ManagementPoints:0:CaFile", "ca.pem")).Faults));

    [Fact]
    public void Build_ForAnAgentsSiteWithoutAKey_IsAFaultUnlessUnsignedMessagesAreAllowed()
    {
        (string Key, string? Value)[] site = [("Sites:HQ:Transport", "Agent"), ("Sites:HQ:ManagementPoints:0:Address", "http://mp01")];

        var (none, faults) = Build(site);
        var (allowed, _) = Build([.. site, ("Sites:HQ:AllowUnsigned", "true")]);

        Assert.Null(none);
        Assert.StartsWith("Ccr:Sites:HQ:SigningKeys is empty: write the same key", Assert.Single(faults));
        Assert.True(Assert.Single(allowed!.Sites).AllowUnsigned);
    }

    [Fact]
    public void Build_WithAFileThatIsNoCertificate_IsAFault()
    {
        var file = Write("ca.pem", "nothing of the sort");

        var (_, faults) = Build(
            ("Sites:HQ:ManagementPoints:0:Address", "https://mp01"), ("Sites:HQ:ManagementPoints:0:CaFile", file));

        Assert.Equal(
            $"Ccr:Sites:HQ:ManagementPoints:0: a certificate file cannot be used: '{file}' holds no certificate; write the path of a PEM file.",
            Assert.Single(faults));
    }

    [Theory]
    [InlineData("client.pfx")]
    [InlineData("client.pem")]
    [InlineData("client.pem with its key apart")]
    [InlineData("client.pem encrypted")]
    public void Build_WithCertificateFiles_ReadsThem(string kind)
    {
        var certificate = _certificates.Issue();
        var key = certificate.GetECDsaPrivateKey()!;
        var pem = certificate.ExportCertificatePem();
        var (file, keyFile, password) = kind switch
        {
            "client.pfx" => (WritePfx(certificate, "secret"), null, "secret"),
            "client.pem" => (Write("client.pem", pem + "\n" + key.ExportPkcs8PrivateKeyPem()), null, null),
            "client.pem encrypted" => (Write("client.pem", pem + "\n" + key.ExportEncryptedPkcs8PrivateKeyPem(
                "secret", new PbeParameters(PbeEncryptionAlgorithm.Aes256Cbc, HashAlgorithmName.SHA256, 1000))), null, "secret"),
            _ => (Write("client.pem", pem), Write("client.key", key.ExportPkcs8PrivateKeyPem()), (string?)null),
        };

        var (table, faults) = Build(
            ("Sites:HQ:ManagementPoints:0:Address", "https://mp01"),
            ("Sites:HQ:ManagementPoints:0:CaFile", Write("ca.pem", _certificates.Authority.ExportCertificatePem())),
            ("Sites:HQ:ManagementPoints:0:Authentication", "Certificate"),
            ("Sites:HQ:ManagementPoints:0:ClientCertificateFile", file),
            ("Sites:HQ:ManagementPoints:0:ClientCertificateKeyFile", keyFile),
            ("Sites:HQ:ManagementPoints:0:ClientCertificatePassword", password));

        Assert.Empty(faults);
        Assert.True(table!.TryFind("HQ", out var site));
        Assert.True(site.ManagementPoints[0].ClientCertificate!.HasPrivateKey);
        Assert.Equal(certificate.Thumbprint, site.ManagementPoints[0].ClientCertificate!.Thumbprint);
        Assert.Equal(_certificates.Authority.Thumbprint, Assert.Single(site.ManagementPoints[0].Authorities!).Thumbprint);
    }

    [Fact]
    public void Build_WithACertificateOfTheStore_FindsIt()
    {
        var certificate = _certificates.Issue();
        using var store = new X509Store(StoreName.My, StoreLocation.CurrentUser);
        store.Open(OpenFlags.ReadWrite);
        store.Add(certificate);
        try
        {
            var (table, faults) = Build(
                ("Sites:HQ:ManagementPoints:0:Address", "https://mp01"),
                ("Sites:HQ:ManagementPoints:0:Authentication", "Certificate"),
                ("Sites:HQ:ManagementPoints:0:ClientCertificateThumbprint", certificate.Thumbprint));

            Assert.Empty(faults);
            var found = Assert.Single(table!.Sites).ManagementPoints[0].ClientCertificate!;
            Assert.Equal((certificate.Thumbprint, true), (found.Thumbprint, found.HasPrivateKey));
        }
        finally
        {
            store.Remove(certificate);
        }
    }

    [Fact]
    public void Build_WithACertificateThatIsInNoStore_IsAFault()
    {
        var (_, faults) = Build(
            ("Sites:HQ:ManagementPoints:0:Address", "https://mp01"),
            ("Sites:HQ:ManagementPoints:0:Authentication", "Certificate"),
            ("Sites:HQ:ManagementPoints:0:ClientCertificateThumbprint", new string('0', 40)));

        Assert.Contains("no store of this account or of the computer", Assert.Single(faults));
    }

    [Fact]
    public void Build_WithTheWrongPassword_IsAFault()
    {
        var (_, faults) = Build(
            ("Sites:HQ:ManagementPoints:0:Address", "https://mp01"),
            ("Sites:HQ:ManagementPoints:0:Authentication", "Certificate"),
            ("Sites:HQ:ManagementPoints:0:ClientCertificateFile", WritePfx(_certificates.Issue(), "secret")),
            ("Sites:HQ:ManagementPoints:0:ClientCertificatePassword", "wrong"));

        Assert.Contains("a certificate file cannot be used", Assert.Single(faults));
    }

    private static (SiteTable? Table, List<string> Faults) Build(params (string Key, string? Value)[] settings)
    {
        var configuration = new ConfigurationBuilder()
            .AddInMemoryCollection(settings.Where(setting => setting.Value is not null)
                .Select(setting => KeyValuePair.Create($"Ccr:{setting.Key}", setting.Value)))
            .Build();
        var options = new CcrOptions();
        configuration.GetSection("Ccr").Bind(options);
        var faults = new List<ConfigurationFault>();
        return (SiteTableBuilder.Build(options.Sites, options.DefaultSite, "Ccr", faults), [.. faults.Select(fault => fault.Message)]);
    }

    private string Write(string name, string text)
    {
        var path = Path.Combine(_folder.FullName, name);
        File.WriteAllText(path, text);
        return path;
    }

    private string WritePfx(X509Certificate2 certificate, string password)
    {
        var path = Path.Combine(_folder.FullName, "client.pfx");
        File.WriteAllBytes(path, certificate.Export(X509ContentType.Pkcs12, password));
        return path;
    }
}

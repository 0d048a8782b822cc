using System.Text;
using Ccr.Core;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Ccr.Functions.Tests;

public class DeployedConfigurationTests
{
    private const string Json = """
        {
          "Ccr": {
            "DefaultDomain": "CORP",
            "Circuit": { "FailureShare": 0.25 },
            "Rate": { "MaxConcurrent": 10 },
            "Events": { "DnsSuffixes": { "corp.example.com": "CORP" } },
            "Sites": { "branch-east": { "ManagementPoints": [ { "Address": "http://mp01", "Authentication": "Named", "UserName": "CORP\\svc-ü" } ] } }
          }
        }
        """;

    [Fact]
    public void AddDeployed_AnyNamesAndValues_ReachesTheOptionsUnchanged()
    {
        var options = Bind(Json, "Ccr:Sites:0:Key=branch-east", "Ccr:Sites:0:ManagementPoints:0:Password=secret");

        Assert.Equal(("CORP", 0.25), (options.DefaultDomain, options.Circuit.FailureShare));
        Assert.Equal("CORP", options.Events.DnsSuffixes["corp.example.com"]);
        var point = Assert.Single(options.Sites["branch-east"].ManagementPoints);
        Assert.Equal(("http://mp01", @"CORP\svc-ü", "secret"), (point.Address, point.UserName, point.Password));
    }

    [Fact]
    public void AddDeployed_BesideASettingOfItsOwn_GivesWay() => Assert.Equal(5, Bind(
        Json, "Ccr:Sites:branch-east:ManagementPoints:0:Password=secret", "Ccr:Rate:MaxConcurrent=5").Rate.MaxConcurrent);

    [Theory]
    [InlineData("{}")]
    [InlineData("c2VjcmV0")]
    public void AddDeployed_WhatIsNoJsonInBase64_IsAFaultWithoutItsText(string text)
    {
        using var configuration = new ConfigurationManager { [DeployedConfiguration.Setting] = text };

        var fault = configuration.AddDeployed()!.ToString();

        Assert.StartsWith("CCR5001: CCR_CONFIGURATION cannot be read", fault, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", fault, StringComparison.Ordinal);
    }

    private static CcrOptions Bind(string json, params string[] settings)
    {
        using var configuration = new ConfigurationManager();
        configuration.AddInMemoryCollection(settings.Append($"{DeployedConfiguration.Setting}={Convert.ToBase64String(Encoding.UTF8.GetBytes(json))}")
            .Select(setting => KeyValuePair.Create(setting.Split('=', 2)[0], (string?)setting.Split('=', 2)[1])));
        Assert.Null(configuration.AddDeployed());
        using var services = new ServiceCollection().AddLogging().AddCcrCore(configuration).BuildServiceProvider();
        return services.GetRequiredService<IOptions<CcrOptions>>().Value;
    }
}

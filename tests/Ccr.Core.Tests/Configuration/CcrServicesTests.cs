using Ccr.Core.Agents;
using Ccr.Core.Configuration;
using Ccr.Core.Ledger;
using Ccr.Core.Processing;
using Ccr.Core.Results;
using Ccr.Core.Tests.Support;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Ccr.Core.Tests.Configuration;

public class CcrServicesTests
{
    private static readonly Dictionary<string, string?> Sound = new()
    {
        ["Ccr:DefaultDomain"] = "CORP",
        ["Ccr:Sites:hq:ManagementPoints:0:Address"] = "http://mp01",
    };

    [Fact]
    public void AddCcrCore_SoundConfiguration_BuildsTheProcessor()
    {
        using var services = Build(Sound);

        Assert.NotNull(services.GetRequiredService<ReinstallProcessor>());
    }

    [Fact]
    public void AddCcrCore_Defaults_AreAsDocumented()
    {
        using var services = Build(Sound);

        var options = services.GetRequiredService<IOptions<CcrOptions>>().Value;

        Assert.Equal((262_144, 200), (options.Events.MaxMessageBytes, options.Events.MaxMachines));
        Assert.Equal(
            (TimeSpan.FromDays(1), TimeSpan.FromMinutes(5), 2, TimeSpan.FromSeconds(1)),
            (options.Submissions.CoolDown, options.Submissions.ClaimLease, options.Submissions.ImmediateRetries, options.Submissions.RetryDelay));
        Assert.Equal((TimeSpan.FromDays(1), TimeSpan.FromHours(1)), (options.Submissions.DispatchFor, options.Submissions.AwaitAgentFor));
    }

    [Fact]
    public void AddCcrCore_SeveralValuesOutOfRange_NamesAllOfThemWithTheRemedy()
    {
        var faults = FaultsOf(new(Sound)
        {
            ["Ccr:DefaultDomain"] = "corp.example.com",
            ["Ccr:Sites:hq:ManagementPoints:0:Address"] = "http://user:secret@mp01/sms_mp",
            ["Ccr:Submissions:CoolDown"] = "00:00:00",
            ["Ccr:Events:MaxMachines"] = "0",
        });

        Assert.Contains(faults, f => f.StartsWith("CCR5001: Ccr:DefaultDomain: ") && f.Contains("CORP"));
        Assert.Contains(faults, f => f.StartsWith("CCR5001: Ccr:Sites:hq:ManagementPoints:0:Address"));
        Assert.Contains(faults, f => f.StartsWith("CCR5001: Ccr:Submissions:CoolDown is 00:00:00: write "));
        Assert.Contains(faults, f => f.StartsWith("CCR5001: Ccr:Events:MaxMachines is 0: write "));
        Assert.DoesNotContain(faults, f => f.Contains("secret"));
    }

    [Fact]
    public void AddCcrCore_UnknownAndUnreadableSettings_NamesAllOfThem()
    {
        var faults = FaultsOf(new(Sound)
        {
            ["Ccr:DefaultDomian"] = "CORP",
            ["Ccr:Sites:hq:ManagementPoints:0:Adress"] = "http://mp01",
            ["Ccr:Submissions:CoolDown"] = "a day",
            ["Ccr:Submissions:ImmediateRetries"] = "two",
            ["Ccr:Submissions:DryRun"] = "",
        });

        Assert.Equal(5, faults.Count);
        Assert.Contains(faults, f => f.StartsWith("CCR5001: Ccr:Submissions:DryRun cannot be read: write true or false"));
        Assert.Contains(faults, f => f.StartsWith("CCR5002: Ccr:DefaultDomian is not a setting: write one of Circuit, DefaultDomain, "));
        Assert.Contains(faults, f => f.StartsWith("CCR5002: Ccr:Sites:hq:ManagementPoints:0:Adress "));
        Assert.Contains(faults, f => f.StartsWith("CCR5001: Ccr:Submissions:CoolDown cannot be read: write a time"));
        Assert.Contains(faults, f => f.StartsWith("CCR5001: Ccr:Submissions:ImmediateRetries cannot be read: write a number"));
    }

    [Fact]
    public void AddCcrCore_NoSite_SaysHowToWriteOne()
    {
        var fault = Assert.Single(FaultsOf(new() { ["Ccr:DefaultDomain"] = "CORP" }));

        Assert.Contains("Ccr:Sites", fault);
        Assert.Contains("Address", fault);
    }

    private static List<string> FaultsOf(Dictionary<string, string?> settings)
    {
        using var services = Build(settings);
        var refusal = Assert.Throws<ConfigurationFaultException>(() => services.GetRequiredService<IOptions<CcrOptions>>().Value);
        return [.. refusal.Failures];
    }

    private static ServiceProvider Build(Dictionary<string, string?> settings) => new ServiceCollection()
        .AddSingleton(typeof(Microsoft.Extensions.Logging.ILogger<>), typeof(Microsoft.Extensions.Logging.Abstractions.NullLogger<>))
        .AddSingleton<IResultPublisher, CollectingPublisher>()
        .AddSingleton<ICommandSender, CollectingCommandSender>()
        .AddSingleton<Ccr.Core.Processing.ILookSender, CollectingLooks>()
        .AddSingleton<ILedgerStore, InMemoryLedgerStore>()
        .AddSingleton<ICommandSender, CollectingCommandSender>()
        .AddCcrCore(new ConfigurationBuilder().AddInMemoryCollection(settings).Build())
        .BuildServiceProvider();
}

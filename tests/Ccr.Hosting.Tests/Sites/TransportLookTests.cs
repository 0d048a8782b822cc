using Ccr.Core.Agents;
using Ccr.Core.Results;
using Ccr.Core.Sites;
using Ccr.Core.Sites.Looks;
using Ccr.Core.Views;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace Ccr.Hosting.Tests.Sites;

/// <summary>By which way the processor looks at a site, and what it knows afterwards.</summary>
public sealed class TransportLookTests : IDisposable
{
    private const int Limit = 60_000;
    private static readonly IReadOnlyList<LookedFor> Machines = [new("PC01", "CORP"), new("PC02", "CORP")];
    private static readonly DateTimeOffset Now = new(2026, 1, 31, 12, 0, 0, TimeSpan.Zero);

    private readonly FakeCommands _commands = new();
    private readonly ServiceProvider _services;

    public TransportLookTests() => _services = new ServiceCollection().AddLogging()
        .AddSingleton<ICommandSender>(_commands).AddSingleton<TimeProvider>(new FakeTimeProvider(Now))
        .AddCcrJob(new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>(StringComparer.Ordinal)
        {
            ["Ccr:DefaultDomain"] = "CORP",
            ["Ccr:DefaultSite"] = "direct",
            ["Ccr:Sites:direct:ManagementPoints:0:Address"] = "http://mp01",
            ["Ccr:Sites:agent:Transport"] = "Agent",
            ["Ccr:Sites:agent:ManagementPoints:0:Address"] = "http://mp02",
            ["Ccr:Sites:agent:SigningKeys:0"] = KeyOf(1),
            ["Ccr:Sites:relay:Transport"] = "Relay",
            ["Ccr:Sites:relay:Relay:Endpoint"] = "https://127.0.0.1:1/hq",
            ["Ccr:Sites:relay:Relay:KeyName"] = "send",
            ["Ccr:Sites:relay:Relay:Key"] = "c2VjcmV0",
            ["Ccr:Sites:relay:SigningKeys:0"] = KeyOf(2),
        }).Build()).BuildServiceProvider();

    public void Dispose() => _services.Dispose();

    [Fact(Timeout = Limit)]
    public async Task Look_SiteWithAgents_SendsASignedQuestionAndAwaitsItsAnswer()
    {
        var answer = await LookAsync("agent");

        var look = Assert.Single(_commands.Looks);
        Assert.Equal((look.Nonce, null, null), (answer.Asked, answer.Views, answer.Fault));
        Assert.Equal(("agent", Now, Now + AgentLook.GoodFor), (look.Site, look.Issued, look.Expires));
        Assert.Equal(Machines, look.Machines);
        Assert.True(look.IsSigned([SigningKey.Read(KeyOf(1))!], allowUnsigned: false));
        Assert.False(look.IsSigned([SigningKey.Read(KeyOf(2))!], allowUnsigned: false));
        Assert.NotEqual(look.Nonce, (await LookAsync("agent")).Asked);
    }

    [Theory(Timeout = Limit)]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Look_QueueOfTheAgentsDoesNotTakeIt_IsAwaitedOnlyIfItMayBeThere(bool certainlyNotSent)
    {
        _commands.Fault = new FakeFault(certainlyNotSent);

        var answer = await LookAsync("agent");

        Assert.Equal((FakeFault.Away, "it is away", certainlyNotSent), (answer.Fault, answer.Detail, answer.Asked is null));
    }

    [Fact(Timeout = Limit)]
    public async Task Look_RelayThatCannotBeReached_SaysSoAndAsksNoAgentOnAQueue()
    {
        var answer = await LookAsync("relay");

        Assert.StartsWith("CCR40", answer.Fault!.Code, StringComparison.Ordinal);
        Assert.Empty(_commands.Looks);
    }

    [Fact(Timeout = Limit)]
    public async Task Look_SiteThatIsReachedDirectly_IsLookedAtFromHere()
    {
        var answer = await LookAsync("direct");

        Assert.Equal(LookReasons.NoWayToLook, answer.Fault);
        Assert.Empty(_commands.Looks);
    }

    private Task<LookAnswer> LookAsync(string key)
    {
        Assert.True(_services.GetRequiredService<SiteTable>().TryFind(key, out var site));
        return _services.GetRequiredService<ISiteLook>().LookAsync(site, Machines, TestContext.Current.CancellationToken);
    }

    private static string KeyOf(byte value) => Convert.ToBase64String([.. Enumerable.Repeat(value, 32)]);

    private sealed class FakeCommands : ICommandSender
    {
        public List<AgentLook> Looks { get; } = [];

        public Exception? Fault { get; set; }

        public Task SendAsync(AgentCommand command, CancellationToken cancellationToken) => throw new InvalidOperationException("Nothing is to be pushed.");

        public Task SendAsync(AgentLook look, CancellationToken cancellationToken)
        {
            if (Fault is not null) return Task.FromException(Fault);
            Looks.Add(look);
            return Task.CompletedTask;
        }
    }

    private sealed class FakeFault(bool isCertainlyNotSent) : BrokerException(Away, "it is away", "CCR4998: it is away", null)
    {
        public static readonly ReasonCode Away = new("CCR4998", "A test's fault", "None.");

        public override bool IsAboutTheWay => true;

        public override bool IsCertainlyNotSent => isCertainlyNotSent;
    }
}

using System.Text;
using Azure.Core.Pipeline;
using Azure.Data.Tables;
using Ccr.Core;
using Ccr.Core.Agents;
using Ccr.Core.Events;
using Ccr.Core.Ledger;
using Ccr.Core.Processing;
using Ccr.Core.Results;
using Ccr.Core.Sites;
using Ccr.Hosting.Tables;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace Ccr.Hosting.Tests.Ledger;

/// <summary>What an event costs in requests to Table storage, and how many of them wait for each other.</summary>
public sealed class TablesRequestsTests(Azurite azurite) : IAsyncLifetime
{
    private readonly FakeTimeProvider _time = new(Some.Time);
    private readonly Network _network = new();
    private readonly string _table = $"t{Guid.NewGuid():N}";
    private string _connection = "";
    private ServiceProvider _services = null!;
    private int _events;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _connection = await azurite.StartAsync(Cancelled);
        _services = Start();
    }

    public ValueTask DisposeAsync() => _services.DisposeAsync();

    [Fact(Timeout = 300_000)]
    public async Task Process_AMachineThatIsNew_TakesFourRequestsInThreeSteps()
    {
        await ProcessAsync("PC01");

        // The claim and the question for a result; the note for the storm brake; the result.
        _network.Expect(2, 1, 1);
        await ProcessAsync("PC02");

        Assert.Equal(4, _network.Requests);
    }

    [Fact(Timeout = 300_000)]
    public async Task Process_TheFirstMachine_KeepsPlacesAndIsCountedWithThem()
    {
        // The switches; the claim and the question for a result; the note and the places; the count; the result.
        _network.Expect(3, 2, 1, 1, 1);
        await ProcessAsync("PC01");

        Assert.Equal(8, _network.Requests);
    }

    [Fact(Timeout = 300_000)]
    public async Task Process_ASecondLater_ReadsTheThreeSwitchesSideBySide()
    {
        await ProcessAsync("PC01");
        _time.Advance(TimeSpan.FromSeconds(1));

        _network.Expect(3, 2, 1, 1);
        await ProcessAsync("PC02");

        Assert.Equal(7, _network.Requests);
    }

    [Fact(Timeout = 300_000)]
    public async Task Process_AMachineThatThisProcessorKnows_IsReadAtOnce()
    {
        await ProcessAsync("PC01");
        _time.Advance(TimeSpan.FromDays(1.5));
        await ProcessAsync("PC02");

        // Record and result; no room for a second note; the note; the note anew; the claim; the result.
        _network.Expect(2, 1, 1, 1, 1, 1);
        await ProcessAsync("PC01");

        Assert.Equal(7, _network.Requests);
    }

    [Fact(Timeout = 300_000)]
    public async Task Process_AMachineInItsCoolDown_TakesThreeRequestsInTwoSteps()
    {
        await ProcessAsync("PC01");

        _network.Expect(2, 1);
        await ProcessAsync("PC01");

        Assert.Equal(3, _network.Requests);
    }

    [Fact(Timeout = 300_000)]
    public async Task Process_AMachineThatAnotherProcessorPushed_IsReadOnceItsClaimIsRefused()
    {
        await ProcessAsync("PC01");
        await using var another = Start();
        await ProcessAsync("PC02", another);

        // The claim, and the question for a result; who claimed it; record and result; the result.
        _network.Expect(2, 1, 2, 1);
        await ProcessAsync("PC01", another);

        Assert.Equal(6, _network.Requests);
    }

    /// <summary>Another processor over the same table.</summary>
    private ServiceProvider Start()
    {
        var table = new TableClient(_connection, _table, new TableClientOptions { Transport = new HttpClientTransport(new HttpClient(_network)) });
        var settings = new Dictionary<string, string?>(StringComparer.Ordinal)
        {
            ["Ccr:DefaultDomain"] = "CORP",
            ["Ccr:Sites:hq:ManagementPoints:0:Address"] = "http://mp01",
        };
        return new ServiceCollection().AddLogging()
            .AddSingleton<TimeProvider>(_time)
            .AddSingleton<ILedgerStore>(TablesLedgerStore.Open(table, _time))
            .AddSingleton<ISubmitter, Accepting>()
            .AddSingleton<IResultPublisher, Nowhere>()
            .AddSingleton<ICommandSender, Nowhere>()
            .AddSingleton<ILookSender, Nowhere>()
            .AddCcrCore(new ConfigurationBuilder().AddInMemoryCollection(settings).Build())
            .BuildServiceProvider();
    }

    private async Task ProcessAsync(string machine, ServiceProvider? processor = null)
    {
        var body = $$"""
            { "specversion": "1.0", "type": "ccr.reinstall.requested", "source": "/t", "id": "{{++_events}}", "data": { "machine": "{{machine}}" } }
            """;
        var disposition = await (processor ?? _services).GetRequiredService<ReinstallProcessor>().ProcessAsync(
            new IncomingEvent { Body = Encoding.UTF8.GetBytes(body), MessageId = $"m{_events}", EnqueuedTime = _time.GetUtcNow() }, Cancelled);
        Assert.IsType<Disposition.Complete>(disposition);
    }

    /// <summary>Holds each request until all of its step are there: those that were to be side by side, and are not, never go on.</summary>
    private sealed class Network() : DelegatingHandler(new HttpClientHandler())
    {
        private readonly Lock _gate = new();
        private readonly Queue<int> _steps = new();
        private TaskCompletionSource _complete = new();
        private int _awaited;

        /// <summary>How many there were since the steps were said.</summary>
        public int Requests { get; private set; }

        /// <summary>How many requests are to come in each step.</summary>
        public void Expect(params int[] steps)
        {
            lock (_gate)
            {
                Requests = 0;
                foreach (var step in steps) _steps.Enqueue(step);
            }
        }

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            await Arrive().WaitAsync(cancellationToken);
            return await base.SendAsync(request, cancellationToken);
        }

        private Task Arrive()
        {
            lock (_gate)
            {
                Requests++;
                if (_awaited == 0)
                {
                    if (!_steps.TryDequeue(out _awaited)) return Task.CompletedTask;
                    _complete = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                }

                var step = _complete;
                if (--_awaited == 0) step.SetResult();
                return step.Task;
            }
        }
    }

    private sealed class Accepting : ISubmitter
    {
        private static readonly ReasonCode Taken = new("CCR3999", "A test's answer", "None.");

        public Task<SubmissionAnswer> SubmitAsync(ManagementPoint managementPoint, Submission submission, CancellationToken cancellationToken) =>
            Task.FromResult(new SubmissionAnswer(SubmissionVerdict.Accepted, Taken, "taken", 200, TimeSpan.Zero));
    }

    private sealed class Nowhere : IResultPublisher, ICommandSender, ILookSender
    {
        public Task PublishAsync(ResultMessage message, CancellationToken cancellationToken) => Task.CompletedTask;

        public Task SendAsync(AgentCommand command, CancellationToken cancellationToken) => Task.CompletedTask;

        public Task SendAsync(AgentLook look, CancellationToken cancellationToken) => Task.CompletedTask;

        public Task ScheduleAsync(PendingLook look, DateTimeOffset at, CancellationToken cancellationToken) => Task.CompletedTask;
    }
}

using System.Text;
using Ccr.Core;
using Ccr.Core.Agents;
using Ccr.Core.Decisions;
using Ccr.Core.Decisions.Rules;
using Ccr.Core.Events;
using Ccr.Core.Ledger;
using Ccr.Core.Machines;
using Ccr.Core.Processing;
using Ccr.Core.Results;
using Ccr.Core.Sites;
using Ccr.Core.Sites.AdminService;
using Ccr.Core.Sites.Looks;
using Microsoft.Extensions.Logging.Abstractions;

namespace Ccr.Performance.Benchmarks.Ledger;

/// <summary>A number of events on their way.</summary>
internal interface ILoad : IAsyncDisposable
{
    /// <summary>Does what is not measured.</summary>
    Task PrepareAsync(int count);

    /// <summary>Takes the events from a number on to their ends.</summary>
    Task RunAsync(int first, int count);

    /// <summary>A figure counts only if every event was answered, and none was held back.</summary>
    void Check(int events);
}

/// <summary>Events for so many machines, through the whole pipeline but for the broker: read, decide, claim, submit, record, publish.</summary>
internal sealed class Load : ILoad
{
    public const int Concurrency = 32;

    /// <summary>As many machines as the storm brake lets through; each further one belongs to another site.</summary>
    private const int MachinesOfASite = 500;

    private readonly ReinstallProcessor _processor;
    private readonly CountingPublisher _publisher = new();
    private readonly int _machines;

    public Load(ILedgerStore ledger, ISubmitter submitter, Uri managementPoint, int machines)
    {
        _machines = machines;
        var time = TimeProvider.System;
        var options = new CcrOptions { DefaultDomain = "CORP", Rate = { MaxConcurrent = Concurrency }, Freshness = { MaxAge = TimeSpan.Zero } };
        var point = new ManagementPoint(managementPoint);
        var sites = Enumerable.Range(0, SitesOf(machines)).Select(number => new Site($"site{number}", [point])).ToList();
        var decider = new Decider(options.ToRules(), new TargetRule(options.Targets, "CORP", [], () => null));
        var sitesTable = new SiteTable(sites, "site0");
        var verifications = new VerificationWorker(
            ledger, sitesTable, new LookDesk(new DirectLook(new AdminServiceClient(time), time), time), new NoLooks(), _publisher, time,
            NullLogger<VerificationWorker>.Instance);
        var worker = new RequestWorker(
            decider, new Clock(time), ledger, new SiteSubmitter(submitter, options.ToSubmitter(), time, new Random(1)), new NoAgents(), _publisher,
            verifications, options.ToRules(), time, NullLogger<RequestWorker>.Instance);
        _processor = new ReinstallProcessor(
            new EventReader(options.Events, DomainName.Parse("CORP")), new RequestValidator(sitesTable), worker, time,
            NullLogger<ReinstallProcessor>.Instance);
    }

    public static int SitesOf(int machines) => ((machines - 1) / MachinesOfASite) + 1;

    public Task PrepareAsync(int count) => Task.CompletedTask;

    public Task RunAsync(int first, int count) => Parallel.ForAsync(
        first, first + count, new ParallelOptions { MaxDegreeOfParallelism = Concurrency },
        async (number, stop) => await _processor.ProcessAsync(Event(number, _machines), stop));

    /// <summary>A figure counts only if every event was answered, and none was held back.</summary>
    public void Check(int events)
    {
        if (_publisher.Terminal != events) throw new InvalidOperationException($"{events} events had {_publisher.Terminal} results.");
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    public static IncomingEvent Event(int number, int machines)
    {
        var machine = number % machines;
        var body = $$"""
            { "specversion": "1.0", "type": "ccr.reinstall.requested", "source": "/cmdb", "id": "{{number}}",
              "data": { "machine": "PC{{machine}}", "site": "site{{machine / MachinesOfASite}}", "reason": "No heartbeat for 14 days" } }
            """;
        return new IncomingEvent { Body = Encoding.UTF8.GetBytes(body), MessageId = $"m{number}", EnqueuedTime = TimeProvider.System.GetUtcNow() };
    }
}

/// <summary>A results topic that only counts.</summary>
internal sealed class CountingPublisher : IResultPublisher
{
    private int _terminal;

    public int Terminal => _terminal;

    public Task PublishAsync(ResultMessage message, CancellationToken cancellationToken)
    {
        if (message.MessageId == message.CorrelationId) Interlocked.Increment(ref _terminal);
        return Task.CompletedTask;
    }
}

/// <summary>A management point that takes no time at all.</summary>
internal sealed class InstantSubmitter : ISubmitter
{
    public Task<SubmissionAnswer> SubmitAsync(ManagementPoint managementPoint, Submission submission, CancellationToken cancellationToken) =>
        Task.FromResult(new SubmissionAnswer(SubmissionVerdict.Accepted, ManagementPointReasons.Accepted, "accepted", 200, TimeSpan.Zero));
}

/// <summary>What the pipeline would be without a ledger: it forgets everything at once.</summary>
internal sealed class NoLedger : ILedgerStore
{
    public ValueTask<LedgerState> ReadAsync(string machineKey, string requestId, CancellationToken cancellationToken) =>
        new(new LedgerState(machineKey, null, null, null));

    public ValueTask<LedgerState?> TryWriteAsync(LedgerState basis, MachineRecord? machine, ReinstallResult? result, CancellationToken cancellationToken) =>
        new(basis with { Machine = machine ?? basis.Machine, Result = result ?? basis.Result });

    public ValueTask WriteAgentAsync(AgentHeard agent, CancellationToken cancellationToken) => ValueTask.CompletedTask;

    public ValueTask<MachineHistory> ReadHistoryAsync(string machineKey, CancellationToken cancellationToken) => new(new MachineHistory(null, []));

    public ValueTask<SwitchState> ReadSwitchAsync(string key, CancellationToken cancellationToken) => new(new SwitchState(key, null, null));

    public ValueTask<bool> TryWriteSwitchAsync(SwitchState basis, SwitchRecord record, CancellationToken cancellationToken) => new(true);

    public ValueTask<ClaimAttempt> TryClaimAsync(
        LedgerState basis, MachineRecord machine, Sighting sighting, Func<Sighted, bool> mayPass, CancellationToken cancellationToken) =>
        new(new ClaimAttempt(basis with { Machine = machine }, new Sighted(sighting.At, true)));

    public ValueTask<DateTimeOffset?> ReadTimeAsync(CancellationToken cancellationToken) => new((DateTimeOffset?)null);

    public ValueTask<int> PruneAsync(DateTimeOffset before, CancellationToken cancellationToken) => new(0);
}

/// <summary>The sites of this load are reached directly.</summary>
internal sealed class NoAgents : ICommandSender
{
    public Task SendAsync(AgentCommand command, CancellationToken cancellationToken) => throw new InvalidOperationException("No site has an agent.");

    public Task SendAsync(AgentLook look, CancellationToken cancellationToken) => throw new InvalidOperationException("No site has an agent.");
}

/// <summary>The queue of looks of a job that looks at no site.</summary>
internal sealed class NoLooks : ILookSender
{
    public Task ScheduleAsync(PendingLook look, DateTimeOffset at, CancellationToken cancellationToken) =>
        throw new InvalidOperationException("No site is looked at.");
}

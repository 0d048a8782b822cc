using System.Diagnostics;
using Ccr.Agent;
using Ccr.Agent.Commands;
using Ccr.Core.Agents;
using Ccr.Core.Ledger;
using Ccr.Core.Results;
using Ccr.Core.Sites;
using Ccr.Hosting;
using Ccr.Hosting.ServiceBus;
using Ccr.TestHost.Processor;
using Microsoft.Extensions.DependencyInjection;

namespace Ccr.TestHost.Agent;

/// <summary>The steps of the agent's way, each with a crash behind it.</summary>
internal static class Crashing
{
    private static readonly string? Step = Environment.GetEnvironmentVariable("CCR_TEST_CRASH_AFTER");
    private static readonly string? Marker = Environment.GetEnvironmentVariable("CCR_TEST_CRASHED");

    public static void Register(IServiceCollection services, TimeProvider clock)
    {
        services.AddSingleton(clock);

        // An agent that listens on the relay has no queue: nothing is registered for it then.
        services.AddSingleton<ICommandQueue>(provider => provider.GetService<ServiceBusConnection>() is { } connection
            ? new Queue(new CommandQueue(connection, provider.GetRequiredService<Site>().Key)) : null!);
        services.AddSingleton<ILedgerStore>(provider => new Store(provider.GetRequiredService<DataFolder>().Journal));
        services.AddSingleton<ISubmitter>(_ => new Submitter(new ManagementPointClient(clock), clock));
        if (Broken.FromEnvironment().Is(BrokenBuilds.BelieveReplays)) services.AddHostedService<BelievingDesk>();
        services.AddSingleton<IResultPublisher>(provider => new Publisher(HostServices.CreatePublisher(provider.GetRequiredService<ServiceBusConnection>())));
    }

    private static void After(string step)
    {
        if (step != Step || File.Exists(Marker)) return;

        File.WriteAllText(Marker!, step);
        Process.GetCurrentProcess().Kill();
    }

    private sealed class Queue(ICommandQueue inner) : ICommandQueue
    {
        public async Task<IReadOnlyList<ICommandMessage>> ReceiveAsync(int max, CancellationToken cancellationToken)
        {
            var messages = await inner.ReceiveAsync(max, cancellationToken);
            if (messages.Count > 0) After("receive");
            return [.. messages.Select(message => new Message(message))];
        }

        public Task<bool> HoldsAsync(long sequenceNumber, CancellationToken cancellationToken) => inner.HoldsAsync(sequenceNumber, cancellationToken);

        public Task<DateTimeOffset?> FindOldestAsync(CancellationToken cancellationToken) => inner.FindOldestAsync(cancellationToken);
    }

    private sealed class Message(ICommandMessage inner) : ICommandMessage
    {
        public ReadOnlyMemory<byte> Body => inner.Body;

        public string? MessageId => Broken.FromEnvironment().Is(BrokenBuilds.BelieveCopies) ? AgentCommand.Read(Body.Span)?.RequestId : inner.MessageId;

        public long SequenceNumber => inner.SequenceNumber;

        public DateTimeOffset EnqueuedTime => inner.EnqueuedTime;

        public DateTimeOffset LockedUntil => inner.LockedUntil;

        public async Task CompleteAsync(CancellationToken cancellationToken)
        {
            await inner.CompleteAsync(cancellationToken);
            After("settle");
        }

        public Task RenewAsync(CancellationToken cancellationToken) => inner.RenewAsync(cancellationToken);

        public Task GiveBackAsync(CancellationToken cancellationToken) => inner.GiveBackAsync(cancellationToken);

        public Task RefuseAsync(string reason, string description, CancellationToken cancellationToken) =>
            inner.RefuseAsync(reason, description, cancellationToken);
    }

    private sealed class Store(ILedgerStore inner) : LedgerAround(inner)
    {
        public override async ValueTask<LedgerState> ReadAsync(string machineKey, string requestId, CancellationToken cancellationToken)
        {
            var state = await base.ReadAsync(machineKey, requestId, cancellationToken);
            After("read");
            return state;
        }

        public override async ValueTask<LedgerState?> TryWriteAsync(
            LedgerState basis, MachineRecord? machine, ReinstallResult? result, CancellationToken cancellationToken)
        {
            var written = await base.TryWriteAsync(basis, machine, result, cancellationToken);
            if (written is not null) After(StepOf(machine, result));
            return written;
        }

        private static string StepOf(MachineRecord? machine, ReinstallResult? result) => (machine?.Claim, result) switch
        {
            (_, not null) => "record",
            ({ Stage: ClaimStage.Taking }, _) => "claim",
            ({ Stage: null }, _) => "mark",
            (null, _) => "close",
            _ => "wait",
        };
    }

    private sealed class Submitter(ISubmitter inner, TimeProvider time) : ISubmitter
    {
        /// <summary>The management point of such a run holds its answer back for longer.</summary>
        private static readonly TimeSpan IsOnItsWay = TimeSpan.FromMilliseconds(400);

        public async Task<SubmissionAnswer> SubmitAsync(ManagementPoint managementPoint, Submission submission, CancellationToken cancellationToken)
        {
            var answering = inner.SubmitAsync(managementPoint, submission, cancellationToken);
            if (Step == "sending")
            {
                await Task.Delay(IsOnItsWay, time, cancellationToken);
                After("sending");
            }

            var answer = await answering;
            After("send");
            return answer;
        }
    }

    private sealed class Publisher(IResultPublisher inner) : IResultPublisher
    {
        public async Task PublishAsync(ResultMessage message, CancellationToken cancellationToken)
        {
            await inner.PublishAsync(message, cancellationToken);
            After("publish");
        }
    }
}

using System.Globalization;
using Ccr.Core.Decisions;
using Ccr.Core.Decisions.Rules;
using Ccr.Core.Ledger;
using Ccr.Core.Processing;
using Ccr.Core.Results;
using Ccr.Core.Sites;
using Ccr.Core.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;

namespace Ccr.Core.Tests.Exploration;

/// <summary>The product as it is, or broken in one way that the exploration must find.</summary>
internal enum Variant
{
    AsItIs,
    ClaimsUnread,
    ClaimsUnreadWhateverIsThere,
    ClaimsAfterItSent,
    SettlesBeforeItPublishes,
    ResendsWhatIsUnknown,
    ForgetsItsOwnClaim,
    PublishesWithoutRecording,
}

/// <summary>A process that takes messages through the real processor, and stops before everything that others can see.</summary>
internal sealed class Worker(World world, Variant variant, int number)
{
    public const string Publish = "publish";

    private Run? _run;

    public int Number => number;

    public Message? Message { get; private set; }

    /// <summary>What it stops before, or null when it is idle.</summary>
    public string? Wants => _run?.Wants;

    public IEnumerable<int> Choices => Enumerable.Range(0, _run!.Choices);

    /// <summary>Everything that it did and saw since it took its message.</summary>
    public string? Way => _run?.Way;

    public void Take(Message message)
    {
        (Message, message.Holder) = (message, number);
        _run = new Run(world, variant, this, message);
        _ = _run.StartAsync();
    }

    public void GoOn(int choice) => _run!.GoOn(choice);

    /// <summary>The process is gone; its message is delivered again.</summary>
    public void Die() => Leave(_run!);

    private void Leave(Run run)
    {
        if (_run != run) return;
        if (Message!.Holder == number) Message.Holder = null;
        (_run, Message) = (null, null);
    }

    /// <summary>One message's way through one process.</summary>
    private sealed class Run(World world, Variant variant, Worker worker, Message message) : ILedgerStore, ISubmitter, IResultPublisher
    {
        private static readonly ReasonCode Reason = new("CCR3999", "An explored answer", "None.");
        private TaskCompletionSource<int>? _go;

        public string? Wants { get; private set; }

        public int Choices { get; private set; }

        public string Way { get; private set; } = "";

        public async Task StartAsync()
        {
            try
            {
                var disposition = await Build().ProcessAsync(message.Incoming, CancellationToken.None);
                await UntilLet($"settle as {disposition.GetType().Name}");
                world.Settle(message, worker.Number, disposition);
            }
            catch (Exception fault)
            {
                world.Fail(fault.Message);
            }
            finally
            {
                worker.Leave(this);
            }
        }

        public void GoOn(int choice)
        {
            Way += $"{choice};";
            var go = _go!;
            go.SetResult(choice);
        }

        public bool MayBeNew(string machineKey) => variant is Variant.ClaimsUnread or Variant.ClaimsUnreadWhateverIsThere;

        public async ValueTask<LedgerState> ReadAsync(string machineKey, string requestId, CancellationToken cancellationToken)
        {
            await UntilLet($"read at {world.Time.GetUtcNow():O}");
            var state = await world.Store.ReadAsync(machineKey, requestId, cancellationToken);
            Way += $"saw {state.Version} {state.Result?.Outcome};";
            return variant == Variant.ForgetsItsOwnClaim && state.Machine?.Claim?.RequestId == requestId
                ? state with { Machine = state.Machine with { Claim = null } }
                : state;
        }

        public async ValueTask<LedgerState?> TryWriteAsync(LedgerState basis, MachineRecord? machine, ReinstallResult? result,
            CancellationToken cancellationToken)
        {
            await UntilLet("write");
            var written = variant switch
            {
                Variant.ClaimsAfterItSent when machine?.Claim is not null && result is null => basis with { Machine = machine },
                Variant.PublishesWithoutRecording when result is not null => basis with { Machine = machine ?? basis.Machine, Result = result },
                Variant.ClaimsUnreadWhateverIsThere when basis.IsUnread => await world.Store.TryWriteAsync(
                    await world.Store.ReadAsync(basis.MachineKey, "", cancellationToken), machine, result, cancellationToken),
                _ => await world.Store.TryWriteAsync(basis, machine, result, cancellationToken),
            };
            if (basis.IsUnread && written is not null && await HasResultAsync(written)) written = null;
            Way += written is null ? "late;" : $"wrote {written.Version};";
            return written;
        }

        public async Task<SubmissionAnswer> SubmitAsync(ManagementPoint managementPoint, Submission submission, CancellationToken cancellationToken)
        {
            // As the client does: what is stopped before is not sent, what is stopped after is unknown.
            if (await UntilLet("send", 2) == 1 || cancellationToken.IsCancellationRequested) return Answer(SubmissionVerdict.NotSent);

            world.Arrive();
            var known = await UntilLet("hear the answer", 2) == 0 && !cancellationToken.IsCancellationRequested;
            if (known) return Answer(SubmissionVerdict.Accepted);
            return Answer(variant == Variant.ResendsWhatIsUnknown ? SubmissionVerdict.NotSent : SubmissionVerdict.Unknown);
        }

        public async Task PublishAsync(ResultMessage message1, CancellationToken cancellationToken)
        {
            if (variant == Variant.SettlesBeforeItPublishes)
            {
                await UntilLet("settle first");
                world.Settle(message, worker.Number, new Disposition.Complete());
            }

            await UntilLet(Publish);
            world.Publish(message1);
        }

        public ValueTask WriteAgentAsync(AgentHeard agent, CancellationToken cancellationToken) => world.Store.WriteAgentAsync(agent, cancellationToken);

        public ValueTask<MachineHistory> ReadHistoryAsync(string machineKey, CancellationToken cancellationToken) =>
            world.Store.ReadHistoryAsync(machineKey, cancellationToken);

        public ValueTask<SwitchState> ReadSwitchAsync(string key, CancellationToken cancellationToken) => world.Store.ReadSwitchAsync(key, cancellationToken);

        public ValueTask<bool> TryWriteSwitchAsync(SwitchState basis, SwitchRecord record, CancellationToken cancellationToken) =>
            world.Store.TryWriteSwitchAsync(basis, record, cancellationToken);

        public ValueTask<ClaimAttempt> TryClaimAsync(LedgerState basis, MachineRecord machine, Sighting sighting, Func<Sighted, bool> mayPass,
            CancellationToken cancellationToken) =>
            throw new NotSupportedException("No storm brake is explored.");

        public ValueTask<DateTimeOffset?> ReadTimeAsync(CancellationToken cancellationToken) => world.Store.ReadTimeAsync(cancellationToken);

        public ValueTask<int> PruneAsync(DateTimeOffset before, CancellationToken cancellationToken) => world.Store.PruneAsync(before, cancellationToken);

        /// <summary>As Table storage does it: whether the request has a result is asked beside the claim, which is taken back then.</summary>
        private async Task<bool> HasResultAsync(LedgerState claimed)
        {
            await UntilLet("ask for a result");
            if ((await world.Store.ReadAsync(claimed.MachineKey, claimed.Machine!.Claim!.RequestId, CancellationToken.None)).Result is null) return false;

            await UntilLet("take the claim back");
            await world.Store.TryWriteAsync(claimed, claimed.Machine with { Claim = null }, null, CancellationToken.None);
            return true;
        }

        private static SubmissionAnswer Answer(SubmissionVerdict verdict) => new(verdict, Reason, $"{verdict}", null, TimeSpan.Zero);

        private async Task<int> UntilLet(string what, int choices = 1)
        {
            // Whoever lets it go on runs it on, up to where it stops next.
            (Wants, Choices, _go) = (what, choices, new TaskCompletionSource<int>());
            Way += string.Create(CultureInfo.InvariantCulture, $"{what} ");
            return await _go.Task;
        }

        private ReinstallProcessor Build()
        {
            var options = new CcrOptions
            {
                DefaultDomain = "CORP",
                Submissions = { ImmediateRetries = 0, CoolDown = World.CoolDown, MaxPushesPerWeek = 0 },
                Storms = { MaxMachines = 0 },
                Freshness = { MaxAge = TimeSpan.Zero },
            };
            var decider = new Decider(options.ToRules(), new TargetRule(options.Targets, "CORP", [], () => null));
            var requests = new RequestWorker(
                decider, new Clock(world.Time), this, new SiteSubmitter(this, options.ToSubmitter(), world.Time, new Random(1)), new CollectingCommandSender(),
                    this, Verifications.Of(this, new SiteTable([Some.Site], "hq"), this, world.Time), options.ToRules(), world.Time,
                    NullLogger<RequestWorker>.Instance);
            return new ReinstallProcessor(
                World.Reader, new RequestValidator(new SiteTable([Some.Site], "hq")), requests, world.Time,
                    NullLogger<ReinstallProcessor>.Instance);
        }
    }
}

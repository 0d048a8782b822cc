using Microsoft.Extensions.Hosting;

namespace Ccr.Agent.Commands;

/// <summary>
/// Takes up what an earlier process left, and then receives commands, as many as there are hands for: what waits for a management point keeps its
/// place, so a site that is down leaves the rest on the queue.
/// </summary>
internal sealed class CommandLoop(
    ICommandQueue queue, Site site, Journal journal, CommandTaking taking, CommandExecution execution, QueuedLooks looks, Retrying retrying,
    AgentOptions options, AgentStatus status, TimeProvider time, AgentStop stop, ILogger<CommandLoop> logger) : BackgroundService
{
    private const int LargestBatch = 10;

    /// <summary>Shorter than the shortest lock that a queue can have, which is five seconds (Service Bus: queue properties).</summary>
    public static readonly TimeSpan BetweenRenewals = TimeSpan.FromSeconds(2);

    private readonly SemaphoreSlim _hands = new(options.MaxConcurrent);
    private readonly Lock _gate = new();
    private readonly HashSet<Task> _running = [];

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        Log.Stopping(logger);
        await stop.BeginAsync();
        await base.StopAsync(cancellationToken);
        while (Running() is { Count: > 0 } running) await Task.WhenAll(running);
    }

    public override void Dispose()
    {
        base.Dispose();
        _hands.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await TakeUpAsync();
            await ReceiveAsync();
        }
        catch (OperationCanceledException) when (stop.Soft.IsCancellationRequested)
        {
            // What was begun is waited for by whoever stops.
        }
        catch (Exception)
        {
            // The host logs it and stops, and the service manager has to learn that it was no orderly stop.
            stop.HasFailed = true;
            throw;
        }
    }

    private async Task TakeUpAsync()
    {
        var left = journal.ReadClaimed();
        if (left.Count > 0) Log.Recovering(logger, left.Count);
        foreach (var machine in left)
        {
            await _hands.WaitAsync(stop.Soft);
            Start(() => TakeUpAsync(machine));
        }
    }

    private async Task ReceiveAsync()
    {
        for (var failures = 0; ;)
        {
            await _hands.WaitAsync(stop.Soft);
            var free = 1;
            while (free < LargestBatch && _hands.Wait(0, CancellationToken.None)) free++;
            var messages = await ReceiveAsync(free);
            if (messages is null || messages.Count < free) _hands.Release(free - (messages?.Count ?? 0));
            foreach (var message in messages ?? []) Start(message);

            if (messages is null) await retrying.WaitAsync(++failures, stop.Soft);
            else failures = 0;
        }
    }

    /// <summary>Receives; null when that cannot be done for now.</summary>
    private async Task<IReadOnlyList<ICommandMessage>?> ReceiveAsync(int max)
    {
        try
        {
            if (!await journal.CanWriteAsync(stop.Soft)) return null;
            var messages = await queue.ReceiveAsync(max, stop.Soft);
            if (status.Receiving()) Log.ReceivingAgain(logger);
            return messages;
        }
        catch (MessagingException fault)
        {
            if (status.NotReceiving(fault.Message)) Log.NotReceiving(logger, fault.Message);
            return null;
        }
    }

    private void Start(ICommandMessage message)
    {
        if (!LookReading.IsLook(message))
        {
            Start(() => HandleAsync(message));
            return;
        }

        // A look needs no hand: those are for commands.
        _hands.Release();
        Start(() => looks.AnswerAsync(message), hasHand: false);
    }

    private async Task HandleAsync(ICommandMessage message)
    {
        if (await TakeAsync(message) is { } owned) await execution.CarryOutAsync(owned);
    }

    /// <summary>
    /// Takes a command, again and again while journal or broker fail. The message is kept meanwhile, with its lock: each time that it is given back
    /// counts as a delivery, and after ten of them the broker gives the command up.
    /// </summary>
    private async Task<OwnedCommand?> TakeAsync(ICommandMessage message)
    {
        while (true)
        {
            try
            {
                return await taking.TakeAsync(message);
            }
            catch (Exception fault) when (fault is LedgerException or MessagingException)
            {
                // Said where it happened.
                if (!await KeepAsync(message)) return null;
            }
        }
    }

    /// <summary>Waits with a message in hand; false when it is not this agent's any more.</summary>
    private async Task<bool> KeepAsync(ICommandMessage message)
    {
        try
        {
            await Task.Delay(BetweenRenewals, time, stop.Soft).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (!stop.Soft.IsCancellationRequested)
            {
                await message.RenewAsync(stop.Hard);
                return true;
            }

            await message.GiveBackAsync(stop.Hard);
        }
        catch (MessagingException)
        {
            // The lock is lost, or the broker is away: the message comes again by itself.
        }

        return false;
    }

    private async Task TakeUpAsync(MachineRecord machine)
    {
        if (machine.Claim is not { Command: { } command } claim) return;

        var owned = OwnedCommand.Of(command, site, time.GetUtcNow());
        var state = await journal.ReadAsync(owned.Request, stop.Hard);
        if (state.Result is { } result) await execution.PublishAsync(owned, result);
        else if (claim.Stage is null) await execution.EndInterruptedAsync(owned);
        else if (claim.Stage == ClaimStage.Waiting || await taking.TakeUpAsync(owned) is not null) await execution.CarryOutAsync(owned);
    }

    /// <summary>Starts work, and gives back the hand that it has at its end.</summary>
    private void Start(Func<Task> work, bool hasHand = true)
    {
        var task = RunAsync();
        lock (_gate) _running.Add(task);
        _ = task.ContinueWith(Forget, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);

        async Task RunAsync()
        {
            await Task.Yield();
            try
            {
                await work();
            }
            catch (OperationCanceledException)
            {
                // The journal has how far it came.
            }
            catch (Exception fault)
            {
                Log.Broken(logger, fault);
            }
            finally
            {
                if (hasHand) _hands.Release();
            }
        }
    }

    private void Forget(Task task)
    {
        lock (_gate) _running.Remove(task);
    }

    private IReadOnlyCollection<Task> Running()
    {
        lock (_gate) return [.. _running];
    }
}

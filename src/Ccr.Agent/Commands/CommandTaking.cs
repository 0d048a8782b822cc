namespace Ccr.Agent.Commands;

/// <summary>
/// Takes commands off the queue: claimed in the journal first, so that none is lost, and off the queue before anything is sent, so that no other agent
/// of the site ever gets what this one carries out.
/// </summary>
internal sealed class CommandTaking(
    ICommandQueue queue, Site site, Journal journal, Decider decider, CommandRecord record, Clock clock, ResultOutlet outlet, Retrying retrying,
    AgentOptions options, AgentStatus status, Turns turns, TimeProvider time, AgentStop stop, ILogger<CommandTaking> logger)
{
    /// <summary>
    /// The shortest lock that a queue can have is five seconds (Service Bus: queue properties). A message that disappears while its lock must still
    /// hold was taken off the queue by its holder.
    /// </summary>
    private static readonly TimeSpan ShortestLock = TimeSpan.FromSeconds(4);

    /// <summary>Takes a command; null when it needs nothing more to be done, or is not this agent's.</summary>
    public async Task<OwnedCommand?> TakeAsync(ICommandMessage message)
    {
        var reading = CommandReading.Of(message, site, clock.Read(message.EnqueuedTime, message.LockedUntil));
        if (reading.Refusal is { } refusal)
        {
            Log.Refused(logger, refusal.Code, refusal.Meaning, reading.Detail!);
            status.Refused();

            // A copy must not come back as a command that nobody carried out, which would end the request while the command itself is carried out.
            if (reading.IsCopy) await message.CompleteAsync(stop.Hard);
            else await message.RefuseAsync(refusal.Code, reading.Detail!, stop.Hard);
            return null;
        }

        var owned = new OwnedCommand(reading.Command!, reading.Request!, message.EnqueuedTime, message.LockedUntil);
        return await turns.AloneAsync(owned.Command.RequestId, () => TakeAloneAsync(message, owned));
    }

    /// <summary>Takes up what an earlier process began to take; null when it is not this agent's, or its message came again and was quicker.</summary>
    public Task<OwnedCommand?> TakeUpAsync(OwnedCommand owned) => turns.AloneAsync(owned.Command.RequestId, async () =>
    {
        var claim = (await journal.ReadAsync(owned.Request, stop.Hard)).Machine?.Claim;
        return claim?.RequestId == owned.Request.Id && claim.Stage == ClaimStage.Taking ? await KeepIfOursAsync(owned, claim) : null;
    });

    private async Task<OwnedCommand?> TakeAloneAsync(ICommandMessage message, OwnedCommand owned)
    {
        var lockedAt = time.GetUtcNow();
        while (true)
        {
            var at = owned.Read(clock);
            var state = await journal.ReadAsync(owned.Request, stop.Hard);
            var claim = state.Machine?.Claim is { } open && open.RequestId == owned.Request.Id ? open : null;
            if (claim is not null && claim.Stage != ClaimStage.Taking)
            {
                // It is being carried out, from another message: this one says nothing new.
                await message.CompleteAsync(stop.Hard);
                return null;
            }

            if (state.Result is { } known)
            {
                await outlet.PublishAsync(owned.Command, known, stop.Hard);
                await message.CompleteAsync(stop.Hard);
                return null;
            }

            if (claim is null && decider.DecideHandedOver(owned.Request, state, at) is Decision.Conclude ended)
            {
                var result = record.Conclude(owned.Command, ended.Verdict) with { Repeats = ended.Repeats, Until = ended.Until };
                if (await journal.TryWriteAsync(state, null, result, stop.Hard) is null) continue;
                await outlet.PublishAsync(owned.Command, result, stop.Hard);
                await message.CompleteAsync(stop.Hard);
                return null;
            }

            var taking = claim is null ? decider.Claim(owned.Request, state.Machine, at, owned.Command) : state.Machine!;
            claim = taking.Claim! with { Stage = ClaimStage.Taking, SequenceNumber = message.SequenceNumber, LockedAt = lockedAt };
            if (await journal.TryWriteAsync(state, taking with { Claim = claim }, null, stop.Hard) is not null)
                return await CompleteAsync(message, owned, claim);
        }
    }

    private async Task<OwnedCommand?> CompleteAsync(ICommandMessage message, OwnedCommand owned, Claim claim)
    {
        try
        {
            await message.CompleteAsync(stop.Hard);
        }
        catch (MessagingException fault)
        {
            Log.TakingUnconfirmed(logger, owned.Command.RequestId, fault.Message);
            return await KeepIfOursAsync(owned, claim);
        }

        return await KeepAsync(owned);
    }

    private async Task<OwnedCommand?> KeepIfOursAsync(OwnedCommand owned, Claim claim) =>
        await IsOursAsync(owned.Command, claim) ? await KeepAsync(owned) : null;

    private async Task<OwnedCommand> KeepAsync(OwnedCommand owned)
    {
        await journal.SetStageAsync(owned.Command, ClaimStage.Waiting, stop.Hard);
        return owned;
    }

    /// <summary>Finds out whether a message that was perhaps taken off the queue was; if it was not, it comes again.</summary>
    private async Task<bool> IsOursAsync(AgentCommand command, Claim claim)
    {
        var holds = true;
        await retrying.UntilDoneAsync(
            async () => holds = await queue.HoldsAsync(claim.SequenceNumber ?? 0, stop.Hard),
            fault => fault is MessagingException,
            stop.Hard);
        var since = time.GetUtcNow() - claim.LockedAt;
        if (!holds && (!options.SharesQueue || (since >= TimeSpan.Zero && since < ShortestLock))) return true;

        // Gone, and perhaps to another agent when the lock ran out: who has it says what became of it, and if nobody does, the processor ends the
        // request as indeterminate when the agents' time is over.
        if (!holds) Log.LeftToOthers(logger, command.RequestId);
        await journal.CloseAsync(command, stop.Hard);
        return false;
    }
}

namespace Ccr.Agent.Commands;

/// <summary>Brings a command that is this agent's own to its end: send once, record, publish.</summary>
internal sealed class CommandExecution(
    Journal journal, SiteSubmitter submitter, CommandRecord record, Clock clock, ResultOutlet outlet, OwnLook look, Retrying retrying,
    AgentStatus status, TimeProvider time, AgentStop stop, ILogger<CommandExecution> logger)
{
    /// <summary>Carries out a command for which certainly nothing was sent.</summary>
    public async Task CarryOutAsync(OwnedCommand owned)
    {
        // By the broker's clock and the time that passes here: this computer's clock may step.
        var life = owned.Command.Expires - owned.Read(clock).Earliest;
        var began = time.GetTimestamp();
        var last = "the agent was away";
        for (var tries = 1; ; tries++)
        {
            var left = life - time.GetElapsedTime(began);
            if (left <= TimeSpan.Zero)
            {
                var gaveUp = new Verdict(Outcome.Failed, DecisionReasons.GaveUp, $"{last}; the command was of use until {owned.Command.Expires:u}");
                await PublishAsync(owned, await record.EndAsync(owned, gaveUp));
                return;
            }

            // The place at the gate first: while it is waited for, the journal goes on saying that nothing was sent.
            using var pass = await EnterAsync(owned, left);
            var before = pass is null ? null : await look.LookBeforeAsync(owned);
            if (pass is null || stop.Soft.IsCancellationRequested)
            {
                await journal.SetStageAsync(owned.Command, ClaimStage.Waiting, stop.Hard);
                return;
            }

            await journal.SetSendingAsync(owned.Command, before, stop.Hard);
            var answer = await SubmitAsync(owned, pass);
            if (answer.Answer.Verdict != SubmissionVerdict.NotSent)
            {
                await EndAsync(owned, answer);
                return;
            }

            await journal.SetStageAsync(owned.Command, ClaimStage.Waiting, stop.Hard);
            last = $"{answer.Answer.Reason.Code}: {answer.Answer.Detail}";
            Log.NotSent(logger, owned.Command.Machine, owned.Command.Expires, owned.Command.RequestId, answer.Answer.Detail);
            using var waiting = status.Wait();
            await retrying.WaitAsync(tries, stop.Soft);
        }
    }

    /// <summary>Ends a command of which an earlier process may have sent something: never again.</summary>
    public Task EndInterruptedAsync(OwnedCommand owned) => EndAsync(owned, CommandRecord.Interrupted(owned));

    /// <summary>Publishes what an earlier process recorded.</summary>
    public async Task PublishAsync(OwnedCommand owned, ReinstallResult result)
    {
        await outlet.PublishAsync(owned.Command, result, stop.Hard);
        await journal.CloseAsync(owned.Command, stop.Hard);
    }

    /// <summary>Waits for a place at the gate of a management point; null when the agent stops meanwhile.</summary>
    private async Task<SitePass?> EnterAsync(OwnedCommand owned, TimeSpan patience)
    {
        if (stop.Soft.IsCancellationRequested) return null;

        using var waiting = status.Wait();
        try
        {
            return await submitter.EnterAsync(owned.Request.Site, patience, stop.Soft);
        }
        catch (OperationCanceledException)
        {
            return null;
        }
    }

    /// <summary>Submits once: when to try again is decided here, and not by the submitter as well.</summary>
    private async Task<SiteAnswer> SubmitAsync(OwnedCommand owned, SitePass pass)
    {
        using var submitting = status.Submit();
        return await submitter.TryAsync(pass, new Submission(owned.Request.Machine, owned.Request.Domain, owned.Request.Force), stop.Hard);
    }

    /// <summary>Records, publishes, and only then closes the claim.</summary>
    private async Task EndAsync(OwnedCommand owned, SiteAnswer answer) => await PublishAsync(owned, await record.EndAsync(owned, answer, staysOpen: true));
}

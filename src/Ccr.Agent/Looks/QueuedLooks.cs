using Ccr.Agent.Commands;

namespace Ccr.Agent.Looks;

/// <summary>Answers the looks that come on the queue, beside the commands: none of them takes the place of a command.</summary>
/// <remarks>Nothing is noted of a look. Its message is taken off the queue once the answer is on the topic; what comes again is looked at again.</remarks>
internal sealed class QueuedLooks(
    OwnLook own, Site site, IResultPublisher publisher, Clock clock, Retrying retrying, AgentOptions options, AgentStatus status, TimeProvider time,
    AgentStop stop, ILogger<QueuedLooks> logger)
{
    /// <summary>The most that are kept here at once; with 20 machines each that is a site which was sent 1,000 pushes in a minute.</summary>
    private const int MostKept = 50;

    private int _kept;

    /// <summary>Looks, publishes what is seen, and takes the message off the queue.</summary>
    public async Task AnswerAsync(ICommandMessage message)
    {
        try
        {
            var at = clock.Read(message.EnqueuedTime, message.LockedUntil);
            var reading = LookReading.Of(message, site, at);
            if (reading.Look is not { } look) await RefuseAsync(message, reading.Refusal!, reading.Detail);
            else await AnswerAsync(message, look, look.Expires - at.Earliest);
        }
        catch (MessagingException fault)
        {
            // The broker is away, or the lock is lost: the message comes again by itself.
            Log.LookNotEnded(logger, fault.Message);
        }
    }

    private async Task AnswerAsync(ICommandMessage message, AgentLook look, TimeSpan left)
    {
        using var expiry = new CancellationTokenSource(left < AgentLook.GoodFor ? left : AgentLook.GoodFor, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(expiry.Token, stop.Soft);
        try
        {
            if (Interlocked.Increment(ref _kept) > MostKept)
            {
                await RefuseAsync(message, AgentReasons.TooManyLooks, $"{MostKept} are waiting already");
                return;
            }

            var work = ReportAsync(look, either.Token);
            await KeepWhileAsync(message, work);
            await work;
            await message.CompleteAsync(stop.Hard);
        }
        catch (OperationCanceledException) when (expiry.IsCancellationRequested)
        {
            await RefuseAsync(message, AgentReasons.Expired, $"it expired {look.Expires:u} before its answer was published");
        }
        catch (OperationCanceledException)
        {
            await message.GiveBackAsync(stop.Hard);
        }
        finally
        {
            Interlocked.Decrement(ref _kept);
        }
    }

    private async Task ReportAsync(AgentLook look, CancellationToken cancellationToken)
    {
        var answer = await own.LookAsync(look.Machines, cancellationToken);
        var report = new LookReport
        {
            Nonce = look.Nonce,
            Site = site.Key,
            Agent = options.Name,
            Time = time.GetUtcNow(),
            Views = answer.Views,
            Fault = answer.InWords,
        }.Write(site.SigningKeys);
        await retrying.UntilDoneAsync(
            () => publisher.PublishAsync(report, cancellationToken),
            fault => fault is MessagingException && Note(look, fault),
            cancellationToken);
    }

    /// <summary>Keeps the message locked, so that it does not come to another agent as well.</summary>
    private async Task KeepWhileAsync(ICommandMessage message, Task work)
    {
        while (await Task.WhenAny(work, Task.Delay(CommandLoop.BetweenRenewals, time)) != work)
        {
            try
            {
                await message.RenewAsync(stop.Hard);
            }
            catch (MessagingException)
            {
                // Then it comes again, and is answered once more.
            }
        }
    }

    private async Task RefuseAsync(ICommandMessage message, ReasonCode reason, string detail)
    {
        Log.Refused(logger, reason.Code, reason.Meaning, detail);
        status.Refused();
        await message.RefuseAsync(reason.Code, detail, stop.Hard);
    }

    private bool Note(AgentLook look, Exception fault)
    {
        Log.LookNotPublished(logger, look.Nonce, fault.Message);
        return true;
    }
}

namespace Ccr.Agent.Commands;

/// <summary>Publishes what was recorded, as soon as the broker takes it.</summary>
internal sealed class ResultOutlet(
    IResultPublisher publisher, Site site, Retrying retrying, AgentStatus status, TimeProvider time, ILogger<ResultOutlet> logger)
{
    public async Task PublishAsync(AgentCommand command, ReinstallResult result, CancellationToken stop)
    {
        await retrying.UntilDoneAsync(
            () => publisher.PublishAsync(AgentResult.Write(time.GetUtcNow() > command.AnswerBy ? result with { Late = true } : result, site.SigningKeys), stop),
            fault => fault is MessagingException && Note(result, fault),
            stop);
        status.Ended(result);
        Log.Ended(logger, result.Outcome, result.Reason, result.Machine, result.RequestId, result.Detail);
    }

    private bool Note(ReinstallResult result, Exception fault)
    {
        Log.NotPublished(logger, result.RequestId, fault.Message);
        return true;
    }
}

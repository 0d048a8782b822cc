using Microsoft.Extensions.Hosting;

namespace Ccr.Agent.Status;

/// <summary>Says now and then that the agent is there. One that could not be sent is not made up for: the next one says more.</summary>
internal sealed class Heartbeat(StatusReport report, Site site, IResultPublisher publisher, TimeProvider time, ILogger<Heartbeat> logger) : BackgroundService
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(AgentHeartbeat.Every, time);
        do
        {
            await SayAsync(stoppingToken);
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    private async Task SayAsync(CancellationToken stoppingToken)
    {
        using var patience = new CancellationTokenSource(Patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, stoppingToken);
        try
        {
            var heartbeat = await report.HeartbeatAsync(either.Token);
            await publisher.PublishAsync(heartbeat.Write(site.SigningKeys), either.Token);
        }
        catch (Exception fault) when (fault is MessagingException or OperationCanceledException && !stoppingToken.IsCancellationRequested)
        {
            Log.HeartbeatNotSent(logger, fault.Message);
        }
    }
}

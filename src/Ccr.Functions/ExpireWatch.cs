using Ccr.Hosting.Messaging;
using Microsoft.Azure.Functions.Worker;

namespace Ccr.Functions;

/// <summary>Sees to it that the subscription for people never fills the topic.</summary>
public sealed class ExpireWatch(WatchExpiry watch)
{
    private const string EveryTenMinutes = "0 */10 * * * *";

    /// <summary>Does it once.</summary>
    [Function(nameof(ExpireWatch))]
    public Task RunAsync([TimerTrigger(EveryTenMinutes)] TimerInfo timer, CancellationToken cancellationToken) => watch.DropExpiredAsync(cancellationToken);
}

namespace Ccr.Hosting.Messaging;

/// <summary>
/// Has the broker drop what nobody watched. Service Bus drops expired messages only while somebody receives, so a subscription that nobody watches, or
/// that is only looked at, would fill the topic, and then no result could be published.
/// </summary>
public sealed class WatchExpiry(ServiceBusConnection connection, TimeProvider time)
{
    /// <summary>How often it is to be done.</summary>
    internal static readonly TimeSpan Every = TimeSpan.FromMinutes(10);

    /// <summary>The time to live of the subscription (infra/service-bus/Config.json).</summary>
    private static readonly TimeSpan Life = TimeSpan.FromHours(1);

    private static readonly TimeSpan ShortWait = TimeSpan.FromSeconds(1);

    /// <summary>Does it once. It takes nothing itself, whatever this computer's clock says: what the broker delivers is given back.</summary>
    /// <exception cref="MessagingException">It cannot.</exception>
    public async Task DropExpiredAsync(CancellationToken cancellationToken)
    {
        await using var watch = connection.CreateReceiver(EntityPath.Subscription(Entities.Results, Entities.WatchSubscription));
        var oldest = await watch.PeekAsync(0, 1, cancellationToken);
        if (oldest.Count == 0 || time.GetUtcNow() - oldest[0].EnqueuedTime <= Life) return;

        foreach (var message in await watch.ReceiveAsync(1, ShortWait, cancellationToken)) await watch.AbandonAsync(message, cancellationToken);
    }
}

namespace Ccr.Hosting.ServiceBus;

/// <summary>Keeps the lock on a message while its handler runs.</summary>
internal sealed class LockRenewal(ServiceBusConnection connection, EntityReceiver receiver, string entity)
{
    /// <summary>Locks last from five seconds to five minutes (Service Bus: queue properties); this computer's clock may be wrong.</summary>
    private static readonly TimeSpan Shortest = TimeSpan.FromSeconds(2);

    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(20);

    /// <summary>Renews until the handler has ended, the lock is lost, or the longest time for it is over.</summary>
    public async Task KeepAsync(ServiceBusReceivedMessage message, CancellationToken ended)
    {
        var began = connection.Time.GetTimestamp();
        while (connection.Time.GetElapsedTime(began) < connection.Options.MaxLockRenewal)
        {
            var half = (message.LockedUntil - connection.Time.GetUtcNow()) / 2;
            var pause = half < Shortest ? Shortest : half > Longest ? Longest : half;
            await Task.Delay(pause, connection.Time, ended).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (ended.IsCancellationRequested) return;
            try
            {
                await receiver.RenewAsync(message, ended);
            }
            catch (Exception) when (ended.IsCancellationRequested)
            {
                return;
            }
            catch (MessagingException fault)
            {
                Log.LockNotRenewed(connection.Logger, entity, fault.Message);
                if (fault.Reason == ServiceBusReasons.LockLost) return;
            }
        }
    }
}

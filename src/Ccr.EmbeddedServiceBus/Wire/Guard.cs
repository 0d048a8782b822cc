namespace Ccr.EmbeddedServiceBus.Wire;

/// <summary>Keeps exceptions inside link callbacks: the AMQP library answers one by closing the whole connection.</summary>
internal static class Guard
{
    public static void Run(ILogger log, Action action)
    {
        try
        {
            action();
        }
        catch (Exception e) when (e is AmqpException or ObjectDisposedException or InvalidOperationException)
        {
            // The link, session or connection went away in the meantime.
            log.LinkGone(e.Message);
        }
        catch (Exception e)
        {
            log.CallbackFailed(e);
        }
    }
}

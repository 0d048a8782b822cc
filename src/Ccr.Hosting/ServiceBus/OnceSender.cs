namespace Ccr.Hosting.ServiceBus;

/// <summary>
/// Sends each message in one attempt, so that it is known what a fault means: before its link is open nothing can have been sent, and what the broker
/// refuses by its size, or for want of room, it does not have.
/// </summary>
/// <remarks>
/// The link is kept for the next message. After another fault it is left, and the next message has one opened for it: only what was sent over a link that
/// broke is uncertain. Safe for concurrent use.
/// </remarks>
public sealed class OnceSender : IAsyncDisposable
{
    private readonly ServiceBusConnection _connection;
    private readonly string _entity;
    private readonly Lock _gate = new();
    private Link? _link;

    internal OnceSender(ServiceBusConnection connection, string entity) => (_connection, _entity) = (connection, entity);

    /// <summary>Sends one message; when it returns, the broker has accepted it.</summary>
    /// <exception cref="MessagingException">It was not accepted; the exception says whether it is certain that it was not sent.</exception>
    /// <exception cref="OperationCanceledException">Cancelled; the message may have been sent.</exception>
    public async Task SendAsync(ServiceBusMessage message, CancellationToken cancellationToken)
    {
        var link = Take();
        try
        {
            var sender = await link.Opened.WaitAsync(cancellationToken);
            await _connection.RunAsync(sender, _entity, Operation.Send, (it, token) => it.SendMessageAsync(message, token), cancellationToken);
        }
        catch (MessagingException fault)
        {
            fault.WasRefused = link.Opened.IsFaulted || fault.Reason == ServiceBusReasons.TooLarge || fault.Reason == ServiceBusReasons.QuotaExceeded
                || fault.Reason == ServiceBusReasons.Busy;
            if (link.Opened.IsFaulted || !fault.WasRefused) Leave(link);
            throw;
        }
        finally
        {
            await GiveBackAsync(link);
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_link is not { } link) return;

        Leave(link);
        await link.CloseAsync(_connection);
    }

    /// <summary>The link that is open, or is being opened by somebody for all.</summary>
    private Link Take()
    {
        lock (_gate)
        {
            if (_link is null || _link.By != _connection.Clients) _link = new Link(_connection, _entity);
            _link.Users++;
            return _link;
        }
    }

    private void Leave(Link link)
    {
        lock (_gate)
        {
            if (_link == link) _link = null;
        }
    }

    /// <summary>The last one closes a link that was left: what is on its way for others may still arrive.</summary>
    private async Task GiveBackAsync(Link link)
    {
        lock (_gate)
        {
            if (--link.Users > 0 || _link == link) return;
        }

        await link.CloseAsync(_connection);
    }

    private sealed class Link
    {
        public Link(ServiceBusConnection connection, string entity)
        {
            By = connection.Clients;
            Opened = OpenAsync(connection, entity);
        }

        public Clients By { get; }

        public Task<Made<ServiceBusSender>> Opened { get; }

        /// <summary>How many messages are on their way over it.</summary>
        public int Users { get; set; }

        public async Task CloseAsync(ServiceBusConnection connection)
        {
            await Task.WhenAny(Opened);
            if (Opened.IsCompletedSuccessfully) await connection.CloseAsync((await Opened).It);
        }

        private async Task<Made<ServiceBusSender>> OpenAsync(ServiceBusConnection connection, string entity)
        {
            var sender = new Made<ServiceBusSender>(By, By.OfOneAttempt.CreateSender(entity));
            try
            {
                await connection.OpenAsync(sender, entity, CancellationToken.None);
                return sender;
            }
            catch
            {
                await connection.CloseAsync(sender.It);
                throw;
            }
        }
    }
}

namespace Ccr.Hosting.ServiceBus;

/// <summary>Microsoft's clients of one connection. They are replaced together when one of them has locked itself up.</summary>
/// <remarks>
/// When a connection breaks while several threads use it, two of them can wait for each other's locks without end. Seen in Microsoft.Azure.Amqp 2.7.3: a
/// write that fails ends all links while it holds a session's lock, and a receive holds a link's lock while it waits for that session. Such a client can
/// neither be used nor closed: it is left behind with its threads, and another one takes its place.
/// </remarks>
internal sealed class Clients(Func<ServiceBusClient> make, Func<ServiceBusClient> makeOfOneAttempt)
{
    private readonly Lazy<ServiceBusClient> _client = new(make);
    private readonly Lazy<ServiceBusClient> _ofOneAttempt = new(makeOfOneAttempt);

    /// <summary>Held by whoever calls a client, until the call returns its task: threads that come one after another hardly ever lock each other up.</summary>
    public Lock Entry { get; } = new();

    /// <summary>Tries an operation once more when it fails.</summary>
    public ServiceBusClient Client => _client.Value;

    /// <summary>Sends nothing twice by itself; opened when it is first needed.</summary>
    public ServiceBusClient OfOneAttempt => _ofOneAttempt.Value;

    /// <summary>What there is to close.</summary>
    public IEnumerable<ServiceBusClient> Opened => new[] { _client, _ofOneAttempt }.Where(each => each.IsValueCreated).Select(each => each.Value);
}

/// <summary>Something that was made of a client.</summary>
/// <param name="By">Where the client belongs.</param>
/// <param name="It">What was made.</param>
internal sealed record Made<T>(Clients By, T It);

/// <summary>Something that is made of a connection's client, and made again when the client was replaced.</summary>
internal sealed class Remade<T>(ServiceBusConnection connection, Func<ServiceBusClient, T> make)
    where T : IAsyncDisposable
{
    private readonly Lock _gate = new();
    private Made<T>? _made;

    public Made<T> Current
    {
        get
        {
            lock (_gate)
            {
                var clients = connection.Clients;
                return _made?.By == clients ? _made : _made = new Made<T>(clients, make(clients.Client));
            }
        }
    }

    public async Task CloseAsync()
    {
        if (_made is { } made) await connection.CloseAsync(made.It);
    }
}

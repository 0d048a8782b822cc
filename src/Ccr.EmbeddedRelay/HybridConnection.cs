using System.Diagnostics.CodeAnalysis;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Ccr.EmbeddedRelay;

/// <summary>What a listener answered.</summary>
internal sealed record ListenerAnswer(ListenerCommand.Answer Head, byte[] Body);

/// <summary>One request that waits for its answer.</summary>
/// <param name="sender">The sender's request.</param>
internal sealed class Exchange(HttpContext sender)
{
    public string Id { get; } = Guid.NewGuid().ToString();

    /// <summary>What the address of the rendezvous is known by: whoever has it may fetch the request and answer it.</summary>
    public string Secret { get; } = Guid.NewGuid().ToString("N");

    public HttpContext Sender { get; } = sender;

    /// <summary>The sender's connection.</summary>
    public IConnectionLifetimeFeature Connection { get; } = sender.Features.GetRequiredFeature<IConnectionLifetimeFeature>();

    public TaskCompletionSource<ListenerSocket> Met { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public TaskCompletionSource<ListenerAnswer> Answered { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
}

/// <summary>One hybrid connection: who listens, and what waits for an answer.</summary>
[SuppressMessage("Security", "CA5394", Justification = "Chance only spreads the load.")]
internal sealed class HybridConnection(string name, Random random)
{
    /// <summary>The documented limit.</summary>
    private const int MaxListeners = 25;

    private readonly Lock _gate = new();
    private readonly List<ListenerSocket> _listeners = [];
    private readonly List<ListenerSocket> _rendezvous = [];
    private readonly List<Exchange> _waiting = [];
    private readonly Queue<LostAnswer> _toLose = new();
    private long _requests;
    private int _places;

    public string Name => name;

    public int Listeners
    {
        get
        {
            lock (_gate) return _listeners.Count;
        }
    }

    /// <summary>How many requests were handed to a listener.</summary>
    public long Requests => Interlocked.Read(ref _requests);

    /// <summary>Keeps a place for a listener. True if there was one; it is given back by <see cref="GiveBackPlace"/>.</summary>
    public bool TryTakePlace()
    {
        lock (_gate) return _places < MaxListeners && ++_places > 0;
    }

    public void GiveBackPlace()
    {
        lock (_gate) _places--;
    }

    public void AddListener(ListenerSocket listener)
    {
        lock (_gate) _listeners.Add(listener);
    }

    public void RemoveListener(ListenerSocket listener)
    {
        lock (_gate) _listeners.Remove(listener);
    }

    public void AddRendezvous(ListenerSocket rendezvous)
    {
        lock (_gate) _rendezvous.Add(rendezvous);
    }

    public void RemoveRendezvous(ListenerSocket rendezvous)
    {
        lock (_gate) _rendezvous.Remove(rendezvous);
    }

    public ListenerSocket? ChooseListener()
    {
        lock (_gate) return _listeners.Count == 0 ? null : _listeners[random.Next(_listeners.Count)];
    }

    public Exchange Begin(HttpContext sender)
    {
        var exchange = new Exchange(sender);
        Interlocked.Increment(ref _requests);
        lock (_gate) _waiting.Add(exchange);
        return exchange;
    }

    public void End(Exchange exchange)
    {
        lock (_gate) _waiting.Remove(exchange);
    }

    /// <summary>Lets a listener meet the request that is known by a secret, once.</summary>
    public bool TryMeet(string secret, ListenerSocket rendezvous) => Find(each => each.Secret == secret)?.Met.TrySetResult(rendezvous) ?? false;

    public bool IsAwaited(string secret) => Find(each => each.Secret == secret) is { Met.Task.IsCompleted: false };

    public void Answer(ListenerAnswer answer) => Find(each => each.Id == answer.Head.RequestId)?.Answered.TrySetResult(answer);

    public void LoseAnswers(int count, LostAnswer how)
    {
        lock (_gate)
        {
            for (var i = 0; i < count; i++) _toLose.Enqueue(how);
        }
    }

    /// <summary>Whether an answer that has come is to be lost, and how.</summary>
    public LostAnswer? TakeLoss()
    {
        lock (_gate) return _toLose.TryDequeue(out var how) ? how : null;
    }

    public void CutListeners()
    {
        List<ListenerSocket> all;
        lock (_gate)
        {
            all = [.. _listeners, .. _rendezvous];

            // Nothing more is handed to them, also before their ends are noticed.
            _listeners.Clear();
        }

        all.ForEach(listener => listener.Cut());
    }

    public void CutSenders()
    {
        List<Exchange> all;
        lock (_gate) all = [.. _waiting];
        all.ForEach(exchange => exchange.Connection.Abort());
    }

    private Exchange? Find(Predicate<Exchange> match)
    {
        lock (_gate) return _waiting.Find(match);
    }
}

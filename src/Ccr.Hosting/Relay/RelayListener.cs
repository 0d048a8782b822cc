using Azure.Core;

namespace Ccr.Hosting.Relay;

/// <summary>Listens on a hybrid connection and hands each request to its handler.</summary>
/// <remarks>
/// Without its handler it answers 400 or 413 (the body is missing or too large), 429 (too much is in hand) and 503 (it stops): then nothing was done. When
/// the handler throws it answers 500: then nobody knows.
/// </remarks>
public sealed class RelayListener : IAsyncDisposable
{
    /// <summary>The waits before it connects again; the last one stays.</summary>
    private static readonly int[] DelaySeconds = [0, 1, 2, 5, 10, 30];

    /// <summary>A connection that ends sooner counts as a failure, so that a relay that takes and drops it is not called without end.</summary>
    private static readonly TimeSpan Settled = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan ShortestRenewal = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan ClosePatience = TimeSpan.FromSeconds(5);

    private readonly RelayOptions _options;
    private readonly TimeProvider _time;
    private readonly RelayDialer _dialer;
    private readonly RelayTokens _tokens;
    private readonly ListenerMonitor _monitor;
    private readonly RelayedRequests _requests;
    private readonly string _id = Guid.NewGuid().ToString();

    /// <summary>No more is taken; what has begun goes on.</summary>
    private readonly CancellationTokenSource _closing = new();

    /// <summary>Everything ends.</summary>
    private readonly CancellationTokenSource _stop = new();

    private Task _running = Task.CompletedTask;
    private volatile RelayChannel? _control;

    /// <summary>Makes a listener; the options must be sound.</summary>
    public RelayListener(RelayOptions options, RelayHandler handler, ILoggerFactory loggers, TimeProvider time, TokenCredential? credential = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        (_options, _time) = (options, time);
        var logger = loggers.CreateLogger<RelayListener>();
        _dialer = new RelayDialer(options, time);
        _tokens = new RelayTokens(options, time, credential);
        _monitor = new ListenerMonitor(options, time, logger);
        _requests = new RelayedRequests(options, handler, _dialer, time, logger, _closing.Token, _stop.Token);
    }

    /// <summary>How it is doing.</summary>
    public RelayHealth Health => _monitor.HealthWith(_requests.InFlight);

    /// <summary>Begins to listen; it succeeds also while the relay cannot be reached, which is then tried again.</summary>
    public Task StartAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        _running = Task.Run(RunAsync, CancellationToken.None);
        return Task.CompletedTask;
    }

    /// <summary>Takes no more requests, lets those that have begun be answered, and closes.</summary>
    /// <param name="cancellationToken">Ends the waiting for answers.</param>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await _closing.CancelAsync();
        try
        {
            await _requests.DrainAsync().WaitAsync(cancellationToken);
            using var patience = new CancellationTokenSource(ClosePatience, _time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
            if (_control is { } control) await control.CloseAsync(either.Token);
            await _running.WaitAsync(either.Token);
        }
        catch (Exception)
        {
            // It was not to wait any longer, or the connection is gone: then there is nobody to say farewell to.
        }

        await _stop.CancelAsync();
        await _running;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await StopAsync(new CancellationToken(canceled: true));
        _dialer.Dispose();
        _closing.Dispose();
        _stop.Dispose();
    }

    private async Task RunAsync()
    {
        for (var failures = 0; !_closing.IsCancellationRequested;)
        {
            var (fault, hasHeld) = await ListenAsync();
            if (_closing.IsCancellationRequested) break;
            _monitor.Failed(fault);
            if (hasHeld) failures = 0;
            var delay = TimeSpan.FromSeconds(DelaySeconds[Math.Min(failures++, DelaySeconds.Length - 1)]);
            await Task.Delay(delay, _time, _closing.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        _monitor.Stopped();
    }

    /// <summary>Opens the control channel and serves it until it ends. Says why it ended, and whether it held for a while.</summary>
    private async Task<(RelayFault Fault, bool HasHeld)> ListenAsync()
    {
        try
        {
            var (token, fault) = await _tokens.GetAsync(_closing.Token);
            if (token is null) return (fault!, false);
            (var channel, fault) = await _dialer.ConnectAsync(RelayHttp.ListenAddress(_options, _id), token.Text, _closing.Token);
            if (channel is null) return (fault!, false);
            using (channel)
            {
                var began = _time.GetTimestamp();
                _control = channel;
                _monitor.Connected();
                fault = await ServeAsync(channel, token);
                return (fault, _time.GetElapsedTime(began) >= Settled);
            }
        }
        catch (Exception exception)
        {
            return (RelayFault.Of(RelayReasons.CannotConnect, _options, exception), false);
        }
        finally
        {
            _control = null;
        }
    }

    private async Task<RelayFault> ServeAsync(RelayChannel channel, RelayToken token)
    {
        using var renewing = CancellationTokenSource.CreateLinkedTokenSource(_stop.Token);
        var renewal = RenewAsync(channel, token, renewing.Token);
        try
        {
            while (await channel.ReceiveAsync(_options.MaxRequestBytes, _stop.Token) is { IsClosed: false } arrival)
                await _requests.TakeAsync(arrival, channel);
            await channel.CloseAsync(_stop.Token);
            return RelayFault.OfClosing(channel.CloseStatus, _options);
        }
        catch (Exception exception)
        {
            return RelayFault.Of(RelayReasons.ListenerClosed, _options, exception);
        }
        finally
        {
            await renewing.CancelAsync();
            await renewal.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>Renews the token for as long as the control channel is there. Without a new one the relay closes it when the old one has expired.</summary>
    private async Task RenewAsync(RelayChannel channel, RelayToken token, CancellationToken cancellationToken)
    {
        while (true)
        {
            var wait = token.RenewAt - _time.GetUtcNow();
            await Task.Delay(wait < ShortestRenewal ? ShortestRenewal : wait, _time, cancellationToken);
            var (next, _) = await _tokens.GetAsync(cancellationToken);
            if (next is null) continue;
            if (next.Text != token.Text) await channel.SendAsync(RelayFrames.WriteRenewal(next.Text), default, cancellationToken);
            token = next;
        }
    }
}

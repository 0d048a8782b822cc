using System.Collections.ObjectModel;
using Ccr.Core.Text;

namespace Ccr.Hosting.Relay;

/// <summary>Takes requests to the handler, so many at a time, and their answers back by the way that the protocol asks for.</summary>
/// <param name="options">The hybrid connection.</param>
/// <param name="handler">What answers.</param>
/// <param name="dialer">Opens a rendezvous.</param>
/// <param name="time">The clock.</param>
/// <param name="logger">Where it is said what went wrong.</param>
/// <param name="closing">Ends what waits for further requests.</param>
/// <param name="stop">Ends everything.</param>
internal sealed class RelayedRequests(
    RelayOptions options, RelayHandler handler, RelayDialer dialer, TimeProvider time, ILogger logger, CancellationToken closing, CancellationToken stop)
{
    private readonly TaskCompletionSource _drained = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _inFlight;
    private int _openRendezvous;
    private volatile bool _isClosing;

    /// <summary>Requests whose answer is not sent yet.</summary>
    public int InFlight => Volatile.Read(ref _inFlight);

    /// <summary>Refuses what comes from now on, and waits until all that has begun is answered.</summary>
    public Task DrainAsync()
    {
        _isClosing = true;
        if (InFlight == 0) _drained.TrySetResult();
        return _drained.Task;
    }

    /// <summary>Takes what came over the control channel. It returns when the next may be read, not when this is answered.</summary>
    public async Task TakeAsync(RelayArrival arrival, RelayChannel control)
    {
        switch (arrival.Command)
        {
            case RelayCommand.Accept or RelayCommand.Rendezvous when InFlight >= 2 * options.MaxInFlight:
                Log.NotFetched(logger, "too much is in hand already");
                break;
            case RelayCommand.Accept accept:
                Begin(() => RefuseSocketAsync(accept.Address));
                break;
            case RelayCommand.Rendezvous rendezvous:
                Begin(() => FetchAsync(rendezvous.Address));
                break;
            case RelayCommand.Request request when FindRefusal(arrival.BodyState, InFlight + 1) is { } refusal:
                // Not beside the reading: otherwise a flood would pile up here until it can be refused.
                await control.SendAsync(RelayFrames.WriteAnswer(request.Id, refusal), refusal.Body, stop);
                break;
            case RelayCommand.Request request:
                Begin(() => AnswerAsync(request, arrival.Body, control));
                break;
            default:
                Log.FrameUnreadable(logger);
                break;
        }
    }

    private static RelayedAnswer Refusal(int status) => new(status, ReadOnlyDictionary<string, string>.Empty, default);

    /// <summary>The answer to a request that is not for the handler; null if it is.</summary>
    private RelayedAnswer? FindRefusal(BodyState body, int inFlight) =>
        _isClosing ? Refusal(503)
        : inFlight > options.MaxInFlight ? Refusal(429)
        : body == BodyState.TooLarge ? Refusal(413)
        : body == BodyState.Missing ? Refusal(400)
        : null;

    /// <summary>Begins what counts as in hand until it ends; the rendezvous that it leaves open goes on being served.</summary>
    private void Begin(Func<Task<RelayChannel?>> run)
    {
        Interlocked.Increment(ref _inFlight);
        _ = Task.Run(async () =>
        {
            RelayChannel? rendezvous = null;
            try
            {
                rendezvous = await run();
            }
            catch (Exception exception)
            {
                Log.NotFetched(logger, exception.GetBaseException().Message);
            }
            finally
            {
                End();
            }

            if (rendezvous is not null) await ServeFurtherAsync(rendezvous);
        });
    }

    private void End()
    {
        if (Interlocked.Decrement(ref _inFlight) == 0 && _isClosing) _drained.TrySetResult();
    }

    private async Task<RelayChannel?> AnswerAsync(RelayCommand.Request request, ReadOnlyMemory<byte> body, RelayChannel control)
    {
        var answer = await HandleAsync(request, body);
        var frame = RelayFrames.WriteAnswer(request.Id, answer);
        try
        {
            if (frame.Length + answer.Body.Length < RelayFrames.RendezvousBytes)
            {
                await control.SendAsync(frame, answer.Body, stop);
                return null;
            }
        }
        catch (Exception exception) when (!stop.IsCancellationRequested)
        {
            // The control channel is gone. The request's own address may still be good.
            Log.AnswerDelayed(logger, SafeText.Escape(request.Id), exception.GetBaseException().Message);
        }

        if (await MeetAsync(request.Address) is { } rendezvous)
        {
            return await KeepAsync(rendezvous, async () =>
            {
                await rendezvous.SendAsync(frame, answer.Body, stop);
                return true;
            });
        }

        Log.AnswerLost(logger, SafeText.Escape(request.Id));
        return null;
    }

    private async Task<RelayedAnswer> HandleAsync(RelayCommand.Request request, ReadOnlyMemory<byte> body)
    {
        try
        {
            var answer = await handler(new RelayedRequest(request.Id, request.Method, request.Target, request.Headers, body), stop);
            return answer.Status is >= 200 and <= 599 and not 502 and not 504
                ? answer
                : throw new InvalidOperationException($"A listener may not answer {answer.Status}.");
        }
        catch (Exception exception)
        {
            Log.HandlerFailed(logger, exception, SafeText.Escape(request.Id));
            return Refusal(500);
        }
    }

    /// <summary>Fetches the request that waits at an address, and answers it there.</summary>
    private async Task<RelayChannel?> FetchAsync(Uri address)
    {
        if (await MeetAsync(address) is not { } rendezvous) return null;
        using var patience = new CancellationTokenSource(options.AnswerTimeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, stop);
        return await KeepAsync(
            rendezvous, async () => await ServeAsync(rendezvous, await rendezvous.ReceiveAsync(options.MaxRequestBytes, either.Token), InFlight));
    }

    /// <summary>Returns a rendezvous that is open after its use; one that is not, or whose use failed, is disposed of.</summary>
    private static async Task<RelayChannel?> KeepAsync(RelayChannel rendezvous, Func<Task<bool>> use)
    {
        var isOpen = false;
        try
        {
            isOpen = await use();
            return isOpen ? rendezvous : null;
        }
        finally
        {
            if (!isOpen) rendezvous.Dispose();
        }
    }

    /// <summary>Serves the further requests of the same sender: while none is here, nothing is in hand.</summary>
    private async Task ServeFurtherAsync(RelayChannel rendezvous)
    {
        var open = Interlocked.Increment(ref _openRendezvous);
        try
        {
            for (var goesOn = open <= options.MaxInFlight; goesOn && !_isClosing;)
            {
                var arrival = await rendezvous.ReceiveAsync(options.MaxRequestBytes, closing);
                var inFlight = Interlocked.Increment(ref _inFlight);
                try
                {
                    goesOn = await ServeAsync(rendezvous, arrival, inFlight);
                }
                finally
                {
                    End();
                }
            }
        }
        catch (Exception)
        {
            // It broke, or the listener stops, and nothing was in hand.
        }
        finally
        {
            Interlocked.Decrement(ref _openRendezvous);
            rendezvous.Dispose();
        }
    }

    /// <summary>Answers what came over a rendezvous. True unless the relay closed it.</summary>
    private async Task<bool> ServeAsync(RelayChannel rendezvous, RelayArrival arrival, int inFlight)
    {
        if (arrival.Command is RelayCommand.Request request)
        {
            var answer = FindRefusal(arrival.BodyState, inFlight) ?? await HandleAsync(request, arrival.Body);
            await rendezvous.SendAsync(RelayFrames.WriteAnswer(request.Id, answer), answer.Body, stop);
        }

        return !arrival.IsClosed;
    }

    /// <summary>Opens a rendezvous; null, and said, if that cannot be.</summary>
    private async Task<RelayChannel?> MeetAsync(Uri? address)
    {
        if (address is null || !RelayHttp.IsOfRelay(address, options.Endpoint!))
        {
            Log.NotFetched(logger, "its address is not the relay's");
            return null;
        }

        var (channel, fault) = await dialer.ConnectAsync(address, token: null, stop);
        if (channel is null) Log.NotFetched(logger, fault!.Message);
        return channel;
    }

    /// <summary>Refuses a WebSocket as the protocol asks for it: by opening one that the relay refuses in its turn.</summary>
    private async Task<RelayChannel?> RefuseSocketAsync(Uri address)
    {
        Log.SocketRefused(logger);
        if (!RelayHttp.IsOfRelay(address, options.Endpoint!)) return null;
        var refusal = new Uri($"{address.AbsoluteUri}&sb-hc-statusCode=501&sb-hc-statusDescription=Only%20requests%20are%20served");
        var (channel, _) = await dialer.ConnectAsync(refusal, token: null, stop);
        channel?.Dispose();
        return null;
    }
}

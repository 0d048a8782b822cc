using Ccr.Agent.Commands;
using Ccr.Core.Sites.Looks;
using Ccr.Core.Views;

namespace Ccr.Agent.Looks;

/// <summary>Looks at the agent's own site: few times at once, and never for long, since the pushes come first.</summary>
internal sealed class OwnLook(ISiteLook look, LookDesk desk, Site site, TimeProvider time, AgentStop stop, ILogger<OwnLook> logger) : IDisposable
{
    /// <summary>Each reads a whole folder, or asks a server that other people use as well.</summary>
    private const int MostAtOnce = 2;

    /// <summary>Less than the 50 seconds within which the relay is answered.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(40);

    private readonly SemaphoreSlim _places = new(MostAtOnce);

    /// <summary>What the site shows of the machines; says so when that is not known in time.</summary>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public async Task<LookAnswer> LookAsync(IReadOnlyList<LookedFor> machines, CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(Patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        LookAnswer? answer = null;
        try
        {
            await _places.WaitAsync(either.Token);
            try
            {
                answer = await look.LookAsync(site, machines, either.Token);
            }
            finally
            {
                _places.Release();
            }
        }
        catch (OperationCanceledException) when (timeout.IsCancellationRequested)
        {
            // The caller's own wish goes first.
        }

        cancellationToken.ThrowIfCancellationRequested();
        if (answer?.Views is null && timeout.IsCancellationRequested) answer = LookAnswer.Failed(LookReasons.NotInTime, $"it took more than {Patience}");
        if (answer!.Fault is { } fault) Log.NotLooked(logger, site.Key, fault.Code, answer.Detail);
        return answer;
    }

    /// <summary>What the site shows of a command's machine before the push; null when the command does not ask for it, or it is not known in time.</summary>
    public async Task<SiteView?> LookBeforeAsync(OwnedCommand owned)
    {
        if (!owned.Command.Look) return null;

        var machine = new LookedFor(owned.Request.Machine.Value, owned.Request.Domain.Value);
        try
        {
            // Commands that come together share one look.
            var answer = await desk.LookBeforeAsync(site, machine, stop.Soft);
            if (answer.Fault is { } fault) Log.NotLookedBefore(logger, machine.Machine, owned.Command.RequestId, fault.Code, answer.Detail);
            return answer.Of(machine);
        }
        catch (OperationCanceledException)
        {
            // The agent stops.
            return null;
        }
    }

    public void Dispose() => _places.Dispose();
}

using System.Collections.Concurrent;
using Ccr.Core.Views;

namespace Ccr.Core.Sites.Looks;

/// <summary>Gathers what is asked about the machines of a site for a moment, and looks once for all of them.</summary>
/// <param name="look">How sites are looked at.</param>
/// <param name="time">The clock.</param>
/// <param name="gathered">
/// For how long it is gathered, 200 milliseconds by default: looks are due in the same moment when the pushes were made in the same moment.
/// </param>
public sealed class LookDesk(ISiteLook look, TimeProvider time, TimeSpan? gathered = null)
{
    /// <summary>As many names as a question to an AdminService is known to take (adminservice.md, polling budget).</summary>
    private const int MostAtOnce = 20;

    /// <summary>A push does not wait for longer: without a view from before, later ones are compared with the first one after it.</summary>
    private static readonly TimeSpan PatienceBefore = TimeSpan.FromSeconds(15);

    private readonly TimeSpan _gathered = gathered ?? TimeSpan.FromMilliseconds(200);
    private readonly ConcurrentDictionary<string, Group> _groups = new(StringComparer.Ordinal);

    /// <summary>What the site shows of a machine, and maybe of others that are looked for at the same time.</summary>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public Task<LookAnswer> LookAsync(Site site, LookedFor machine, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(site);
        while (true)
        {
            var group = _groups.GetOrAdd(site.Key, _ => new Group());
            if (group.TryAdd(machine, out var isFirst))
            {
                if (isFirst) _ = RunAsync(site, group);
                return group.Answer.WaitAsync(cancellationToken);
            }

            // It is full, or on its way.
            _groups.TryRemove(KeyValuePair.Create(site.Key, group));
        }
    }

    /// <summary>The same before a push, which must not be held up for long: it says so when nothing is heard in time.</summary>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public async Task<LookAnswer> LookBeforeAsync(Site site, LookedFor machine, CancellationToken cancellationToken)
    {
        try
        {
            return await LookAsync(site, machine, cancellationToken).WaitAsync(PatienceBefore, time, cancellationToken);
        }
        catch (TimeoutException)
        {
            return LookAnswer.Failed(LookReasons.NotInTime, $"nothing was heard within {PatienceBefore}");
        }
    }

    private async Task RunAsync(Site site, Group group)
    {
        await Task.WhenAny(group.Full, Task.Delay(_gathered, time));
        var machines = group.Close();
        _groups.TryRemove(KeyValuePair.Create(site.Key, group));
        try
        {
            group.End(await look.LookAsync(site, machines, CancellationToken.None));
        }
        catch (Exception fault)
        {
            group.End(fault);
        }
    }

    private sealed class Group
    {
        private readonly Lock _gate = new();
        private readonly HashSet<LookedFor> _machines = [];
        private readonly TaskCompletionSource<LookAnswer> _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly TaskCompletionSource _full = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private bool _isClosed;

        public Task<LookAnswer> Answer => _answer.Task;

        public Task Full => _full.Task;

        public bool TryAdd(LookedFor machine, out bool isFirst)
        {
            lock (_gate)
            {
                isFirst = _machines.Count == 0;
                if (_isClosed) return false;

                _machines.Add(machine);
                if (_machines.Count < MostAtOnce) return true;

                _isClosed = true;
                _full.TrySetResult();
                return true;
            }
        }

        public IReadOnlyList<LookedFor> Close()
        {
            lock (_gate)
            {
                _isClosed = true;
                return [.. _machines];
            }
        }

        public void End(LookAnswer answer) => _answer.TrySetResult(answer);

        public void End(Exception fault) => _answer.TrySetException(fault);
    }
}

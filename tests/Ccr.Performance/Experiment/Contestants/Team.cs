using Ccr.Campaign.Supervision;

namespace Ccr.Performance.Experiment.Contestants;

/// <summary>The processes of one contestant: one, or with an agent two.</summary>
internal sealed class Team(params ChildProcess[] processes) : IAsyncDisposable
{
    /// <summary>Waits until the first says that it processes.</summary>
    public Task ReadyAsync(CancellationToken cancellationToken) => processes[0].SaidAsync("processing", cancellationToken);

    public void Hold() => Array.ForEach(processes, process => process.Hold());

    public void GoOn() => Array.ForEach(processes, process => process.GoOn());

    public async Task KillAsync(CancellationToken cancellationToken)
    {
        foreach (var process in processes) process.Kill();
        foreach (var process in processes) await process.EndAsync(cancellationToken);
    }

    /// <summary>What each of them uses.</summary>
    public IReadOnlyList<Usage> ReadUsage() =>
        [.. processes.Select(process => process.ReadUsage() ?? throw new InvalidOperationException("A contestant's process has ended."))];

    public async ValueTask DisposeAsync()
    {
        foreach (var process in processes) await process.DisposeAsync();
    }
}

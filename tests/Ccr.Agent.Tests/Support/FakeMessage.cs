using Ccr.Agent.Commands;

namespace Ccr.Agent.Tests.Support;

/// <summary>A message of the agents' queue that remembers how it was settled.</summary>
internal sealed class FakeMessage(byte[] body, string messageId) : ICommandMessage
{
    public static readonly DateTimeOffset Now = new(2026, 1, 31, 12, 0, 0, TimeSpan.Zero);

    private readonly TaskCompletionSource<string> _end = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>"completed", "given back", or the code with which it was refused.</summary>
    public Task<string> End => _end.Task;

    public int Renewals { get; private set; }

    public ReadOnlyMemory<byte> Body => body;

    public string? MessageId => messageId;

    public long SequenceNumber => 1;

    public DateTimeOffset EnqueuedTime => Now;

    public DateTimeOffset LockedUntil => Now.AddMinutes(1);

    public Task CompleteAsync(CancellationToken cancellationToken) => EndAsync("completed");

    public Task RenewAsync(CancellationToken cancellationToken)
    {
        Renewals++;
        return Task.CompletedTask;
    }

    public Task GiveBackAsync(CancellationToken cancellationToken) => EndAsync("given back");

    public Task RefuseAsync(string reason, string description, CancellationToken cancellationToken) => EndAsync(reason);

    private Task EndAsync(string how)
    {
        _end.SetResult(how);
        return Task.CompletedTask;
    }
}

namespace Ccr.Hosting;

/// <summary>One thing that the job cannot do without, and why it is missing.</summary>
/// <param name="Name">What.</param>
/// <param name="Fault">One sentence without secrets, or null when all is well.</param>
public sealed record ReadinessCheck(string Name, string? Fault)
{
    /// <summary>What is allowed, and yet better otherwise: one sentence, or null.</summary>
    public string? Warning { get; init; }
}

/// <summary>Whether the job can be done now: the broker and the ledger answer.</summary>
public sealed class Readiness(IRequestView requests, ILedgerStore ledger, TimeProvider time)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <summary>Asks the broker and the ledger, at most five seconds each.</summary>
    public async Task<IReadOnlyList<ReadinessCheck>> CheckAsync(CancellationToken cancellationToken) =>
        await Task.WhenAll(
            AskAsync("broker", token => requests.FindOldestAsync(token), cancellationToken),
            AskAsync("ledger", async token => await ledger.ReadAsync("readiness", "readiness", token), cancellationToken));

    private async Task<ReadinessCheck> AskAsync(string name, Func<CancellationToken, Task> ask, CancellationToken cancellationToken)
    {
        using var patience = new CancellationTokenSource(Patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        try
        {
            await ask(either.Token).WaitAsync(either.Token);
            return new ReadinessCheck(name, null);
        }
        catch (MessagingException fault)
        {
            return new ReadinessCheck(name, fault.Message);
        }
        catch (LedgerException fault)
        {
            // Its message names account or file, and anybody may ask.
            return new ReadinessCheck(name, $"{fault.Reason.Code}: {fault.Reason.Meaning}");
        }
        catch (OperationCanceledException)
        {
            return new ReadinessCheck(name, $"no answer within {Patience.TotalSeconds} seconds");
        }
        catch (Exception fault)
        {
            // What else it says may name accounts; the log has it where it happened.
            return new ReadinessCheck(name, fault.GetType().Name);
        }
    }
}

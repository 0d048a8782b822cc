namespace Ccr.Core.Ledger;

/// <summary>
/// Which ledger this is: made with it, kept in it, and told in every result and every scheduled copy, so that two ledgers that answer for the same
/// machines are noticed. A copy of a ledger has the identity of the original.
/// </summary>
public sealed class LedgerIdentity(ILedgerStore ledger, TimeProvider time)
{
    /// <summary>The application property of results that has it.</summary>
    public const string Property = "ledger";

    private const string Key = "identity";

    private string? _value;

    /// <summary>The identity: 32 digits.</summary>
    /// <exception cref="LedgerException">The ledger cannot be read.</exception>
    public async ValueTask<string> ReadAsync(CancellationToken cancellationToken)
    {
        while (_value is null)
        {
            var state = await ledger.ReadSwitchAsync(Key, cancellationToken);
            if (state.Record?.By is { } known) _value = known;
            else await ledger.TryWriteSwitchAsync(state, new SwitchRecord(Key, true, time.GetUtcNow(), By: Guid.NewGuid().ToString("N")), cancellationToken);
        }

        return _value;
    }
}

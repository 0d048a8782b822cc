using Ccr.Core.Ledger;

namespace Ccr.Hosting.Tests.Ledger;

public sealed class InMemoryLedgerStoreTests : LedgerStoreContract
{
    protected override IOperatorLedger Store { get; } = new InMemoryLedgerStore();
}

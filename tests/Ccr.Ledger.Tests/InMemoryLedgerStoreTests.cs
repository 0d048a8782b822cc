using Ccr.Core.Ledger;

namespace Ccr.Ledger.Tests;

public sealed class InMemoryLedgerStoreTests : LedgerStoreContract
{
    protected override ILedgerStore Store { get; } = new InMemoryLedgerStore();
}

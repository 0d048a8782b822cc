using Ccr.Core.Ledger;
using Ccr.Hosting.Processing;

namespace Ccr.Hosting.Tests.Processing;

/// <summary>Two processors of one computer do not decide by two ledgers unless that is meant.</summary>
public sealed class LedgerNeighboursTests : IDisposable
{
    private const string Namespace = "contoso.servicebus.windows.net";

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("ccr-neighbours-");

    [Fact]
    public void Enter_AnotherLedgerIsThere_IsRefusedAndNamesBoth()
    {
        using var first = Enter("a.db");

        var fault = Assert.Throws<LedgerException>(() => Enter("b.db"));

        Assert.Equal(LedgerReasons.Neighbour, fault.Reason);
        Assert.Contains("a.db", fault.Message, StringComparison.Ordinal);
        Assert.Contains("b.db", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Enter_SameLedgerIsThere_IsAllowedAndStillGuardsWhenTheFirstLeaves()
    {
        var first = Enter("a.db");
        using var second = Enter("a.db");

        first.Dispose();

        Assert.Throws<LedgerException>(() => Enter("b.db"));
    }

    [Fact]
    public void Enter_OtherHasLeft_IsAllowed()
    {
        Enter("a.db").Dispose();

        using var second = Enter("b.db");

        Assert.Single(_folder.EnumerateFiles());
    }

    [Fact]
    public void Enter_OtherWasKilled_IsAllowed()
    {
        Enter("a.db").Dispose();
        File.WriteAllText(Path.Combine(_folder.FullName, "0000000000000000-0000000000000000.lock"), "left by a kill");

        using var second = Enter("b.db");

        Assert.NotNull(second);
    }

    [Fact]
    public void Enter_AnotherNamespace_IsAllowed()
    {
        using var first = Enter("a.db");

        using var second = LedgerNeighbours.Enter(_folder.FullName, "127.0.0.1:5672", "b.db", areAllowed: false);

        Assert.NotNull(second);
    }

    [Fact]
    public void Enter_MeantSo_IsAllowed()
    {
        using var first = Enter("a.db");

        using var second = LedgerNeighbours.Enter(_folder.FullName, Namespace, "b.db", areAllowed: true);

        Assert.Equal(2, _folder.GetFiles().Length);
    }

    public void Dispose() => _folder.Delete(recursive: true);

    private LedgerNeighbours Enter(string ledger) => LedgerNeighbours.Enter(_folder.FullName, Namespace, ledger, areAllowed: false);
}

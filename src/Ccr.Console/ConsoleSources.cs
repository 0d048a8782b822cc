using Ccr.Core;
using Ccr.Hosting.DeadLetters;
using Ccr.Hosting.ServiceBus;

namespace Ccr.Console;

/// <summary>What the console shows, and by whom it acts.</summary>
/// <param name="Ledger">One machine, one switch.</param>
/// <param name="View">The lists.</param>
/// <param name="Who">As whom the operator is signed in.</param>
public sealed record ConsoleSources(ILedgerStore Ledger, ILedgerView View, Person Who)
{
    /// <summary>What changes the ledger; null for a console that only reads.</summary>
    public LedgerOperator? Operator { get; init; }

    /// <summary>The results that were published lately; null when no broker is known.</summary>
    public IResultView? Results { get; init; }

    /// <summary>The Service Bus whose dead letters are shown, or null.</summary>
    public ServiceBusConnection? Connection { get; init; }

    /// <summary>What takes dead letters; null for a console that only reads.</summary>
    public DeadLetterDesk? Desk { get; init; }

    /// <summary>The settings of the job: sites, brake, windows.</summary>
    public CcrOptions Settings { get; init; } = new();

    /// <summary>Which ledger it is, for people: a path or an account. Never a connection string.</summary>
    public string LedgerName { get; init; } = "ledger";

    /// <summary>Which Service Bus it is, for people: the host name.</summary>
    public string? BrokerName { get; init; }
}

using Ccr.Core.Ledger;
using Ccr.Core.Results;

namespace Ccr.TestHost.Processor;

/// <summary>What fails for as long as a file is there: <c>CCR_LEDGER_FAILS_WHILE</c> and <c>CCR_TOPIC_FAILS_WHILE</c> name it.</summary>
internal sealed class Failure(string? file)
{
    public static Failure OfLedger { get; } = new(Environment.GetEnvironmentVariable("CCR_LEDGER_FAILS_WHILE"));

    public static Failure OfTopic { get; } = new(Environment.GetEnvironmentVariable("CCR_TOPIC_FAILS_WHILE"));

    public bool IsOn => file is not null && File.Exists(file);
}

/// <summary>A ledger whose disk fails: nothing is read and nothing written.</summary>
internal sealed class FailingLedger(ILedgerStore inner, Failure failure) : LedgerAround(inner)
{
    protected override ILedgerStore Inner =>
        failure.IsOn ? throw new LedgerException(LedgerReasons.CannotWrite, "the campaign has its disk fail") : base.Inner;
}

/// <summary>A topic that takes nothing.</summary>
internal sealed class FailingPublisher(IResultPublisher inner, Failure failure) : IResultPublisher
{
    public Task PublishAsync(ResultMessage message, CancellationToken cancellationToken) =>
        failure.IsOn ? throw new IOException("The campaign has the results topic refuse.") : inner.PublishAsync(message, cancellationToken);
}

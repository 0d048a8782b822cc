using Ccr.Core.Messaging;
using Microsoft.Azure.Functions.Worker;

namespace Ccr.Functions;

/// <summary>Sees to it that every dead letter of the requests queue has its result; takes none of them.</summary>
public sealed class ReportDeadLetters(DeadLetterReporter reporter)
{
    private const string EveryMinute = "0 * * * * *";

    /// <summary>Looks once.</summary>
    [Function(nameof(ReportDeadLetters))]
    public Task RunAsync([TimerTrigger(EveryMinute)] TimerInfo timer, CancellationToken cancellationToken) => reporter.ReportAsync(cancellationToken);
}

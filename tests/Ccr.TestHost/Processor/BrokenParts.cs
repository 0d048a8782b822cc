using System.Collections.Concurrent;
using System.Net;
using Ccr.Core.Sites;
using Ccr.Core.Messaging;
using Ccr.Core.Results;
using Ccr.Hosting.ServiceBus;
using Microsoft.Extensions.Hosting;

namespace Ccr.TestHost.Processor;

internal sealed class ResendingSubmitter(ISubmitter inner) : ISubmitter
{
    public async Task<SubmissionAnswer> SubmitAsync(ManagementPoint managementPoint, Submission submission, CancellationToken cancellationToken)
    {
        var answer = await inner.SubmitAsync(managementPoint, submission, cancellationToken);
        return answer.Verdict == SubmissionVerdict.Unknown ? answer with { Verdict = SubmissionVerdict.NotSent } : answer;
    }
}

/// <summary>Waits for an answer through the relay, but not for what the agent says when it is asked once more; then it is sent again.</summary>
internal sealed class HastySubmitter(ISubmitter inner) : ISubmitter
{
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(300);

    public async Task<SubmissionAnswer> SubmitAsync(ManagementPoint managementPoint, Submission submission, CancellationToken cancellationToken)
    {
        using var haste = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        haste.CancelAfter(Patience);
        var answer = await inner.SubmitAsync(managementPoint, submission, haste.Token);
        return answer.Verdict == SubmissionVerdict.Unknown ? answer with { Verdict = SubmissionVerdict.NotSent } : answer;
    }
}

/// <summary>What one writes without having read how HttpClient treats a request without content.</summary>
internal sealed class NaiveSubmitter(TimeProvider time) : ISubmitter, IDisposable
{
    private static readonly ReasonCode Reason = new("CCR3999", "The answer of a broken build", "None.");

    private readonly HttpClient _client = new();

    public async Task<SubmissionAnswer> SubmitAsync(ManagementPoint managementPoint, Submission submission, CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        var uri = new Uri(managementPoint.Address, $"/sms_mp/machine.ccr?mn={submission.Machine}&dn={submission.Domain}&fkey=True");
        try
        {
            using var request = new HttpRequestMessage(new HttpMethod("SMS_POST"), uri);
            using var response = await _client.SendAsync(request, cancellationToken);
            var verdict = response.StatusCode == HttpStatusCode.OK ? SubmissionVerdict.Accepted : SubmissionVerdict.Refused;
            return new SubmissionAnswer(verdict, Reason, $"{response.StatusCode}", (int)response.StatusCode, time.GetElapsedTime(started));
        }
        catch (HttpRequestException fault)
        {
            return new SubmissionAnswer(SubmissionVerdict.Unknown, Reason, fault.Message, null, time.GetElapsedTime(started));
        }
    }

    public void Dispose() => _client.Dispose();
}

/// <summary>The message was completed before; nothing is left to settle.</summary>
internal sealed class NothingToSettle : ISettlement
{
    public Task CompleteAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task AbandonAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task DeadLetterAsync(string reason, string description, CancellationToken cancellationToken) => Task.CompletedTask;
}

internal sealed class SwallowingPublisher(IResultPublisher inner) : IResultPublisher
{
    public async Task PublishAsync(ResultMessage message, CancellationToken cancellationToken)
    {
        try
        {
            await inner.PublishAsync(message, cancellationToken);
        }
        catch (Exception fault) when (fault is not OperationCanceledException)
        {
            // As one finds it in the wild: "best effort".
        }
    }
}

/// <summary>Ends in a hurry: completes the messages in hand, so that nobody gets them again, and leaves their handlers alone.</summary>
internal sealed class HastyEnd : IHostedService
{
    private readonly ConcurrentDictionary<ISettlement, bool> _inHand = new();

    public async Task HandleAsync(ISettlement settlement, Func<Task> handle)
    {
        _inHand[settlement] = true;
        await handle();
        _inHand.TryRemove(settlement, out _);
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Registered after the processing, so that it is stopped before it.</summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await Task.WhenAll(_inHand.Keys.Select(CompleteAsync));
        Environment.Exit(0);
    }

    private static async Task CompleteAsync(ISettlement settlement)
    {
        try
        {
            await settlement.CompleteAsync(CancellationToken.None);
        }
        catch (Exception fault) when (fault is InvalidOperationException or MessagingException)
        {
            // Its handler settled it a moment ago.
        }
    }
}

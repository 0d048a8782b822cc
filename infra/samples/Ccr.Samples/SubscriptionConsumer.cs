using Azure.Messaging.ServiceBus;

namespace Ccr.Samples;

/// <summary>
/// Takes the messages of a subscription one after the other, and settles each by what came of it: completed when it is done, back to the broker when the
/// other side cannot take it now, dead-lettered with the reason when it never will. Nothing is completed before it is done.
/// </summary>
internal sealed class SubscriptionConsumer : IAsyncDisposable
{
    private const string Topic = "ccr-results";

    private readonly ServiceBusProcessor _processor;
    private readonly IMessageUse _use;
    private readonly RetryPlan _plan;
    private readonly TimeProvider _time;
    private readonly Action<string> _log;

    public SubscriptionConsumer(ServiceBusClient client, string subscription, IMessageUse use, RetryPlan plan, TimeProvider time, Action<string> log)
    {
        (_use, _plan, _time, _log) = (use, plan, time, log);
        _processor = client.CreateProcessor(Topic, subscription, new ServiceBusProcessorOptions
        {
            AutoCompleteMessages = false,
            MaxConcurrentCalls = 1,
            MaxAutoLockRenewalDuration = TimeSpan.FromMinutes(15),
        });
        _processor.ProcessMessageAsync += HandleAsync;
        _processor.ProcessErrorAsync += fault =>
        {
            _log($"{fault.ErrorSource}: {fault.Exception.GetType().Name}");
            return Task.CompletedTask;
        };
    }

    public Task StartAsync() => _processor.StartProcessingAsync();

    public ValueTask DisposeAsync() => _processor.DisposeAsync();

    private async Task HandleAsync(ProcessMessageEventArgs args)
    {
        var message = args.Message;
        try
        {
            await UseAsync(message, args.CancellationToken);
            await args.CompleteMessageAsync(message, CancellationToken.None);
        }
        catch (RefusedException fault)
        {
            _log($"{message.MessageId} is dead-lettered: {fault.Message}");
            await args.DeadLetterMessageAsync(message, "Refused", fault.Message, CancellationToken.None);
        }
        catch (NotNowException fault)
        {
            _log($"{message.MessageId} goes back to the broker: {fault.Message}");
            await args.AbandonMessageAsync(message, cancellationToken: CancellationToken.None);
        }
    }

    private async Task UseAsync(ServiceBusReceivedMessage message, CancellationToken stop)
    {
        var wait = _plan.FirstWait;
        for (var tries = 1; ; tries++)
        {
            try
            {
                await _use.UseAsync(message.MessageId, message.Body.ToMemory(), stop);
                return;
            }
            catch (NotNowException) when (tries < _plan.Tries)
            {
                await Task.Delay(wait, _time, stop);
                wait = wait * 2 < _plan.LongestWait ? wait * 2 : _plan.LongestWait;
            }
        }
    }
}

using System.Collections.Concurrent;
using Azure.Messaging.ServiceBus;

namespace Ccr.EmbeddedServiceBus.Tests.Contract;

public abstract partial class ServiceBusContract
{
    [Fact(Timeout = Timeout)]
    public async Task Processor_ManyMessages_HandlesEachOnceWithinItsConcurrency()
    {
        const int Count = 500;
        ConcurrentBag<string> handled = [];
        TaskCompletionSource all = new(TaskCreationOptions.RunContinuationsAsynchronously);
        var running = 0;
        var tooMany = false;
        await using var sender = Client.CreateSender(NextQueue);
        await sender.SendMessagesAsync(Enumerable.Range(0, Count).Select(i => new ServiceBusMessage($"{i}")), Cancellation);

        await using var processor = Processor(NextQueue, new() { MaxConcurrentCalls = 8, PrefetchCount = 16 }, async args =>
        {
            tooMany |= Interlocked.Increment(ref running) > 8;
            await Task.Yield();
            Interlocked.Decrement(ref running);
            handled.Add(args.Message.Body.ToString());
            if (handled.Count == Count)
                all.TrySetResult();
        });
        await processor.StartProcessingAsync(Cancellation);
        await all.Task.WaitAsync(Cancellation);
        await processor.StopProcessingAsync(Cancellation);

        Assert.False(tooMany);
        Assert.Equal(Count, handled.Distinct().Count());
        Assert.Equal(Count, handled.Count);
        await AssertEmptyAsync(NextQueue);
    }

    [Fact(Timeout = Timeout)]
    public async Task Processor_HandlerThrows_AbandonsUntilDeadLettered()
    {
        await SendAsync(Queue, new ServiceBusMessage("poison"));
        ConcurrentQueue<int> deliveries = [];

        await using var processor = Processor(Queue, new(), args =>
        {
            deliveries.Enqueue(args.Message.DeliveryCount);
            throw new InvalidDataException("the handler fails");
        });
        await processor.StartProcessingAsync(Cancellation);
        var dead = await TakeOneAsync(Queue, SubQueue.DeadLetter);

        Assert.Equal([1, 2, 3], deliveries);
        Assert.Equal("MaxDeliveryCountExceeded", dead.DeadLetterReason);
    }

    [Fact(Timeout = Timeout)]
    public async Task Processor_HandlerOutlastsTheLock_RenewsIt()
    {
        await SendAsync(HastyQueue, new ServiceBusMessage("long"));
        ConcurrentQueue<int> deliveries = [];
        TaskCompletionSource renewed = new(TaskCreationOptions.RunContinuationsAsynchronously);

        await using var processor = Processor(HastyQueue, new(), async args =>
        {
            deliveries.Enqueue(args.Message.DeliveryCount);
            var until = args.Message.LockedUntil;
            // Past the end of the first lock.
            while (TimeProvider.System.GetUtcNow() < until.AddMilliseconds(500))
                await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, args.CancellationToken);
            await args.CompleteMessageAsync(args.Message, args.CancellationToken);
            renewed.TrySetResult();
        });
        await processor.StartProcessingAsync(Cancellation);
        await renewed.Task.WaitAsync(Cancellation);
        await processor.StopProcessingAsync(Cancellation);

        Assert.Equal([1], deliveries);
        await AssertEmptyAsync(HastyQueue);
    }

    [Fact(Timeout = Timeout)]
    public async Task Processor_Stopped_LetsHandlersFinishAndGivesBackWhatItHadNotBegun()
    {
        await using var sender = Client.CreateSender(NextQueue);
        await sender.SendMessagesAsync(Enumerable.Range(0, 20).Select(i => new ServiceBusMessage($"{i}")), Cancellation);
        TaskCompletionSource fourRunning = new(TaskCreationOptions.RunContinuationsAsynchronously);
        TaskCompletionSource letGo = new(TaskCreationOptions.RunContinuationsAsynchronously);
        ConcurrentBag<string> completed = [];
        var begun = 0;

        await using var processor = Processor(NextQueue, new() { MaxConcurrentCalls = 4 }, async args =>
        {
            if (Interlocked.Increment(ref begun) == 4)
                fourRunning.TrySetResult();
            await letGo.Task.WaitAsync(Soon);
            await args.CompleteMessageAsync(args.Message, CancellationToken.None);
            completed.Add(args.Message.Body.ToString());
        });
        await processor.StartProcessingAsync(Cancellation);
        await fourRunning.Task.WaitAsync(Cancellation);
        var stopping = processor.StopProcessingAsync(Cancellation);
        letGo.SetResult();
        await stopping;
        await processor.CloseAsync(Cancellation);

        var rest = new List<string>();
        await using var receiver = Receiver(NextQueue);
        while (rest.Count < 20 - completed.Count)
        {
            foreach (var message in await receiver.ReceiveMessagesAsync(20, Soon, Cancellation))
            {
                rest.Add(message.Body.ToString());
                await receiver.CompleteMessageAsync(message, Cancellation);
            }
        }

        Assert.Equal(begun, completed.Count);
        Assert.Equal(20, rest.Concat(completed).Distinct().Count());
    }

    [Fact(Timeout = Timeout)]
    public async Task Processor_OnUnknownEntity_IsToldWhichOne()
    {
        TaskCompletionSource<Exception> told = new(TaskCreationOptions.RunContinuationsAsynchronously);

        await using var processor = Client.CreateProcessor("no-such-queue");
        processor.ProcessMessageAsync += _ => Task.CompletedTask;
        processor.ProcessErrorAsync += args => Task.FromResult(told.TrySetResult(args.Exception));
        await processor.StartProcessingAsync(Cancellation);

        var fault = Assert.IsType<ServiceBusException>(await told.Task.WaitAsync(Cancellation));
        Assert.Equal(ServiceBusFailureReason.MessagingEntityNotFound, fault.Reason);
        Assert.Contains("no-such-queue", fault.Message, StringComparison.Ordinal);
    }

    private ServiceBusProcessor Processor(string queue, ServiceBusProcessorOptions options, Func<ProcessMessageEventArgs, Task> handle)
    {
        var processor = Client.CreateProcessor(queue, options);
        processor.ProcessMessageAsync += handle;
        processor.ProcessErrorAsync += _ => Task.CompletedTask;
        return processor;
    }
}

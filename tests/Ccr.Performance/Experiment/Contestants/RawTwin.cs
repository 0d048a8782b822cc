using System.Threading.Channels;
using Azure.Messaging.ServiceBus;

namespace Ccr.Performance.Experiment.Contestants;

/// <summary>
/// Receive, SMS_POST, send the result, complete: on the official client and HttpClient, as a good engineer writes it in a day. No checks, no ledger, and
/// an event that comes twice is pushed twice.
/// </summary>
internal static class RawTwin
{
    /// <param name="connection">The namespace.</param>
    /// <param name="managementPoint">Its address; it gets ten requests at a time.</param>
    /// <param name="calls">How many messages are worked on at once.</param>
    /// <param name="prefetch">How many more are taken in advance.</param>
    /// <param name="inGroups">Whether results that wait are sent together.</param>
    /// <param name="kept">Whether connections to the management point are kept for the next request.</param>
    public static async Task RunAsync(string connection, string managementPoint, int calls, int prefetch, bool inGroups, bool kept)
    {
        await using var client = new ServiceBusClient(connection);
        await using var sender = client.CreateSender("ccr-results");
        using var http = new HttpClient(new SocketsHttpHandler
        {
            MaxConnectionsPerServer = Contestant.Concurrency,
            PooledConnectionLifetime = kept ? Timeout.InfiniteTimeSpan : TimeSpan.Zero,
        });
        var groups = Channel.CreateUnbounded<Waiting>();
        var grouping = SendGroupsAsync(sender, groups.Reader);
        await using var processor = client.CreateProcessor(
            "ccr-requests",
            new ServiceBusProcessorOptions { MaxConcurrentCalls = calls, PrefetchCount = prefetch, AutoCompleteMessages = false });
        processor.ProcessErrorAsync += fault => System.Console.Error.WriteLineAsync(fault.Exception.Message);
        processor.ProcessMessageAsync += async args =>
        {
            var result = await PushAsync(http, managementPoint, args.Message.Body);
            if (inGroups)
            {
                var waiting = new Waiting(result, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
                await groups.Writer.WriteAsync(waiting);
                await waiting.Sent.Task;
            }
            else
            {
                await sender.SendMessageAsync(result);
            }

            await args.CompleteMessageAsync(args.Message);
        };
        await processor.StartProcessingAsync();
        System.Console.WriteLine("""{"processing":{}}""");
        await grouping;
    }

    private static async Task<ServiceBusMessage> PushAsync(HttpClient http, string managementPoint, BinaryData body)
    {
        var push = await RawPush.SendAsync(http, managementPoint, body);
        return new ServiceBusMessage(body)
        {
            MessageId = push.Id,
            Subject = push.Machine,
            ContentType = "application/json",
            ApplicationProperties = { ["outcome"] = push.Outcome, ["machine"] = push.Machine },
        };
    }

    /// <summary>Sends what waits together, as long as there is anything.</summary>
    private static async Task SendGroupsAsync(ServiceBusSender sender, ChannelReader<Waiting> waiting)
    {
        while (await waiting.WaitToReadAsync())
        {
            using var batch = await sender.CreateMessageBatchAsync();
            var group = new List<Waiting>();
            while (waiting.TryPeek(out var next) && batch.TryAddMessage(next.Result))
            {
                group.Add(next);
                waiting.TryRead(out _);
            }

            await sender.SendMessagesAsync(batch);
            foreach (var each in group) each.Sent.SetResult();
        }
    }

    private sealed record Waiting(ServiceBusMessage Result, TaskCompletionSource Sent);
}

using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.Json.Nodes;
using Azure.Messaging.ServiceBus;
using Ccr.FunctionsTestHost.Rpc;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;

namespace Ccr.FunctionsTestHost;

/// <summary>Receives for the functions that a queue or subscription triggers, as the host's Service Bus extension does.</summary>
internal sealed class ServiceBusTriggers(FunctionsHost host, FunctionsHostOptions options) : IAsyncDisposable
{
    private const string Binary = "application/octet-stream";

    private readonly ConcurrentDictionary<string, ServiceBusClient> _clients = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<Guid, ProcessMessageEventArgs> _held = new();
    private readonly List<ServiceBusProcessor> _processors = [];

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        var settings = JsonNode.Parse(
            await File.ReadAllTextAsync(Path.Combine(options.AppDirectory, "host.json"), cancellationToken))!["extensions"]!["serviceBus"]!;
        foreach (var function in host.Worker.Functions)
        {
            if (BindingOf(function, "serviceBusTrigger") is not { } binding) continue;
            if (binding["autoCompleteMessages"]?.GetValue<bool>() ?? true)
                throw new NotSupportedException($"{function.Name} leaves settling to the host, which this one does not do.");

            var client = _clients.GetOrAdd(options.Settings[(string)binding["connection"]!], connection => new ServiceBusClient(connection));
            var processing = new ServiceBusProcessorOptions
            {
                AutoCompleteMessages = false,
                MaxConcurrentCalls = settings["maxConcurrentCalls"]!.GetValue<int>(),
                PrefetchCount = settings["prefetchCount"]!.GetValue<int>(),
                MaxAutoLockRenewalDuration = TimeSpan.Parse(settings["maxAutoLockRenewalDuration"]!.GetValue<string>(), null),
            };
            var entity = (string?)binding["queueName"] ?? $"{binding["topicName"]}/Subscriptions/{binding["subscriptionName"]}";
            var processor = client.CreateProcessor(entity, processing);
            processor.ProcessMessageAsync += message => HandOnAsync(function.Name, (string)binding["name"]!, message);
            processor.ProcessErrorAsync += fault =>
            {
                host.Record($"Error Host.{fault.ErrorSource}: {fault.Exception.Message}");
                return Task.CompletedTask;
            };
            _processors.Add(processor);
            await processor.StartProcessingAsync(cancellationToken);
        }
    }

    /// <summary>Takes no more messages, and waits for the functions that were called; they are told to stop.</summary>
    public Task StopAsync() => Task.WhenAll(_processors.Select(processor => processor.StopProcessingAsync()));

    public async Task<Empty> SettleAsync(string lockToken, Func<ProcessMessageEventArgs, Task> settle)
    {
        await settle(_held[Guid.Parse(lockToken)]);
        return new Empty();
    }

    public async ValueTask DisposeAsync()
    {
        // Handlers of a host that is thrown away are not waited for: closing the connection gives their messages back.
        foreach (var client in _clients.Values) await client.DisposeAsync();
    }

    internal static JsonNode? BindingOf(RpcFunctionMetadata function, string type) =>
        function.RawBindings.Select(binding => JsonNode.Parse(binding)!).FirstOrDefault(binding => (string?)binding["type"] == type);

    private async Task HandOnAsync(string function, string parameter, ProcessMessageEventArgs received)
    {
        var (message, token) = (received.Message, Guid.Parse(received.Message.LockToken));
        _held[token] = received;
        using var activity = new Activity("receive");
        if (message.ApplicationProperties.GetValueOrDefault("Diagnostic-Id") is string parent) activity.SetParentId(parent);
        activity.Start();
        try
        {
            var data = new TypedData { ModelBindingData = new() { Version = "1.0", Source = "AzureServiceBusReceivedMessage", ContentType = Binary } };
            data.ModelBindingData.Content = ByteString.CopyFrom([.. token.ToByteArray(), .. message.GetRawAmqpMessage().ToBytes().ToArray()]);
            await host.InvokeAsync(function, parameter, data, activity, received.CancellationToken);
        }
        finally
        {
            // A function that failed is thrown on: the client then gives its message back.
            _held.TryRemove(token, out _);
        }
    }
}

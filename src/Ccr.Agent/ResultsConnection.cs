using Ccr.Core.Results;
using Ccr.Hosting;
using Ccr.ServiceBus;

namespace Ccr.Agent;

/// <summary>Publishes over a second connection, for an agent that has one key for its queue and another for the topic.</summary>
internal sealed class ResultsConnection(ServiceBusConnection connection) : IResultPublisher, IAsyncDisposable
{
    private readonly IResultPublisher _publisher = HostServices.CreatePublisher(connection);

    public Task PublishAsync(ResultMessage message, CancellationToken cancellationToken) => _publisher.PublishAsync(message, cancellationToken);

    public ValueTask DisposeAsync() => connection.DisposeAsync();
}

using Ccr.Core.Results;
using Ccr.Hosting;
using Ccr.ServiceBus;

namespace Ccr.Agent;

/// <summary>Publishes over a connection of its own, for an agent whose rights are one key for its queue and one for the topic.</summary>
internal sealed class ResultsConnection(ServiceBusConnection connection) : IResultPublisher, IAsyncDisposable
{
    private readonly IResultPublisher _publisher = HostServices.CreatePublisher(connection);

    public Task PublishAsync(ResultMessage message, CancellationToken cancellationToken) => _publisher.PublishAsync(message, cancellationToken);

    public ValueTask DisposeAsync() => connection.DisposeAsync();
}

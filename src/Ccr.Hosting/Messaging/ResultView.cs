namespace Ccr.Hosting.Messaging;

/// <summary>Looks at the results that are kept for people to watch.</summary>
internal sealed class ResultView(ServiceBusConnection connection) : IResultView, IAsyncDisposable
{
    private readonly EntityReceiver _results = connection.CreateReceiver(EntityPath.Subscription(Entities.Results, Entities.WatchSubscription));

    public async Task<IReadOnlyList<SeenResult>> PeekAsync(long fromSequenceNumber, int max, CancellationToken cancellationToken)
    {
        var messages = await _results.PeekAsync(fromSequenceNumber, max, cancellationToken);
        return
        [
            .. messages.Select(message => new SeenResult(
                message.SequenceNumber,
                message.ApplicationProperties.GetValueOrDefault(LedgerIdentity.Property) as string,
                ResultMessage.Read(message.ToEvent().Body.Span))),
        ];
    }

    public ValueTask DisposeAsync() => _results.DisposeAsync();
}

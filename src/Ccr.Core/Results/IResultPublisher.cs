namespace Ccr.Core.Results;

/// <summary>Puts results on the results topic, over whatever the host talks to its broker with.</summary>
public interface IResultPublisher
{
    /// <summary>Publishes; when it returns, the broker has accepted the message.</summary>
    Task PublishAsync(ResultMessage message, CancellationToken cancellationToken);
}

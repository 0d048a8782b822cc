namespace Ccr.EmbeddedServiceBus.Entities;

/// <summary>Someone who waits for messages of a queue.</summary>
internal interface IConsumer
{
    /// <summary>Tells the consumer to take messages. Called outside the broker's lock.</summary>
    void Wake();
}

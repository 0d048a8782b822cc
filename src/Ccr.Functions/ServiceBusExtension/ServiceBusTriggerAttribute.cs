using Microsoft.Azure.Functions.Worker.Converters;
using Microsoft.Azure.Functions.Worker.Extensions.Abstractions;

namespace Microsoft.Azure.Functions.Worker;

/// <summary>Has a function called for each message of a queue or subscription.</summary>
[AttributeUsage(AttributeTargets.Parameter)]
[InputConverter(typeof(ServiceBusReceivedMessageConverter))]
[ConverterFallbackBehavior(ConverterFallbackBehavior.Default)]
public sealed class ServiceBusTriggerAttribute : TriggerBindingAttribute
{
    /// <summary>For the messages of a queue.</summary>
    public ServiceBusTriggerAttribute(string queueName) => QueueName = queueName;

    /// <summary>For the messages of a subscription.</summary>
    public ServiceBusTriggerAttribute(string topicName, string subscriptionName) => (TopicName, SubscriptionName) = (topicName, subscriptionName);

    /// <summary>The queue.</summary>
    public string? QueueName { get; }

    /// <summary>The topic of the subscription.</summary>
    public string? TopicName { get; }

    /// <summary>The subscription.</summary>
    public string? SubscriptionName { get; }

    /// <summary>The setting that has the connection.</summary>
    public string? Connection { get; set; }

    /// <summary>Whether the host completes a message when the function returns.</summary>
    public bool AutoCompleteMessages { get; set; }
}

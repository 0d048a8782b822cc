using Azure.Core.Amqp;
using Azure.Messaging.ServiceBus;
using Microsoft.Azure.Functions.Worker.Converters;
using Microsoft.Azure.Functions.Worker.Core;
using Microsoft.Azure.Functions.Worker.Extensions.Abstractions;

namespace Microsoft.Azure.Functions.Worker;

/// <summary>Makes the message of what the host sends: sixteen bytes of lock token, then the message as AMQP encodes it.</summary>
[SupportsDeferredBinding]
[SupportedTargetType(typeof(ServiceBusReceivedMessage))]
internal sealed class ServiceBusReceivedMessageConverter : IInputConverter
{
    private const string Source = "AzureServiceBusReceivedMessage";
    private const string ContentType = "application/octet-stream";
    private const int TokenLength = 16;

    public ValueTask<ConversionResult> ConvertAsync(ConverterContext context) => new(Convert(context.Source));

    private static ConversionResult Convert(object? source)
    {
        if (source is not ModelBindingData data) return ConversionResult.Unhandled();
        var content = data.Content.ToMemory();
        if (data.Source != Source || data.ContentType != ContentType || content.Length <= TokenLength)
            return ConversionResult.Failed(new InvalidOperationException($"{data.Source} as {data.ContentType} is no Service Bus message."));

        return ConversionResult.Success(ServiceBusReceivedMessage.FromAmqpMessage(
            AmqpAnnotatedMessage.FromBytes(BinaryData.FromBytes(content[TokenLength..])), BinaryData.FromBytes(content[..TokenLength])));
    }
}

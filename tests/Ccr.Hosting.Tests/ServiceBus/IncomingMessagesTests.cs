using System.Text;
using Azure.Core.Amqp;
using Azure.Messaging.ServiceBus;
using Ccr.Core.Events;
using Ccr.Hosting.ServiceBus;

namespace Ccr.Hosting.Tests.ServiceBus;

public class IncomingMessagesTests
{
    private static readonly DateTimeOffset Noon = new(2026, 11, 25, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void ToEvent_OfADeliveredMessage_SaysAllThatTheJobNeeds()
    {
        var message = ServiceBusModelFactory.ServiceBusReceivedMessage(
            body: BinaryData.FromString("{}"), messageId: "m-1", contentType: "application/json", enqueuedTime: Noon, lockedUntil: Noon.AddMinutes(1),
            properties: new Dictionary<string, object>(StringComparer.Ordinal) { ["source"] = "scom" });

        var incoming = message.ToEvent();

        Assert.Equal("{}", TextOf(incoming));
        Assert.Equal(("m-1", "application/json"), (incoming.MessageId, incoming.ContentType));
        Assert.Equal((Noon, Noon.AddMinutes(1)), (incoming.EnqueuedTime, incoming.LockedUntil));
        Assert.Equal("scom", incoming.Properties["source"]);
    }

    [Fact]
    public void ToEvent_WithoutAMessageId_IsNamedByItsSequenceNumber()
    {
        var message = ServiceBusModelFactory.ServiceBusReceivedMessage(body: BinaryData.FromString("{}"), sequenceNumber: 7);

        Assert.Equal("sequence-number-7", message.ToEvent().MessageId);
    }

    [Fact]
    public void ToEvent_OfAPeekedMessage_KnowsOfNoLock()
    {
        Assert.Null(ServiceBusModelFactory.ServiceBusReceivedMessage(body: BinaryData.FromString("{}"), enqueuedTime: Noon).ToEvent().LockedUntil);
    }

    /// <summary>A JMS TextMessage is an AMQP value; <see cref="ServiceBusReceivedMessage.Body"/> throws for it.</summary>
    [Fact]
    public void ToEvent_OfAValueBody_ReadsStringAndBinaryAsTheText()
    {
        Assert.Equal("täxt", Read(AmqpMessageBody.FromValue("täxt")));
        Assert.Equal("täxt", Read(AmqpMessageBody.FromValue("täxt"u8.ToArray())));
    }

    [Fact]
    public void ToEvent_OfASequenceBody_ReadsItsTextsInOrder()
    {
        Assert.Equal("{\"a\":1}", Read(AmqpMessageBody.FromSequence([["{\"a\":", "1}"u8.ToArray()]])));
    }

    [Fact]
    public void ToEvent_OfSeveralDataSections_JoinsThem()
    {
        Assert.Equal("{\"a\":1}", Read(AmqpMessageBody.FromData(["{\"a\":"u8.ToArray(), "1}"u8.ToArray()])));
    }

    public static TheoryData<AmqpMessageBody> BodiesWithoutText => new(
        AmqpMessageBody.FromValue(42),
        AmqpMessageBody.FromValue(new Dictionary<string, object>(StringComparer.Ordinal) { ["machine"] = "PC01" }),
        AmqpMessageBody.FromSequence([["text", 42]]));

    [Theory]
    [MemberData(nameof(BodiesWithoutText), DisableDiscoveryEnumeration = true)]
    public void ToEvent_OfABodyThatIsNoText_IsRefusedAsNoText(AmqpMessageBody body)
    {
        var reading = new EventReader(new EventOptions()).Read(Received(body).ToEvent());

        var refused = Assert.IsType<EndedPart>(Assert.Single(reading.Parts));
        Assert.Equal(EventReasons.NotText, refused.Verdict.Reason);
    }

    private static string Read(AmqpMessageBody body) => TextOf(Received(body).ToEvent());

    private static string TextOf(IncomingEvent incoming) => Encoding.UTF8.GetString(incoming.Body.Span);

    /// <summary>Through the bytes of the wire, as the Functions worker gets it: what a decoder makes of a value is not always what was put in.</summary>
    private static ServiceBusReceivedMessage Received(AmqpMessageBody body) => ServiceBusReceivedMessage.FromAmqpMessage(
        AmqpAnnotatedMessage.FromBytes(new AmqpAnnotatedMessage(body).ToBytes()), BinaryData.FromBytes(Guid.Empty.ToByteArray()));
}

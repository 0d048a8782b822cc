using System.Text;
using Amqp;
using Amqp.Framing;
using Amqp.Types;
using Ccr.ServiceBus.Receiving;
using Ccr.ServiceBus.Tests.Support;

namespace Ccr.ServiceBus.Tests.Receiving;

public class MessageDecoderTests
{
    [Fact]
    public void Delivered_CountsFromOne()
    {
        Message wire = new() { Header = new Header { DeliveryCount = 2 } };

        Assert.Equal(3, MessageDecoder.Delivered(wire, new byte[16]).DeliveryCount);
        Assert.Equal(2, MessageDecoder.Peeked(wire).DeliveryCount);
    }

    [Fact]
    public void Delivered_DeliveryTag_IsTheLockToken()
    {
        var token = Guid.NewGuid();

        Assert.Equal(token, MessageDecoder.Delivered(new Message(), token.ToByteArray()).LockToken);
        Assert.Equal(Guid.Empty, MessageDecoder.Delivered(new Message(), [1, 2, 3, 4]).LockToken);
    }

    [Fact]
    public void Delivered_BareMessage_HasDefaults()
    {
        var message = MessageDecoder.Delivered(new Message(), new byte[16]);

        Assert.Equal(0, message.Body.Length);
        Assert.Null(message.MessageId);
        Assert.Empty(message.ApplicationProperties);
        Assert.Equal(DateTimeOffset.MaxValue, message.ExpiresAt);
        Assert.Equal(1, message.DeliveryCount);
    }

    [Fact]
    public void Delivered_Annotations_AreRead()
    {
        var message = MessageDecoder.Delivered(Through(new Message
        {
            Header = new Header { Ttl = 60_000 },
            MessageAnnotations = new MessageAnnotations
            {
                [(Symbol)"x-opt-sequence-number"] = 42L,
                [(Symbol)"x-opt-enqueued-time"] = Some.Time.UtcDateTime,
                [(Symbol)"x-opt-locked-until"] = Some.Time.UtcDateTime.AddSeconds(30),
                [(Symbol)"x-opt-deadletter-source"] = "ccr-requests",
            },
        }), new byte[16]);

        Assert.Equal(42, message.SequenceNumber);
        Assert.Equal(Some.Time, message.EnqueuedTime);
        Assert.Equal(Some.Time.AddSeconds(30), message.LockedUntil);
        Assert.Equal(Some.Time.AddMinutes(1), message.ExpiresAt);
        Assert.Equal("ccr-requests", message.DeadLetterSource);
    }

    [Fact]
    public void Delivered_BodyOfAnotherKind_IsReadIfItHasBytes()
    {
        DataList parts = new();
        parts.Add(new Data { Binary = "two "u8.ToArray() });
        parts.Add(new Data { Binary = "parts"u8.ToArray() });

        Assert.Equal("täxt", Body(new AmqpValue { Value = "täxt" }));
        Assert.Equal("bytes", Body(new AmqpValue { Value = "bytes"u8.ToArray() }));
        Assert.Equal("two parts", Body(parts));
        Assert.Equal("", Body(new AmqpValue { Value = 42 }));
    }

    [Theory]
    [MemberData(nameof(Ids))]
    public void Delivered_MessageIdOfAnotherType_IsText(object id, string expected)
    {
        Message wire = new() { Properties = new Properties() };
        wire.Properties.SetMessageId(id);

        Assert.Equal(expected, MessageDecoder.Delivered(Through(wire), new byte[16]).MessageId);
    }

    public static TheoryData<object, string> Ids => new()
    {
        { "text", "text" },
        { 42UL, "42" },
        { new Guid("0f0e0d0c-0b0a-0908-0706-050403020100"), "0f0e0d0c-0b0a-0908-0706-050403020100" },
        { new byte[] { 0xAB, 0x01 }, "AB01" },
    };

    private static string Body(RestrictedDescribed section) => Encoding.UTF8.GetString(
        MessageDecoder.Delivered(Through(new Message { BodySection = section }), new byte[16]).Body.Span);

    private static Message Through(Message message) => Message.Decode(message.Encode());
}

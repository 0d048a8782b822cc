using Amqp;
using Amqp.Framing;
using Amqp.Types;
using Ccr.EmbeddedServiceBus.Messages;
using Ccr.EmbeddedServiceBus.Tests.Entities;

namespace Ccr.EmbeddedServiceBus.Tests.Messages;

public sealed class MessageContentTests
{
    [Fact]
    public void Read_OfAMessage_KeepsTheBareMessageByteForByte()
    {
        var properties = new Properties { MessageId = "id", Subject = "s" };
        byte[] bare =
        [
            .. Encode(properties), .. Encode(new ApplicationProperties { ["a"] = 1 }), .. Encode(new Data { Binary = [1, 2, 3] }),
            .. Encode(new Footer()),
        ];

        var content = MessageContent.Read([.. Encode(new Header { Durable = true, Priority = 9, Ttl = 5 }), .. bare]).Content;

        Assert.Equal(bare, content.Bare);
        Assert.Equal((true, (byte)9, TimeSpan.FromMilliseconds(5)), (content.Durable, content.Priority, content.TimeToLive));
    }

    [Fact]
    public void Read_OfAMessageWithoutId_GivesItOneAndKeepsTheRest()
    {
        byte[] body = [.. Encode(new Data { Binary = [1, 2, 3] })];

        var content = MessageContent.Read([.. Encode(new Properties { Subject = "s" }), .. body]).Content;
        var bare = MessageContent.Read(body).Content;

        Assert.Equal(32, content.ReadMessageId().Length);
        Assert.Equal("s", content.Properties.Subject);
        Assert.Equal(body, content.Bare[^body.Length..]);
        Assert.Equal(32, bare.ReadMessageId().Length);
    }

    [Fact]
    public void ReadMessageId_OfDifferentTypes_KeepsThemApart()
    {
        var number = Some.Content("x", m => m.Properties.SetMessageId(7ul)).ReadMessageId();
        var text = Some.Content("7").ReadMessageId();

        Assert.False(number.Equals(text, StringComparison.Ordinal));
    }

    [Fact]
    public void Read_OfASendersAnnotations_KeepsItsOwnAndNotTheBrokers()
    {
        var annotations = new MessageAnnotations
        {
            [(Symbol)"x-opt-partition-key"] = "pk",
            [(Symbol)"x-opt-sequence-number"] = 999L,
            [(Symbol)"x-opt-scheduled-enqueue-time"] = Some.Now,
        };

        var incoming = MessageContent.Read([.. Encode(annotations), .. Encode(new Data { Binary = [1] })]);

        Assert.Equal(Some.Now, incoming.ScheduledFor);
        var kept = MessageContent.Decode(incoming.Content.Annotations).MessageAnnotations.Map;
        Assert.Equal("pk", Assert.Single(kept).Value);
    }

    [Fact]
    public void With_OfProperties_AddsAndReplacesThem()
    {
        var content = Some.Content("a", m => m.ApplicationProperties = new ApplicationProperties { ["old"] = 1, ["kept"] = 2 });

        var changed = content.With([new("old", "new"), new("added", true)]).ApplicationProperties!.Map;

        Assert.Equal("new", changed["old"]);
        Assert.Equal(2, changed["kept"]);
        Assert.Equal(true, changed["added"]);
        Assert.Equal(1, content.ApplicationProperties!["old"]);
    }

    [Theory]
    [InlineData(new byte[] { 1, 2, 3 })]
    [InlineData(new byte[] { 0x00, 0x53, 0x10, 0x45 })]
    [InlineData(new byte[] { 0x00, 0x53, 0x75, 0xA0, 9 })]
    [InlineData(new byte[] { 0x00, 0x53, 0x75, 0xA0, 0, 0x00, 0x53, 0x73, 0x45 })]
    public void Read_OfSomethingElse_Throws(byte[] bytes) => Assert.Throws<AmqpException>(() => MessageContent.Read(bytes));

    [Fact]
    public void Read_OfABatch_GivesEachMessage()
    {
        byte[] batch = [.. Encode(Section("a")), .. Encode(Section("b"))];

        var messages = MessageBatch.Read(batch, MessageBatch.Format);

        Assert.Equal("a b", string.Join(' ', messages.Select(m => m.Content.ReadMessageId())));
    }

    [Fact]
    public void Read_OfAnUnknownFormat_Throws() =>
        Assert.Throws<AmqpException>(() => MessageBatch.Read(Encode(Section("a")), 0x80013701));

    [Fact]
    public void Encode_ForAReceiver_AddsTheBrokersAnnotations()
    {
        var queue = Some.Queue();
        queue.Send("a");
        var delivery = queue.Take()[0];

        var message = Message.Decode(BrokerAnnotations.Encode(delivery, locked: true));

        Assert.Equal(0u, message.Header.DeliveryCount);
        Assert.Equal(1L, message.MessageAnnotations[(Symbol)"x-opt-sequence-number"]);
        Assert.Equal(1L, message.MessageAnnotations[(Symbol)"x-opt-enqueue-sequence-number"]);
        Assert.Equal(Some.Now, message.MessageAnnotations[(Symbol)"x-opt-enqueued-time"]);
        Assert.Equal(Some.Now + Some.LockDuration, message.MessageAnnotations[(Symbol)"x-opt-locked-until"]);
        Assert.Equal(0, message.MessageAnnotations[(Symbol)"x-opt-message-state"]);
        Assert.Equal("a", message.Properties.MessageId);
    }

    private static Data Section(string id) => new() { Binary = Some.Content(id).Bare };

    private static byte[] Encode(RestrictedDescribed section) => MessageContent.Encode(section).ToArray();
}

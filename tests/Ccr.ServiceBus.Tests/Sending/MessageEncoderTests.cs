using Amqp;
using Ccr.ServiceBus.Receiving;
using Ccr.ServiceBus.Sending;
using Ccr.ServiceBus.Tests.Support;

namespace Ccr.ServiceBus.Tests.Sending;

public class MessageEncoderTests
{
    public static TheoryData<object, object> Values => new()
    {
        { "text", "text" },
        { true, true },
        { (byte)1, (byte)1 },
        { (sbyte)-1, (sbyte)-1 },
        { (short)-2, (short)-2 },
        { (ushort)2, (ushort)2 },
        { -3, -3 },
        { 3u, 3u },
        { -4L, -4L },
        { 4UL, 4UL },
        { 0.5f, 0.5f },
        { -0.5, -0.5 },
        { 'x', 'x' },
        { new Guid("0f0e0d0c-0b0a-0908-0706-050403020100"), new Guid("0f0e0d0c-0b0a-0908-0706-050403020100") },
        { new DateTime(2003, 11, 11, 9, 0, 0, DateTimeKind.Utc), new DateTime(2003, 11, 11, 9, 0, 0, DateTimeKind.Utc) },
        { Some.Time.ToOffset(TimeSpan.FromHours(2)), Some.Time.UtcDateTime },
    };

    [Theory]
    [MemberData(nameof(Values))]
    public void Encode_ApplicationProperty_KeepsItsType(object value, object expected)
    {
        var message = RoundTrip(new() { ApplicationProperties = new Dictionary<string, object> { ["value"] = value } });

        Assert.Equal(expected, message.ApplicationProperties["value"]);
    }

    [Fact]
    public void Encode_PropertyThatAmqpCannotCarry_NamesIt()
    {
        OutgoingMessage message = new() { ApplicationProperties = new Dictionary<string, object> { ["uri"] = new Uri("http://x") } };

        var fault = Assert.Throws<ArgumentException>(() => MessageEncoder.Encode(message, Some.Time));

        Assert.Contains("'uri' is a Uri", fault.Message);
    }

    [Fact]
    public void Encode_PartOfAnArray_SendsThatPart()
    {
        var message = RoundTrip(new() { Body = "before body after"u8.ToArray().AsMemory(7, 4) });

        Assert.Equal("body"u8.ToArray(), message.Body.ToArray());
    }

    [Fact]
    public void Encode_Empty_HasAnEmptyBodyAndAnId()
    {
        var message = RoundTrip(new());

        Assert.Equal(0, message.Body.Length);
        Assert.Equal(32, message.MessageId!.Length);
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(1500, 1500)]
    [InlineData(1e12, uint.MaxValue)]
    public void Encode_TimeToLive_StaysInRange(double milliseconds, uint expected)
    {
        var wire = MessageEncoder.Encode(new() { TimeToLive = TimeSpan.FromMilliseconds(milliseconds) }, Some.Time);

        Assert.Equal(expected, wire.Header.Ttl);
        Assert.Equal(Some.Time.UtcDateTime.AddMilliseconds(milliseconds), wire.Properties.AbsoluteExpiryTime);
    }

    private static ReceivedMessage RoundTrip(OutgoingMessage message) =>
        MessageDecoder.Peeked(Message.Decode(MessageEncoder.Encode(message, Some.Time).Encode()));
}

using Amqp;
using Amqp.Framing;
using Ccr.ServiceBus.Sending;
using Ccr.ServiceBus.Tests.Support;

namespace Ccr.ServiceBus.Tests.Sending;

public class BatchPackerTests
{
    [Theory]
    [InlineData("", 1000, "")]
    [InlineData("100", 1000, "0..1")]
    [InlineData("100 100 100", 1000, "0..3")]
    [InlineData("400 400 400", 1000, "0..2 2..3")]
    [InlineData("900 900", 1000, "0..1 1..2")]
    [InlineData("100 5000 100", 1000, "0..1 1..2 2..3")]
    public void Pack_TakesAsManyAsFitInOrder(string sizes, ulong limit, string expected)
    {
        var list = sizes.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(int.Parse).ToList();

        Assert.Equal(expected, string.Join(' ', BatchPacker.Pack(list, limit)));
    }

    [Fact]
    public void Pack_ManySizes_NoTransferIsLargerThanTheLimitOnceEncoded()
    {
        const int Limit = 10_000;
        Random random = new(2003);
        var encoded = Enumerable.Range(0, 500)
            .Select(_ => MessageEncoder.Encode(
                new OutgoingMessage { Body = new byte[random.Next(0, 3000)], Subject = new string('s', random.Next(50)) },
                Some.Time).Encode())
            .ToList();

        var ranges = BatchPacker.Pack(encoded.ConvertAll(message => message.Length), Limit).ToList();
        var sizes = ranges.ConvertAll(range => BatchPacker.ToBatch(encoded[range]).Encode().Length);

        Assert.All(sizes, size => Assert.InRange(size, 1, Limit));
        Assert.Equal(500, ranges.Sum(range => range.End.Value - range.Start.Value));
        Assert.True(sizes.SkipLast(1).Min() > Limit - 3200, "a transfer was left half empty");
    }

    [Fact]
    public void ToBatch_HoldsEachMessageWhole()
    {
        List<ByteBuffer> encoded = [.. "ab".Select(letter => MessageEncoder.Encode(
            new OutgoingMessage { Body = new[] { (byte)letter }, MessageId = $"{letter}" }, Some.Time).Encode())];

        var batch = BatchPacker.ToBatch(encoded);

        Assert.Equal(0x80013700, batch.Format);
        var sections = Assert.IsType<DataList>(batch.BodySection);
        var inner = Enumerable.Range(0, sections.Count).Select(i => sections[i].Binary)
            .Select(bytes => Message.Decode(new ByteBuffer(bytes, 0, bytes.Length, bytes.Length)));
        Assert.Equal(["a", "b"], inner.Select(message => message.Properties.MessageId));
    }
}

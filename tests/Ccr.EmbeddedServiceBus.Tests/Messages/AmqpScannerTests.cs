using Amqp;
using Ccr.EmbeddedServiceBus.Messages;

namespace Ccr.EmbeddedServiceBus.Tests.Messages;

public sealed class AmqpScannerTests
{
    [Theory]
    [InlineData(new byte[] { 0x40 }, 1)]
    [InlineData(new byte[] { 0x45 }, 1)]
    [InlineData(new byte[] { 0x52, 7 }, 2)]
    [InlineData(new byte[] { 0xA1, 2, 65, 66 }, 4)]
    [InlineData(new byte[] { 0xB1, 0, 0, 0, 1, 65 }, 6)]
    [InlineData(new byte[] { 0xC0, 3, 2, 0x41, 0x42 }, 5)]
    [InlineData(new byte[] { 0xC1, 5, 2, 0xA1, 1, 65, 0x40 }, 7)]
    [InlineData(new byte[] { 0xD0, 0, 0, 0, 5, 0, 0, 0, 1, 0x40 }, 10)]
    [InlineData(new byte[] { 0xE0, 4, 2, 0x50, 1, 2 }, 6)]
    [InlineData(new byte[] { 0xE0, 6, 2, 0xA3, 1, 65, 1, 66 }, 8)]
    [InlineData(new byte[] { 0x00, 0x53, 0x70, 0x45 }, 4)]
    public void End_OfAValue_IsJustBehindIt(byte[] value, int end)
    {
        Assert.Equal(end, AmqpScanner.End(value, 0));
        Assert.Equal(end, AmqpScanner.End([.. value, 0xFF, 0xFF], 0));
    }

    [Theory]
    [InlineData(new byte[] { })]
    [InlineData(new byte[] { 0x00 })]
    [InlineData(new byte[] { 0x10 })]
    [InlineData(new byte[] { 0x70, 0, 0 })]
    [InlineData(new byte[] { 0xA1, 5, 65 })]
    [InlineData(new byte[] { 0xB1, 0xFF, 0xFF, 0xFF, 0xFF, 65 })]
    [InlineData(new byte[] { 0xC0, 0 })]
    [InlineData(new byte[] { 0xC0, 2, 9, 0x40 })]
    [InlineData(new byte[] { 0xC0, 3, 1, 0x40, 0x40 })]
    [InlineData(new byte[] { 0xD0, 0, 0, 0, 4, 0x7F, 0xFF, 0xFF, 0xFF })]
    [InlineData(new byte[] { 0xF0, 0, 0, 0, 5, 0x7F, 0xFF, 0xFF, 0xFF, 0x40 })]
    [InlineData(new byte[] { 0xE0, 3, 2, 0x50, 1 })]
    public void End_OfAMalformedValue_Throws(byte[] value) =>
        Assert.Throws<AmqpException>(() => AmqpScanner.End(value, 0));

    [Fact]
    public void End_OfRandomBytes_ThrowsOrStaysInside()
    {
        var random = new Random(1);
        for (var i = 0; i < 100_000; i++)
        {
            var bytes = new byte[random.Next(1, 40)];
            random.NextBytes(bytes);
            try
            {
                Assert.InRange(AmqpScanner.End(bytes, 0), 1, bytes.Length);
            }
            catch (AmqpException)
            {
            }
        }
    }
}

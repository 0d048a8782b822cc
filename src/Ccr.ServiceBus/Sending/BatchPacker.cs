using Amqp;
using Amqp.Framing;

namespace Ccr.ServiceBus.Sending;

/// <summary>Packs encoded messages into as few transfers as the entity's message size allows.</summary>
internal static class BatchPacker
{
    // Service Bus AMQP: the message format of a batch, whose data sections are complete encoded messages.
    private const uint BatchFormat = 0x80013700;

    // A data section's descriptor (3) and binary constructor with its length (5).
    private const int SectionOverhead = 8;

    // Room for what else travels with a transfer.
    private const int BatchOverhead = 64;

    /// <summary>Says which messages go together, in order.</summary>
    /// <param name="sizes">The encoded size of each message, in bytes.</param>
    /// <param name="limit">The largest transfer, in bytes.</param>
    /// <returns>Consecutive ranges; a message that is too large on its own gets a range to itself.</returns>
    public static IEnumerable<Range> Pack(IReadOnlyList<int> sizes, ulong limit)
    {
        var first = 0;
        var total = (ulong)BatchOverhead;
        for (var i = 0; i < sizes.Count; i++)
        {
            var size = (ulong)(sizes[i] + SectionOverhead);
            if (i > first && total + size > limit)
            {
                yield return first..i;
                first = i;
                total = BatchOverhead;
            }

            total += size;
        }

        if (first < sizes.Count) yield return first..sizes.Count;
    }

    /// <summary>Builds the one transfer for several encoded messages.</summary>
    public static Message ToBatch(IEnumerable<ByteBuffer> encoded)
    {
        DataList sections = new();
        foreach (var message in encoded) sections.Add(new Data { Buffer = message });
        return new Message { Format = BatchFormat, BodySection = sections };
    }
}

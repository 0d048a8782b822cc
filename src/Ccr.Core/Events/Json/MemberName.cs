using System.Buffers.Binary;
using System.Text;

namespace Ccr.Core.Events.Json;

/// <summary>A member's name to look for, without regard to case, with the hash by which most others are told apart.</summary>
internal readonly struct MemberName(string text)
{
    private const int MaxOnStack = 256;

    public string Text { get; } = text;

    public int Hash { get; } = HashOf(text);

    public static implicit operator MemberName(string text) => new(text);

    /// <summary>The hash of a name in UTF-8, which is equal for names that differ in the case of ASCII letters alone.</summary>
    public static int HashOf(ReadOnlySpan<byte> name)
    {
        // The first and the last eight bytes tell nearly all names apart; the names themselves are compared afterwards.
        ulong first;
        ulong last;
        if (name.Length >= 8)
        {
            first = BinaryPrimitives.ReadUInt64LittleEndian(name);
            last = BinaryPrimitives.ReadUInt64LittleEndian(name[^8..]);
        }
        else if (name.Length >= 4)
        {
            first = BinaryPrimitives.ReadUInt32LittleEndian(name);
            last = BinaryPrimitives.ReadUInt32LittleEndian(name[^4..]);
        }
        else
        {
            first = name.IsEmpty ? 0u : name[0];
            last = name.IsEmpty ? 0u : (ulong)(name[name.Length / 2] << 8 | name[^1]);
        }

        const ulong LowerCase = 0x2020202020202020;
        return HashCode(first | LowerCase, last | LowerCase, name.Length);
    }

    /// <summary>The same hash of a name that is text already. Other letters than those of ASCII are folded before.</summary>
    public static int HashOf(string name)
    {
        var folded = Ascii.IsValid(name) ? name : name.ToUpperInvariant();
        var size = Encoding.UTF8.GetByteCount(folded);
        var bytes = size <= MaxOnStack ? stackalloc byte[size] : new byte[size];
        Encoding.UTF8.GetBytes(folded, bytes);
        return HashOf(bytes);
    }

    private static int HashCode(ulong first, ulong last, int length)
    {
        var mixed = (first ^ (last * 0x9E3779B97F4A7C15) ^ (uint)length) * 0xD6E8FEB86659FD93;
        return (int)(mixed >> 32);
    }
}

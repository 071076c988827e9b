using System.Buffers.Binary;
using System.Text;

namespace Crucible.Fuzz;

/// <summary>Damages a file at random: bits and bytes, pieces, lines, numbers, fields of JSON.</summary>
internal static class Damage
{
    private const int LongestPiece = 64;
    private const int MostRepeated = 1 << 16; // bytes

    private static readonly byte[][] Tokens =
    [
        .. new[]
        {
            "0", "-1", "-0", "1", "2147483647", "2147483648", "-2147483648", "16777215", "9223372036854775807", "99999999999999999999",
            "1e308", "-1e308", "1e999", "1e-320", "NaN", "\"NaN\"", "\"Infinity\"", "null", "true", "[]", "{}", "[[", "{\"a\":",
            "\"\"", "\"", "\\", "\\ud800", "\\u0000", ",", ":", "\n", "\r\n", "\t", " ", ";", "\uFEFF", "𝔸",
        }.Select(Encoding.UTF8.GetBytes),
        [0], [0xFF], [0xC3], [0xED, 0xA0, 0x80],
    ];

    private static readonly long[] Integers =
        [0, 1, -1, 8, 255, 65536, int.MaxValue, int.MinValue, uint.MaxValue, long.MaxValue, long.MinValue, 100_000_000, 1L << 40];

    private static readonly double[] Doubles =
        [double.NaN, double.PositiveInfinity, double.NegativeInfinity, double.MaxValue, double.Epsilon];

    /// <summary>A copy with one change.</summary>
    public static byte[] Of(byte[] whole, Random random)
    {
        List<byte> bytes = [.. whole];
        if (bytes.Count == 0) return Tokens[random.Next(Tokens.Length)];
        int at = random.Next(bytes.Count), length = Math.Min(random.Next(1, LongestPiece), bytes.Count - at);
        switch (random.Next(14))
        {
            case 0: bytes[at] ^= (byte)(1 << random.Next(8)); break;
            case 1: bytes[at] = (byte)random.Next(256); break;
            case 2: bytes.RemoveRange(at, length); break;
            case 3: bytes.InsertRange(random.Next(bytes.Count), bytes.GetRange(at, length)); break;
            case 4: Repeat(bytes, at, length, random); break;
            case 5:
                bytes.RemoveRange(at, Math.Min(length, random.Next(4)));
                bytes.InsertRange(at, Tokens[random.Next(Tokens.Length)]);
                break;
            case 6: bytes.RemoveRange(at, bytes.Count - at); break;
            case 7: Binary(bytes, random); break;
            case 8 or 9: Number(bytes, random); break;
            case 10: Line(bytes, random); break;
            default: Field(bytes, random); break;
        }

        return [.. bytes];
    }

    /// <summary>A piece once or twice more, or so often that what takes more than its share of memory or time is noticed.</summary>
    private static void Repeat(List<byte> bytes, int at, int length, Random random)
    {
        byte[] piece = [.. bytes.GetRange(at, length)];
        int times = random.Next(8) > 0 ? random.Next(1, 3) : MostRepeated / length;
        bytes.InsertRange(at, Enumerable.Repeat(piece, times).SelectMany(one => one));
    }

    /// <summary>Four or eight bytes that are an extreme number, often at the start, where lengths are.</summary>
    private static void Binary(List<byte> bytes, Random random)
    {
        byte[] number = new byte[8];
        if (random.Next(2) == 0) BinaryPrimitives.WriteInt64LittleEndian(number, Integers[random.Next(Integers.Length)]);
        else if (random.Next(2) == 0) BinaryPrimitives.WriteDoubleLittleEndian(number, Doubles[random.Next(Doubles.Length)]);
        else BinaryPrimitives.WriteSingleLittleEndian(number, (float)Doubles[random.Next(Doubles.Length)]);
        int at = random.Next(2) == 0 ? 0 : random.Next(bytes.Count);
        for (int i = 0; i < number.Length && at + i < bytes.Count; i++) bytes[at + i] = number[i];
    }

    /// <summary>A number that is written in digits becomes another.</summary>
    private static void Number(List<byte> bytes, Random random)
    {
        int[] starts = [.. Enumerable.Range(0, bytes.Count).Where(i => IsDigit(i) && !IsDigit(i - 1))];
        if (starts.Length == 0) return;
        int start = starts[random.Next(starts.Length)], end = start;
        while (IsDigit(end)) end++;
        bytes.RemoveRange(start, end - start);
        bytes.InsertRange(start, Tokens[random.Next(Tokens.Length)]);
        bool IsDigit(int i) => i >= 0 && i < bytes.Count && char.IsAsciiDigit((char)bytes[i]);
    }

    /// <summary>A line twice, gone, or at another place.</summary>
    private static void Line(List<byte> bytes, Random random)
    {
        int[] starts = [0, .. Enumerable.Range(1, bytes.Count - 1).Where(i => bytes[i - 1] == '\n')];
        int line = random.Next(starts.Length), start = starts[line], end = line + 1 < starts.Length ? starts[line + 1] : bytes.Count;
        byte[] content = [.. bytes.GetRange(start, end - start)];
        int kind = random.Next(3);
        if (kind != 0) bytes.RemoveRange(start, end - start);
        if (kind != 1) bytes.InsertRange(Math.Min(bytes.Count, starts[random.Next(starts.Length)]), content);
    }

    /// <summary>A field of JSON twice, gone, renamed, or with another value, perhaps another field's.</summary>
    private static void Field(List<byte> bytes, Random random)
    {
        (int Key, int Value, int End)[] fields = [.. Enumerable.Range(1, bytes.Count - 1).Where(i => bytes[i] == ':' && bytes[i - 1] == '"')
            .Select(colon => (bytes.LastIndexOf((byte)'"', Math.Max(0, colon - 2)), colon + 1, EndOfValue(bytes, colon + 1)))
            .Where(field => field.Item1 >= 0)];
        if (fields.Length == 0) return;
        (int key, int value, int end) = fields[random.Next(fields.Length)];
        (_, int otherValue, int otherEnd) = fields[random.Next(fields.Length)];
        byte[] field = [.. bytes.GetRange(key, end - key)], other = [.. bytes.GetRange(otherValue, otherEnd - otherValue)];
        switch (random.Next(5))
        {
            case 0: bytes.InsertRange(end, [(byte)',', .. field]); break;
            case 1:
                bytes.RemoveRange(key, Math.Min(bytes.Count, end + 1) - key); // with the comma behind it
                break;
            case 2: bytes.InsertRange(key + 1, "x"u8); break;
            default:
                bytes.RemoveRange(value, end - value);
                bytes.InsertRange(value, random.Next(2) == 0 ? other : Tokens[random.Next(Tokens.Length)]);
                break;
        }
    }

    private static int EndOfValue(List<byte> bytes, int at)
    {
        int depth = 0;
        bool quoted = false;
        for (; at < bytes.Count; at++)
        {
            if (quoted && bytes[at] == '\\') at++;
            else if (bytes[at] == '"') quoted = !quoted;
            else if (quoted) continue;
            else if (bytes[at] is (byte)'{' or (byte)'[') depth++;
            else if (bytes[at] is (byte)'}' or (byte)']' && depth-- == 0) return at;
            else if (bytes[at] == ',' && depth == 0) return at;
        }

        return bytes.Count;
    }
}

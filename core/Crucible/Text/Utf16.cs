using System.Globalization;
using System.Text;
using System.Text.Unicode;

namespace Crucible.Text;

/// <summary>Checks and shows text.</summary>
internal static class Utf16
{
    /// <summary>Throws when the text holds half a surrogate pair, which has no UTF-8.</summary>
    /// <param name="operation">What messages begin with.</param>
    /// <param name="text">The text.</param>
    internal static void Check(string operation, ReadOnlySpan<char> text)
    {
        int index = 0;
        while (text[index..].IndexOfAnyInRange('\uD800', '\uDFFF') is >= 0 and int distance)
        {
            index += distance;
            bool whole = char.IsHighSurrogate(text[index]) && index + 1 < text.Length && char.IsLowSurrogate(text[index + 1]);
            if (!whole) throw Errors.HalfSurrogate(operation, index, text[index]);
            index += 2;
        }
    }

    /// <summary>Bytes as people read them: their characters, with controls and backslashes escaped, or <c>\xE2\x80</c> where they are no characters.</summary>
    internal static string Show(ReadOnlySpan<byte> bytes)
    {
        StringBuilder shown = new();
        while (!bytes.IsEmpty)
        {
            bool known = Rune.DecodeFromUtf8(bytes, out Rune rune, out int length) == System.Buffers.OperationStatus.Done;
            if (known) shown.Append(Show(rune));
            else foreach (byte value in bytes[..length]) shown.Append(CultureInfo.InvariantCulture, $"\\x{value:X2}");
            bytes = bytes[length..];
        }
        return shown.ToString();
    }

    /// <summary>The text of bytes, or null when they are no UTF-8.</summary>
    internal static string? Text(byte[] bytes) => Utf8.IsValid(bytes) ? Encoding.UTF8.GetString(bytes) : null;

    /// <summary>The line, counted from 1, of the first bytes that are no UTF-8.</summary>
    internal static long LineOfInvalid(ReadOnlySpan<byte> bytes)
    {
        ReadOnlySpan<byte> rest = bytes;
        while (Rune.DecodeFromUtf8(rest, out _, out int length) == System.Buffers.OperationStatus.Done) rest = rest[length..];
        return LineOf(bytes, bytes.Length - rest.Length);
    }

    /// <summary>The line, counted from 1, of a position.</summary>
    internal static long LineOf(ReadOnlySpan<byte> bytes, long position) => 1 + bytes[..(int)position].Count((byte)'\n');

    private static string Show(Rune rune) => rune.Value switch
    {
        '\n' => "\\n",
        '\r' => "\\r",
        '\t' => "\\t",
        '\\' => "\\\\",
        _ when Rune.IsControl(rune) => Errors.Text($"\\x{rune.Value:X2}"),
        _ => rune.ToString(),
    };
}

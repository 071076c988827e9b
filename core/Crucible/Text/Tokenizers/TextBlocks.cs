using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Unicode;
using Crucible.Files;
using static System.FormattableString;

namespace Crucible.Text;

/// <summary>
/// Reads a UTF-8 file of any size in blocks that end where the text may be cut, so that working on the blocks gives
/// what working on the whole would give. A byte order mark is passed over.
/// </summary>
/// <param name="operation">What messages begin with.</param>
/// <param name="path">The file.</param>
/// <param name="isBoundary">Whether the text may be cut between two characters.</param>
/// <param name="blockSize">How many bytes are read at a time.</param>
internal sealed class TextBlocks(string operation, string path, Func<char, char, bool> isBoundary, int blockSize = 1 << 20) : IDisposable
{
    private const char ByteOrderMark = '\uFEFF';
    private const int LongestCharacter = 4; // bytes

    private readonly FileStream stream = Open(operation, path);
    private readonly byte[] bytes = new byte[blockSize + LongestCharacter];
    private char[] buffer = new char[2 * blockSize];
    private int start; // of what has not been given out
    private int filled;
    private int given; // length of the block
    private int carried; // bytes of a character that is not complete yet, at the front of the bytes
    private long lines; // before the bytes at hand
    private bool begun;
    private bool ended;

    /// <summary>The block; valid until the next is read.</summary>
    internal ReadOnlySpan<char> Text => buffer.AsSpan(start - given, given);

    /// <summary>The position of the block in the text.</summary>
    internal long Offset { get; private set; }

    /// <summary>The bytes read so far.</summary>
    internal long Position { get; private set; }

    /// <summary>The bytes of the file.</summary>
    internal long Length => stream.Length;

    /// <summary>Reads the next block; false when there is none.</summary>
    internal bool Read()
    {
        Offset += given;
        given = 0;
        int from = start; // where to look for a boundary: what lies before has none
        while (true)
        {
            int end = ended ? filled : LastBoundary(from);
            if (end > start || ended)
            {
                given = end - start;
                start = end;
                return given > 0;
            }
            from = filled - start;
            Fill();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => stream.Dispose();

    private int LastBoundary(int from)
    {
        for (int i = filled - 1; i >= Math.Max(from, start + 1); i--)
        {
            if (isBoundary(buffer[i - 1], buffer[i])) return i;
        }
        return start;
    }

    /// <summary>
    /// Moves what is left to the front of the buffer, which grows when there is no boundary in all of it, and appends a
    /// block of the file.
    /// </summary>
    private void Fill()
    {
        int left = filled - start;
        char[] target = left + blockSize + 1 <= buffer.Length ? buffer : new char[(int)Math.Min(2L * buffer.Length, Array.MaxLength)];
        buffer.AsSpan(start, left).CopyTo(target);
        (buffer, start, filled) = (target, 0, left);
        int count = stream.ReadAtLeast(bytes.AsSpan(carried, blockSize), blockSize, throwOnEndOfStream: false);
        ended = count < blockSize;
        ReadOnlySpan<byte> read = bytes.AsSpan(0, carried + count);
        OperationStatus status =
            Utf8.ToUtf16(read, buffer.AsSpan(left), out int used, out int added, replaceInvalidSequences: false, isFinalBlock: ended);
        if (status == OperationStatus.InvalidData)
        {
            throw Errors.NotUtf8(operation, path, lines + Utf16.LineOf(read, used), Position - carried + used);
        }
        filled += added;
        if (!begun && added > 0)
        {
            begun = true;
            if (buffer[0] == ByteOrderMark) start = 1;
        }
        lines += read[..used].Count((byte)'\n');
        read[used..].CopyTo(bytes);
        carried = read.Length - used;
        Position += count;
    }

    private static FileStream Open(string operation, string path)
    {
        try
        {
            DataFiles.Note(path);
            return RegularFile.OpenRead(path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or NotSupportedException or ArgumentException)
        {
            throw Errors.UnreadableText(operation, path, error);
        }
    }
}

/// <summary>The lines of a small UTF-8 file, and errors that name the line.</summary>
internal sealed class TextLines
{
    private readonly string path;

    private TextLines(string path, string[] lines, int length) => (this.path, Lines, Length) = (path, lines, length);

    /// <summary>The bytes of the file.</summary>
    internal int Length { get; }

    /// <summary>The lines without their line ends; an empty rest after the last line end is not a line.</summary>
    internal IReadOnlyList<string> Lines { get; }

    /// <summary>Reads a file.</summary>
    internal static TextLines Read(string path)
    {
        byte[] bytes = Bytes(path);
        string text = Utf16.Text(bytes)
            ?? throw Errors.TokenizerFile(path, Utf16.LineOfInvalid(bytes), "the file must be UTF-8, but this line is not");
        string[] lines = text.ReplaceLineEndings("\n").Split('\n');
        return new(path, lines is [.. var ended, ""] ? ended : lines, bytes.Length);
    }

    /// <summary>The bytes of a file, without a byte order mark.</summary>
    internal static byte[] Bytes(string path)
    {
        try
        {
            byte[] bytes = RegularFile.ReadAllBytes(path);
            return bytes.AsSpan().StartsWith("\uFEFF"u8) ? bytes[3..] : bytes;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or NotSupportedException or ArgumentException)
        {
            throw Errors.UnreadableText("tokenizer", path, error);
        }
    }

    /// <summary>The error of the last line.</summary>
    internal DataException BadEnd(string problem) => Bad(Math.Max(0, Lines.Count - 1), problem);

    /// <summary>The error of the line at an index.</summary>
    internal DataException Bad(int index, string problem) => Errors.TokenizerFile(path, index + 1, problem);
}

/// <summary>Checks and shows text.</summary>
internal static class Utf16
{
    /// <summary>Throws when the text has an unpaired surrogate, which UTF-8 cannot represent.</summary>
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

    /// <summary>
    /// Bytes in readable form: their characters, with control characters and backslashes escaped, or <c>\xE2\x80</c>
    /// where they are not valid UTF-8.
    /// </summary>
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

    /// <summary>The text of bytes, or null when they are not UTF-8.</summary>
    internal static string? Text(byte[] bytes) => Utf8.IsValid(bytes) ? Encoding.UTF8.GetString(bytes) : null;

    /// <summary>The line, counted from 1, of the first bytes that are not UTF-8.</summary>
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
        _ when Rune.IsControl(rune) => Invariant($"\\x{rune.Value:X2}"),
        _ => rune.ToString(),
    };
}

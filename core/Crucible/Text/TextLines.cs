namespace Crucible.Text;

/// <summary>The lines of a small UTF-8 file, and errors that name the line.</summary>
internal sealed class TextLines
{
    private readonly string path;

    private TextLines(string path, string[] lines) => (this.path, Lines) = (path, lines);

    /// <summary>The lines without their ends; what follows the last end is no line when it is empty.</summary>
    internal IReadOnlyList<string> Lines { get; }

    /// <summary>Reads a file.</summary>
    internal static TextLines Read(string path)
    {
        byte[] bytes = Bytes(path);
        string text = Utf16.Text(bytes) ?? throw Errors.TokenizerFile(path, Utf16.LineOfInvalid(bytes), "the file must be UTF-8, but this line is not");
        string[] lines = text.ReplaceLineEndings("\n").Split('\n');
        return new(path, lines is [.. var ended, ""] ? ended : lines);
    }

    /// <summary>The bytes of a file, without a byte order mark.</summary>
    internal static byte[] Bytes(string path)
    {
        try
        {
            byte[] bytes = File.ReadAllBytes(path);
            return bytes.AsSpan().StartsWith("\uFEFF"u8) ? bytes[3..] : bytes;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            throw Errors.UnreadableText("tokenizer", path, error);
        }
    }

    /// <summary>The error of the last line.</summary>
    internal DataException BadEnd(string problem) => Bad(Math.Max(0, Lines.Count - 1), problem);

    /// <summary>The error of the line at an index.</summary>
    internal DataException Bad(int index, string problem) => Errors.TokenizerFile(path, index + 1, problem);
}

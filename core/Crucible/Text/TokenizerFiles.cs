using Crucible.Files;

namespace Crucible.Text;

/// <summary>Writes tokenizers' files.</summary>
internal static class TokenizerFiles
{
    private const int Longest = 60;

    /// <summary>Writes a text, whole or not at all.</summary>
    internal static void Write(string path, string text)
    {
        try
        {
            AtomicFile.WriteText(path, text);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            throw Errors.UnwritableText("tokenizer", path, error);
        }
    }

    /// <summary>The beginning of a text, for a message.</summary>
    internal static string Short(string text) => text.Length <= Longest ? text : text[..Longest] + "…";
}

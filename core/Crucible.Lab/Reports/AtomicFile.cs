using System.Text;

namespace Crucible.Lab.Reports;

/// <summary>Files that are either whole or untouched: written beside their place, flushed to disk, then renamed.</summary>
internal static class AtomicFile
{
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false);

    /// <summary>Puts the text in the file's place as one step; readers see the old content or the new, never a part.</summary>
    internal static void Write(string path, string text) => Write(path, stream =>
    {
        using StreamWriter writer = new(stream, Utf8, leaveOpen: true);
        writer.Write(text);
    });

    /// <summary>As <see cref="Write(string, string)"/>, for content that is written as a stream.</summary>
    internal static void Write(string path, Action<Stream> write)
    {
        string draft = $"{path}.{Guid.NewGuid():N}.tmp";
        try
        {
            using (FileStream stream = new(draft, FileMode.CreateNew, FileAccess.Write))
            {
                write(stream);
                stream.Flush(flushToDisk: true);
            }

            File.Move(draft, path, overwrite: true);
        }
        catch
        {
            File.Delete(draft);
            throw;
        }
    }
}

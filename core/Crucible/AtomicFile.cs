namespace Crucible;

/// <summary>Writes files that are whole or absent: a reader, or a run killed at any moment, never leaves half of one.</summary>
public static class AtomicFile
{
    /// <summary>
    /// Writes a temporary file beside <paramref name="path"/>, flushes it to disk and renames it; an older file stays until then, and stays for good when writing fails.
    /// </summary>
    /// <param name="path">The file to make or replace, in a folder that exists.</param>
    /// <param name="write">Writes the content.</param>
    /// <exception cref="IOException">The folder is missing or the disk refuses.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder or file may not be written.</exception>
    public static void Write(string path, Action<Stream> write)
    {
        string temporary = $"{path}.{Path.GetRandomFileName()}.tmp";
        try
        {
            using (FileStream stream = new(temporary, FileMode.CreateNew, FileAccess.Write))
            {
                write(stream);
                stream.Flush(flushToDisk: true);
            }
            File.Move(temporary, path, overwrite: true);
        }
        catch
        {
            File.Delete(temporary);
            throw;
        }
    }
}

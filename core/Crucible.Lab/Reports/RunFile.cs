using static System.FormattableString;

namespace Crucible.Lab.Reports;

/// <summary>
/// Reads the files of a run's folder. Anyone may have put them there: only files of the usual kind and of a bounded
/// size are opened.
/// </summary>
internal static class RunFile
{
    /// <summary>Far above what a run writes.</summary>
    internal const long MostBytes = 64L << 20;

    /// <summary>Held by the process that writes into the folder.</summary>
    internal const string LockName = ".run.lock";

    /// <summary>Whether a process writes into a run's folder.</summary>
    internal static bool IsBeingWritten(string folder)
    {
        string file = Path.Combine(folder, LockName);
        if (!File.Exists(file)) return false;
        try
        {
            using FileStream turn = new(file, FileMode.Open, FileAccess.ReadWrite, FileShare.None);
            return false;
        }
        catch (IOException)
        {
            return true;
        }
    }

    /// <summary>The content of a file, or of the file that a link leads to.</summary>
    /// <param name="file">The file.</param>
    /// <param name="most">How large it may be.</param>
    /// <exception cref="IOException">It is no such file, or cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be read.</exception>
    internal static byte[] ReadBytes(string file, long most = MostBytes)
    {
        FileInfo info = new(file);
        if (info.ResolveLinkTarget(returnFinalTarget: true) is FileInfo target) info = target;
        if (Directory.Exists(info.FullName)) throw new IOException("it is a folder");

        // Pipes and devices have no length. To open a pipe would wait for somebody who writes to it.
        if (info.Length == 0) throw new IOException("it is empty, or no file of the usual kind");
        if (info.Length > most) throw new IOException(Invariant($"it has {info.Length} bytes, and at most {most} are read"));
        return File.ReadAllBytes(info.FullName);
    }
}

namespace Crucible.Lab.Studies;

/// <summary>
/// Says that a worker lives by a lock on a file, which the system opens when the worker's process ends in any way. Unlike
/// a process's number it tells the living from the dead in other containers too, and does not come back.
/// </summary>
/// <param name="folder">Where all workers of the store have their files.</param>
internal sealed class WorkerLock(string folder) : IDisposable
{
    private FileStream? file;

    /// <summary>By which others know the worker.</summary>
    internal string Name { get; } = Guid.NewGuid().ToString("N");

    /// <summary>Takes the lock, if it is not taken yet.</summary>
    /// <returns>The worker's name.</returns>
    internal string Hold()
    {
        if (file is not null) return Name;
        Directory.CreateDirectory(folder);
        file = new FileStream(
            Place(Name), FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None, bufferSize: 1, FileOptions.DeleteOnClose);
        return Name;
    }

    /// <summary>Whether somebody lives who has taken the lock of a name.</summary>
    internal bool IsHeld(string other)
    {
        if (other == Name) return true;
        if (!Guid.TryParseExact(other, "N", out _)) return false; // of no worker, or one before locks
        try
        {
            using FileStream dead = new(
                Place(other), FileMode.Open, FileAccess.Read, FileShare.None, bufferSize: 1, FileOptions.DeleteOnClose);
            return false;
        }
        catch (Exception missing) when (missing is FileNotFoundException or DirectoryNotFoundException)
        {
            return false;
        }
        catch (IOException)
        {
            return true;
        }
    }

    public void Dispose() => file?.Dispose();

    private string Place(string worker) => Path.Combine(folder, $"{worker}.lock");
}

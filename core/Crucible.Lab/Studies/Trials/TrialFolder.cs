using System.Security.Cryptography;
using Crucible.Files;
using static System.FormattableString;

namespace Crucible.Lab.Studies;

/// <summary>
/// The folder of a trial on this machine. Where the store keeps files, it fills when it is first asked for, and knows
/// what has changed since.
/// </summary>
/// <param name="number">The trial.</param>
/// <param name="claim">Which taking of the trial it is for.</param>
/// <param name="parent">The study's folder.</param>
/// <param name="restore">Gives the files that the store has; null where it keeps none, and all takings share one folder.</param>
internal sealed class TrialFolder(int number, string claim, string parent, Func<IReadOnlyList<TrialFile>>? restore)
{
    private const long Most = 256L << 20;

    private static readonly TimeSpan Tick = TimeSpan.FromSeconds(1); // a file written twice within it may keep its time

    private readonly Dictionary<string, Version> known = [];
    private bool isFilled;

    /// <summary>
    /// Where it is, or will be. A worker that has lost the trial may still write to its own, so with a store's files
    /// each claim has another.
    /// </summary>
    internal string Location { get; } =
        Path.Combine(parent, restore is null ? Invariant($"trial-{number}") : Invariant($"trial-{number}-{claim[..8]}"));

    /// <summary>Makes the folder unless it exists.</summary>
    internal string Open()
    {
        string location = Directory.CreateDirectory(Location).FullName;
        if (!isFilled && restore is not null)
        {
            foreach (TrialFile file in restore())
            {
                string target = Path.GetFullPath(Path.Combine(location, file.Path));
                // Whoever writes to the database must not write to our disk
                if (!target.StartsWith(location + Path.DirectorySeparatorChar, StringComparison.Ordinal))
                    throw StudyErrors.TrialFileOutside(number, file.Path);
                AtomicFile.Write(target, stream => stream.Write(file.Content));
                known[file.Path] = new Version(new FileInfo(target), SHA256.HashData(file.Content!));
            }
        }

        isFilled = true;
        return location;
    }

    /// <summary>The files that were written or deleted since the last call.</summary>
    /// <exception cref="StudyException">There is more than a store takes.</exception>
    internal IReadOnlyList<TrialFile> Changes()
    {
        if (restore is null || !isFilled) return [];
        FileInfo[] files = Directory.Exists(Location) ? new DirectoryInfo(Location).GetFiles("*", SearchOption.AllDirectories) : [];
        long bytes = files.Sum(file => file.Length);
        if (bytes > Most) throw StudyErrors.TrialFilesTooLarge(number, bytes, Most);
        List<TrialFile> changes = [];
        HashSet<string> present = [];
        foreach (FileInfo file in files)
        {
            string name = Path.GetRelativePath(Location, file.FullName).Replace(Path.DirectorySeparatorChar, '/');
            present.Add(name);
            if (known.TryGetValue(name, out Version? before) && before.IsOf(file)) continue;
            byte[] content = File.ReadAllBytes(file.FullName);
            byte[] hash = SHA256.HashData(content);
            known[name] = new Version(file, hash);
            if (before is null || !before.Hash.AsSpan().SequenceEqual(hash)) changes.Add(new TrialFile(name, content));
        }

        foreach (string gone in known.Keys.Except(present).ToArray())
        {
            known.Remove(gone);
            changes.Add(new TrialFile(gone, null));
        }

        return changes;
    }

    /// <summary>Deletes the folder of a trial that has ended, and those that earlier claims of it have left on this machine.</summary>
    internal void Delete()
    {
        string[] earlier = restore is not null && Directory.Exists(parent)
            ? Directory.GetDirectories(parent, Invariant($"trial-{number}-*"))
            : [];
        foreach (string folder in earlier.Append(Location).Where(Directory.Exists)) StudyFolder.Erase(folder);
    }

    /// <summary>Leaves a trial that has not ended: its files are with the store, or stay here for whoever takes it up.</summary>
    internal void Leave()
    {
        if (restore is not null && Directory.Exists(Location)) StudyFolder.Erase(Location);
    }

    /// <summary>A file's content as it was last seen.</summary>
    private sealed class Version(FileInfo file, byte[] hash)
    {
        private readonly long length = file.Length;
        private readonly DateTime written = file.LastWriteTimeUtc;
        private readonly bool isOld = DateTime.UtcNow - file.LastWriteTimeUtc > Tick;

        internal byte[] Hash => hash;

        /// <summary>Whether the file certainly has that content still.</summary>
        internal bool IsOf(FileInfo now) => isOld && now.Length == length && now.LastWriteTimeUtc == written;
    }
}

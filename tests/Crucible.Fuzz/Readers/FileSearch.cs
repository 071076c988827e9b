using System.Diagnostics;
using static System.FormattableString;

namespace Crucible.Fuzz;

/// <summary>What was found: the smallest files that show it, what is wrong, and the seed that led there.</summary>
internal sealed record FileFinding(FileReader Reader, FileCase Case, FuzzFile[] Files, string Wrong, int Seed)
{
    public override string ToString() => $"{FileScript.Head}{FileScript.Of(Case, Files)}\n"
        + Invariant($"// {Reader.Name}: {Wrong}\n// found with --seed {Seed}");
}

/// <summary>F# that writes files and reads them.</summary>
internal static class FileScript
{
    /// <summary>What every such script begins with.</summary>
    public const string Head = """
        #nowarn "1253" // bytes above 127 in a text
        open System
        open Crucible.Files
        open Crucible.Lab.Tables
        open Crucible.Layers
        open Crucible.Models
        open Crucible.Onnx
        open Crucible.Optimizers
        open Crucible.Tensors
        open Crucible.Text
        open Crucible.Training
        let folder = IO.Directory.CreateTempSubdirectory().FullName
        let path name =
            let full = IO.Path.Combine(folder, name)
            IO.Directory.CreateDirectory(IO.Path.GetDirectoryName full) |> ignore
            full

        """;

    public static string Of(FileCase one, FuzzFile[] files) => $"{string.Join('\n', files.Select(file => file.ToString()))}\n{one.Text}";
}

/// <summary>Draws files, damages them, and has them read.</summary>
internal sealed class FileSearch : IDisposable
{
    private const int Copies = 20; // damaged ones of each file
    private const int MostShrinking = 3000; // reads

    /// <summary>A read that hangs says so while it runs: the files that it reads are in the folder.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    // A read takes some milliseconds, on the clock and of the processor: beside other work the clock alone says little. One
    // that takes longer is tried again.
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(1);

    private readonly string folder = Directory.CreateDirectory(NewPlace()).FullName;

    /// <summary>A path that nobody has: in memory where there is such a folder, since what is saved is forced to the disk.</summary>
    public static string NewPlace() =>
        Path.Combine(Directory.Exists("/dev/shm") ? "/dev/shm" : Path.GetTempPath(), Invariant($"crucible-files-{Guid.NewGuid():N}"));

    /// <inheritdoc/>
    public void Dispose() => Directory.Delete(folder, recursive: true);

    /// <summary>Files from one seed on, until the time is over; of findings that are alike the first.</summary>
    /// <returns>How many files were read.</returns>
    public static int For(TimeSpan time, int seed, IReadOnlyList<FileReader> readers, Action<FileFinding> found)
    {
        using FileSearch search = new();
        Stopwatch watch = Stopwatch.StartNew();
        HashSet<string> seen = [];
        int count = 0;
        for (; watch.Elapsed < time; count++)
            if (search.Try(unchecked(seed + count), readers) is { } finding && seen.Add(finding.Reader.Name + KindOf(finding.Wrong)))
                found(finding);
        return count * (Copies + 1);
    }

    /// <summary>A file of the seed and damaged copies of it: the first that shows a fault, shrunk.</summary>
    public FileFinding? Try(int seed, IReadOnlyList<FileReader> readers)
    {
        Random random = new(seed);
        FileReader reader = readers[random.Next(readers.Count)];
        FileCase one = reader.Draw(random);
        if (Fault(one, one.Files, isWhole: true) is { } broken) return new(reader, one, one.Files, broken, seed);
        for (int copy = 0; copy < Copies; copy++)
        {
            int damaged = random.Next(one.Files.Length);
            FuzzFile[] files = [.. one.Files.Select((file, i) => i == damaged ? file.Damaged(random) : file)];
            if (Fault(one, files, isWhole: false) is not { } wrong) continue;
            (files, wrong) = Shrunk(one, files, wrong);
            return new(reader, one, files, wrong, seed);
        }

        return null;
    }

    /// <summary>What is wrong with reading files, or null.</summary>
    private string? Fault(FileCase one, FuzzFile[] files, bool isWhole)
    {
        byte[][] contents = [.. files.Select(file => file.Bytes)];
        long bytes = contents.Sum(content => (long)content.Length), most = one.Base + (one.PerByte * bytes);
        Reading reading = Read(one, files, contents);
        // What is made once, and what a slow machine adds, is not counted.
        for (int again = 0; again < 2 && (reading.Allocated > most || reading.Time > Limit); again++)
        {
            Reading next = Read(one, files, contents);
            reading = next with
            {
                Allocated = Math.Min(next.Allocated, reading.Allocated),
                Time = Less(next.Time, reading.Time),
            };
        }

        if (reading.Wrong is not null) return reading.Wrong;
        if (reading.Allocated > most)
            return Invariant($"memory: {reading.Allocated} bytes were allocated for files of {bytes}, and at most {most} may be");
        if (reading.Time > Limit) return Invariant($"time: it took {reading.Time.TotalSeconds:F1} s for files of {bytes} bytes");
        if (isWhole && reading.Told != one.Expected)
            return Invariant($"values: they must be {one.Expected}, but are {reading.Told ?? reading.Refusal}");
        bool isSealed = one.Seal is { } seal && Array.TrueForAll(contents, content => content.AsSpan().IndexOf(seal) >= 0);
        return isSealed && reading.Told is { } told && told != one.Expected ? "seal: other values pass as those that were written" : null;
    }

    private static TimeSpan Less(TimeSpan one, TimeSpan other) => one < other ? one : other;

    private sealed record Reading(long Allocated, TimeSpan Time, string? Told = null, string? Refusal = null, string? Wrong = null);

    private Reading Read(FileCase one, FuzzFile[] files, byte[][] contents)
    {
        for (int i = 0; i < files.Length; i++)
        {
            string path = Path.Combine(folder, files[i].Name);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllBytes(path, contents[i]);
        }

        using Timer hanging = new(_ => Console.Error.WriteLine($"files in {folder} are being read for another {Patience}"),
            null, Patience, Patience);
        long before = GC.GetAllocatedBytesForCurrentThread(), start = Stopwatch.GetTimestamp();
        TimeSpan worked = Environment.CpuUsage.TotalTime;
        Reading Ended(string? refusal = null, string? wrong = null) => new(
            GC.GetAllocatedBytesForCurrentThread() - before, Less(Stopwatch.GetElapsedTime(start), Environment.CpuUsage.TotalTime - worked),
            Refusal: refusal, Wrong: wrong);
        Reading? read = null;
        try
        {
            Func<string> tell = one.Read(folder);
            read = Ended();
            return read with { Told = tell() };
        }
        catch (Exception error) when (one.IsRefusal(error))
        {
            // What was read may refuse what is asked of it, as a tokenizer a text, and then names no file.
            return read is null ? Ended(error.Message, Unclear(error, files)) : read with { Refusal = error.Message };
        }
        catch (Exception error)
        {
            return Ended(wrong: Invariant($"{error.GetType().Name}: {error.Message} {error.StackTrace?.Split('\n')[0].Trim()}"));
        }
    }

    /// <summary>Why a refusal is no short line that names a file.</summary>
    private static string? Unclear(Exception error, FuzzFile[] files) =>
        error.Message.AsSpan().ContainsAny("\n\r") ? "line: the error has more than one line: " + error.Message
        : error.Message.Length > 1000 ? Invariant($"length: the error has {error.Message.Length} characters: {error.Message[..200]}")
        : error is CrucibleException && !Array.Exists(files, file => error.Message.Contains(file.Name, StringComparison.Ordinal))
            ? "name: the error names no file: " + error.Message
        : null;

    /// <summary>Takes pieces out of the parts, large ones first, as long as the same kind of fault shows.</summary>
    private (FuzzFile[] Files, string Wrong) Shrunk(FileCase one, FuzzFile[] files, string wrong)
    {
        int reads = 0;
        Stopwatch watch = Stopwatch.StartNew();
        for (int file = 0; file < files.Length; file++)
            for (int part = 0; part < files[file].Parts.Length; part++)
                for (int piece = Math.Max(1, files[file].Parts[part].Length / 2); piece > 0; piece /= 2)
                    for (int at = 0; at < files[file].Parts[part].Length;)
                    {
                        if (++reads > MostShrinking || watch.Elapsed > Patience) return (files, wrong);
                        byte[] old = files[file].Parts[part];
                        byte[] less = [.. old[..at], .. old[Math.Min(old.Length, at + piece)..]];
                        FuzzFile[] smaller = [.. files.Select((kept, i) => i == file ? kept.With(part, less) : kept)];
                        if (Fault(one, smaller, isWhole: false) is { } same && KindOf(same) == KindOf(wrong))
                            (files, wrong) = (smaller, same);
                        else at += piece;
                    }

        return (files, wrong);
    }

    private static string KindOf(string wrong) => wrong.Split(':')[0];
}

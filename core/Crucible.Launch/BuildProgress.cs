using System.Diagnostics;
using static System.FormattableString;

namespace Crucible.Launch;

/// <summary>
/// What a build of the core is doing: on a terminal one line that counts the seconds, elsewhere a line for each step
/// that has ended.
/// </summary>
internal sealed class BuildProgress : IDisposable
{
    // What is done, and what the build prints, in English, when it is.
    private static readonly (string Name, string[] Ends)[] Steps =
    [
        ("fetching packages", ["Restored ", "up-to-date for restore"]),
        ("compiling the library", [" Crucible -> "]),
        ("compiling what scripts use around it", [" Crucible.Lab -> "]),
    ];

    private readonly Stopwatch watch = Stopwatch.StartNew();
    private readonly TextWriter writer;
    private readonly Timer? timer;
    private readonly Lock gate = new();
    private TimeSpan begun;
    private int step;

    /// <summary>Says at once that it begins.</summary>
    /// <param name="writer">Where to.</param>
    /// <param name="isTerminal">Whether a line can be written over.</param>
    internal BuildProgress(TextWriter writer, bool isTerminal)
    {
        this.writer = writer;
        if (isTerminal) timer = new Timer(_ => Rewrite(), null, TimeSpan.Zero, TimeSpan.FromSeconds(1));
        else writer.WriteLine("Building the core ...");
    }

    /// <summary>Takes a line of what the build prints.</summary>
    internal void Read(string line)
    {
        lock (gate)
        {
            int ended = Array.FindIndex(Steps, one => Array.Exists(one.Ends, end => line.Contains(end, StringComparison.Ordinal)));
            if (ended < step) return;
            if (timer is null) writer.WriteLine($"Building the core: {Steps[ended].Name} took {Seconds(watch.Elapsed - begun)}.");
            (step, begun) = (ended + 1, watch.Elapsed);
        }
    }

    /// <summary>Says how long all of it took.</summary>
    public void Dispose()
    {
        timer?.Dispose();
        lock (gate)
        {
            if (timer is not null) writer.Write("\r\u001b[K");
            writer.WriteLine($"Built in {Seconds(watch.Elapsed)}.");
        }
    }

    private static string Seconds(TimeSpan time) => Invariant($"{time.TotalSeconds:F1} s");

    private void Rewrite()
    {
        lock (gate)
        {
            string name = step < Steps.Length ? Steps[step].Name : "nearly done";
            writer.Write(Invariant($"\r\u001b[KBuilding the core: {name}, {watch.Elapsed.TotalSeconds:F0} s ..."));
        }
    }
}

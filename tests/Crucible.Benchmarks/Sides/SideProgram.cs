using System.Globalization;

namespace Crucible.Benchmarks.Sides;

/// <summary>
/// A process that does the work of one side. It first says in a line what it runs on; then each line it reads is answered by one:
/// <c>burst Wall 0.04 matmul nn 64 64 64</c> by the seconds of one call, <c>answers FILE matmul nn 64 64 64</c> by <c>done</c>,
/// once the file is written; <c>unavailable: …</c> where the library lacks such work here, and <c>error: …</c> else.
/// </summary>
/// <param name="prepare">Makes the work of such words as <c>matmul nn 64 64 64</c>.</param>
internal sealed class SideProgram(Func<string[], Work> prepare)
{
    /// <summary>The argument that makes a program a side.</summary>
    internal const string Argument = "side";

    private const int Kept = 6; // kinds of work: more than a row has, so that they are not made anew at each burst

    private const int WarmBursts = 30; // pinned, .NET takes two seconds until it has compiled again what is called often

    private readonly List<Prepared> prepared = [];
    private readonly HashSet<string> warm = []; // the first words of work that has been done for so long

    /// <summary>Answers lines until there are none; or, called as <c>side 20 gpt-step small</c>, does the work so often.</summary>
    internal void Run(string description, string[] arguments)
    {
        if (arguments is [string times, .. string[] words])
        {
            Work work = prepare(words);
            for (int i = 0; i < int.Parse(times, CultureInfo.InvariantCulture); i++) work.Once();
            return;
        }

        Console.WriteLine(description);
        while (Console.ReadLine() is { } line) Console.WriteLine(AnswerTo(line));
    }

    private string AnswerTo(string line)
    {
        try
        {
            return line.Split(' ') switch
            {
                ["burst", string clock, string seconds, .. string[] words] => Seconds(
                    Enum.Parse<Clock>(clock), double.Parse(seconds, CultureInfo.InvariantCulture), words),
                ["answers", string file, .. string[] words] => Answers(file, words),
                _ => "error: no such command",
            };
        }
        catch (NotSupportedException failure)
        {
            return $"unavailable: {failure.Message}";
        }
#pragma warning disable CA1031 // whatever goes wrong is told to the process that asked
        catch (Exception failure)
        {
            return $"error: {failure.GetType().Name}: {failure.Message.Split('\n')[0]}";
        }
#pragma warning restore CA1031
    }

    private string Answers(string file, string[] words)
    {
        Answer.Write(file, prepare(words).Answers());
        return "done";
    }

    private string Seconds(Clock clock, double seconds, string[] words)
    {
        Prepared work = Find(string.Join(' ', words), words, seconds);
        long calls = work.Seconds > 0 ? Math.Max(1, (long)Math.Ceiling(seconds / work.Seconds)) : 1;
        // a run that nearly lasts as long as it should is long enough: another would have few calls more
        work.Seconds = Burst.SecondsPerCall(work.Once, 0.8 * seconds, clock, calls);
        return work.Seconds.ToString("R", CultureInfo.InvariantCulture);
    }

    private Prepared Find(string key, string[] words, double seconds)
    {
        Prepared? found = prepared.Find(work => work.Key == key);
        if (found != null) return found;
        if (prepared.Count == Kept)
        {
            prepared.RemoveAt(0);
            GC.Collect(); // memory outside of .NET's goes with the finalizers of what holds it
            GC.WaitForPendingFinalizers();
        }

        found = new(key, prepare(words).Once);
        found.Once(); // makes its caches warm
        if (warm.Add(words[0])) Burst.SecondsPerCall(found.Once, WarmBursts * seconds, Clock.Wall);
        prepared.Add(found);
        return found;
    }

    private sealed class Prepared(string key, Action once)
    {
        internal string Key { get; } = key;

        internal Action Once { get; } = once;

        internal double Seconds { get; set; } // of a call, in the last burst
    }
}

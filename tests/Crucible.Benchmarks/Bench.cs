using System.Globalization;
using Crucible.Benchmarks.Measuring;
using Crucible.Benchmarks.Sides;
using Crucible.Benchmarks.Workloads;

namespace Crucible.Benchmarks;

/// <summary>One run of benchmarks: how long and how often is measured, and what was found.</summary>
/// <param name="sides">The processes of both sides.</param>
/// <param name="quick">Fewer rows, and fewer and shorter bursts.</param>
/// <param name="mostThreads">1 to leave out what takes time on the wall: for a machine on which others work.</param>
/// <param name="onlyChecks">Whether both sides' numbers are compared and nothing is timed.</param>
internal sealed class Bench(SidePool sides, bool quick, int mostThreads, bool onlyChecks)
{
    // Idle threads of OpenMP spin before they sleep, and would take the processor from the other side.
    private static readonly TimeSpan Settle = TimeSpan.FromMilliseconds(60);

    private readonly double usualBurst = quick ? 0.01 : 0.04;
    private readonly int rounds = quick ? 3 : 9;
    private readonly List<Comparison> comparisons = [];
    private readonly Dictionary<int, double> operations = []; // of a call of the work at the peak, by threads

    /// <summary>The processes of both sides.</summary>
    internal SidePool Sides => sides;

    /// <summary>Whether the run is to be short.</summary>
    internal bool IsQuick => quick;

    /// <summary>What was compared.</summary>
    internal IReadOnlyList<Comparison> Comparisons => comparisons;

    /// <summary>How many programs wanted to run before the first burst.</summary>
    internal string LoadAtStart { get; } = Machine.Load;

    /// <summary>How many rows could not be compared, or found different numbers.</summary>
    internal int Failures { get; private set; }

    /// <summary>Prints what is compared with what.</summary>
    internal void WriteHeader()
    {
        Console.WriteLine($"{Machine.Description}; load {LoadAtStart}");
        if (sides.HasLibTorch)
            Console.WriteLine($"{sides.Pinned(SideSetting.Theirs(1)[0]).Description}, under the best of its settings, work by work");
        if (onlyChecks) return;
        Console.WriteLine($"medians of {rounds} bursts of {1000 * usualBurst} ms or a call, Crucible's and LibTorch's in turn; the ratio is taken pair by pair");
        Console.WriteLine("one thread: processor time, both on one processor; two threads: time on the wall, the other side asleep; above 1 Crucible is faster");
    }

    /// <summary>Keeps a comparison and prints it.</summary>
    internal void Add(Comparison comparison)
    {
        comparisons.Add(comparison);
        Table.Write(comparison);
    }

    /// <summary>Compares the numbers of a workload's rows, and then the times of those that agree.</summary>
    internal void Compare(ComparedWorkload workload)
    {
        foreach (RowTable table in workload.Tables(quick))
        {
            List<Row> rows = [];
            foreach (Row row in table.Rows) Try(row, () => rows.Add(row with { Theirs = Agreeing(row) }));
            if (onlyChecks) continue;
            foreach (int threads in workload.Threads.Where(threads => threads <= Math.Min(mostThreads, Environment.ProcessorCount)))
            {
                Table.WriteTitle(table.Title, threads);
                foreach (Row row in rows) Try(row, () => Measure(workload.Summary, table.Title, row, threads));
            }
        }
    }

    private void Try(Row row, Action work)
    {
        try
        {
            work();
        }
        catch (InvalidOperationException failure)
        {
            Failures++;
            Console.WriteLine($"{row.Name}: FAILED: {failure.Message}");
        }
    }

    /// <summary>The ways of a row that LibTorch has on this system, once they are known to find the same numbers.</summary>
    private Way[] Agreeing(Row row)
    {
        if (!sides.HasLibTorch) return [];
        Answer[] ours = sides.Pinned(SideSetting.Ours(1)).Answers(row.Work);
        return [.. row.Theirs.Where(Agrees)];

        bool Agrees(Way way)
        {
            Answer[] theirs;
            try
            {
                theirs = sides.Pinned(SideSetting.Theirs(1)[0]).Answers(way.Of(row));
            }
            catch (NotSupportedException)
            {
                return false;
            }

            (double difference, string name) = ours.Zip(theirs, (our, their) => (our.Difference(their), our.Name)).Max();
            string found = string.Create(
                CultureInfo.InvariantCulture,
                $"{way.Of(row)}: {name} differs by {difference:0.0e+0} of the largest, allowed are {way.Tolerance:0e+0}");
            if (ours.Length != theirs.Length || difference > way.Tolerance) throw new InvalidOperationException(found);
            if (onlyChecks) Console.WriteLine($"agrees: {found}");
            return true;
        }
    }

    private void Measure(string workload, string table, Row row, int threads)
    {
        Clock clock = threads == 1 ? Clock.Processor : Clock.Wall;
        Contestant ours = Contestant(SideSetting.Ours(threads), row.Work);
        double burst = Math.Max(usualBurst, row.Seconds);
        int times = ours.Seconds(burst / 2) > 0.1 ? Math.Min(rounds, 5) : rounds;
        (Way Way, Contestant Side)[] found = [.. row.Theirs.SelectMany(Measurable)];
        Contestant[] theirs = [.. found.Select(one => one.Side)];
        double[] our = new double[times], shares = new double[times];
        double[][] their = [.. theirs.Select(_ => new double[times])];
        for (int round = 0; round < times; round++)
        {
            our[round] = ours.Seconds(burst) / row.Times;
            shares[round] = SecondsAtPeak(row, ours.Side, threads, clock) / our[round];
            for (int i = 0; i < theirs.Length; i++) their[i][round] = theirs[i].Seconds(burst) / row.Times;
        }

        double ofPeak = Timings.Median(shares);
        if (theirs.Length == 0) Add(new(workload, table, row.Name, null, threads, our, []) { OfPeak = ofPeak });
        for (int i = 0; i < theirs.Length; i++)
        {
            Comparison compared = new(workload, table, row.Name, found[i].Way, threads, our, their[i]);
            // The peak is that of float32.
            double share = row.IsMixed ? double.NaN : ofPeak;
            Add(compared with { OfPeak = share, Setting = theirs[i].Setting.ToString(), IsMixed = row.IsMixed });
        }

        // Some work ends LibTorch's process: the derivative of an LSTM in bfloat16.
        IEnumerable<(Way Way, Contestant Side)> Measurable(Way way)
        {
            try
            {
                return [(way, Best(way.Of(row), burst / 2))];
            }
            catch (InvalidOperationException failure)
            {
                Console.WriteLine($"{row.Name}; their {way.Name}: {failure.Message}");
                return [];
            }
        }

        Contestant Contestant(SideSetting setting, string work) => new(
            threads == 1 ? sides.Pinned(setting) : sides.Free(setting), setting, work, clock, threads == 1 ? TimeSpan.Zero : Settle);

        Contestant Best(string work, double seconds) => SideSetting.Theirs(threads).Select(setting => Contestant(setting, work))
            .MinBy(side => Math.Min(side.Seconds(seconds), side.Seconds(seconds)))!;
    }

    /// <summary>How long a row's work lasts at the peak of products or of memory, whichever is longer.</summary>
    private double SecondsAtPeak(Row row, SideProcess ours, int threads, Clock clock)
    {
        double bytes = (row.BytesRead + row.BytesWritten) / row.Times;
        double moving = bytes > 0 ? At($"{(row.BytesWritten > 0 ? "copy" : "read")} {(long)bytes}") : 0;
        if (row.Operations == 0) return moving;
        if (!operations.TryGetValue(threads, out double all))
            operations[threads] = all = ours.Answers($"{Peak.Name} products")[0].Values[0];
        return Math.Max(moving, row.Operations / row.Times / all * At("products"));

        double At(string work) => ours.SecondsPerCall($"{Peak.Name} {work}", usualBurst / 4, clock);
    }

    /// <summary>Work of a side in a comparison.</summary>
    private sealed record Contestant(SideProcess Side, SideSetting Setting, string Work, Clock Clock, TimeSpan Settle)
    {
        /// <summary>Seconds of a call in a burst of so many seconds.</summary>
        internal double Seconds(double burst)
        {
            Thread.Sleep(Settle);
            return Side.SecondsPerCall(Work, burst, Clock);
        }
    }
}

using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Crucible.Lab.Studies;
using static System.FormattableString;

namespace Crucible.Benchmarks.Studies;

/// <summary>
/// Our own searches on the suite, each on one thread and as many at once as there are threads. What one has found is kept at
/// once, so that a run that was ended goes on where it was.
/// </summary>
internal sealed partial class SuiteSearches : IDisposable
{
    internal const string Default = "default";

    /// <summary>The searches by name: the sampler's type, and what a study of it is given.</summary>
    internal static readonly (string Name, Type Sampler, Func<StudyOptions> Options)[] All =
    [
        (Default, typeof(AutoSampler), () => new StudyOptions { Store = SqliteStore.InMemory() }),
        ("Gaussian process", typeof(GaussianProcessSampler), () => Alone(new GaussianProcessSampler())),
        ("TPE", typeof(TpeSampler), () => Alone(new TpeSampler())),
        ("CMA-ES", typeof(CmaEsSampler), () => Alone(new CmaEsSampler())),
        ("random", typeof(RandomSampler), () => Alone(new RandomSampler())),
    ];

    /// <summary>Those among which the default chooses with one objective.</summary>
    internal static readonly string[] Choices = ["Gaussian process", "TPE"];

    private readonly ConcurrentDictionary<(string Search, string Function, int Seed), Found> found = [];
    private readonly Dictionary<string, string> codes = All.ToDictionary(search => search.Name, search => CodeOf(search.Sampler));
    private readonly Lock writing = new();
    private readonly StreamWriter file;

    /// <summary>Opens what was found before, as far as the same code has found it.</summary>
    /// <param name="path">The file, with a line of JSON for each search.</param>
    /// <param name="fresh">Whether to forget all of it.</param>
    internal SuiteSearches(string path, bool fresh)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        FileStream stream = Opened(path);
        if (fresh) stream.SetLength(0);
        using StreamReader reader = new(stream, leaveOpen: true);
        string known = reader.ReadToEnd();
        foreach (string line in known.Split('\n'))
        {
            // The last line may have been cut off
            if (line.EndsWith('}') && JsonSerializer.Deserialize<Found>(line) is { } one && codes.GetValueOrDefault(one.Search) == one.Code)
                found[(one.Search, one.Function, one.Seed)] = one;
        }

        file = new StreamWriter(stream) { AutoFlush = true };
        if (known.Length > 0 && !known.EndsWith('\n')) file.Write('\n');
    }

    public void Dispose() => file.Dispose();

    /// <summary>Does those searches that were not done before.</summary>
    internal void Run(IReadOnlyList<string> searches, IReadOnlyList<SuiteFunction> functions, IReadOnlyList<int> seeds, int[] budgets)
    {
        (string Search, SuiteFunction Function, int Seed)[] missing =
        [
            .. from seed in seeds
               from function in functions
               from search in searches
               where !IsKnown(search, function.Name, seed, budgets)
               select (search, function, seed),
        ];
        int all = searches.Count * functions.Count * seeds.Count, done = 0;
        Console.WriteLine(Invariant($"{all} searches of {budgets[^1]} trials, {all - missing.Length} of them done before"));
        long start = System.Diagnostics.Stopwatch.GetTimestamp();
        ParallelOptions threads = new() { MaxDegreeOfParallelism = Threads.Count };
        Parallel.ForEach(Partitioner.Create(missing, EnumerablePartitionerOptions.NoBuffering), threads, one =>
        {
            using IDisposable single = Threads.Use(1);
            StudyOptions options = All.Single(search => search.Name == one.Search).Options();
            double[] values = Search(one.Function, one.Seed, options, budgets);
            Keep(new Found(one.Search, one.Function.Name, one.Seed, codes[one.Search], budgets, values));
            int now = Interlocked.Increment(ref done);
            double minutes = System.Diagnostics.Stopwatch.GetElapsedTime(start).TotalMinutes;
            if (now % 50 == 0)
                Console.Error.WriteLine(Invariant($"{now} of {missing.Length}, {minutes * (missing.Length - now) / now:0} minutes left"));
        });
    }

    /// <summary>The true value at the best place after each number of trials.</summary>
    internal double[] Of(string search, string function, int seed, int[] budgets)
    {
        Found one = found[(search, function, seed)];
        return [.. budgets.Select(budget => one.Values[Array.IndexOf(one.Budgets, budget)])];
    }

    /// <summary>Opens the file for this process alone.</summary>
    private static FileStream Opened(string path)
    {
        try
        {
            return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException error)
        {
            throw new CrucibleException($"{path} cannot be written, perhaps because another run does: {error.Message}", error);
        }
    }

    private static StudyOptions Alone(Sampler sampler) => new() { Store = SqliteStore.InMemory(), Sampler = sampler, Workers = 1 };

    private static double[] Search(SuiteFunction function, int seed, StudyOptions options, int[] budgets)
    {
        Func<ISettings, Outcome> objective = function.Create(seed);
        Outcome[] outcomes = new Outcome[budgets[^1]];
        StudyOptions seeded = new()
        {
            Store = options.Store,
            Sampler = options.Sampler,
            Workers = options.Workers,
            Window = options.Window,
            Seed = (ulong)seed,
            AllowDuplicates = true,
        };
        using Study study = new("suite", seeded);
        study.Optimize(outcomes.Length, trial => (outcomes[trial.Number] = objective(new TrialSettings(trial))).Told);
        return [.. budgets.Select(budget => outcomes.Take(budget).MinBy(outcome => outcome.Told).Truth)];
    }

    /// <summary>
    /// What a search's results follow from: the sampler's source, those of the samplers' folder whose types it names and so on,
    /// that of plans and trials, and the functions. Random numbers and what else is further below is not looked at.
    /// </summary>
    private static string CodeOf(Type sampler)
    {
        string studies = Path.Combine(Locations.Workspace, "core", "Crucible.Lab", "Studies");
        Dictionary<string, string> samplers = Sources(Path.Combine(studies, "Samplers"));
        HashSet<string> known = [];
        Queue<string> open = new([sampler.Name]);
        while (open.TryDequeue(out string? type))
        {
            foreach ((string place, string text) in samplers)
            {
                if (!Declared().Matches(text).Any(match => match.Groups[1].Value == type) || !known.Add(place)) continue;
                foreach (Match word in Word().Matches(text)) open.Enqueue(word.Value);
            }
        }

        string suite = Path.Combine(Locations.Workspace, "tests", "Crucible.Benchmarks", "Studies", "Suite");
        IEnumerable<string> files = known.Append(Path.Combine(studies, "Planner.cs")).Append(TabularFunctions.File)
            .Concat(Sources(Path.Combine(studies, "Trials")).Keys)
            .Concat(Directory.GetFiles(suite, "*Function*.cs"));
        StringBuilder all = new();
        foreach (string path in files.Order(StringComparer.Ordinal)) all.Append(File.ReadAllText(path));
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(all.ToString())))[..16];
    }

    private static Dictionary<string, string> Sources(string folder) =>
        Directory.GetFiles(folder, "*.cs").ToDictionary(path => path, File.ReadAllText);

    private bool IsKnown(string search, string function, int seed, int[] budgets) =>
        found.TryGetValue((search, function, seed), out Found? one) && !budgets.Except(one.Budgets).Any();

    private void Keep(Found one)
    {
        found[(one.Search, one.Function, one.Seed)] = one;
        string line = JsonSerializer.Serialize(one);
        lock (writing) file.Write(line + "\n");
    }

    [GeneratedRegex(@"\b(?:class|struct|record|interface|enum)\s+(\w+)")]
    private static partial Regex Declared();

    [GeneratedRegex(@"\b[A-Z]\w+\b")]
    private static partial Regex Word();

    /// <summary>What a search found.</summary>
    /// <param name="Search">The search.</param>
    /// <param name="Function">The function.</param>
    /// <param name="Seed">The seed.</param>
    /// <param name="Code">What it follows from.</param>
    /// <param name="Budgets">Numbers of trials.</param>
    /// <param name="Values">The true value at the best place after each.</param>
    private sealed record Found(string Search, string Function, int Seed, string Code, int[] Budgets, double[] Values);
}

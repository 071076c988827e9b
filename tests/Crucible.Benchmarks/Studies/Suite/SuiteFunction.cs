using Crucible.Lab.Studies;
using Crucible.Tensors;

namespace Crucible.Benchmarks.Studies;

/// <summary>What a function of the suite asks a search for, ours or another program's.</summary>
internal interface ISettings
{
    /// <summary>The trial's number, from 0, from which noise is drawn.</summary>
    int Number { get; }

    /// <summary>A real number.</summary>
    double Float(string name, double low, double high, bool log = false, double step = 0);

    /// <summary>A whole number.</summary>
    int Int(string name, int low, int high, bool log = false);

    /// <summary>The position of one of so many choices.</summary>
    int Choice(string name, int count);
}

/// <summary>What a function gave: what the search is told, and what it is judged by, which has no noise.</summary>
internal readonly record struct Outcome(double Told, double Truth)
{
    public static implicit operator Outcome(double value) => new(value, value);
}

/// <summary>A function of the suite: a seed shifts, turns or draws it anew, so that no search can know it.</summary>
/// <param name="Kind">Its class: continuous, mixed, noisy or tabular.</param>
/// <param name="Name">Its name, with the number of parameters where it has a choice.</param>
/// <param name="Create">The function of a seed, to be made small.</param>
internal sealed record SuiteFunction(string Kind, string Name, Func<int, Func<ISettings, Outcome>> Create)
{
    /// <summary>All of them.</summary>
    internal static IReadOnlyList<SuiteFunction> All { get; } =
        [.. ContinuousFunctions.All, .. MixedFunctions.All, .. NoisyFunctions.All, .. TabularFunctions.All];

    /// <summary>Random numbers of a function and a seed, the same in every run.</summary>
    internal static Generator Random(string name, int seed) =>
        new Generator(name.Aggregate(17UL, (hash, letter) => unchecked((hash * 1_000_003) + letter))).Split((ulong)seed);
}

/// <summary>A trial of our own as a function sees it.</summary>
internal sealed class TrialSettings(Trial trial) : ISettings
{
    public int Number => trial.Number;

    public double Float(string name, double low, double high, bool log, double step) => trial.SuggestFloat(name, low, high, log, step);

    public int Int(string name, int low, int high, bool log) => trial.SuggestInt(name, low, high, log);

    public int Choice(string name, int count) => trial.SuggestCategorical(name, Enumerable.Range(0, count));
}

/// <summary>A search of another program, which is asked over standard output and answers a line each on standard input.</summary>
internal sealed class RemoteSettings(int number) : ISettings
{
    public int Number => number;

    public double Float(string name, double low, double high, bool log, double step) =>
        Ask(FormattableString.Invariant($"float {name} {low:R} {high:R} {(log ? 1 : 0)} {step:R}"));

    public int Int(string name, int low, int high, bool log) =>
        (int)Ask(FormattableString.Invariant($"int {name} {low} {high} {(log ? 1 : 0)}"));

    public int Choice(string name, int count) => (int)Ask(FormattableString.Invariant($"choice {name} {count}"));

    /// <summary>Evaluates functions until there is no more to read: <c>name seed number</c> is a question.</summary>
    internal static void Serve()
    {
        Dictionary<(string, string), Func<ISettings, Outcome>> known = [];
        while (Console.ReadLine() is { } line)
        {
            string[] words = line.Split(' ');
            if (!known.TryGetValue((words[0], words[1]), out Func<ISettings, Outcome>? function))
            {
                int seed = int.Parse(words[1], System.Globalization.CultureInfo.InvariantCulture);
                known[(words[0], words[1])] = function = SuiteFunction.All.Single(one => one.Name == words[0]).Create(seed);
            }

            int trial = int.Parse(words[2], System.Globalization.CultureInfo.InvariantCulture);
            (double told, double truth) = function(new RemoteSettings(trial));
            Console.WriteLine(FormattableString.Invariant($"value {told:R} {truth:R}"));
        }
    }

    private static double Ask(string question)
    {
        Console.WriteLine(question);
        string answer = Console.ReadLine() ?? throw new EndOfStreamException(question);
        return double.Parse(answer, System.Globalization.CultureInfo.InvariantCulture);
    }
}

using System.Globalization;
using static System.FormattableString;

namespace Crucible.Benchmarks.Studies;

/// <summary>Who found how much on the suite: mean ranks after each number of trials, and what is said of the default.</summary>
/// <param name="functions">The functions.</param>
/// <param name="budgets">Numbers of trials.</param>
/// <param name="found">By search, function, seed and number of trials.</param>
internal sealed class SuiteRanking(SuiteFunction[] functions, int[] budgets, Dictionary<string, double[][][]> found)
{
    /// <summary>How the searches of another program are called.</summary>
    internal const string Others = "Optuna's ";

    private const string Default = SuiteSearches.Default;
    private const double Unlikely = 0.01; // that a function is lost by chance
    private const double UnlikelyWorse = 0.05; // that the default ranks below its choices by chance

    private readonly string[] names = [.. found.Keys];

    /// <summary>Prints all of it, the verdicts last.</summary>
    internal void Write()
    {
        Verdict[] verdicts = [.. budgets.Select((_, budget) => Write(budget))];
        if (!found.ContainsKey(Default)) return;
        Console.WriteLine();
        string[] firsts = At(verdict => verdict.IsFirst), worse = At(verdict => verdict.IsWorse);
        bool isTested = SuiteSearches.Choices.All(found.ContainsKey);
        string choices = !isTested ? "its choices were left out"
            : worse.Length == 0 ? "never worse than the second best of its choices"
            : $"worse than the second best of its choices after {string.Join(", ", worse)}";
        int lost = verdicts.Sum(verdict => verdict.Lost), all = verdicts.Sum(verdict => verdict.Compared);
        string first = firsts.Length == budgets.Length ? "the best mean rank after all numbers of trials"
            : firsts.Length == 0 ? "never the best mean rank"
            : $"the best mean rank after {string.Join(", ", firsts)}";
        Console.WriteLine(Invariant($"the default: {first}; {choices}; {lost} of {all} comparisons with Optuna's lost at p < {Unlikely}"));

        string[] At(Func<Verdict, bool> holds) =>
            [.. budgets.Where((_, budget) => holds(verdicts[budget])).Select(trials => trials.ToString(CultureInfo.InvariantCulture))];
    }

    private Verdict Write(int budget)
    {
        double[][] ranks = [.. functions.Select((_, f) => MeanRanks(f, budget))];
        Console.WriteLine();
        Console.WriteLine(Invariant($"after {budgets[budget]} trials: mean rank among {names.Length} [95 %], by class of function"));
        (string Name, double[] Ranks)[] rows =
            [.. names.Select((name, i) => (name, ranks.Select(row => row[i]).ToArray())).OrderBy(row => row.Item2.Average())];
        foreach ((string name, double[] own) in rows)
        {
            (double low, double high) = Ranks.Interval(own);
            IEnumerable<string> kinds = functions.Select((function, f) => (function.Kind, Rank: own[f])).GroupBy(row => row.Kind)
                .Select(kind => Invariant($"{kind.Key} {kind.Average(row => row.Rank):0.0}"));
            string mean = Invariant($"{name,-28} {own.Average():0.00} [{low:0.00} to {high:0.00}]");
            Console.WriteLine($"  {mean}   {string.Join(", ", kinds)}");
        }

        if (!found.ContainsKey(Default)) return default;
        int compared = 0, lost = 0;
        foreach (string theirs in names.Where(name => name.StartsWith(Others, StringComparison.Ordinal)))
        {
            string[] won = Better(Default, theirs, budget), behind = Better(theirs, Default, budget);
            (compared, lost) = (compared + functions.Length, lost + behind.Length);
            Console.WriteLine(Invariant($"  by default better than {theirs} (p < {Unlikely}): {List(won)}; worse: {List(behind)}"));
        }

        return new Verdict(rows[0].Name == Default, IsWorse(rows), lost, compared);

        static string List(string[] all) => all.Length == 0 ? "none" : string.Join(", ", all);
    }

    /// <summary>Says whether the default ranks below the second best of its choices, function by function.</summary>
    private static bool IsWorse((string Name, double[] Ranks)[] rows)
    {
        (string Name, double[] Ranks)[] choices = [.. rows.Where(row => SuiteSearches.Choices.Contains(row.Name))];
        if (choices.Length < 2) return false;
        (string second, double[] theirs) = choices[1];
        double[] own = rows.Single(row => row.Name == Default).Ranks;
        double p = Ranks.SignedChance([.. own.Zip(theirs, (a, b) => a - b)]);
        bool isWorse = p < UnlikelyWorse;
        string verdict = isWorse ? "WORSE than" : "not worse than";
        Console.WriteLine(Invariant($"  the default is {verdict} the second best of its choices, {second} (p = {p:0.0000})"));
        return isWorse;
    }

    /// <summary>The mean rank of each search on a function.</summary>
    private double[] MeanRanks(int f, int budget)
    {
        int seeds = found[names[0]][f].Length;
        double[] sums = new double[names.Length];
        for (int seed = 0; seed < seeds; seed++)
        {
            double[] own = Ranks.Of([.. names.Select(name => Rounded(found[name][f][seed][budget]))]);
            for (int i = 0; i < sums.Length; i++) sums[i] += own[i] / seeds;
        }

        return sums;
    }

    /// <summary>The functions on which it is hard to believe that the first is not better.</summary>
    private string[] Better(string first, string second, int budget)
    {
        return [.. functions.Where((_, f) => Ranks.Chance(At(second, f), At(first, f)) < Unlikely).Select(function => function.Name)];

        double[] At(string name, int f) => [.. found[name][f].Select(seed => Rounded(seed[budget]))];
    }

    /// <summary>As the file has it.</summary>
    private static double Rounded(double value) =>
        double.Parse(value.ToString("G4", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);

    private readonly record struct Verdict(bool IsFirst, bool IsWorse, int Lost, int Compared);
}

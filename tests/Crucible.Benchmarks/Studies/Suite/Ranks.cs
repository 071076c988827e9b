namespace Crucible.Benchmarks.Studies;

/// <summary>Ranks of searches, and how likely they are by chance.</summary>
internal static class Ranks
{
    /// <summary>The ranks of values from 1, the least first; equal ones share their mean rank.</summary>
    internal static double[] Of(IReadOnlyList<double> values) =>
        [.. values.Select(value => values.Count(other => other < value) + (0.5 * (values.Count(other => other == value) + 1)))];

    /// <summary>
    /// How likely it is that the first values rank at least as high above the second by chance (one-sided; Mann and Whitney,
    /// 1947), by all ways to deal the values out.
    /// </summary>
    internal static double Chance(double[] first, double[] second)
    {
        double[] ranks = Of([.. first, .. second]);
        int sum = Halves(ranks.Take(first.Length).Sum()), most = Halves(ranks.Sum());
        // How many ways there are to take so many of the ranks with a sum, in halves
        double[][] ways = [.. Enumerable.Range(0, first.Length + 1).Select(_ => new double[most + 1])];
        ways[0][0] = 1;
        foreach (int rank in ranks.Select(Halves))
        {
            for (int count = first.Length; count > 0; count--)
            {
                for (int i = rank; i <= most; i++) ways[count][i] += ways[count - 1][i - rank];
            }
        }

        return ways[^1].Skip(sum).Sum() / ways[^1].Sum();
    }

    /// <summary>
    /// How likely it is that differences of pairs are at least as much above 0 by chance (one-sided; Wilcoxon's signed ranks,
    /// 1945), by all ways to choose their signs; those that are 0 are left out.
    /// </summary>
    internal static double SignedChance(double[] differences)
    {
        double[] others = [.. differences.Where(difference => difference != 0)];
        int[] ranks = [.. Of([.. others.Select(Math.Abs)]).Select(Halves)];
        // How many ways there are to take some of the ranks with a sum, in halves
        double[] ways = new double[ranks.Sum() + 1];
        ways[0] = 1;
        foreach (int rank in ranks)
        {
            for (int i = ways.Length - 1; i >= rank; i--) ways[i] += ways[i - rank];
        }

        return ways.Skip(ranks.Where((_, i) => others[i] > 0).Sum()).Sum() / ways.Sum();
    }

    /// <summary>The middle 95 % of the means of some numbers when as many are drawn of them again and again.</summary>
    internal static (double Low, double High) Interval(double[] numbers)
    {
        const int draws = 2000;
        Random random = new(1);
        double[] means = [.. Enumerable.Range(0, draws)
            .Select(_ => Enumerable.Range(0, numbers.Length).Average(_ => numbers[random.Next(numbers.Length)])).Order()];
        return (means[draws / 40], means[draws - 1 - (draws / 40)]);
    }

    /// <summary>Ranks are whole numbers or halves between them.</summary>
    private static int Halves(double rank) => (int)Math.Round(2 * rank);
}

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
        double sum = ranks.Take(first.Length).Sum() - 1e-9;
        // How many ways there are to take so many of the ranks with a sum, in halves
        Dictionary<(int Count, int Sum), double> ways = new() { [(0, 0)] = 1 };
        foreach (double rank in ranks)
        {
            foreach (((int count, int halves), double number) in ways.ToArray())
            {
                (int, int) next = (count + 1, halves + (int)Math.Round(2 * rank));
                ways[next] = ways.GetValueOrDefault(next) + number;
            }
        }

        KeyValuePair<(int Count, int Sum), double>[] all = [.. ways.Where(way => way.Key.Count == first.Length)];
        return all.Where(way => way.Key.Sum >= 2 * sum).Sum(way => way.Value) / all.Sum(way => way.Value);
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
}

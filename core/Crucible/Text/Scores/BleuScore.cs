using static System.FormattableString;

namespace Crucible.Text;

/// <summary>A BLEU score and what it is made of.</summary>
public sealed class BleuScore
{
    private BleuScore(double score, long[] matches, long[] totals, double[] precisions, double penalty, long length, long reference)
    {
        (Score, Matches, Totals, Precisions) = (score, matches, totals, precisions);
        (BrevityPenalty, OutputLength, ReferenceLength) = (penalty, length, reference);
    }

    /// <summary>The score, from 0 to 100.</summary>
    public double Score { get; }

    /// <summary>The n-grams that a reference has too, for n = 1 … 4.</summary>
    public IReadOnlyList<long> Matches { get; }

    /// <summary>The n-grams of the outputs, for n = 1 … 4.</summary>
    public IReadOnlyList<long> Totals { get; }

    /// <summary>The precisions in percent, smoothed, for n = 1 … 4.</summary>
    public IReadOnlyList<double> Precisions { get; }

    /// <summary>exp(1 - reference length / output length) where the outputs are shorter, else 1.</summary>
    public double BrevityPenalty { get; }

    /// <summary>The words of the outputs.</summary>
    public long OutputLength { get; }

    /// <summary>The words of the references, the closest to each output in length.</summary>
    public long ReferenceLength { get; }

    /// <summary>The score as sacreBLEU writes it.</summary>
    /// <returns>One line.</returns>
    public override string ToString()
    {
        double ratio = ReferenceLength == 0 ? 0 : (double)OutputLength / ReferenceLength;
        string precisions = string.Join('/', Precisions.Select(precision => Invariant($"{precision:F1}")));
        return Invariant($"BLEU = {Score:F2} {precisions} (BP = {BrevityPenalty:F3} ratio = {ratio:F3}")
            + Invariant($" hyp_len = {OutputLength} ref_len = {ReferenceLength})");
    }

    /// <summary>The score of counts.</summary>
    internal static BleuScore Of(long[] matches, long[] totals, long length, long reference, BleuOptions options, bool hasEffectiveOrder)
    {
        double penalty = length >= reference ? 1 : length == 0 ? 0 : Math.Exp(1 - ((double)reference / length));
        double[] precisions = new double[totals.Length];
        // Without any match nothing is smoothed.
        if (Array.TrueForAll(matches, count => count == 0)) return new(0, matches, totals, precisions, penalty, length, reference);
        double halves = 1;
        int orders = totals.Length;
        for (int order = 0; order < totals.Length; order++)
        {
            double added = options.Smoothing == BleuSmoothing.AddK && order > 0 ? options.Value : 0;
            double count = matches[order] + added, total = totals[order] + added;
            if (total == 0) break;
            if (hasEffectiveOrder) orders = order + 1;
            double smoothed = (count, options.Smoothing) switch
            {
                ( > 0, _) => count,
                (_, BleuSmoothing.Exponential) => 1 / (halves *= 2),
                (_, BleuSmoothing.Floor) => options.Value,
                _ => 0,
            };
            precisions[order] = 100 * smoothed / total;
        }
        // One precision of 0 makes the mean 0.
        double mean = Math.Exp(precisions.Take(orders).Average(precision => Math.Log(precision)));
        return new(penalty * mean, matches, totals, precisions, penalty, length, reference);
    }
}

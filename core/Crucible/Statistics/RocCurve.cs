using Crucible.Tensors;
using static System.FormattableString;

namespace Crucible.Statistics;

/// <summary>
/// The receiver operating characteristic: the share of positive rows found against the share of negative rows taken for
/// positive, for every threshold on a score. Rows of equal scores change sides together.
/// </summary>
public sealed class RocCurve
{
    private const string Operation = "roc curve";

    private readonly double[] scores;
    private readonly bool[] positive;

    private RocCurve(double[] scores, bool[] positive)
    {
        (this.scores, this.positive) = (scores, positive);
        int[] all = [.. Enumerable.Range(0, scores.Length)];
        Points = Curve(all);
        Area = AreaOf(all);
    }

    /// <summary>The corners, from (0, 0) to (1, 1): share of negative rows above the threshold, share of positive ones.</summary>
    public IReadOnlyList<(double FalsePositives, double TruePositives)> Points { get; }

    /// <summary>
    /// The area below the curve (AUC): the chance that a positive row scores higher than a negative one, ties counted half
    /// (Mann and Whitney 1947; Hanley and McNeil 1982). 1 is perfect, 0.5 a guess.
    /// </summary>
    public double Area { get; }

    /// <summary>The curve of scores.</summary>
    /// <param name="scores">A score a row, probabilities or not: the higher, the more positive.</param>
    /// <param name="isPositive">What the rows are, as many.</param>
    /// <exception cref="DataException">The lengths differ, a score is NaN, or all rows are of one kind.</exception>
    public static RocCurve Of(IReadOnlyList<double> scores, IReadOnlyList<bool> isPositive)
    {
        if (scores.Count != isPositive.Count)
            throw Errors.DataSizes(Operation, "scores and rows must be equally many", $"there are {scores.Count} and {isPositive.Count}");
        for (int row = 0; row < scores.Count; row++)
            if (double.IsNaN(scores[row])) throw Errors.NotFinite(Operation, "scores", row, scores[row]);
        int positives = isPositive.Count(positive => positive);
        if (positives == 0 || positives == isPositive.Count)
            throw Errors.DataSizes(
                Operation, "there must be positive and negative rows",
                Invariant($"{positives} of {isPositive.Count} are positive"));
        return new([.. scores], [.. isPositive]);
    }

    /// <summary>The curve of tensors.</summary>
    /// <param name="scores">[rows] or [rows, 1].</param>
    /// <param name="isPositive">[rows] or [rows, 1]: bool, or numbers of which 0 is negative.</param>
    /// <exception cref="ShapeException">A tensor has more than one value a row.</exception>
    /// <exception cref="DataException">The lengths differ, a score is NaN, or all rows are of one kind.</exception>
    public static RocCurve Of(Tensor scores, Tensor isPositive) => Of(
        Columnwise.Single(Operation, "scores", scores),
        [.. Columnwise.Single(Operation, "rows", isPositive).Select(value => value != 0)]);

    /// <summary>The area with its bootstrap interval (<see cref="Interval.OfResamples"/>).</summary>
    /// <param name="generator">The source of randomness; its state moves on.</param>
    /// <param name="resamples">How often rows are drawn, at least 2; draws of one kind only do not count.</param>
    /// <param name="confidence">Between 0 and 1.</param>
    /// <exception cref="OptionException">A number is out of its range.</exception>
    public Interval AreaInterval(Generator generator, int resamples = 1000, double confidence = 0.95) =>
        Interval.OfResamples(scores.Length, AreaOf, generator, resamples, confidence);

    /// <summary>The area of trapezoids, which counts ties half; NaN when all rows are of one kind.</summary>
    private double AreaOf(int[] rows)
    {
        List<(double X, double Y)> points = Curve(rows);
        return points.Zip(points.Skip(1), (a, b) => (b.X - a.X) * (a.Y + b.Y) / 2).Sum();
    }

    private List<(double X, double Y)> Curve(int[] rows)
    {
        int[] order = [.. rows.OrderByDescending(row => scores[row])];
        double positives = order.Count(row => positive[row]), negatives = order.Length - positives;
        List<(double X, double Y)> points = [(0, 0)];
        (int found, int wrong) = (0, 0);
        for (int i = 0; i < order.Length; i++)
        {
            if (positive[order[i]]) found++;
            else wrong++;
            if (i == order.Length - 1 || scores[order[i + 1]] != scores[order[i]]) points.Add((wrong / negatives, found / positives));
        }
        return points;
    }
}

using Crucible.Tensors;
using static System.FormattableString;

namespace Crucible.Statistics;

/// <summary>
/// How often each class was taken for each: the counts from which accuracy, precision, recall and F1 follow. In F#
/// <c>ConfusionMatrix.Of(predicted, actual, 3).Accuracy</c>.
/// </summary>
public sealed class ConfusionMatrix
{
    private const string Operation = "confusion matrix";

    private readonly int[,] counts;

    private ConfusionMatrix(int[,] counts)
    {
        this.counts = counts;
        Classes = counts.GetLength(0);
        for (int actual = 0; actual < Classes; actual++)
        {
            Correct += counts[actual, actual];
            for (int predicted = 0; predicted < Classes; predicted++) Count += counts[actual, predicted];
        }
    }

    /// <summary>The number of classes.</summary>
    public int Classes { get; }

    /// <summary>The number of rows.</summary>
    public int Count { get; }

    /// <summary>The rows whose class was predicted.</summary>
    public int Correct { get; }

    /// <summary>The rows of one class that were taken for another, or for their own.</summary>
    /// <param name="actual">What they are.</param>
    /// <param name="predicted">What they were taken for.</param>
    public int this[int actual, int predicted] => counts[actual, predicted];

    /// <summary>The share of rows whose class was predicted, with Wilson's interval (<see cref="Interval.OfShare"/>, 95 %).</summary>
    public Interval Accuracy => Statistics.Interval.OfShare(Correct, Count);

    /// <summary>The mean of the classes' F1: rare classes count as much as others.</summary>
    public double MacroF1 => Enumerable.Range(0, Classes).Average(F1);

    /// <summary>
    /// F1 of the counts of all classes together; every wrong row is one class' excess and another's lack, so it is the
    /// accuracy.
    /// </summary>
    public double MicroF1 => (double)Correct / Count;

    /// <summary>Counts rows.</summary>
    /// <param name="predicted">A class a row, from 0.</param>
    /// <param name="actual">As many.</param>
    /// <param name="classes">The number of classes; null for one more than the highest that occurs.</param>
    /// <exception cref="DataException">There is no row, the lengths differ, or a class is out of range.</exception>
    public static ConfusionMatrix Of(IReadOnlyList<int> predicted, IReadOnlyList<int> actual, int? classes = null)
    {
        if (predicted.Count != actual.Count)
            throw Errors.DataSizes(
                Operation, "predicted and actual must have the same rows", $"there are {predicted.Count} and {actual.Count}");
        Require.Rows(Operation, actual.Count);
        int size = classes ?? Math.Max(predicted.Max(), actual.Max()) + 1;
        int[,] counts = new int[Math.Max(size, 0), Math.Max(size, 0)];
        for (int row = 0; row < actual.Count; row++)
        {
            int other = predicted[row] < 0 || predicted[row] >= size ? predicted[row] : actual[row];
            if (other < 0 || other >= size)
                throw Errors.DataSizes(Operation, Invariant($"classes must be from 0 to {size - 1}"), Invariant($"row {row} has {other}"));
            counts[actual[row], predicted[row]]++;
        }
        return new(counts);
    }

    /// <summary>Counts rows of tensors.</summary>
    /// <param name="predicted">int32 classes [rows], or scores [rows, classes], of which the highest is taken.</param>
    /// <param name="actual">int32 classes [rows].</param>
    /// <param name="classes">The number of classes; null for that of the scores, or one more than the highest that occurs.</param>
    /// <exception cref="DataException">There is no row, the lengths differ, or a class is out of range.</exception>
    /// <exception cref="ShapeException">A tensor has another shape.</exception>
    public static ConfusionMatrix Of(Tensor predicted, Tensor actual, int? classes = null)
    {
        bool isScores = predicted.Rank == 2;
        return Of(Labels("predicted", isScores ? predicted.ArgMax(1) : predicted), Labels("actual", actual),
            classes ?? (isScores ? predicted.Shape[1] : null));
    }

    /// <summary>Of the rows taken for a class, the share that is of it; 0 when there is none.</summary>
    /// <param name="category">The class.</param>
    public double Precision(int category) => Ratio(counts[category, category], Predicted(category));

    /// <summary>Of a class' rows, the share taken for it; 0 when there is none.</summary>
    /// <param name="category">The class.</param>
    public double Recall(int category) => Ratio(counts[category, category], Actual(category));

    /// <summary>The harmonic mean of precision and recall, 2·right / (predicted + actual); 0 for a class that does not occur.</summary>
    /// <param name="category">The class.</param>
    public double F1(int category) => Ratio(2 * counts[category, category], Predicted(category) + Actual(category));

    /// <summary>
    /// A number of the matrix with its bootstrap interval (<see cref="Statistics.Interval.OfResamples"/>): in F#
    /// <c>matrix.Interval((fun m -> m.MacroF1), Generator 0)</c>.
    /// </summary>
    /// <param name="metric">The number.</param>
    /// <param name="generator">The source of randomness; its state moves on.</param>
    /// <param name="resamples">How often rows are drawn, at least 2.</param>
    /// <param name="confidence">Between 0 and 1.</param>
    /// <exception cref="OptionException">A number is out of its range, or there is only one row.</exception>
    public Interval Interval(Func<ConfusionMatrix, double> metric, Generator generator, int resamples = 1000, double confidence = 0.95)
    {
        int[] cells = [.. from cell in Enumerable.Range(0, counts.Length)
                          from row in Enumerable.Repeat(cell, counts[cell / Classes, cell % Classes])
                          select row];
        return Statistics.Interval.OfResamples(Count, Drawn, generator, resamples, confidence);

        double Drawn(int[] rows)
        {
            int[,] drawn = new int[Classes, Classes];
            foreach (int row in rows) drawn[cells[row] / Classes, cells[row] % Classes]++;
            return metric(new(drawn));
        }
    }

    /// <summary>The counts, a row for each actual class, and the accuracy below.</summary>
    /// <returns>The lines.</returns>
    public override string ToString()
    {
        IEnumerable<string> rows = Enumerable.Range(0, Classes).Select(actual =>
            string.Join(' ', Enumerable.Range(0, Classes).Select(predicted => Invariant($"{counts[actual, predicted],5}"))));
        return Invariant($"{string.Join('\n', rows)}\naccuracy {Accuracy}");
    }

    private int Predicted(int category) => Enumerable.Range(0, Classes).Sum(actual => counts[actual, category]);

    private int Actual(int category) => Enumerable.Range(0, Classes).Sum(predicted => counts[category, predicted]);

    private static double Ratio(int part, int whole) => whole == 0 ? 0 : (double)part / whole;

    private static int[] Labels(string name, Tensor labels) => labels.Rank == 1 && labels.DType == DType.Int32
        ? labels.ToArray<int>()
        : throw Errors.Shape(Invariant($"{Operation}: {name} must be int32 classes [rows], got {labels.DType.ToName()} {labels.Shape}"));
}

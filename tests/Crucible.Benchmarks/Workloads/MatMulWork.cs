using System.Globalization;
using Crucible.Benchmarks.Measuring;
using Crucible.Kernels;

namespace Crucible.Benchmarks.Workloads;

/// <summary>Runs the float32 kernel on a shape and compares it.</summary>
internal static class MatMulWork
{
    /// <summary>Prints a table of shapes.</summary>
    /// <param name="title">The title of the table.</param>
    /// <param name="shapes">The shapes.</param>
    /// <param name="compare">Compares a name, our work and the peer's command, with a target.</param>
    /// <param name="target">The target of a shape.</param>
    internal static void Compare(
        string title,
        IEnumerable<MatMulShape> shapes,
        Func<string, Action, string, double, Comparison> compare,
        Func<MatMulShape, double> target)
    {
        Table table = new(title, 24);
        foreach (MatMulShape shape in shapes)
        {
            Comparison row = compare(shape.ToString(), Product(shape), shape.Command, target(shape));
            table.Add(row with
            {
                Note = Rate(shape, row.Ours) + (row.Theirs.Length > 0 ? $" against {Rate(shape, row.Theirs)}" : "") + " GFLOP/s"
            });
        }
        table.WriteSummary();
    }

    private static string Rate(MatMulShape shape, double[] seconds) =>
        (shape.Operations / Timings.Median(seconds) / 1e9).ToString("0", CultureInfo.InvariantCulture);

    private static unsafe Action Product(MatMulShape shape)
    {
        (int m, int k, int n) = (shape.M, shape.K, shape.N);
        bool transposeA = shape.Layout[0] == 't', transposeB = shape.Layout[1] == 't';
        Random random = new(1);
        float[] a = Draw(m * k), b = Draw(k * n), c = new float[m * n];
        return () =>
        {
            fixed (float* left = a, right = b, result = c)
                MatMul.Multiply(m, n, k, left, transposeA ? m : k, transposeA, right, transposeB ? k : n, transposeB, result, n);
        };

        float[] Draw(int count)
        {
            float[] values = new float[count];
            for (int i = 0; i < count; i++) values[i] = 2 * random.NextSingle() - 1;
            return values;
        }
    }
}

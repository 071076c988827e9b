using Crucible.Tensors;
using static System.FormattableString;

namespace Crucible.Statistics;

/// <summary>Rows as columns: statistics are computed column by column, in doubles.</summary>
internal static class Columnwise
{
    /// <summary>The columns of a matrix [rows, columns], one array each.</summary>
    /// <exception cref="ShapeException">The values are not a matrix.</exception>
    internal static double[][] Of(string operation, string name, Tensor values)
    {
        if (values.Rank != 2) throw Errors.Shape(Invariant($"{operation}: {name} must be a matrix [rows, columns], got {values.Shape}"));
        (int rows, int width) = (values.Shape[0], values.Shape[1]);
        double[] numbers = values.ToArray();
        double[][] columns = new double[width][];
        for (int column = 0; column < width; column++)
        {
            columns[column] = new double[rows];
            for (int row = 0; row < rows; row++) columns[column][row] = numbers[(row * width) + column];
        }
        return columns;
    }

    /// <summary>
    /// A power of 2 to multiply values with, so that no square of them overflows or vanishes; 1 for those of usual size, which stay as
    /// they are to the bit.
    /// </summary>
    internal static double Scale(ReadOnlySpan<double> values)
    {
        const double usual = 1e100;
        double largest = 0;
        foreach (double value in values) largest = Math.Max(largest, Math.Abs(value));
        return largest is 0 or (> 1 / usual and < usual) || !double.IsFinite(largest) ? 1
            : Math.ScaleB(1, -Math.Max(Math.ILogB(largest), -1000));
    }

    /// <summary>One number a row: the values of [rows] or [rows, 1].</summary>
    /// <exception cref="ShapeException">There is more than one number a row.</exception>
    internal static double[] Single(string operation, string name, Tensor values) =>
        values.Rank == 1 || (values.Rank == 2 && values.Shape[1] == 1)
            ? values.ToArray()
            : throw Errors.Shape(Invariant($"{operation}: {name} must be one number a row, [rows] or [rows, 1], got {values.Shape}"));
}

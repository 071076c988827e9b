using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Crucible.Lab.Studies;

/// <summary>
/// A triangular matrix, row by row, and what a Gaussian process needs of it. Everything is products of rows, which are
/// summed in the same order on every machine.
/// </summary>
internal sealed class LowerTriangle(int size)
{
    private readonly double[] cells = new double[(long)size * (size + 1) / 2];

    /// <summary>A row up to the diagonal.</summary>
    internal Span<double> Row(int i) => cells.AsSpan(i * (i + 1) / 2, i + 1);

    /// <summary>The lower triangle L of a symmetric matrix L Lᵀ whose lower triangle this is; it takes this one's place.</summary>
    internal LowerTriangle Factor()
    {
        for (int i = 0; i < size; i++)
        {
            Span<double> row = Row(i);
            for (int j = 0; j < i; j++)
            {
                ReadOnlySpan<double> other = Row(j);
                row[j] = (row[j] - Dot(row[..j], other[..j])) / other[j];
            }

            row[i] = Math.Sqrt(Math.Max(row[i] - Dot(row[..i], row[..i]), 1e-12)); // 0 but for rounding
        }

        return this;
    }

    /// <summary>The inverse of this triangle.</summary>
    internal LowerTriangle Inverse()
    {
        // Column by column of the inverse, each kept as a row of its own
        double[] column = new double[size];
        LowerTriangle inverse = new(size);
        for (int j = 0; j < size; j++)
        {
            column[j] = 1 / Row(j)[j];
            for (int i = j + 1; i < size; i++)
            {
                ReadOnlySpan<double> row = Row(i);
                column[i] = -Dot(row[j..i], column.AsSpan(j, i - j)) / row[i];
            }

            for (int i = j; i < size; i++) inverse.Row(i)[j] = column[i];
        }

        return inverse;
    }

    /// <summary>The lower triangle of Tᵀ T.</summary>
    internal LowerTriangle Square()
    {
        double[][] columns = [.. Enumerable.Range(0, size).Select(j => Enumerable.Range(j, size - j).Select(i => Row(i)[j]).ToArray())];
        LowerTriangle square = new(size);
        for (int i = 0; i < size; i++)
        {
            for (int j = 0; j <= i; j++) square.Row(i)[j] = Dot(columns[i], columns[j].AsSpan(i - j));
        }

        return square;
    }

    /// <summary>T x.</summary>
    internal double[] Times(double[] x)
    {
        double[] y = new double[size];
        for (int i = 0; i < size; i++) y[i] = Dot(Row(i), x.AsSpan(0, i + 1));
        return y;
    }

    /// <summary>Tᵀ x.</summary>
    internal double[] TransposeTimes(double[] x)
    {
        double[] y = new double[size];
        for (int i = 0; i < size; i++)
        {
            Span<Vector256<double>> sums = MemoryMarshal.Cast<double, Vector256<double>>(y.AsSpan(0, i + 1));
            ReadOnlySpan<double> row = Row(i);
            ReadOnlySpan<Vector256<double>> rows = MemoryMarshal.Cast<double, Vector256<double>>(row);
            Vector256<double> factor = Vector256.Create(x[i]);
            for (int k = 0; k < rows.Length; k++) sums[k] += factor * rows[k];
            for (int k = 4 * rows.Length; k <= i; k++) y[k] += x[i] * row[k];
        }

        return y;
    }

    /// <summary>The sum of the logarithms on the diagonal.</summary>
    internal double LogDiagonal()
    {
        double sum = 0;
        for (int i = 0; i < size; i++) sum += Math.Log(Row(i)[i]);
        return sum;
    }

    /// <summary>The sum of products, in eight sums whatever the machine's width.</summary>
    internal static double Dot(ReadOnlySpan<double> x, ReadOnlySpan<double> y)
    {
        ReadOnlySpan<Vector256<double>> xs = MemoryMarshal.Cast<double, Vector256<double>>(x);
        ReadOnlySpan<Vector256<double>> ys = MemoryMarshal.Cast<double, Vector256<double>>(y[..x.Length]);
        Vector256<double> even = Vector256<double>.Zero, odd = even;
        int i = 0;
        for (; i < xs.Length - 1; i += 2)
        {
            even += xs[i] * ys[i];
            odd += xs[i + 1] * ys[i + 1];
        }

        if (i < xs.Length) even += xs[i] * ys[i];
        double sum = Vector256.Sum(even + odd);
        for (int k = 4 * xs.Length; k < x.Length; k++) sum += x[k] * y[k];
        return sum;
    }
}

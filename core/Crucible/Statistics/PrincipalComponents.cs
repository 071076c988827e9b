using Crucible.Tensors;
using static System.FormattableString;
using Primitives = System.Numerics.Tensors.TensorPrimitives;

namespace Crucible.Statistics;

/// <summary>
/// The directions in which rows differ most: <c>PrincipalComponents.Fit(vectors, 2).Scores</c> are places in the plane
/// that shows most of them. With the centred rows X = U·Σ·Vᵀ, the scores are U·Σ, the axes the rows of Vᵀ and the
/// shares σᵢ² / Σσ². Jolliffe 2002, §3.5.
/// </summary>
/// <remarks>
/// The sign of an axis is arbitrary; here the largest of its numbers is positive, so that the same rows always look the
/// same.
/// </remarks>
public sealed class PrincipalComponents
{
    private const string Operation = "principal components";

    private PrincipalComponents(Tensor scores, Tensor axes, IReadOnlyList<double> shares) =>
        (Scores, Axes, Shares) = (scores, axes, shares);

    /// <summary>The rows along the axes, float64 [N, count].</summary>
    public Tensor Scores { get; }

    /// <summary>The axes, of length 1 and at right angles, float64 [count, C].</summary>
    public Tensor Axes { get; }

    /// <summary>The part of the rows' variance along each axis, falling.</summary>
    public IReadOnlyList<double> Shares { get; }

    /// <summary>Finds the axes.</summary>
    /// <param name="rows">The rows [N, C], finite.</param>
    /// <param name="count">How many axes: at least 1, at most the smaller of N and C.</param>
    /// <returns>The axes and the rows along them.</returns>
    /// <exception cref="ShapeException">The rows are not a matrix.</exception>
    /// <exception cref="OptionException">There are not so many axes, or a value is not finite.</exception>
    /// <exception cref="DataException">All rows are equal: there is no direction.</exception>
    public static PrincipalComponents Fit(Tensor rows, int count)
    {
        using IDisposable off = Tensor.NoGrad();
        if (rows.Rank != 2) throw Errors.Shape(Invariant($"{Operation}: rows must be a matrix, but are {rows.Shape}"));
        int most = Math.Min(rows.Shape[0], rows.Shape[1]);
        if (count < 1 || count > most) throw Errors.Option(Operation, nameof(count), Invariant($"from 1 to {most}"), count);
        Tensor x = rows.To(DType.Float64);
        double scale = Columnwise.Scale(x.ToArray());
        if (scale != 1) x *= scale;
        x -= x.Mean(0, keepDims: true);
        (Tensor _, Tensor? values, Tensor? axes) = x.SVD();
        double[] squares = values.ToArray().Select(value => value * value).ToArray();
        if (!(squares.Sum() > 0.0)) throw Errors.EqualRows(Operation);
        Tensor main = Upright(axes.Slice(0, 0, count));
        Tensor scores = x.MatMul(main, transposeB: true);
        return new(scale != 1 ? scores / scale : scores, main, [.. squares.Take(count).Select(square => square / squares.Sum())]);
    }

    private static Tensor Upright(Tensor axes)
    {
        int columns = axes.Shape[1];
        double[] numbers = axes.ToArray();
        for (int start = 0; start < numbers.Length; start += columns)
        {
            Span<double> axis = numbers.AsSpan(start, columns);
            if (-Primitives.Min<double>(axis) > Primitives.Max<double>(axis)) Primitives.Negate(axis, axis);
        }

        return Tensor.From(numbers, axes.Shape[0], columns);
    }
}

using System.Buffers;

namespace Crucible.Kernels;

/// <summary>
/// Layer normalization (Ba, Kiros and Hinton, 2016) and root-mean-square normalization (Zhang and Sennrich, 2019) of
/// the rows of [rows, length]. With x̂ = (x − mean)·s and s = 1 / √(variance + ε), y = γ·x̂ + β; the root-mean-square
/// form has mean 0 and no β.
/// </summary>
internal static unsafe partial class Normalize
{
    /// <summary>
    /// Rows whose contributions to dγ and dβ are added one after the other; the sums of such blocks are then added as
    /// columns.
    /// </summary>
    private const int RowsPerBlock = 64;

    /// <summary>By what a row is multiplied whose squares overflow.</summary>
    internal static double LargeMultiple(bool isDouble) => isDouble ? 2.409919865102884e-181 : 8.271806125530277e-25; // 2⁻⁶⁰⁰, 2⁻⁸⁰

    /// <summary>y = γ·(x − mean)·s + β. Saves mean and s of each row. Empty γ is 1, empty β is 0. May be in place.</summary>
    internal static void LayerForward<T>(
        ReadOnlySpan<T> x, ReadOnlySpan<T> gamma, ReadOnlySpan<T> beta, int rows, int length, double epsilon, Span<T> y, Span<T> mean,
        Span<T> scale)
        where T : unmanaged
    {
        CheckSizes(rows, length, x.Length, y.Length, gamma.Length, beta.Length, mean.Length, scale.Length);
        fixed (T* px = x, pg = gamma, pb = beta, py = y, pm = mean, ps = scale) Forward(px, pg, pb, rows, length, epsilon, py, pm, ps);
    }

    /// <summary>y = γ·x·s with s = 1 / √(mean x² + ε). Saves s of each row. Empty γ is 1. May be in place.</summary>
    internal static void RootMeanSquareForward<T>(
        ReadOnlySpan<T> x, ReadOnlySpan<T> gamma, int rows, int length, double epsilon, Span<T> y, Span<T> scale)
        where T : unmanaged
    {
        CheckSizes(rows, length, x.Length, y.Length, gamma.Length, 0, rows, scale.Length);
        fixed (T* px = x, pg = gamma, py = y, ps = scale) Forward(px, pg, null, rows, length, epsilon, py, null, ps);
    }

    /// <summary>
    /// dx = s·(g − mean(g) − x̂·mean(g·x̂)) with g = γ·dy; dγ = Σ dy·x̂; dβ = Σ dy over rows. Empty dγ and dβ are left
    /// out; dx is added to what is there, if asked for.
    /// </summary>
    internal static void LayerBackward<T>(
        ReadOnlySpan<T> x, ReadOnlySpan<T> gamma, ReadOnlySpan<T> mean, ReadOnlySpan<T> scale, ReadOnlySpan<T> dy, int rows, int length,
        Span<T> dx, Span<T> dGamma, Span<T> dBeta, bool adds)
        where T : unmanaged
    {
        CheckSizes(rows, length, x.Length, dy.Length, gamma.Length, dBeta.Length, mean.Length, scale.Length);
        fixed (T* pm = mean) Backward(x, gamma, pm, scale, dy, rows, length, dx, dGamma, dBeta, adds);
    }

    /// <summary>
    /// dx = s·(g − x̂·mean(g·x̂)) with g = γ·dy; dγ = Σ dy·x̂ over rows. Empty dγ is left out; dx is added to what is there,
    /// if asked for.
    /// </summary>
    internal static void RootMeanSquareBackward<T>(
        ReadOnlySpan<T> x, ReadOnlySpan<T> gamma, ReadOnlySpan<T> scale, ReadOnlySpan<T> dy, int rows, int length, Span<T> dx,
        Span<T> dGamma, bool adds)
        where T : unmanaged
    {
        CheckSizes(rows, length, x.Length, dy.Length, gamma.Length, 0, rows, scale.Length);
        Backward(x, gamma, null, scale, dy, rows, length, dx, dGamma, default, adds);
    }

    private static void Forward<T>(T* x, T* gamma, T* beta, int rows, int length, double epsilon, T* y, T* mean, T* scale)
        where T : unmanaged
    {
        Stream<T> weights = new(gamma);
        Scalar<T> one = new(One<T>());
        if (gamma != null && beta != null)
            Vectorized.Rows<ForwardRow<T, Stream<T>, Stream<T>>, T>(
                new(x, weights, new(beta), length, epsilon, y, mean, scale), rows, length);
        else if (gamma != null)
            Vectorized.Rows<ForwardRow<T, Stream<T>, Scalar<T>>, T>(
                new(x, weights, default, length, epsilon, y, mean, scale), rows, length);
        else if (beta != null)
            Vectorized.Rows<ForwardRow<T, Scalar<T>, Stream<T>>, T>(new(x, one, new(beta), length, epsilon, y, mean, scale), rows, length);
        else
            Vectorized.Rows<ForwardRow<T, Scalar<T>, Scalar<T>>, T>(new(x, one, default, length, epsilon, y, mean, scale), rows, length);
    }

    private static void Backward<T>(
        ReadOnlySpan<T> x, ReadOnlySpan<T> gamma, T* mean, ReadOnlySpan<T> scale, ReadOnlySpan<T> dy, int rows, int length, Span<T> dx,
        Span<T> dGamma, Span<T> dBeta, bool adds)
        where T : unmanaged
    {
        Check.Length("normalize", dx.Length, x.Length);
        int blocks = (rows + RowsPerBlock - 1) / RowsPerBlock;
        int size = blocks * length;
        T[] partial = ArrayPool<T>.Shared.Rent(size * 2);
        fixed (T* px = x, pg = gamma, ps = scale, pdy = dy, pdx = dx, pp = partial)
        {
            if (gamma.IsEmpty)
                Vectorized.Run<BackwardJob<T, Scalar<T>>, T>(
                    new(px, new(One<T>()), mean, ps, pdy, pdx, adds, rows, length, pp, pp + size), blocks);
            else
                Vectorized.Run<BackwardJob<T, Stream<T>>, T>(
                    new(px, new(pg), mean, ps, pdy, pdx, adds, rows, length, pp, pp + size), blocks);
        }

        if (!dGamma.IsEmpty) Reduce.Sum(partial.AsSpan(0, size), 1, blocks, length, dGamma);
        if (!dBeta.IsEmpty) Reduce.Sum(partial.AsSpan(size, size), 1, blocks, length, dBeta);
        ArrayPool<T>.Shared.Return(partial);
    }

    private static T One<T>()
        where T : unmanaged => Simd128<T>.First(Simd128<T>.Of(1));

    private static void CheckSizes(int rows, int length, int x, int y, int gamma, int beta, int mean, int scale)
    {
        Check.Length("normalize", x, (long)rows * length);
        Check.Length("normalize", y, (long)rows * length);
        if (gamma != 0) Check.Length("normalize", gamma, length);
        if (beta != 0) Check.Length("normalize", beta, length);
        Check.Length("normalize", mean, rows);
        Check.Length("normalize", scale, rows);
    }
}

using System.Runtime.CompilerServices;

namespace Crucible.Kernels;

/// <summary>silu(g)·h of rows [g, h], each half <c>length</c> numbers.</summary>
internal static unsafe class GatedSilu
{
    /// <summary>y = g·s·h with s = sigmoid(g).</summary>
    internal static void Forward<T>(ReadOnlySpan<T> x, int length, Span<T> y)
        where T : unmanaged
    {
        Check.Length("swiGlu", x.Length, 2L * y.Length);
        if (y.Length == 0) return;
        fixed (T* px = x, py = y) Vectorized.Rows<ForwardRow<T>, T>(new(px, py, length), y.Length / length, length);
    }

    /// <summary>dx = [dy·h·s·(1 + g·(1 − s)), dy·g·s].</summary>
    internal static void Backward<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> dy, int length, Span<T> dx)
        where T : unmanaged
    {
        Check.Length("swiGlu", x.Length, 2L * dy.Length);
        Check.Length("swiGlu", dx.Length, x.Length);
        if (dy.Length == 0) return;
        fixed (T* px = x, pdy = dy, pdx = dx) Vectorized.Rows<BackwardRow<T>, T>(new(px, pdy, pdx, length), dy.Length / length, length);
    }

    private readonly struct ForwardRow<T>(T* x, T* y, int length) : IRowKernel<T>
        where T : unmanaged
    {
        [MethodImpl(Compiled.AtOnce)]
        public void Row<V>(int row)
            where V : unmanaged, ISimd<V, T>
        {
            T* gate = x + ((nint)row * 2 * length), channels = gate + length, target = y + ((nint)row * length);
            for (int i = 0; i < length; i += V.Count)
            {
                V g = Saturation.Below(Lanes.Load<V, T>(gate + i, length - i));
                Lanes.Store(g * VectorMath.Sigmoid(g) * Lanes.Load<V, T>(channels + i, length - i), target + i, length - i);
            }
        }
    }

    private readonly struct BackwardRow<T>(T* x, T* dy, T* dx, int length) : IRowKernel<T>
        where T : unmanaged
    {
        [MethodImpl(Compiled.AtOnce)]
        public void Row<V>(int row)
            where V : unmanaged, ISimd<V, T>
        {
            nint at = (nint)row * 2 * length;
            T* gate = x + at, channels = gate + length, upstream = dy + ((nint)row * length), target = dx + at;
            for (int i = 0; i < length; i += V.Count)
            {
                int count = length - i;
                V g = Saturation.Below(Lanes.Load<V, T>(gate + i, count)), d = Lanes.Load<V, T>(upstream + i, count);
                V s = VectorMath.Sigmoid(g);
                V slope = V.MultiplyAdd(Saturation.BothSides(g), 1.0 - s, V.Of(1));
                Lanes.Store(d * Lanes.Load<V, T>(channels + i, count) * s * slope, target + i, count);
                Lanes.Store(d * g * s, target + length + i, count);
            }
        }
    }
}

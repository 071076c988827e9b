using System.Runtime.CompilerServices;

namespace Crucible.Kernels;

internal static unsafe partial class Reduce
{
    /// <summary>Σ op(x[i], y[i]) in one pass, for a formula with op(0, 0) = 0.</summary>
    internal static T SumOf<TOp, T>(ReadOnlySpan<T> x, ReadOnlySpan<T> y)
        where TOp : struct, IBinary
        where T : unmanaged
    {
        Check.Length("sumOf", y.Length, x.Length);
        T result;
        fixed (T* px = x, py = y) Rows<SumReduction, T, Pairs<TOp, T>>(new(px, py), 1, x.Length, &result);
        return result;
    }

    /// <summary>op(x[i], y[i]).</summary>
    private readonly struct Pairs<TOp, T>(T* x, T* y) : IOperand<T>
        where TOp : struct, IBinary
        where T : unmanaged
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public V At<V>(int index)
            where V : unmanaged, ISimd<V, T> => TOp.Invoke(V.Load(x + index), V.Load(y + index));

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public V Part<V>(int index, int count)
            where V : unmanaged, ISimd<V, T> => TOp.Invoke(V.LoadPart(x + index, count, V.Of(0)), V.LoadPart(y + index, count, V.Of(0)));
    }
}

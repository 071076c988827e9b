using System.Runtime.CompilerServices;

namespace Crucible.Kernels;

/// <summary>Formulas that give masks, and choosing by them.</summary>
internal static unsafe partial class Elementwise
{
    /// <summary>result[i] = the mask op(x[i], y[i]) is set.</summary>
    internal static void Compare<TOp, T>(ReadOnlySpan<T> x, ReadOnlySpan<T> y, Span<bool> result)
        where TOp : struct, IBinary
        where T : unmanaged
    {
        SameLength(x.Length, result.Length);
        SameLength(y.Length, result.Length);
        fixed (T* px = x, py = y)
        fixed (bool* pr = result)
            Vectorized.Run<CompareJob<TOp, T, Stream<T>>, T>(new(new(px), new(py), pr, result.Length), Vectorized.Parts(result.Length));
    }

    /// <summary>result[i] = the mask op(x[i], y) is set.</summary>
    internal static void Compare<TOp, T>(ReadOnlySpan<T> x, T y, Span<bool> result)
        where TOp : struct, IBinary
        where T : unmanaged
    {
        SameLength(x.Length, result.Length);
        fixed (T* px = x)
        fixed (bool* pr = result)
            Vectorized.Run<CompareJob<TOp, T, Scalar<T>>, T>(new(new(px), new(y), pr, result.Length), Vectorized.Parts(result.Length));
    }

    /// <summary>result[i] = mask[i] ? x[i] : y[i].</summary>
    internal static void Select<T>(ReadOnlySpan<bool> mask, ReadOnlySpan<T> x, ReadOnlySpan<T> y, Span<T> result)
        where T : unmanaged
    {
        SameLength(mask.Length, result.Length);
        SameLength(x.Length, result.Length);
        SameLength(y.Length, result.Length);
        fixed (bool* pm = mask)
        fixed (T* px = x, py = y, pr = result)
            Vectorized.Run<SelectJob<T, Stream<T>, Stream<T>>, T>(
                new(pm, new(px), new(py), pr, result.Length), Vectorized.Parts(result.Length));
    }

    /// <summary>result[i] = mask[i] ? x : y[i].</summary>
    internal static void Select<T>(ReadOnlySpan<bool> mask, T x, ReadOnlySpan<T> y, Span<T> result)
        where T : unmanaged
    {
        SameLength(mask.Length, result.Length);
        SameLength(y.Length, result.Length);
        fixed (bool* pm = mask)
        fixed (T* py = y, pr = result)
            Vectorized.Run<SelectJob<T, Scalar<T>, Stream<T>>, T>(
                new(pm, new(x), new(py), pr, result.Length), Vectorized.Parts(result.Length));
    }

    private readonly struct CompareJob<TOp, T, TY>(Stream<T> x, TY y, bool* result, int length) : IVectorJob<T>
        where TOp : struct, IBinary
        where T : unmanaged
        where TY : struct, IOperand<T>
    {
        [MethodImpl(Compiled.AtOnce)]
        public void Run<V>(int part)
            where V : unmanaged, ISimd<V, T>
        {
            int i = part * Vectorized.PartLength;
            int end = Math.Min(i + Vectorized.PartLength, length);
            for (; i <= end - V.Count; i += V.Count) Write(V.Bits(TOp.Invoke(x.At<V>(i), y.At<V>(i))), result + i, V.Count);
            if (i < end) Write(V.Bits(TOp.Invoke(x.Part<V>(i, end - i), y.Part<V>(i, end - i))), result + i, end - i);
        }

        /// <summary>One bit to one byte: the multiplication puts seven bits eight apart at once.</summary>
        private static void Write(uint bits, bool* target, int count)
        {
            for (; count >= 8; count -= 8, target += 8, bits >>= 8)
            {
                ulong eight = bits & 0xFF;
                *(ulong*)target = (((eight & 0x7F) * 0x0002040810204081) & 0x0101010101010101) | ((eight >> 7) << 56);
            }

            for (int i = 0; i < count; i++) target[i] = ((bits >> i) & 1) != 0;
        }
    }

    private readonly struct SelectJob<T, TX, TY>(bool* mask, TX x, TY y, T* result, int length) : IVectorJob<T>
        where T : unmanaged
        where TX : struct, IOperand<T>
        where TY : struct, IOperand<T>
    {
        [MethodImpl(Compiled.AtOnce)]
        public void Run<V>(int part)
            where V : unmanaged, ISimd<V, T>
        {
            int i = part * Vectorized.PartLength;
            int end = Math.Min(i + Vectorized.PartLength, length);
            for (; i <= end - V.Count; i += V.Count) V.Store(V.Select(V.Mask(mask + i), x.At<V>(i), y.At<V>(i)), result + i);
            if (i == end) return;
            ulong* bytes = stackalloc ulong[2]; // the sixteen flags of the widest vector
            Unsafe.CopyBlockUnaligned(bytes, mask + i, (uint)(end - i));
            V.StorePart(V.Select(V.Mask((bool*)bytes), x.Part<V>(i, end - i), y.Part<V>(i, end - i)), result + i, end - i);
        }
    }
}

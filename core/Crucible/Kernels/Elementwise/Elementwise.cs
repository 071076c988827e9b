using System.Runtime.CompilerServices;
using static System.FormattableString;

namespace Crucible.Kernels;

/// <summary>
/// Applies a formula to every element of contiguous arrays. The result may be one of the operands itself, but must not
/// overlap one partly. A result never depends on the position of its element: tails go through the same vector code.
/// </summary>
internal static unsafe partial class Elementwise
{
    /// <summary>result[i] = op(x[i]).</summary>
    internal static void Map<TOp>(ReadOnlySpan<float> x, Span<float> result)
        where TOp : struct, IUnary => Map<TOp, float>(x, result);

    /// <inheritdoc cref="Map{TOp}(ReadOnlySpan{float}, Span{float})"/>
    internal static void Map<TOp>(ReadOnlySpan<double> x, Span<double> result)
        where TOp : struct, IUnary => Map<TOp, double>(x, result);

    /// <inheritdoc cref="Map{TOp}(ReadOnlySpan{float}, Span{float})"/>
    internal static void Map<TOp, T>(ReadOnlySpan<T> x, Span<T> result)
        where TOp : struct, IUnary
        where T : unmanaged
    {
        SameLength(x.Length, result.Length);
        fixed (T* px = x, pr = result)
        {
            if (TOp.IsFourfold && typeof(T) == typeof(float))
                Vectorized.Run<FourfoldJob<TOp, T>, T>(new(px, pr, result.Length), Vectorized.Parts(result.Length));
            else Run<Unary<TOp>, T, Stream<T>, Scalar<T>, Scalar<T>>(new(px), default, default, pr, result.Length);
        }
    }

    /// <summary>result[i] = op(x[i], y[i]).</summary>
    internal static void Zip<TOp>(ReadOnlySpan<float> x, ReadOnlySpan<float> y, Span<float> result)
        where TOp : struct, IBinary => Zip<TOp, float>(x, y, result);

    /// <inheritdoc cref="Zip{TOp}(ReadOnlySpan{float}, ReadOnlySpan{float}, Span{float})"/>
    internal static void Zip<TOp>(ReadOnlySpan<double> x, ReadOnlySpan<double> y, Span<double> result)
        where TOp : struct, IBinary => Zip<TOp, double>(x, y, result);

    /// <inheritdoc cref="Zip{TOp}(ReadOnlySpan{float}, ReadOnlySpan{float}, Span{float})"/>
    internal static void Zip<TOp, T>(ReadOnlySpan<T> x, ReadOnlySpan<T> y, Span<T> result)
        where TOp : struct, IBinary
        where T : unmanaged
    {
        SameLength(x.Length, result.Length);
        SameLength(y.Length, result.Length);
        fixed (T* px = x, py = y, pr = result)
            Run<Binary<TOp>, T, Stream<T>, Stream<T>, Scalar<T>>(new(px), new(py), default, pr, result.Length);
    }

    /// <summary>result[i] = op(x[i], y).</summary>
    internal static void Zip<TOp>(ReadOnlySpan<float> x, float y, Span<float> result)
        where TOp : struct, IBinary => Zip<TOp, float>(x, y, result);

    /// <inheritdoc cref="Zip{TOp}(ReadOnlySpan{float}, float, Span{float})"/>
    internal static void Zip<TOp>(ReadOnlySpan<double> x, double y, Span<double> result)
        where TOp : struct, IBinary => Zip<TOp, double>(x, y, result);

    /// <inheritdoc cref="Zip{TOp}(ReadOnlySpan{float}, float, Span{float})"/>
    internal static void Zip<TOp, T>(ReadOnlySpan<T> x, T y, Span<T> result)
        where TOp : struct, IBinary
        where T : unmanaged
    {
        SameLength(x.Length, result.Length);
        fixed (T* px = x, pr = result) Run<Binary<TOp>, T, Stream<T>, Scalar<T>, Scalar<T>>(new(px), new(y), default, pr, result.Length);
    }

    /// <summary>result[i] = op(x, y[i]).</summary>
    internal static void Zip<TOp>(float x, ReadOnlySpan<float> y, Span<float> result)
        where TOp : struct, IBinary => Zip<TOp, float>(x, y, result);

    /// <inheritdoc cref="Zip{TOp}(float, ReadOnlySpan{float}, Span{float})"/>
    internal static void Zip<TOp>(double x, ReadOnlySpan<double> y, Span<double> result)
        where TOp : struct, IBinary => Zip<TOp, double>(x, y, result);

    /// <inheritdoc cref="Zip{TOp}(float, ReadOnlySpan{float}, Span{float})"/>
    internal static void Zip<TOp, T>(T x, ReadOnlySpan<T> y, Span<T> result)
        where TOp : struct, IBinary
        where T : unmanaged
    {
        SameLength(y.Length, result.Length);
        fixed (T* py = y, pr = result) Run<Binary<TOp>, T, Scalar<T>, Stream<T>, Scalar<T>>(new(x), new(py), default, pr, result.Length);
    }

    /// <summary>result[i] = op(x[i], y[i], z[i]).</summary>
    internal static void Zip3<TOp>(ReadOnlySpan<float> x, ReadOnlySpan<float> y, ReadOnlySpan<float> z, Span<float> result)
        where TOp : struct, ITernary => Zip3<TOp, float>(x, y, z, result);

    /// <inheritdoc cref="Zip3{TOp}(ReadOnlySpan{float}, ReadOnlySpan{float}, ReadOnlySpan{float}, Span{float})"/>
    internal static void Zip3<TOp>(ReadOnlySpan<double> x, ReadOnlySpan<double> y, ReadOnlySpan<double> z, Span<double> result)
        where TOp : struct, ITernary => Zip3<TOp, double>(x, y, z, result);

    /// <inheritdoc cref="Zip3{TOp}(ReadOnlySpan{float}, ReadOnlySpan{float}, ReadOnlySpan{float}, Span{float})"/>
    internal static void Zip3<TOp, T>(ReadOnlySpan<T> x, ReadOnlySpan<T> y, ReadOnlySpan<T> z, Span<T> result)
        where TOp : struct, ITernary
        where T : unmanaged
    {
        SameLength(x.Length, result.Length);
        SameLength(y.Length, result.Length);
        SameLength(z.Length, result.Length);
        fixed (T* px = x, py = y, pz = z, pr = result)
            Run<TOp, T, Stream<T>, Stream<T>, Stream<T>>(new(px), new(py), new(pz), pr, result.Length);
    }

    /// <summary>result[i] = op(x[i], y[i], z), as for a threshold or slope z.</summary>
    internal static void Zip3<TOp, T>(ReadOnlySpan<T> x, ReadOnlySpan<T> y, T z, Span<T> result)
        where TOp : struct, ITernary
        where T : unmanaged
    {
        SameLength(x.Length, result.Length);
        SameLength(y.Length, result.Length);
        fixed (T* px = x, py = y, pr = result) Run<TOp, T, Stream<T>, Stream<T>, Scalar<T>>(new(px), new(py), new(z), pr, result.Length);
    }

    /// <summary>result[i] = op(x[i], y, z), as for a range from y to z.</summary>
    internal static void Zip3<TOp, T>(ReadOnlySpan<T> x, T y, T z, Span<T> result)
        where TOp : struct, ITernary
        where T : unmanaged
    {
        SameLength(x.Length, result.Length);
        fixed (T* px = x, pr = result) Run<TOp, T, Stream<T>, Scalar<T>, Scalar<T>>(new(px), new(y), new(z), pr, result.Length);
    }

    private static void SameLength(int length, int expected)
    {
        if (length != expected) throw new ArgumentException(Invariant($"elementwise: lengths must agree, but are {length} and {expected}"));
    }

    private static void Run<TOp, T, TX, TY, TZ>(TX x, TY y, TZ z, T* result, int length)
        where TOp : struct, ITernary
        where T : unmanaged
        where TX : struct, IOperand<T>
        where TY : struct, IOperand<T>
        where TZ : struct, IOperand<T> =>
        Vectorized.Run<MapJob<TOp, T, TX, TY, TZ>, T>(new(x, y, z, result, length), Vectorized.Parts(length));

    private readonly struct Unary<TOp> : ITernary
        where TOp : struct, IUnary
    {
        public static bool IsLight => TOp.IsLight;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static V Invoke<V>(V x, V y, V z)
            where V : struct, ISimd<V> => TOp.Invoke(x);
    }

    private readonly struct Binary<TOp> : ITernary
        where TOp : struct, IBinary
    {
        public static bool IsLight => TOp.IsLight;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static V Invoke<V>(V x, V y, V z)
            where V : struct, ISimd<V> => TOp.Invoke(x, y);
    }

    private readonly struct MapJob<TOp, T, TX, TY, TZ>(TX x, TY y, TZ z, T* result, int length) : IVectorJob<T>
        where TOp : struct, ITernary
        where T : unmanaged
        where TX : struct, IOperand<T>
        where TY : struct, IOperand<T>
        where TZ : struct, IOperand<T>
    {
        public void Run<V>(int part)
            where V : unmanaged, ISimd<V, T>
        {
            int start = part * Vectorized.PartLength;
            Range<V>(start, Math.Min(start + Vectorized.PartLength, length));
        }

        /// <summary>Elements from which aligned stores are worth a first incomplete vector.</summary>
        private const int AlignedLength = 1024;

        [MethodImpl(Compiled.AtOnce)]
        internal void Range<V>(int start, int end)
            where V : unmanaged, ISimd<V, T>
        {
            int i = TOp.IsLight && end - start >= 4 * V.Count ? Fours<V>(start, end) : start;

            // Fields might change with every store as far as the compiler knows, locals do not.
            TX sourceX = x;
            TY sourceY = y;
            TZ sourceZ = z;
            T* target = result;
            for (; i <= end - V.Count; i += V.Count) V.Store(TOp.Invoke(sourceX.At<V>(i), sourceY.At<V>(i), sourceZ.At<V>(i)), target + i);
            if (i < end) Tail<V>(i, end - i);
        }

        /// <summary>
        /// Four vectors at a time; returns where less than that is left. In a method of its own, like the tail, so that
        /// <see cref="Range"/> stays short.
        /// </summary>
        [MethodImpl(Compiled.AtOnce)]
        private int Fours<V>(int start, int end)
            where V : unmanaged, ISimd<V, T>
        {
            TX sourceX = x;
            TY sourceY = y;
            TZ sourceZ = z;
            T* target = result;
            int i = end - start >= AlignedLength ? start + ToLineStart<V>(start) : start;

            // All four are loaded before one is stored: where arrays lie at nearly the same offset in their pages, as
            // large ones do, the processor takes a load close behind a store for one that needs the store, and waits.
            for (; i <= end - (4 * V.Count); i += 4 * V.Count)
            {
                V first = TOp.Invoke(sourceX.At<V>(i), sourceY.At<V>(i), sourceZ.At<V>(i));
                int j = i + V.Count;
                V second = TOp.Invoke(sourceX.At<V>(j), sourceY.At<V>(j), sourceZ.At<V>(j));
                int k = j + V.Count;
                V third = TOp.Invoke(sourceX.At<V>(k), sourceY.At<V>(k), sourceZ.At<V>(k));
                int l = k + V.Count;
                V fourth = TOp.Invoke(sourceX.At<V>(l), sourceY.At<V>(l), sourceZ.At<V>(l));
                V.Store(first, target + i);
                V.Store(second, target + j);
                V.Store(third, target + k);
                V.Store(fourth, target + l);
            }

            return i;
        }

        /// <summary>
        /// Computes up to where the result meets the next line of the cache, so that no store spans two; returns how
        /// many elements those are.
        /// </summary>
        private int ToLineStart<V>(int start)
            where V : unmanaged, ISimd<V, T>
        {
            int count = (int)(-(nint)(result + start) & (V.Count * sizeof(T) - 1)) / sizeof(T);
            if (count > 0) Tail<V>(start, count);
            return count;
        }

        /// <summary>
        /// The last, incomplete vector. In a method of its own because the compiler stops inlining where a long formula
        /// stands twice in one method.
        /// </summary>
        [MethodImpl(Compiled.AtOnce)]
        private void Tail<V>(int start, int count)
            where V : unmanaged, ISimd<V, T> =>
            V.StorePart(TOp.Invoke(x.Part<V>(start, count), y.Part<V>(start, count), z.Part<V>(start, count)), result + start, count);
    }
}

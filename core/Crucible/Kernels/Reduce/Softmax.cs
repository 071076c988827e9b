using System.Runtime.CompilerServices;

namespace Crucible.Kernels;

/// <summary>
/// Softmax and its relatives along the rows of [rows, length]. The largest element is subtracted first, so that large
/// logits do no harm; elements of −∞ get probability 0.
/// </summary>
internal static unsafe class Softmax
{
    /// <summary>y = e^(x − m) / Σ e^(x − m) with m the largest of the row. May be in place.</summary>
    internal static void Forward<T>(ReadOnlySpan<T> x, int rows, int length, Span<T> y)
        where T : unmanaged
    {
        CheckSizes(rows, length, x.Length, y.Length, y.Length);
        if (x.IsEmpty) return; // however many rows of nothing
        fixed (T* px = x, py = y) Vectorized.Rows<ForwardRow<T>, T>(new(px, py, length), rows, length);
    }

    /// <summary>dx = y·(dy − Σ dy·y).</summary>
    internal static void Backward<T>(ReadOnlySpan<T> y, ReadOnlySpan<T> dy, int rows, int length, Span<T> dx)
        where T : unmanaged
    {
        CheckSizes(rows, length, y.Length, dy.Length, dx.Length);
        if (y.IsEmpty) return;
        fixed (T* py = y, pdy = dy, pdx = dx) Vectorized.Rows<BackwardRow<T>, T>(new(py, pdy, pdx, length), rows, length);
    }

    /// <summary>y = x − m − ln Σ e^(x − m). May be in place.</summary>
    internal static void LogForward<T>(ReadOnlySpan<T> x, int rows, int length, Span<T> y)
        where T : unmanaged
    {
        CheckSizes(rows, length, x.Length, y.Length, y.Length);
        if (x.IsEmpty) return;
        fixed (T* px = x, py = y) Vectorized.Rows<LogForwardRow<T>, T>(new(px, py, length), rows, length);
    }

    /// <summary>dx = dy − e^y·Σ dy.</summary>
    internal static void LogBackward<T>(ReadOnlySpan<T> y, ReadOnlySpan<T> dy, int rows, int length, Span<T> dx)
        where T : unmanaged
    {
        CheckSizes(rows, length, y.Length, dy.Length, dx.Length);
        if (y.IsEmpty) return;
        fixed (T* py = y, pdy = dy, pdx = dx) Vectorized.Rows<LogBackwardRow<T>, T>(new(py, pdy, pdx, length), rows, length);
    }

    /// <summary>result[row] = ln Σ eˣ = m + ln Σ e^(x − m); an infinite m is the result itself.</summary>
    internal static void LogSumExp<T>(ReadOnlySpan<T> x, int rows, int length, Span<T> result)
        where T : unmanaged
    {
        Check.Length("logSumExp", x.Length, (long)rows * length);
        Check.Length("logSumExp", result.Length, rows);
        fixed (T* px = x, pr = result) Vectorized.Rows<LogSumExpRow<T>, T>(new(px, pr, length), rows, length);
    }

    /// <summary>The largest element of a row in every lane. A NaN may get lost here, but every use of the result meets it again.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static V Largest<V, T>(T* x, int length)
        where V : unmanaged, ISimd<V, T>
        where T : unmanaged
    {
        V largest = V.Of(double.NegativeInfinity);
        V other = largest;
        int i = 0;
        for (; i <= length - (2 * V.Count); i += 2 * V.Count)
        {
            largest = V.AtLeast(V.Load(x + i), largest);
            other = V.AtLeast(V.Load(x + i + V.Count), other);
        }

        for (; i < length; i += V.Count)
            other = V.AtLeast(length - i < V.Count ? V.LoadPart(x + i, length - i, other) : V.Load(x + i), other);
        return V.Broadcast(V.Fold<MaxReduction>(V.AtLeast(largest, other)));
    }

    /// <summary>Σ e^(x − shift) in every lane.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static V SumOfExp<V, T>(T* x, V shift, int length)
        where V : unmanaged, ISimd<V, T>
        where T : unmanaged
    {
        V sum = V.Of(0);
        int i = 0;
        for (; i <= length - V.Count; i += V.Count) sum += VectorMath.Exp(V.Load(x + i) - shift);
        if (i < length) sum += VectorMath.Exp(V.LoadPart(x + i, length - i, V.Of(double.NegativeInfinity)) - shift);
        return V.Broadcast(V.Fold<SumReduction>(sum));
    }

    private static void CheckSizes(int rows, int length, int a, int b, int c)
    {
        long expected = (long)rows * length;
        Check.Length("softmax", a, expected);
        Check.Length("softmax", b, expected);
        Check.Length("softmax", c, expected);
    }

    private readonly struct ForwardRow<T>(T* x, T* y, int length) : IRowKernel<T>
        where T : unmanaged
    {
        [MethodImpl(Compiled.AtOnce)]
        public void Row<V>(int row)
            where V : unmanaged, ISimd<V, T>
        {
            T* source = x + ((nint)row * length);
            T* target = y + ((nint)row * length);
            V shift = Largest<V, T>(source, length);
            V sum = V.Of(0);
            int i = 0;
            for (; i <= length - V.Count; i += V.Count)
            {
                V power = VectorMath.Exp(V.Load(source + i) - shift);
                V.Store(power, target + i);
                sum += power;
            }

            if (i < length)
            {
                V power = VectorMath.Exp(V.LoadPart(source + i, length - i, V.Of(double.NegativeInfinity)) - shift);
                V.StorePart(power, target + i, length - i);
                sum += power;
            }

            V scale = 1.0 / V.Broadcast(V.Fold<SumReduction>(sum));
            for (i = 0; i <= length - V.Count; i += V.Count) V.Store(V.Load(target + i) * scale, target + i);
            if (i < length) V.StorePart(V.LoadPart(target + i, length - i, sum) * scale, target + i, length - i);
        }
    }

    private readonly struct BackwardRow<T>(T* y, T* dy, T* dx, int length) : IRowKernel<T>
        where T : unmanaged
    {
        [MethodImpl(Compiled.AtOnce)]
        public void Row<V>(int row)
            where V : unmanaged, ISimd<V, T>
        {
            nint at = (nint)row * length;
            T* p = y + at;
            T* g = dy + at;
            V zero = V.Of(0);
            V sum = zero;
            int i = 0;
            for (; i <= length - V.Count; i += V.Count) sum = V.MultiplyAdd(V.Load(p + i), V.Load(g + i), sum);
            if (i < length) sum = V.MultiplyAdd(V.LoadPart(p + i, length - i, zero), V.LoadPart(g + i, length - i, zero), sum);
            V dot = V.Broadcast(V.Fold<SumReduction>(sum));
            for (i = 0; i <= length - V.Count; i += V.Count) V.Store(V.Load(p + i) * (V.Load(g + i) - dot), dx + at + i);
            if (i < length)
                V.StorePart(V.LoadPart(p + i, length - i, zero) * (V.LoadPart(g + i, length - i, zero) - dot), dx + at + i, length - i);
        }
    }

    private readonly struct LogForwardRow<T>(T* x, T* y, int length) : IRowKernel<T>
        where T : unmanaged
    {
        [MethodImpl(Compiled.AtOnce)]
        public void Row<V>(int row)
            where V : unmanaged, ISimd<V, T>
        {
            T* source = x + ((nint)row * length);
            T* target = y + ((nint)row * length);
            V shift = Largest<V, T>(source, length);
            V log = VectorMath.Log(SumOfExp(source, shift, length));
            int i = 0;
            for (; i <= length - V.Count; i += V.Count) V.Store(V.Load(source + i) - shift - log, target + i);
            if (i < length) V.StorePart(V.LoadPart(source + i, length - i, log) - shift - log, target + i, length - i);
        }
    }

    private readonly struct LogBackwardRow<T>(T* y, T* dy, T* dx, int length) : IRowKernel<T>
        where T : unmanaged
    {
        [MethodImpl(Compiled.AtOnce)]
        public void Row<V>(int row)
            where V : unmanaged, ISimd<V, T>
        {
            nint at = (nint)row * length;
            T* p = y + at;
            T* g = dy + at;
            V zero = V.Of(0);
            V lanes = zero;
            int i = 0;
            for (; i <= length - V.Count; i += V.Count) lanes += V.Load(g + i);
            if (i < length) lanes += V.LoadPart(g + i, length - i, zero);
            V sum = V.Broadcast(V.Fold<SumReduction>(lanes));
            for (i = 0; i <= length - V.Count; i += V.Count) V.Store(V.Load(g + i) - (VectorMath.Exp(V.Load(p + i)) * sum), dx + at + i);
            if (i < length)
                V.StorePart(V.LoadPart(g + i, length - i, zero) - (VectorMath.Exp(V.LoadPart(p + i, length - i, zero)) * sum), dx + at + i,
                    length - i);
        }
    }

    private readonly struct LogSumExpRow<T>(T* x, T* result, int length) : IRowKernel<T>
        where T : unmanaged
    {
        [MethodImpl(Compiled.AtOnce)]
        public void Row<V>(int row)
            where V : unmanaged, ISimd<V, T>
        {
            T* source = x + ((nint)row * length);
            V shift = Largest<V, T>(source, length);
            shift = V.Select(V.Abs(shift) < V.Of(double.PositiveInfinity), shift, V.Of(0));
            result[row] = V.First(shift + VectorMath.Log(SumOfExp(source, shift, length)));
        }
    }
}

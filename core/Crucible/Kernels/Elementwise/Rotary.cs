using System.Runtime.CompilerServices;

namespace Crucible.Kernels;

/// <summary>Rotation of pairs of numbers, the pair (i, i + size/2) of a head by an angle that depends on the position and on i.</summary>
internal static unsafe class Rotary
{
    /// <summary>
    /// Rotates the first <paramref name="heads"/> heads of every row of <paramref name="length"/> numbers and copies
    /// the rest; row r has position r mod <paramref name="positions"/>, and the angles' cosines and sines are rows of
    /// size/2 numbers, one for each position.
    /// </summary>
    internal static void Rotate<T>(
        ReadOnlySpan<T> x, int rows, int length, int heads, int size, int positions, ReadOnlySpan<T> cosines, ReadOnlySpan<T> sines,
        bool isInverse, Span<T> y)
        where T : unmanaged
    {
        Check.Length("rotary", x.Length, (long)rows * length);
        Check.Length("rotary", y.Length, x.Length);
        Check.Length("rotary", cosines.Length, (long)positions * (size / 2));
        Check.Length("rotary", sines.Length, cosines.Length);
        fixed (T* px = x, pc = cosines, ps = sines, py = y)
            Vectorized.Rows<RotateRow<T>, T>(new(px, py, length, heads, size / 2, positions, pc, ps, isInverse ? -1 : 1), rows, length);
    }

    private readonly struct RotateRow<T>(T* x, T* y, int length, int heads, int half, int positions, T* cosines, T* sines, double sign)
        : IRowKernel<T>
        where T : unmanaged
    {
        [MethodImpl(Compiled.AtOnce)]
        public void Row<V>(int row)
            where V : unmanaged, ISimd<V, T>
        {
            nint table = row % positions * (nint)half, at = (nint)row * length;
            T* from = x + at, to = y + at, cosine = cosines + table, sine = sines + table;
            V direction = V.Of(sign);
            for (int head = 0; head < heads; head++, from += 2 * half, to += 2 * half)
            {
                for (int i = 0; i < half; i += V.Count)
                {
                    int count = Math.Min(V.Count, half - i);
                    V c = Load<V>(cosine + i, count), s = Load<V>(sine + i, count) * direction, a = Load<V>(from + i, count),
                        b = Load<V>(from + half + i, count);
                    Store(V.MultiplyAdd(a, c, -(b * s)), to + i, count);
                    Store(V.MultiplyAdd(b, c, a * s), to + half + i, count);
                }
            }

            int rest = length - (heads * 2 * half);
            new ReadOnlySpan<T>(from, rest).CopyTo(new(to, rest));
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static V Load<V>(T* source, int count)
            where V : unmanaged, ISimd<V, T> => count < V.Count ? V.LoadPart(source, count, V.Of(0)) : V.Load(source);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static void Store<V>(V value, T* target, int count)
            where V : unmanaged, ISimd<V, T>
        {
            if (count < V.Count) V.StorePart(value, target, count);
            else V.Store(value, target);
        }
    }
}

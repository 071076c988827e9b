using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

namespace Crucible.Kernels;

/// <summary>Copies of parts of an operand in the order in which the tiles read them.</summary>
internal static unsafe class MatMulPacking<T, V> where T : unmanaged where V : unmanaged, ISimd<V, T>
{
    // how early to fetch a step of a transposed A: when each is on a page of its own, the processor does not foresee it
    private const int StepsAhead = 8;

    /// <summary>Packs b[k, columns] to strip[k, width]; the columns beyond the last are 0.</summary>
    [MethodImpl(Compiled.AtOnce)]
    internal static void Strip(T* b, nint bRow, int k, int columns, T* strip)
    {
        int vector = V.Count;
        if (columns == 2 * vector)
        {
            for (int p = 0; p < k; p++, b += bRow, strip += 2 * vector)
            {
                V.Store(V.Load(b), strip);
                V.Store(V.Load(b + vector), strip + vector);
            }
        }
        else if (columns > vector)
        {
            for (int p = 0; p < k; p++, b += bRow, strip += 2 * vector)
            {
                V.Store(V.Load(b), strip);
                V.Store(V.LoadPart(b + vector, columns - vector), strip + vector);
            }
        }
        else
        {
            for (int p = 0; p < k; p++, b += bRow, strip += vector) V.Store(V.LoadPart(b, columns), strip);
        }
    }

    /// <summary>
    /// Packs as many strips as wanted of b[k, columns], each two whole vectors wide and packed behind the one before it. A step of b is
    /// read for all of them at once: it often lies on a page of memory of its own.
    /// </summary>
    [MethodImpl(Compiled.AtOnce)]
    internal static void Strips(T* b, nint bRow, int k, int strips, T* packed)
    {
        int width = 2 * V.Count;
        nint size = (nint)k * width;
        for (int p = 0; p < k; p++, b += bRow, packed += width)
        {
            if (Sse.IsSupported)
            {
                for (int i = 0; i < strips * width; i += 64 / sizeof(T)) Sse.Prefetch0(b + StepsAhead * bRow + i);
            }
            T* from = b, to = packed;
            for (int strip = 0; strip < strips; strip++, from += width, to += size)
            {
                V.Store(V.Load(from), to);
                V.Store(V.Load(from + V.Count), to + V.Count);
            }
        }
    }

    /// <summary>Packs the transpose of b[columns, k] to strip[k, width]; the columns beyond the last repeat it.</summary>
    [MethodImpl(Compiled.AtOnce)]
    internal static void StripOfTransposed(T* b, nint bRow, int k, int columns, T* strip)
    {
        int vector = V.Count, width = columns > vector ? 2 * vector : vector, together = 16 / sizeof(T);
        T** rows = stackalloc T*[vector];
        for (int first = 0; first < width; first += vector, strip += vector)
        {
            for (int i = 0; i < vector; i++) rows[i] = b + Math.Min(first + i, columns - 1) * bRow;
            int p = 0;
            for (; p <= k - together; p += together) V.Transpose(rows, p, strip + (nint)p * width, width);
            for (; p < k; p++)
                for (int i = 0; i < vector; i++) strip[(nint)p * width + i] = rows[i][p];
        }
    }

    /// <summary>
    /// The distance between rows of a packed panel: a cache line more than k, lest rows of 4096 bytes share one set of
    /// the cache.
    /// </summary>
    internal static nint PanelRow(int k) => k + 64 / sizeof(T);

    /// <summary>Numbers that packing a panel may write: rows or steps end with a whole vector.</summary>
    internal static nint PanelSize(int rows, int k) => rows * PanelRow(k) + V.Count;

    /// <summary>Packs a[rows, k] to panel[rows, PanelRow(k)].</summary>
    [MethodImpl(Compiled.AtOnce)]
    internal static void Panel(T* a, nint aRow, int rows, int k, T* panel)
    {
        int vector = V.Count, whole = k / vector * vector;
        for (int i = 0; i < rows; i++, a += aRow, panel += PanelRow(k))
        {
            for (int p = 0; p < whole; p += vector) V.Store(V.Load(a + p), panel + p);
            if (whole < k) V.Store(V.LoadPart(a + whole, k - whole), panel + whole); // the next row overwrites what is too much
        }
    }

    /// <summary>
    /// Packs a[k, panels·rows], the transpose of which is wanted, to panels of [k, rows] that lie
    /// <paramref name="size"/> apart. A step of a is read for all of them at once: it often lies on a page of memory of
    /// its own.
    /// </summary>
    [MethodImpl(Compiled.AtOnce)]
    internal static void PanelsOfTransposed(T* a, nint aRow, int rows, int panels, int k, T* packed, nint size)
    {
        int vector = V.Count, whole = rows / vector * vector, rest = rows - whole;
        for (int p = 0; p < k; p++, a += aRow, packed += rows)
        {
            if (Sse.IsSupported)
            {
                for (int i = 0; i < panels * rows; i += 64 / sizeof(T)) Sse.Prefetch0(a + StepsAhead * aRow + i);
            }
            for (int i = 0; i < whole; i += vector)
            {
                T* from = a + i, to = packed + i;
                for (int panel = 0; panel < panels; panel++, from += rows, to += size) V.Store(V.Load(from), to);
            }
            if (rest > 0)
            {
                T* from = a + whole, to = packed + whole; // the next step overwrites what is too much
                for (int panel = 0; panel < panels; panel++, from += rows, to += size) V.Store(V.LoadPart(from, rest), to);
            }
        }
    }

    /// <summary>to[i] += from[i].</summary>
    internal static void Add(T* from, T* to, int count)
    {
        int i = 0;
        for (; i <= count - V.Count; i += V.Count) V.Store(V.Load(to + i) + V.Load(from + i), to + i);
        if (i < count) V.StorePart(V.LoadPart(to + i, count - i) + V.LoadPart(from + i, count - i), to + i, count - i);
    }
}

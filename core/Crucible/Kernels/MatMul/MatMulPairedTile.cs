using System.Runtime.CompilerServices;

namespace Crucible.Kernels;

/// <summary>
/// As <see cref="MatMulTile{T, V}"/>, on a tile of 1 to 10 rows and two and a half vectors of columns: the halves of two
/// rows share a vector, so that no lane is idle.
/// </summary>
/// <remarks>
/// A tile of two vectors and one of half a vector beside it take six multiply-adds of vectors for two rows, this one five.
/// </remarks>
internal static unsafe class MatMulPairedTile<T, V> where T : unmanaged where V : unmanaged, ISimd<V, T>
{
    /// <summary>
    /// Rows of the largest tile: five vectors of sums for two rows, and registers left for three of B and two of A. There are
    /// 32 registers of 512 bits, 16 of fewer.
    /// </summary>
    internal static int MostRows => sizeof(V) == 64 ? 10 : 4;

    /// <summary>The kernel for a tile of so many rows, whose sums go through a gate if that is not null: c itself for ReLU.</summary>
    /// <remarks>
    /// Its arguments: k; a, the distance between its rows and between its steps of k; b's two vectors and their step, its half
    /// vector and the step of that, all read whole; c and the distance between its rows; what the sums start from (c, the bias
    /// or zeros) and its row distance; how many lanes of the half exist in c and start; the gate, which lies as c does; how many such
    /// tiles lie below each other.
    /// </remarks>
    internal static delegate*<nint, T*, nint, nint, T*, nint, T*, nint, T*, nint, T*, nint, int, T*, int, void> For(
        int rows, T* c, T* gate) =>
        gate == null ? Tiles<Ungated>.All[rows] : gate == c ? Tiles<Rectified>.All[rows] : Tiles<Gated>.All[rows];

    private static class Tiles<TGate> where TGate : unmanaged
    {
        internal static readonly delegate*<nint, T*, nint, nint, T*, nint, T*, nint, T*, nint, T*, nint, int, T*, int, void>[] All =
        [
            null, &Compute<Size1, TGate>, &Compute<Size2, TGate>, &Compute<Size3, TGate>, &Compute<Size4, TGate>, &Compute<Size5, TGate>,
            &Compute<Size6, TGate>, &Compute<Size7, TGate>, &Compute<Size8, TGate>, &Compute<Size9, TGate>, &Compute<Size10, TGate>,
        ];
    }

    // x and y are the sums of a row's two vectors, z those of the halves of two rows; an odd last row is its own neighbour.
    [MethodImpl(Compiled.AtOnce)]
    private static void Compute<TRows, TGate>(
        nint k, T* a, nint aRow, nint aStep, T* b, nint bStep, T* half, nint halfStep, T* c, nint cRow, T* start, nint startRow, int lanes,
        T* gate, int tiles)
        where TRows : unmanaged where TGate : unmanaged
    {
        for (; tiles > 0; tiles--)
        {
            V x0 = default, x1 = default, x2 = default, x3 = default, x4 = default;
            V x5 = default, x6 = default, x7 = default, x8 = default, x9 = default;
            V y0 = default, y1 = default, y2 = default, y3 = default, y4 = default;
            V y5 = default, y6 = default, y7 = default, y8 = default, y9 = default;
            V z0 = default, z2 = default, z4 = default, z6 = default, z8 = default;
            Start(ref x0, ref y0, ref x1, ref y1, ref z0, sizeof(TRows) > 1, start, startRow, lanes);
            if (sizeof(TRows) > 2) Start(ref x2, ref y2, ref x3, ref y3, ref z2, sizeof(TRows) > 3, start + 2 * startRow, startRow, lanes);
            if (sizeof(TRows) > 4) Start(ref x4, ref y4, ref x5, ref y5, ref z4, sizeof(TRows) > 5, start + 4 * startRow, startRow, lanes);
            if (sizeof(TRows) > 6) Start(ref x6, ref y6, ref x7, ref y7, ref z6, sizeof(TRows) > 7, start + 6 * startRow, startRow, lanes);
            if (sizeof(TRows) > 8) Start(ref x8, ref y8, ref x9, ref y9, ref z8, sizeof(TRows) > 9, start + 8 * startRow, startRow, lanes);

            T* a0 = a, a2 = a + 2 * aRow, a4 = a + 4 * aRow, a6 = a + 6 * aRow, a8 = a + 8 * aRow;
            T* b0 = b, half0 = half;
            for (nint step = k; step > 0; step--, b0 += bStep, half0 += halfStep)
            {
                V first = V.Load(b0), second = V.Load(b0 + V.Count), last = V.LoadTwice(half0);
                Add(ref x0, ref y0, ref x1, ref y1, ref z0, sizeof(TRows) > 1, a0, aRow, first, second, last);
                if (sizeof(TRows) > 2) Add(ref x2, ref y2, ref x3, ref y3, ref z2, sizeof(TRows) > 3, a2, aRow, first, second, last);
                if (sizeof(TRows) > 4) Add(ref x4, ref y4, ref x5, ref y5, ref z4, sizeof(TRows) > 5, a4, aRow, first, second, last);
                if (sizeof(TRows) > 6) Add(ref x6, ref y6, ref x7, ref y7, ref z6, sizeof(TRows) > 7, a6, aRow, first, second, last);
                if (sizeof(TRows) > 8) Add(ref x8, ref y8, ref x9, ref y9, ref z8, sizeof(TRows) > 9, a8, aRow, first, second, last);
                a0 += aStep;
                if (sizeof(TRows) > 2) a2 += aStep;
                if (sizeof(TRows) > 4) a4 += aStep;
                if (sizeof(TRows) > 6) a6 += aStep;
                if (sizeof(TRows) > 8) a8 += aStep;
            }

            Gate<TGate>(ref x0, ref y0, ref x1, ref y1, ref z0, sizeof(TRows) > 1, gate, cRow, lanes);
            if (sizeof(TRows) > 2) Gate<TGate>(ref x2, ref y2, ref x3, ref y3, ref z2, sizeof(TRows) > 3, gate + 2 * cRow, cRow, lanes);
            if (sizeof(TRows) > 4) Gate<TGate>(ref x4, ref y4, ref x5, ref y5, ref z4, sizeof(TRows) > 5, gate + 4 * cRow, cRow, lanes);
            if (sizeof(TRows) > 6) Gate<TGate>(ref x6, ref y6, ref x7, ref y7, ref z6, sizeof(TRows) > 7, gate + 6 * cRow, cRow, lanes);
            if (sizeof(TRows) > 8) Gate<TGate>(ref x8, ref y8, ref x9, ref y9, ref z8, sizeof(TRows) > 9, gate + 8 * cRow, cRow, lanes);

            Store(x0, y0, x1, y1, z0, sizeof(TRows) > 1, c, cRow, lanes);
            if (sizeof(TRows) > 2) Store(x2, y2, x3, y3, z2, sizeof(TRows) > 3, c + 2 * cRow, cRow, lanes);
            if (sizeof(TRows) > 4) Store(x4, y4, x5, y5, z4, sizeof(TRows) > 5, c + 4 * cRow, cRow, lanes);
            if (sizeof(TRows) > 6) Store(x6, y6, x7, y7, z6, sizeof(TRows) > 7, c + 6 * cRow, cRow, lanes);
            if (sizeof(TRows) > 8) Store(x8, y8, x9, y9, z8, sizeof(TRows) > 9, c + 8 * cRow, cRow, lanes);

            a += sizeof(TRows) * aRow;
            c += sizeof(TRows) * cRow;
            start += sizeof(TRows) * startRow;
            if (typeof(TGate) == typeof(Gated)) gate += sizeof(TRows) * cRow;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Start(ref V x, ref V y, ref V nextX, ref V nextY, ref V halves, bool hasNext, T* start, nint startRow, int lanes)
    {
        T* next = hasNext ? start + startRow : start;
        x = V.Load(start);
        y = V.Load(start + V.Count);
        if (hasNext) nextX = V.Load(next);
        if (hasNext) nextY = V.Load(next + V.Count);
        halves = V.LoadHalves(start + 2 * V.Count, next + 2 * V.Count, lanes);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Add(
        ref V x, ref V y, ref V nextX, ref V nextY, ref V halves, bool hasNext, T* a, nint aRow, V first, V second, V last)
    {
        V left = V.Broadcast(*a), next = left;
        V.AddProduct(ref x, left, first);
        V.AddProduct(ref y, left, second);
        if (hasNext)
        {
            next = V.Broadcast(a[aRow]);
            V.AddProduct(ref nextX, next, first);
            V.AddProduct(ref nextY, next, second);
        }

        V.AddProduct(ref halves, V.Halves(left, next), last);
    }

    // All rows before the first is stored: a load behind a store 4096 bytes away would wait for it.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Gate<TGate>(
        ref V x, ref V y, ref V nextX, ref V nextY, ref V halves, bool hasNext, T* gate, nint gateRow, int lanes)
        where TGate : unmanaged
    {
        if (typeof(TGate) == typeof(Rectified))
        {
            x = MatMulGate<T, V>.Rectify(x);
            y = MatMulGate<T, V>.Rectify(y);
            if (hasNext) nextX = MatMulGate<T, V>.Rectify(nextX);
            if (hasNext) nextY = MatMulGate<T, V>.Rectify(nextY);
            halves = MatMulGate<T, V>.Rectify(halves);
        }

        if (typeof(TGate) == typeof(Gated))
        {
            T* next = hasNext ? gate + gateRow : gate;
            x = MatMulGate<T, V>.Keep(V.Load(gate), x);
            y = MatMulGate<T, V>.Keep(V.Load(gate + V.Count), y);
            if (hasNext) nextX = MatMulGate<T, V>.Keep(V.Load(next), nextX);
            if (hasNext) nextY = MatMulGate<T, V>.Keep(V.Load(next + V.Count), nextY);
            halves = MatMulGate<T, V>.Keep(V.LoadHalves(gate + 2 * V.Count, next + 2 * V.Count, lanes), halves);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(V x, V y, V nextX, V nextY, V halves, bool hasNext, T* c, nint cRow, int lanes)
    {
        T* next = hasNext ? c + cRow : c;
        V.Store(x, c);
        V.Store(y, c + V.Count);
        if (hasNext) V.Store(nextX, next);
        if (hasNext) V.Store(nextY, next + V.Count);
        V.StoreHalves(halves, c + 2 * V.Count, next + 2 * V.Count, lanes);
    }
}

/// <summary>The sums of a tile go to C as they are.</summary>
internal readonly struct Ungated;

/// <summary>The sums of a tile go to C as max(·, 0).</summary>
internal readonly struct Rectified;

/// <summary>The sums of a tile go to C where a gate is above 0, else 0 does.</summary>
internal readonly struct Gated;

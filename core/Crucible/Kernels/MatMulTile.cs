using System.Runtime.CompilerServices;

namespace Crucible.Kernels;

/// <summary>
/// The innermost loop of a product, c[i, j] = start[i, j] + Σₚ a[i, p]·b[p, j], on a tile of 1 to 12 rows and 1 or 2 vectors of columns.
/// </summary>
/// <remarks>
/// The sums stay in registers for all of k; each is one chain of multiply-adds in the order of p. So its bits depend neither on the tile it falls
/// into nor on how the product is cut. Registers cannot be indexed, hence the repetition: 24 named sums. It is one source for every size of tile:
/// the rows and vectors are the sizes of two type arguments, which the compiler knows before it reads the body, so that it skips the other lines.
/// </remarks>
internal static unsafe class MatMulTile<T, V, L> where T : unmanaged where V : unmanaged where L : struct, ILanes<T, V>
{
    private static readonly delegate*<nint, T*, nint, nint, T*, nint, T*, nint, T*, nint, int, void>[] oneVector =
    [
        null, &Compute<Size1, Size1>, &Compute<Size2, Size1>, &Compute<Size3, Size1>, &Compute<Size4, Size1>, &Compute<Size5, Size1>,
        &Compute<Size6, Size1>, &Compute<Size7, Size1>, &Compute<Size8, Size1>, &Compute<Size9, Size1>, &Compute<Size10, Size1>,
        &Compute<Size11, Size1>, &Compute<Size12, Size1>,
    ];

    private static readonly delegate*<nint, T*, nint, nint, T*, nint, T*, nint, T*, nint, int, void>[] twoVectors =
    [
        null, &Compute<Size1, Size2>, &Compute<Size2, Size2>, &Compute<Size3, Size2>, &Compute<Size4, Size2>, &Compute<Size5, Size2>,
        &Compute<Size6, Size2>, &Compute<Size7, Size2>, &Compute<Size8, Size2>, &Compute<Size9, Size2>, &Compute<Size10, Size2>,
        &Compute<Size11, Size2>, &Compute<Size12, Size2>,
    ];

    /// <summary>The kernel for a tile of <paramref name="rows"/> rows and one or two vectors of columns.</summary>
    /// <remarks>
    /// Its arguments: k; a, the distance between its rows and between its steps of k; b, read in whole vectors, and its step; c and the distance
    /// between its rows; what the sums start from (c, the bias or zeros) and its row distance; how many lanes of the last vector exist in c and start.
    /// </remarks>
    internal static delegate*<nint, T*, nint, nint, T*, nint, T*, nint, T*, nint, int, void> For(int rows, int vectors) =>
        vectors == 1 ? oneVector[rows] : twoVectors[rows];

    // x are the sums of the first of two vectors, y those of the last or only one.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Compute<TRows, TVectors>(
        nint k, T* a, nint aRow, nint aStep, T* b, nint bStep, T* c, nint cRow, T* start, nint startRow, int lanes)
        where TRows : unmanaged where TVectors : unmanaged
    {
        int last = (sizeof(TVectors) - 1) * (sizeof(V) / sizeof(T));
        V mask = L.Mask(lanes);
        V left, right = default, rightLast;
        V x0 = default, x1 = default, x2 = default, x3 = default, x4 = default, x5 = default;
        V x6 = default, x7 = default, x8 = default, x9 = default, x10 = default, x11 = default;
        V y0 = default, y1 = default, y2 = default, y3 = default, y4 = default, y5 = default;
        V y6 = default, y7 = default, y8 = default, y9 = default, y10 = default, y11 = default;
        if (sizeof(TVectors) > 1) x0 = L.Load(start);
        y0 = L.LoadMasked(start + last, mask);
        if (sizeof(TRows) > 1)
        {
            start += startRow;
            if (sizeof(TVectors) > 1) x1 = L.Load(start);
            y1 = L.LoadMasked(start + last, mask);
        }
        if (sizeof(TRows) > 2)
        {
            start += startRow;
            if (sizeof(TVectors) > 1) x2 = L.Load(start);
            y2 = L.LoadMasked(start + last, mask);
        }
        if (sizeof(TRows) > 3)
        {
            start += startRow;
            if (sizeof(TVectors) > 1) x3 = L.Load(start);
            y3 = L.LoadMasked(start + last, mask);
        }
        if (sizeof(TRows) > 4)
        {
            start += startRow;
            if (sizeof(TVectors) > 1) x4 = L.Load(start);
            y4 = L.LoadMasked(start + last, mask);
        }
        if (sizeof(TRows) > 5)
        {
            start += startRow;
            if (sizeof(TVectors) > 1) x5 = L.Load(start);
            y5 = L.LoadMasked(start + last, mask);
        }
        if (sizeof(TRows) > 6)
        {
            start += startRow;
            if (sizeof(TVectors) > 1) x6 = L.Load(start);
            y6 = L.LoadMasked(start + last, mask);
        }
        if (sizeof(TRows) > 7)
        {
            start += startRow;
            if (sizeof(TVectors) > 1) x7 = L.Load(start);
            y7 = L.LoadMasked(start + last, mask);
        }
        if (sizeof(TRows) > 8)
        {
            start += startRow;
            if (sizeof(TVectors) > 1) x8 = L.Load(start);
            y8 = L.LoadMasked(start + last, mask);
        }
        if (sizeof(TRows) > 9)
        {
            start += startRow;
            if (sizeof(TVectors) > 1) x9 = L.Load(start);
            y9 = L.LoadMasked(start + last, mask);
        }
        if (sizeof(TRows) > 10)
        {
            start += startRow;
            if (sizeof(TVectors) > 1) x10 = L.Load(start);
            y10 = L.LoadMasked(start + last, mask);
        }
        if (sizeof(TRows) > 11)
        {
            start += startRow;
            if (sizeof(TVectors) > 1) x11 = L.Load(start);
            y11 = L.LoadMasked(start + last, mask);
        }

        // One pointer for three rows, the others at one or two strides from it: as many addresses as there are registers for.
        T* a0 = a, a3 = a + 3 * aRow, a6 = a + 6 * aRow, a9 = a + 9 * aRow;
        nint aTwoRows = 2 * aRow;
        for (; k > 0; k--)
        {
            if (sizeof(TVectors) > 1) right = L.Load(b);
            rightLast = L.Load(b + last);
            left = L.Broadcast(a0);
            if (sizeof(TVectors) > 1) x0 = L.MultiplyAdd(left, right, x0);
            y0 = L.MultiplyAdd(left, rightLast, y0);
            if (sizeof(TRows) > 1)
            {
                left = L.Broadcast(a0 + aRow);
                if (sizeof(TVectors) > 1) x1 = L.MultiplyAdd(left, right, x1);
                y1 = L.MultiplyAdd(left, rightLast, y1);
            }
            if (sizeof(TRows) > 2)
            {
                left = L.Broadcast(a0 + aTwoRows);
                if (sizeof(TVectors) > 1) x2 = L.MultiplyAdd(left, right, x2);
                y2 = L.MultiplyAdd(left, rightLast, y2);
            }
            if (sizeof(TRows) > 3)
            {
                left = L.Broadcast(a3);
                if (sizeof(TVectors) > 1) x3 = L.MultiplyAdd(left, right, x3);
                y3 = L.MultiplyAdd(left, rightLast, y3);
            }
            if (sizeof(TRows) > 4)
            {
                left = L.Broadcast(a3 + aRow);
                if (sizeof(TVectors) > 1) x4 = L.MultiplyAdd(left, right, x4);
                y4 = L.MultiplyAdd(left, rightLast, y4);
            }
            if (sizeof(TRows) > 5)
            {
                left = L.Broadcast(a3 + aTwoRows);
                if (sizeof(TVectors) > 1) x5 = L.MultiplyAdd(left, right, x5);
                y5 = L.MultiplyAdd(left, rightLast, y5);
            }
            if (sizeof(TRows) > 6)
            {
                left = L.Broadcast(a6);
                if (sizeof(TVectors) > 1) x6 = L.MultiplyAdd(left, right, x6);
                y6 = L.MultiplyAdd(left, rightLast, y6);
            }
            if (sizeof(TRows) > 7)
            {
                left = L.Broadcast(a6 + aRow);
                if (sizeof(TVectors) > 1) x7 = L.MultiplyAdd(left, right, x7);
                y7 = L.MultiplyAdd(left, rightLast, y7);
            }
            if (sizeof(TRows) > 8)
            {
                left = L.Broadcast(a6 + aTwoRows);
                if (sizeof(TVectors) > 1) x8 = L.MultiplyAdd(left, right, x8);
                y8 = L.MultiplyAdd(left, rightLast, y8);
            }
            if (sizeof(TRows) > 9)
            {
                left = L.Broadcast(a9);
                if (sizeof(TVectors) > 1) x9 = L.MultiplyAdd(left, right, x9);
                y9 = L.MultiplyAdd(left, rightLast, y9);
            }
            if (sizeof(TRows) > 10)
            {
                left = L.Broadcast(a9 + aRow);
                if (sizeof(TVectors) > 1) x10 = L.MultiplyAdd(left, right, x10);
                y10 = L.MultiplyAdd(left, rightLast, y10);
            }
            if (sizeof(TRows) > 11)
            {
                left = L.Broadcast(a9 + aTwoRows);
                if (sizeof(TVectors) > 1) x11 = L.MultiplyAdd(left, right, x11);
                y11 = L.MultiplyAdd(left, rightLast, y11);
            }
            a0 += aStep;
            if (sizeof(TRows) > 3) a3 += aStep;
            if (sizeof(TRows) > 6) a6 += aStep;
            if (sizeof(TRows) > 9) a9 += aStep;
            b += bStep;
        }

        bool whole = lanes == sizeof(V) / sizeof(T);
        if (sizeof(TVectors) > 1) L.Store(x0, c);
        L.StoreMasked(y0, c + last, mask, whole);
        if (sizeof(TRows) > 1)
        {
            c += cRow;
            if (sizeof(TVectors) > 1) L.Store(x1, c);
            L.StoreMasked(y1, c + last, mask, whole);
        }
        if (sizeof(TRows) > 2)
        {
            c += cRow;
            if (sizeof(TVectors) > 1) L.Store(x2, c);
            L.StoreMasked(y2, c + last, mask, whole);
        }
        if (sizeof(TRows) > 3)
        {
            c += cRow;
            if (sizeof(TVectors) > 1) L.Store(x3, c);
            L.StoreMasked(y3, c + last, mask, whole);
        }
        if (sizeof(TRows) > 4)
        {
            c += cRow;
            if (sizeof(TVectors) > 1) L.Store(x4, c);
            L.StoreMasked(y4, c + last, mask, whole);
        }
        if (sizeof(TRows) > 5)
        {
            c += cRow;
            if (sizeof(TVectors) > 1) L.Store(x5, c);
            L.StoreMasked(y5, c + last, mask, whole);
        }
        if (sizeof(TRows) > 6)
        {
            c += cRow;
            if (sizeof(TVectors) > 1) L.Store(x6, c);
            L.StoreMasked(y6, c + last, mask, whole);
        }
        if (sizeof(TRows) > 7)
        {
            c += cRow;
            if (sizeof(TVectors) > 1) L.Store(x7, c);
            L.StoreMasked(y7, c + last, mask, whole);
        }
        if (sizeof(TRows) > 8)
        {
            c += cRow;
            if (sizeof(TVectors) > 1) L.Store(x8, c);
            L.StoreMasked(y8, c + last, mask, whole);
        }
        if (sizeof(TRows) > 9)
        {
            c += cRow;
            if (sizeof(TVectors) > 1) L.Store(x9, c);
            L.StoreMasked(y9, c + last, mask, whole);
        }
        if (sizeof(TRows) > 10)
        {
            c += cRow;
            if (sizeof(TVectors) > 1) L.Store(x10, c);
            L.StoreMasked(y10, c + last, mask, whole);
        }
        if (sizeof(TRows) > 11)
        {
            c += cRow;
            if (sizeof(TVectors) > 1) L.Store(x11, c);
            L.StoreMasked(y11, c + last, mask, whole);
        }
    }
}

using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Crucible.Kernels;

/// <summary>
/// The innermost loop of a product, c[i, j] = start[i, j] + Σₚ a[i, p]·b[p, j], on a tile of 1 to 12 rows and 1 or 2 vectors of columns.
/// </summary>
/// <remarks>
/// The sums stay in registers for all of k; each is one chain of multiply-adds in the order of p. So its bits depend neither on the tile it
/// falls into nor on how the product is cut. Registers cannot be indexed, hence the repetition: 24 named sums. It is one source for every
/// size of tile: the rows and vectors are the sizes of two type arguments, which the compiler knows before it reads the body, so that it
/// skips the other lines.
/// </remarks>
internal static unsafe class MatMulTile<T, V> where T : unmanaged where V : unmanaged, ISimd<V, T>
{
    /// <summary>
    /// Rows of the largest tile: two vectors of sums a row, and registers left for two of B and one of A. There are 32 registers of 512
    /// bits, 16 of fewer.
    /// </summary>
    internal static int MostRows => sizeof(V) == 64 ? 12 : 6;

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
    /// Its arguments: k; a, the distance between its rows and between its steps of k; b, read in whole vectors, and its step; c and the
    /// distance between its rows; what the sums start from (c, the bias or zeros) and its row distance; how many lanes of the last vector
    /// exist in c and start.
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
        V left, right = default, rightLast;
        V x0 = default, x1 = default, x2 = default, x3 = default, x4 = default, x5 = default;
        V x6 = default, x7 = default, x8 = default, x9 = default, x10 = default, x11 = default;
        V y0 = default, y1 = default, y2 = default, y3 = default, y4 = default, y5 = default;
        V y6 = default, y7 = default, y8 = default, y9 = default, y10 = default, y11 = default;
        if (sizeof(TVectors) > 1) x0 = V.Load(start);
        y0 = V.LoadPart(start + last, lanes);
        if (sizeof(TRows) > 1)
        {
            start += startRow;
            if (sizeof(TVectors) > 1) x1 = V.Load(start);
            y1 = V.LoadPart(start + last, lanes);
        }
        if (sizeof(TRows) > 2)
        {
            start += startRow;
            if (sizeof(TVectors) > 1) x2 = V.Load(start);
            y2 = V.LoadPart(start + last, lanes);
        }
        if (sizeof(TRows) > 3)
        {
            start += startRow;
            if (sizeof(TVectors) > 1) x3 = V.Load(start);
            y3 = V.LoadPart(start + last, lanes);
        }
        if (sizeof(TRows) > 4)
        {
            start += startRow;
            if (sizeof(TVectors) > 1) x4 = V.Load(start);
            y4 = V.LoadPart(start + last, lanes);
        }
        if (sizeof(TRows) > 5)
        {
            start += startRow;
            if (sizeof(TVectors) > 1) x5 = V.Load(start);
            y5 = V.LoadPart(start + last, lanes);
        }
        if (sizeof(TRows) > 6)
        {
            start += startRow;
            if (sizeof(TVectors) > 1) x6 = V.Load(start);
            y6 = V.LoadPart(start + last, lanes);
        }
        if (sizeof(TRows) > 7)
        {
            start += startRow;
            if (sizeof(TVectors) > 1) x7 = V.Load(start);
            y7 = V.LoadPart(start + last, lanes);
        }
        if (sizeof(TRows) > 8)
        {
            start += startRow;
            if (sizeof(TVectors) > 1) x8 = V.Load(start);
            y8 = V.LoadPart(start + last, lanes);
        }
        if (sizeof(TRows) > 9)
        {
            start += startRow;
            if (sizeof(TVectors) > 1) x9 = V.Load(start);
            y9 = V.LoadPart(start + last, lanes);
        }
        if (sizeof(TRows) > 10)
        {
            start += startRow;
            if (sizeof(TVectors) > 1) x10 = V.Load(start);
            y10 = V.LoadPart(start + last, lanes);
        }
        if (sizeof(TRows) > 11)
        {
            start += startRow;
            if (sizeof(TVectors) > 1) x11 = V.Load(start);
            y11 = V.LoadPart(start + last, lanes);
        }

        // One pointer for three rows, the others at one or two strides from it: as many addresses as there are registers for.
        T* a0 = a, a3 = a + 3 * aRow, a6 = a + 6 * aRow, a9 = a + 9 * aRow;
        nint aTwoRows = 2 * aRow;
        for (; k > 0; k--)
        {
            if (sizeof(TVectors) > 1) right = V.Load(b);
            rightLast = V.Load(b + last);
            left = V.Broadcast(*a0);
            if (sizeof(TVectors) > 1) V.AddProduct(ref x0, left, right);
            V.AddProduct(ref y0, left, rightLast);
            if (sizeof(TRows) > 1)
            {
                left = V.Broadcast(*(a0 + aRow));
                if (sizeof(TVectors) > 1) V.AddProduct(ref x1, left, right);
                V.AddProduct(ref y1, left, rightLast);
            }
            if (sizeof(TRows) > 2)
            {
                left = V.Broadcast(*(a0 + aTwoRows));
                if (sizeof(TVectors) > 1) V.AddProduct(ref x2, left, right);
                V.AddProduct(ref y2, left, rightLast);
            }
            if (sizeof(TRows) > 3)
            {
                left = V.Broadcast(*a3);
                if (sizeof(TVectors) > 1) V.AddProduct(ref x3, left, right);
                V.AddProduct(ref y3, left, rightLast);
            }
            if (sizeof(TRows) > 4)
            {
                left = V.Broadcast(*(a3 + aRow));
                if (sizeof(TVectors) > 1) V.AddProduct(ref x4, left, right);
                V.AddProduct(ref y4, left, rightLast);
            }
            if (sizeof(TRows) > 5)
            {
                left = V.Broadcast(*(a3 + aTwoRows));
                if (sizeof(TVectors) > 1) V.AddProduct(ref x5, left, right);
                V.AddProduct(ref y5, left, rightLast);
            }
            if (sizeof(TRows) > 6)
            {
                left = V.Broadcast(*a6);
                if (sizeof(TVectors) > 1) V.AddProduct(ref x6, left, right);
                V.AddProduct(ref y6, left, rightLast);
            }
            if (sizeof(TRows) > 7)
            {
                left = V.Broadcast(*(a6 + aRow));
                if (sizeof(TVectors) > 1) V.AddProduct(ref x7, left, right);
                V.AddProduct(ref y7, left, rightLast);
            }
            if (sizeof(TRows) > 8)
            {
                left = V.Broadcast(*(a6 + aTwoRows));
                if (sizeof(TVectors) > 1) V.AddProduct(ref x8, left, right);
                V.AddProduct(ref y8, left, rightLast);
            }
            if (sizeof(TRows) > 9)
            {
                left = V.Broadcast(*a9);
                if (sizeof(TVectors) > 1) V.AddProduct(ref x9, left, right);
                V.AddProduct(ref y9, left, rightLast);
            }
            if (sizeof(TRows) > 10)
            {
                left = V.Broadcast(*(a9 + aRow));
                if (sizeof(TVectors) > 1) V.AddProduct(ref x10, left, right);
                V.AddProduct(ref y10, left, rightLast);
            }
            if (sizeof(TRows) > 11)
            {
                left = V.Broadcast(*(a9 + aTwoRows));
                if (sizeof(TVectors) > 1) V.AddProduct(ref x11, left, right);
                V.AddProduct(ref y11, left, rightLast);
            }
            a0 += aStep;
            if (sizeof(TRows) > 3) a3 += aStep;
            if (sizeof(TRows) > 6) a6 += aStep;
            if (sizeof(TRows) > 9) a9 += aStep;
            b += bStep;
        }

        if (sizeof(TVectors) > 1) V.Store(x0, c);
        StoreLast(y0, c + last, lanes);
        if (sizeof(TRows) > 1)
        {
            c += cRow;
            if (sizeof(TVectors) > 1) V.Store(x1, c);
            StoreLast(y1, c + last, lanes);
        }
        if (sizeof(TRows) > 2)
        {
            c += cRow;
            if (sizeof(TVectors) > 1) V.Store(x2, c);
            StoreLast(y2, c + last, lanes);
        }
        if (sizeof(TRows) > 3)
        {
            c += cRow;
            if (sizeof(TVectors) > 1) V.Store(x3, c);
            StoreLast(y3, c + last, lanes);
        }
        if (sizeof(TRows) > 4)
        {
            c += cRow;
            if (sizeof(TVectors) > 1) V.Store(x4, c);
            StoreLast(y4, c + last, lanes);
        }
        if (sizeof(TRows) > 5)
        {
            c += cRow;
            if (sizeof(TVectors) > 1) V.Store(x5, c);
            StoreLast(y5, c + last, lanes);
        }
        if (sizeof(TRows) > 6)
        {
            c += cRow;
            if (sizeof(TVectors) > 1) V.Store(x6, c);
            StoreLast(y6, c + last, lanes);
        }
        if (sizeof(TRows) > 7)
        {
            c += cRow;
            if (sizeof(TVectors) > 1) V.Store(x7, c);
            StoreLast(y7, c + last, lanes);
        }
        if (sizeof(TRows) > 8)
        {
            c += cRow;
            if (sizeof(TVectors) > 1) V.Store(x8, c);
            StoreLast(y8, c + last, lanes);
        }
        if (sizeof(TRows) > 9)
        {
            c += cRow;
            if (sizeof(TVectors) > 1) V.Store(x9, c);
            StoreLast(y9, c + last, lanes);
        }
        if (sizeof(TRows) > 10)
        {
            c += cRow;
            if (sizeof(TVectors) > 1) V.Store(x10, c);
            StoreLast(y10, c + last, lanes);
        }
        if (sizeof(TRows) > 11)
        {
            c += cRow;
            if (sizeof(TVectors) > 1) V.Store(x11, c);
            StoreLast(y11, c + last, lanes);
        }
    }

    /// <summary>
    /// Stores the lanes that exist. Storing a part under a mask is slow on some processors with fewer than 512 bits, so all are stored as a
    /// whole there.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void StoreLast(V sums, T* to, int lanes)
    {
        if (sizeof(V) < 64 && lanes == sizeof(V) / sizeof(T)) V.Store(sums, to);
        else V.StorePart(sums, to, lanes);
    }
}

// Empty types of 1 to 12 bytes. As a type argument each stands for its size: sizeof(TSize) is a constant in the code compiled for it.

[StructLayout(LayoutKind.Sequential, Size = 1)]
internal struct Size1;

[StructLayout(LayoutKind.Sequential, Size = 2)]
internal struct Size2;

[StructLayout(LayoutKind.Sequential, Size = 3)]
internal struct Size3;

[StructLayout(LayoutKind.Sequential, Size = 4)]
internal struct Size4;

[StructLayout(LayoutKind.Sequential, Size = 5)]
internal struct Size5;

[StructLayout(LayoutKind.Sequential, Size = 6)]
internal struct Size6;

[StructLayout(LayoutKind.Sequential, Size = 7)]
internal struct Size7;

[StructLayout(LayoutKind.Sequential, Size = 8)]
internal struct Size8;

[StructLayout(LayoutKind.Sequential, Size = 9)]
internal struct Size9;

[StructLayout(LayoutKind.Sequential, Size = 10)]
internal struct Size10;

[StructLayout(LayoutKind.Sequential, Size = 11)]
internal struct Size11;

[StructLayout(LayoutKind.Sequential, Size = 12)]
internal struct Size12;

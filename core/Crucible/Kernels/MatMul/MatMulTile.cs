using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Crucible.Kernels;

/// <summary>
/// The innermost loop of a product, c[i, j] = start[i, j] + Σₚ a[i, p]·b[p, j], on a tile of 1 to 12 rows and 1 or 2
/// vectors of columns.
/// </summary>
/// <remarks>
/// The sums stay in registers for all of k; each is one chain of multiply-adds in the order of p. So its bits depend
/// neither on the tile it falls into nor on how the product is cut. Registers cannot be indexed, hence the repetition:
/// 24 named sums. It is one source for every size of tile: the rows and vectors are the sizes of two type arguments,
/// which the compiler knows before it reads the body, so that it skips the other lines. The third says how b goes on.
/// </remarks>
internal static unsafe class MatMulTile<T, V> where T : unmanaged where V : unmanaged, ISimd<V, T>
{
    /// <summary>
    /// Rows of the largest tile: two vectors of sums a row, and registers left for two of B and one of A. There are 32
    /// registers of 512 bits, 16 of fewer.
    /// </summary>
    internal static int MostRows => sizeof(V) == 64 ? 12 : 6;

    /// <summary>The kernel for a tile of <paramref name="rows"/> rows and one or two vectors of columns.</summary>
    /// <remarks>
    /// Its arguments: k; a, the distance between its rows and between its steps of k; b, read in whole vectors, and its
    /// step; c and the distance between its rows; what the sums start from (c, the bias or zeros) and its row distance;
    /// how many lanes of the last vector exist in c and start.
    /// </remarks>
    internal static delegate*<nint, T*, nint, nint, T*, nint, T*, nint, T*, nint, int, void> For(int rows, int vectors) =>
        vectors == 1 ? Tiles<AtSteps>.OneVector[rows] : Tiles<AtSteps>.TwoVectors[rows];

    /// <summary>The same for a b whose steps begin at places: the argument of b's step is the address of an nint for each.</summary>
    internal static delegate*<nint, T*, nint, nint, T*, nint, T*, nint, T*, nint, int, void> ForPlaces(int rows, int vectors) =>
        vectors == 1 ? Tiles<AtPlaces>.OneVector[rows] : Tiles<AtPlaces>.TwoVectors[rows];

    private static class Tiles<TRight> where TRight : unmanaged
    {
        internal static readonly delegate*<nint, T*, nint, nint, T*, nint, T*, nint, T*, nint, int, void>[] OneVector =
        [
            null, &Compute<Size1, Size1, TRight>, &Compute<Size2, Size1, TRight>, &Compute<Size3, Size1, TRight>,
            &Compute<Size4, Size1, TRight>, &Compute<Size5, Size1, TRight>, &Compute<Size6, Size1, TRight>,
            &Compute<Size7, Size1, TRight>, &Compute<Size8, Size1, TRight>, &Compute<Size9, Size1, TRight>,
            &Compute<Size10, Size1, TRight>, &Compute<Size11, Size1, TRight>, &Compute<Size12, Size1, TRight>,
        ];

        internal static readonly delegate*<nint, T*, nint, nint, T*, nint, T*, nint, T*, nint, int, void>[] TwoVectors =
        [
            null, &Compute<Size1, Size2, TRight>, &Compute<Size2, Size2, TRight>, &Compute<Size3, Size2, TRight>,
            &Compute<Size4, Size2, TRight>, &Compute<Size5, Size2, TRight>, &Compute<Size6, Size2, TRight>,
            &Compute<Size7, Size2, TRight>, &Compute<Size8, Size2, TRight>, &Compute<Size9, Size2, TRight>,
            &Compute<Size10, Size2, TRight>, &Compute<Size11, Size2, TRight>, &Compute<Size12, Size2, TRight>,
        ];
    }

    // x are the sums of the first of two vectors, y those of the last or only one.
    [MethodImpl(Compiled.AtOnce)]
    private static void Compute<TRows, TVectors, TRight>(
        nint k, T* a, nint aRow, nint aStep, T* b, nint bStep, T* c, nint cRow, T* start, nint startRow, int lanes)
        where TRows : unmanaged where TVectors : unmanaged where TRight : unmanaged
    {
        int last = (sizeof(TVectors) - 1) * (sizeof(V) / sizeof(T));
        V x0 = default, x1 = default, x2 = default, x3 = default, x4 = default, x5 = default;
        V x6 = default, x7 = default, x8 = default, x9 = default, x10 = default, x11 = default;
        V y0 = default, y1 = default, y2 = default, y3 = default, y4 = default, y5 = default;
        V y6 = default, y7 = default, y8 = default, y9 = default, y10 = default, y11 = default;
        Start<TVectors>(ref x0, ref y0, start, lanes);
        if (sizeof(TRows) > 1) Start<TVectors>(ref x1, ref y1, start += startRow, lanes);
        if (sizeof(TRows) > 2) Start<TVectors>(ref x2, ref y2, start += startRow, lanes);
        if (sizeof(TRows) > 3) Start<TVectors>(ref x3, ref y3, start += startRow, lanes);
        if (sizeof(TRows) > 4) Start<TVectors>(ref x4, ref y4, start += startRow, lanes);
        if (sizeof(TRows) > 5) Start<TVectors>(ref x5, ref y5, start += startRow, lanes);
        if (sizeof(TRows) > 6) Start<TVectors>(ref x6, ref y6, start += startRow, lanes);
        if (sizeof(TRows) > 7) Start<TVectors>(ref x7, ref y7, start += startRow, lanes);
        if (sizeof(TRows) > 8) Start<TVectors>(ref x8, ref y8, start += startRow, lanes);
        if (sizeof(TRows) > 9) Start<TVectors>(ref x9, ref y9, start += startRow, lanes);
        if (sizeof(TRows) > 10) Start<TVectors>(ref x10, ref y10, start += startRow, lanes);
        if (sizeof(TRows) > 11) Start<TVectors>(ref x11, ref y11, start += startRow, lanes);

        // One pointer for three rows, the others at one or two strides from it: as many addresses as there are
        // registers for.
        T* a0 = a, a3 = a + 3 * aRow, a6 = a + 6 * aRow, a9 = a + 9 * aRow;
        nint aTwoRows = 2 * aRow;
        V right = default;
        T* origin = b;
        nint* places = (nint*)bStep;
        for (; k > 0; k--)
        {
            if (typeof(TRight) == typeof(AtPlaces)) b = origin + *places++;
            if (sizeof(TVectors) > 1) right = V.Load(b);
            V rightLast = V.Load(b + last);
            Add<TVectors>(ref x0, ref y0, a0, right, rightLast);
            if (sizeof(TRows) > 1) Add<TVectors>(ref x1, ref y1, a0 + aRow, right, rightLast);
            if (sizeof(TRows) > 2) Add<TVectors>(ref x2, ref y2, a0 + aTwoRows, right, rightLast);
            if (sizeof(TRows) > 3) Add<TVectors>(ref x3, ref y3, a3, right, rightLast);
            if (sizeof(TRows) > 4) Add<TVectors>(ref x4, ref y4, a3 + aRow, right, rightLast);
            if (sizeof(TRows) > 5) Add<TVectors>(ref x5, ref y5, a3 + aTwoRows, right, rightLast);
            if (sizeof(TRows) > 6) Add<TVectors>(ref x6, ref y6, a6, right, rightLast);
            if (sizeof(TRows) > 7) Add<TVectors>(ref x7, ref y7, a6 + aRow, right, rightLast);
            if (sizeof(TRows) > 8) Add<TVectors>(ref x8, ref y8, a6 + aTwoRows, right, rightLast);
            if (sizeof(TRows) > 9) Add<TVectors>(ref x9, ref y9, a9, right, rightLast);
            if (sizeof(TRows) > 10) Add<TVectors>(ref x10, ref y10, a9 + aRow, right, rightLast);
            if (sizeof(TRows) > 11) Add<TVectors>(ref x11, ref y11, a9 + aTwoRows, right, rightLast);
            a0 += aStep;
            if (sizeof(TRows) > 3) a3 += aStep;
            if (sizeof(TRows) > 6) a6 += aStep;
            if (sizeof(TRows) > 9) a9 += aStep;
            if (typeof(TRight) == typeof(AtSteps)) b += bStep;
        }

        Store<TVectors>(x0, y0, c, lanes);
        if (sizeof(TRows) > 1) Store<TVectors>(x1, y1, c += cRow, lanes);
        if (sizeof(TRows) > 2) Store<TVectors>(x2, y2, c += cRow, lanes);
        if (sizeof(TRows) > 3) Store<TVectors>(x3, y3, c += cRow, lanes);
        if (sizeof(TRows) > 4) Store<TVectors>(x4, y4, c += cRow, lanes);
        if (sizeof(TRows) > 5) Store<TVectors>(x5, y5, c += cRow, lanes);
        if (sizeof(TRows) > 6) Store<TVectors>(x6, y6, c += cRow, lanes);
        if (sizeof(TRows) > 7) Store<TVectors>(x7, y7, c += cRow, lanes);
        if (sizeof(TRows) > 8) Store<TVectors>(x8, y8, c += cRow, lanes);
        if (sizeof(TRows) > 9) Store<TVectors>(x9, y9, c += cRow, lanes);
        if (sizeof(TRows) > 10) Store<TVectors>(x10, y10, c += cRow, lanes);
        if (sizeof(TRows) > 11) Store<TVectors>(x11, y11, c += cRow, lanes);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Start<TVectors>(ref V x, ref V y, T* start, int lanes) where TVectors : unmanaged
    {
        if (sizeof(TVectors) > 1) x = V.Load(start);
        y = V.LoadPart(sizeof(TVectors) > 1 ? start + V.Count : start, lanes);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Add<TVectors>(ref V x, ref V y, T* a, V right, V rightLast) where TVectors : unmanaged
    {
        V left = V.Broadcast(*a);
        if (sizeof(TVectors) > 1) V.AddProduct(ref x, left, right);
        V.AddProduct(ref y, left, rightLast);
    }

    // Storing a part is slow on some processors with fewer than 512 bits, so all lanes are stored as a whole there.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store<TVectors>(V x, V y, T* c, int lanes) where TVectors : unmanaged
    {
        if (sizeof(TVectors) > 1) V.Store(x, c);
        T* last = sizeof(TVectors) > 1 ? c + V.Count : c;
        if (sizeof(V) < 64 && lanes == V.Count) V.Store(y, last);
        else V.StorePart(y, last, lanes);
    }
}

/// <summary>The steps of a tile's right operand are equally far apart.</summary>
internal readonly struct AtSteps;

/// <summary>The steps of a tile's right operand begin at places given one by one.</summary>
internal readonly struct AtPlaces;

// Empty types of 1 to 12 and of 24 bytes. As a type argument each stands for its size: sizeof(TSize) is a constant in the code
// compiled for it.

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

[StructLayout(LayoutKind.Sequential, Size = 24)]
internal struct Size24;

using System.Runtime.CompilerServices;

namespace Crucible.Kernels;

/// <summary>A number known when code is compiled, so that a kernel written once is compiled for each size it serves.</summary>
internal interface ISize
{
    static abstract int Value { get; }
}

/// <summary>
/// The innermost loop of a product: c[i, j] += Σₚ a[i, p]·b[p, j] on a tile of up to 12 rows (6 with fewer registers) and 1 or 2 vectors of columns.
/// </summary>
/// <remarks>
/// The sums stay in registers for all of k; each is one chain of multiply-adds in the order of p that starts from c or the bias. So its bits depend
/// neither on the tile it falls into nor on how k, the matrix or the work is cut.
/// Registers cannot be indexed, hence the repetition: 24 named sums. A tile of fewer rows is the same source with the other lines compiled away.
/// </remarks>
internal static unsafe class MatMulTile<T, V, L> where T : unmanaged where V : struct where L : struct, ILanes<T, V>
{
    private static readonly delegate*<nint, T*, nint, nint, T*, nint, T*, nint, T*, int, bool, void>[] oneVector =
    [
        null, &Compute<Size1, Size1>, &Compute<Size2, Size1>, &Compute<Size3, Size1>, &Compute<Size4, Size1>, &Compute<Size5, Size1>,
        &Compute<Size6, Size1>, &Compute<Size7, Size1>, &Compute<Size8, Size1>, &Compute<Size9, Size1>, &Compute<Size10, Size1>,
        &Compute<Size11, Size1>, &Compute<Size12, Size1>,
    ];

    private static readonly delegate*<nint, T*, nint, nint, T*, nint, T*, nint, T*, int, bool, void>[] twoVectors =
    [
        null, &Compute<Size1, Size2>, &Compute<Size2, Size2>, &Compute<Size3, Size2>, &Compute<Size4, Size2>, &Compute<Size5, Size2>,
        &Compute<Size6, Size2>, &Compute<Size7, Size2>, &Compute<Size8, Size2>, &Compute<Size9, Size2>, &Compute<Size10, Size2>,
        &Compute<Size11, Size2>, &Compute<Size12, Size2>,
    ];

    /// <summary>The kernel for a tile of <paramref name="rows"/> rows and one or two vectors of columns.</summary>
    /// <remarks>
    /// Its arguments: k; a, the distance between rows of a and between steps of k; b and its step; c and its row distance; the bias of these columns or null;
    /// how many lanes of the last vector exist in c and bias; whether to add to c. b is read in whole vectors.
    /// </remarks>
    internal static delegate*<nint, T*, nint, nint, T*, nint, T*, nint, T*, int, bool, void> For(int rows, int vectors) =>
        vectors == 1 ? oneVector[rows] : twoVectors[rows];

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Compute<TRows, TVectors>(
        nint k, T* a, nint aRow, nint aStep, T* b, nint bStep, T* c, nint cRow, T* bias, int last, bool accumulate)
        where TRows : struct, ISize where TVectors : struct, ISize
    {
        int vector = L.Count;
        bool whole = last == vector;
        V mask = L.Mask(last);
        V x = default, y = default;
        if (bias != null)
        {
            if (TVectors.Value == 1)
            {
                x = L.LoadMasked(bias, mask);
            }
            else
            {
                x = L.Load(bias);
                y = L.LoadMasked(bias + vector, mask);
            }
        }

        V x0 = x, x1 = x, x2 = x, x3 = x, x4 = x, x5 = x, x6 = x, x7 = x, x8 = x, x9 = x, x10 = x, x11 = x;
        V y0 = y, y1 = y, y2 = y, y3 = y, y4 = y, y5 = y, y6 = y, y7 = y, y8 = y, y9 = y, y10 = y, y11 = y;
        if (accumulate)
        {
            T* from = c;
            Start<TVectors>(from, mask, ref x0, ref y0);
            if (TRows.Value > 1) Start<TVectors>(from += cRow, mask, ref x1, ref y1);
            if (TRows.Value > 2) Start<TVectors>(from += cRow, mask, ref x2, ref y2);
            if (TRows.Value > 3) Start<TVectors>(from += cRow, mask, ref x3, ref y3);
            if (TRows.Value > 4) Start<TVectors>(from += cRow, mask, ref x4, ref y4);
            if (TRows.Value > 5) Start<TVectors>(from += cRow, mask, ref x5, ref y5);
            if (TRows.Value > 6) Start<TVectors>(from += cRow, mask, ref x6, ref y6);
            if (TRows.Value > 7) Start<TVectors>(from += cRow, mask, ref x7, ref y7);
            if (TRows.Value > 8) Start<TVectors>(from += cRow, mask, ref x8, ref y8);
            if (TRows.Value > 9) Start<TVectors>(from += cRow, mask, ref x9, ref y9);
            if (TRows.Value > 10) Start<TVectors>(from += cRow, mask, ref x10, ref y10);
            if (TRows.Value > 11) Start<TVectors>(from += cRow, mask, ref x11, ref y11);
        }

        // One pointer for three rows, the others at one or two strides from it: as many addresses as there are registers for.
        T* a0 = a, a3 = a + 3 * aRow, a6 = a + 6 * aRow, a9 = a + 9 * aRow;
        nint aTwoRows = 2 * aRow;
        for (; k > 0; k--)
        {
            V left, b0 = L.Load(b), b1 = TVectors.Value > 1 ? L.Load(b + vector) : default;
            left = L.Broadcast(a0);
            x0 = L.MultiplyAdd(left, b0, x0);
            if (TVectors.Value > 1) y0 = L.MultiplyAdd(left, b1, y0);
            if (TRows.Value > 1)
            {
                left = L.Broadcast(a0 + aRow);
                x1 = L.MultiplyAdd(left, b0, x1);
                if (TVectors.Value > 1) y1 = L.MultiplyAdd(left, b1, y1);
            }
            if (TRows.Value > 2)
            {
                left = L.Broadcast(a0 + aTwoRows);
                x2 = L.MultiplyAdd(left, b0, x2);
                if (TVectors.Value > 1) y2 = L.MultiplyAdd(left, b1, y2);
            }
            if (TRows.Value > 3)
            {
                left = L.Broadcast(a3);
                x3 = L.MultiplyAdd(left, b0, x3);
                if (TVectors.Value > 1) y3 = L.MultiplyAdd(left, b1, y3);
            }
            if (TRows.Value > 4)
            {
                left = L.Broadcast(a3 + aRow);
                x4 = L.MultiplyAdd(left, b0, x4);
                if (TVectors.Value > 1) y4 = L.MultiplyAdd(left, b1, y4);
            }
            if (TRows.Value > 5)
            {
                left = L.Broadcast(a3 + aTwoRows);
                x5 = L.MultiplyAdd(left, b0, x5);
                if (TVectors.Value > 1) y5 = L.MultiplyAdd(left, b1, y5);
            }
            if (TRows.Value > 6)
            {
                left = L.Broadcast(a6);
                x6 = L.MultiplyAdd(left, b0, x6);
                if (TVectors.Value > 1) y6 = L.MultiplyAdd(left, b1, y6);
            }
            if (TRows.Value > 7)
            {
                left = L.Broadcast(a6 + aRow);
                x7 = L.MultiplyAdd(left, b0, x7);
                if (TVectors.Value > 1) y7 = L.MultiplyAdd(left, b1, y7);
            }
            if (TRows.Value > 8)
            {
                left = L.Broadcast(a6 + aTwoRows);
                x8 = L.MultiplyAdd(left, b0, x8);
                if (TVectors.Value > 1) y8 = L.MultiplyAdd(left, b1, y8);
            }
            if (TRows.Value > 9)
            {
                left = L.Broadcast(a9);
                x9 = L.MultiplyAdd(left, b0, x9);
                if (TVectors.Value > 1) y9 = L.MultiplyAdd(left, b1, y9);
            }
            if (TRows.Value > 10)
            {
                left = L.Broadcast(a9 + aRow);
                x10 = L.MultiplyAdd(left, b0, x10);
                if (TVectors.Value > 1) y10 = L.MultiplyAdd(left, b1, y10);
            }
            if (TRows.Value > 11)
            {
                left = L.Broadcast(a9 + aTwoRows);
                x11 = L.MultiplyAdd(left, b0, x11);
                if (TVectors.Value > 1) y11 = L.MultiplyAdd(left, b1, y11);
            }

            a0 += aStep;
            if (TRows.Value > 3) a3 += aStep;
            if (TRows.Value > 6) a6 += aStep;
            if (TRows.Value > 9) a9 += aStep;
            b += bStep;
        }

        Finish<TVectors>(x0, y0, c, mask, whole);
        if (TRows.Value > 1) Finish<TVectors>(x1, y1, c += cRow, mask, whole);
        if (TRows.Value > 2) Finish<TVectors>(x2, y2, c += cRow, mask, whole);
        if (TRows.Value > 3) Finish<TVectors>(x3, y3, c += cRow, mask, whole);
        if (TRows.Value > 4) Finish<TVectors>(x4, y4, c += cRow, mask, whole);
        if (TRows.Value > 5) Finish<TVectors>(x5, y5, c += cRow, mask, whole);
        if (TRows.Value > 6) Finish<TVectors>(x6, y6, c += cRow, mask, whole);
        if (TRows.Value > 7) Finish<TVectors>(x7, y7, c += cRow, mask, whole);
        if (TRows.Value > 8) Finish<TVectors>(x8, y8, c += cRow, mask, whole);
        if (TRows.Value > 9) Finish<TVectors>(x9, y9, c += cRow, mask, whole);
        if (TRows.Value > 10) Finish<TVectors>(x10, y10, c += cRow, mask, whole);
        if (TRows.Value > 11) Finish<TVectors>(x11, y11, c += cRow, mask, whole);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Start<TVectors>(T* c, V mask, ref V x, ref V y) where TVectors : struct, ISize
    {
        if (TVectors.Value == 1)
        {
            x = L.Add(x, L.LoadMasked(c, mask));
        }
        else
        {
            x = L.Add(x, L.Load(c));
            y = L.Add(y, L.LoadMasked(c + L.Count, mask));
        }
    }

    // Plain stores where they do: masked ones are slow on some processors.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Finish<TVectors>(V x, V y, T* c, V mask, bool whole) where TVectors : struct, ISize
    {
        if (TVectors.Value > 1)
        {
            L.Store(x, c);
            c += L.Count;
            x = y;
        }
        if (whole) L.Store(x, c);
        else L.StoreMasked(x, c, mask);
    }

    private readonly struct Size1 : ISize { public static int Value => 1; }

    private readonly struct Size2 : ISize { public static int Value => 2; }

    private readonly struct Size3 : ISize { public static int Value => 3; }

    private readonly struct Size4 : ISize { public static int Value => 4; }

    private readonly struct Size5 : ISize { public static int Value => 5; }

    private readonly struct Size6 : ISize { public static int Value => 6; }

    private readonly struct Size7 : ISize { public static int Value => 7; }

    private readonly struct Size8 : ISize { public static int Value => 8; }

    private readonly struct Size9 : ISize { public static int Value => 9; }

    private readonly struct Size10 : ISize { public static int Value => 10; }

    private readonly struct Size11 : ISize { public static int Value => 11; }

    private readonly struct Size12 : ISize { public static int Value => 12; }
}

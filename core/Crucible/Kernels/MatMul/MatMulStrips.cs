using System.Runtime.CompilerServices;

namespace Crucible.Kernels;

/// <summary>The right operand [steps, columns] of a product in strips of two vectors of columns, read in place or packed.</summary>
internal unsafe struct PackedStrips<T> where T : unmanaged
{
    internal T* First;
    internal int Columns;
    internal nint Strip; // distance between strips
    internal nint Step; // distance between the steps of a strip
    internal nint NarrowStep; // the same in the last strip where one vector is enough for it
}

/// <summary>
/// The products of attention and of recurrent layers, a panel of rows at a time: the tiles of a matrix product without
/// its blocks and tasks, for operands that fit the caches.
/// </summary>
/// <remarks>
/// A tile's sums are chains in the order of the steps. So a row has the same bits in any panel, and steps on which its
/// weight is 0 change nothing.
/// </remarks>
internal static unsafe class MatMulStrips<T, V> where T : unmanaged where V : unmanaged, ISimd<V, T>
{
    private const int HalfPageBytes = 2048; // rows so far apart fall on the same sets of the first-level cache

    private static readonly T* zeros = (T*)RuntimeHelpers.AllocateTypeAssociatedMemory(typeof(MatMulStrips<T, V>), 2 * sizeof(V));

    /// <summary>The columns of a strip.</summary>
    internal static int StripColumns => 2 * V.Count;

    /// <summary>The rows of a panel when <paramref name="rows"/> are cut into as few as tiles allow, and of as equal heights.</summary>
    internal static int PanelRows(int rows)
    {
        int panels = Math.Max(1, (rows + MatMulTile<T, V>.MostRows - 1) / MatMulTile<T, V>.MostRows);
        return Math.Max(1, (rows + panels - 1) / panels);
    }

    /// <summary>The numbers that packing [steps, columns] takes.</summary>
    internal static nint PackedSize(int steps, int columns) => (nint)steps * ((columns + StripColumns - 1) / StripColumns * StripColumns);

    /// <summary>Strips of the transpose of b[columns, steps], packed to <paramref name="room"/>.</summary>
    internal static PackedStrips<T> PackTransposed(T* b, nint bRow, int steps, int columns, T* room)
    {
        for (int column = 0; column < columns; column += StripColumns)
            MatMulPacking<T, V>.StripOfTransposed(b + (column * bRow), bRow, steps, Math.Min(StripColumns, columns - column),
                room + ((nint)column * steps));
        return Packed(room, steps, columns);
    }

    /// <summary>
    /// Strips of b[steps, columns]: read where they are, or packed to <paramref name="room"/> where tiles would read
    /// beyond the rows or the cache would hold few of them.
    /// </summary>
    internal static PackedStrips<T> Pack(T* b, nint bRow, int steps, int columns, T* room)
    {
        if (columns % V.Count == 0 && bRow * sizeof(T) % HalfPageBytes != 0) return InPlace(b, bRow, columns);
        for (int column = 0; column < columns; column += StripColumns)
            MatMulPacking<T, V>.Strip(b + column, bRow, steps, Math.Min(StripColumns, columns - column), room + ((nint)column * steps));
        return Packed(room, steps, columns);
    }

    /// <summary>
    /// One strip of b[steps, columns] of up to <see cref="StripColumns"/> columns, packed to <paramref name="room"/>.
    /// </summary>
    internal static void PackOne(T* b, nint bRow, int steps, int columns, T* room)
    {
        MatMulPacking<T, V>.Strip(b, bRow, steps, columns, room);
    }

    /// <summary>b[steps, columns] where it is: tiles read whole vectors of it.</summary>
    internal static PackedStrips<T> InPlace(T* b, nint bRow, int columns) =>
        new() { First = b, Columns = columns, Strip = StripColumns, Step = bRow, NarrowStep = bRow };

    /// <summary>
    /// c[rows, columns] = Σₚ a[·, p]·b[p, ·] over the steps p from <paramref name="first"/> to before
    /// <paramref name="end"/>, plus c if asked.
    /// </summary>
    internal static void Panel(
        int rows, int columns, int first, int end, T* a, nint aRow, nint aStep, in PackedStrips<T> b, T* c, nint cRow, bool accumulate)
    {
        for (int column = 0; column < columns; column += StripColumns, c += StripColumns)
        {
            int left = columns - column, vectors = left > V.Count ? 2 : 1;
            nint step = b.Columns - column <= V.Count ? b.NarrowStep : b.Step;
            T* strip = b.First + (column / StripColumns * b.Strip) + (first * step);
            MatMulTile<T, V>.For(rows, vectors)(
                Math.Max(0, end - first), a + (first * aStep), aRow, aStep, strip, step, c, cRow, accumulate ? c : zeros,
                accumulate ? cRow : 0,
                Math.Min(V.Count, left - ((vectors - 1) * V.Count)));
        }
    }

    /// <summary>
    /// c[rows, columns] = start + Σₚ a[·, p]·b[places[p] + ·] for the columns of one strip; 0 in place of a start of
    /// null. All of the strip's vectors are read.
    /// </summary>
    internal static void PanelAt(
        int rows, int columns, int steps, T* a, nint aRow, T* b, nint* places, T* c, nint cRow, T* start, nint startRow)
    {
        int vectors = columns > V.Count ? 2 : 1;
        MatMulTile<T, V>.ForPlaces(rows, vectors)(
            steps, a, aRow, 1, b, (nint)places, c, cRow, start == null ? zeros : start, startRow, columns - ((vectors - 1) * V.Count));
    }

    /// <summary>The strips of [steps, columns] that were packed to <paramref name="room"/>.</summary>
    internal static PackedStrips<T> Packed(T* room, int steps, int columns) => new()
    {
        First = room,
        Columns = columns,
        Strip = (nint)StripColumns * steps,
        Step = StripColumns,
        NarrowStep = V.Count,
    };
}

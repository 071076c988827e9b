using System.Runtime.CompilerServices;

namespace Crucible.Kernels;

/// <summary>
/// Planes with their padding, split so that the outputs' windows are one element apart: row y and column x are row
/// y/Stride and column x/Stride of the phase (y % Stride, x % Stride). Then what all outputs see through one element of
/// their window is a phase from some place on: a shifted plane.
/// </summary>
/// <remarks>
/// The outputs are counted in rows of <see cref="Width"/> too. Those behind the last of a row do not exist: what is
/// computed for them is left out, and their gradient is 0. So no shift reaches another row.
/// </remarks>
internal readonly struct ShiftedGrid(WindowGrid grid)
{
    private readonly int stride = grid.Stride, dilation = grid.Dilation;

    /// <summary>The rows of a phase.</summary>
    internal int Height { get; } = Parts(grid.Height, grid);

    /// <summary>The columns of a phase.</summary>
    internal int Width { get; } = Parts(grid.Width, grid);

    /// <summary>The phases of a plane.</summary>
    internal int Phases { get; } = grid.Stride * grid.Stride;

    internal int OutputHeight { get; } = grid.OutputHeight;

    internal int OutputWidth { get; } = grid.OutputWidth;

    /// <summary>The rows by which the last row of a window is shifted.</summary>
    internal int MostDown { get; } = (grid.WindowHeight - 1) * grid.Dilation / grid.Stride;

    /// <summary>The columns by which the last column of a window is shifted.</summary>
    internal int MostAcross { get; } = (grid.WindowWidth - 1) * grid.Dilation / grid.Stride;

    /// <summary>Whether the only phase is the plane.</summary>
    internal bool IsPlane { get; } = grid.Stride == 1 && grid.Padding == 0;

    internal int OutputPlane => OutputHeight * OutputWidth;

    /// <summary>Whether no outputs are counted that do not exist.</summary>
    internal bool IsDense => OutputWidth == Width;

    /// <summary>The outputs of some rows, those counted that do not exist but for behind the last row.</summary>
    internal int OutputsOf(int rows) => ((rows - 1) * Width) + OutputWidth;

    /// <summary>
    /// Where in planes [channels, phases], <paramref name="pitch"/> apart, each of <paramref name="rows"/> rows of
    /// patches begins: a channel and an element of the window.
    /// </summary>
    internal unsafe void Locate(in WindowGrid grid, int rows, nint pitch, nint* places)
    {
        for (int row = 0; row < rows; row++)
        {
            (int channel, int tap) = Math.DivRem(row, grid.Window);
            (int phase, int shift) = Of(tap / grid.WindowWidth, tap % grid.WindowWidth);
            places[row] = ((((nint)channel * Phases) + phase) * pitch) + shift;
        }
    }

    /// <summary>The phase that element (i, j) of a window is in, and how far it is shifted there.</summary>
    internal (int Phase, int Shift) Of(int i, int j)
    {
        (int down, int a) = Math.DivRem(i * dilation, stride);
        (int across, int b) = Math.DivRem(j * dilation, stride);
        return ((a * stride) + b, (down * Width) + across);
    }

    /// <summary>The distance between planes of so many elements: an odd number of cache lines, lest they share a set.</summary>
    internal static int Pitch<T>(int count)
        where T : unmanaged
    {
        int line = 64 / Unsafe.SizeOf<T>();
        return (((count + line - 1) / line) | 1) * line;
    }

    private static int Parts(int size, in WindowGrid grid) => (size + (2 * grid.Padding) + grid.Stride - 1) / grid.Stride;
}

/// <summary>The copies into and out of shifted planes.</summary>
/// <remarks>They write whole vectors: what is written too much is overwritten by what follows, or lies behind the last plane.</remarks>
internal static unsafe class ShiftedPlanes<T, V>
    where T : unmanaged
    where V : unmanaged, ISimd<V, T>
{
    /// <summary>
    /// Copies rows [first, first + rows) of the phases of x[channels, height, width] to
    /// target[channels, phases, rows, width], the planes <paramref name="pitch"/> apart.
    /// </summary>
    [MethodImpl(Compiled.AtOnce)]
    internal static void Split(
        in WindowGrid grid, in ShiftedGrid shifted, T* x, int channels, int first, int rows, T* target, nint pitch)
    {
        int stride = grid.Stride, width = shifted.Width;
        for (int channel = 0; channel < channels; channel++, x += grid.Plane)
        {
            for (int phase = 0; phase < shifted.Phases; phase++, target += pitch)
            {
                (int a, int b) = Math.DivRem(phase, stride);
                (int from, int end) = Inside(grid, b, width);
                T* to = target;
                for (int row = first; row < first + rows; row++, to += width)
                {
                    int y = (row * stride) + a - grid.Padding;
                    if ((uint)y >= (uint)grid.Height)
                    {
                        Clear(to, width);
                        continue;
                    }
                    T* source = x + ((nint)y * grid.Width) + (from * stride) + b - grid.Padding;
                    if (from > 0) Clear(to, from);
                    if (stride == 1) Copy(source, to + from, end - from);
                    else for (int column = from; column < end; column++, source += stride) to[column] = *source;
                    if (end < width) Clear(to + end, width - end);
                }
            }
        }
    }

    /// <summary>The opposite of <see cref="Split"/>: writes what of the planes is not padding.</summary>
    [MethodImpl(Compiled.AtOnce)]
    internal static void Join(
        in WindowGrid grid, in ShiftedGrid shifted, T* source, nint pitch, int first, int rows, int channels, T* x)
    {
        int stride = grid.Stride, width = shifted.Width;
        for (int channel = 0; channel < channels; channel++, x += grid.Plane)
        {
            for (int phase = 0; phase < shifted.Phases; phase++, source += pitch)
            {
                (int a, int b) = Math.DivRem(phase, stride);
                (int start, int end) = Inside(grid, b, width);
                T* from = source;
                for (int row = first; row < first + rows; row++, from += width)
                {
                    int y = (row * stride) + a - grid.Padding;
                    if ((uint)y >= (uint)grid.Height) continue;
                    T* to = x + ((nint)y * grid.Width) + (start * stride) + b - grid.Padding;
                    if (stride == 1) CopyExactly(from + start, to, end - start);
                    else for (int column = start; column < end; column++, to += stride) *to = from[column];
                }
            }
        }
    }

    /// <summary>
    /// Copies rows [first, first + rows) of outputs y[outputs, plane] to target[outputs, rows, width] with
    /// <paramref name="before"/> elements in front; 0 where there are none. The planes are <paramref name="pitch"/> apart.
    /// </summary>
    [MethodImpl(Compiled.AtOnce)]
    internal static void Spread(in ShiftedGrid shifted, T* y, int outputs, int first, int rows, int before, T* target, nint pitch)
    {
        int width = shifted.Width, length = shifted.OutputWidth;
        for (int output = 0; output < outputs; output++, y += shifted.OutputPlane, target += pitch)
        {
            if (before > 0) Clear(target, before);
            T* to = target + before;
            for (int row = first; row < first + rows; row++, to += width)
            {
                int copied = (uint)row < (uint)shifted.OutputHeight ? length : 0;
                if (copied > 0) Copy(y + ((nint)row * length), to, copied);
                if (copied < width) Clear(to + copied, width - copied);
            }
        }
    }

    /// <summary>
    /// Packs the transpose of rows [first, first + rows) of outputs y[outputs, plane] to strips of steps of which a row
    /// has as many as a row of a phase; 0 where there is no output. The last row ends with its last output.
    /// </summary>
    internal static PackedStrips<T> Transpose(in ShiftedGrid shifted, T* y, int outputs, int first, int rows, T* room)
    {
        int length = shifted.OutputWidth, plane = shifted.OutputPlane, steps = shifted.OutputsOf(rows);
        for (int output = 0; output < outputs; output += MatMulStrips<T, V>.StripColumns)
        {
            int columns = Math.Min(MatMulStrips<T, V>.StripColumns, outputs - output);
            int strip = columns > V.Count ? MatMulStrips<T, V>.StripColumns : V.Count;
            T* from = y + ((nint)output * plane) + ((nint)first * length), to = room + ((nint)output * steps);
            for (int row = 0; row < rows; row++, from += length, to += shifted.Width * strip)
            {
                MatMulPacking<T, V>.StripOfTransposed(from, plane, length, columns, to);
                if (row < rows - 1) new Span<T>(to + (length * strip), (shifted.Width - length) * strip).Clear();
            }
        }
        return MatMulStrips<T, V>.Packed(room, steps, outputs);
    }

    /// <summary>
    /// Copies those of <paramref name="columns"/> outputs from <paramref name="first"/> on, counted in rows of a phase,
    /// that exist, from source[rows, distance] to y[rows, plane].
    /// </summary>
    [MethodImpl(Compiled.AtOnce)]
    internal static void Gather(in ShiftedGrid shifted, T* source, nint distance, int rows, int first, int columns, T* y)
    {
        int length = shifted.OutputWidth, plane = shifted.OutputPlane;
        (int row, int column) = Math.DivRem(first, shifted.Width);
        for (int at = 0; at < columns; row++)
        {
            int count = Math.Min(length - column, columns - at);
            T* from = source + at, to = y + ((nint)row * length) + column;
            for (int i = 0; i < rows && count > 0; i++, from += distance, to += plane) CopyExactly(from, to, count);
            at += shifted.Width - column;
            column = 0;
        }
    }

    /// <summary>Copies, a vector at a time.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static void Copy(T* from, T* to, int count)
    {
        int i = 0;
        for (; i <= count - V.Count; i += V.Count) V.Store(V.Load(from + i), to + i);
        if (i < count) V.Store(V.LoadPart(from + i, count - i), to + i);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void CopyExactly(T* from, T* to, int count)
    {
        int i = 0;
        for (; i <= count - V.Count; i += V.Count) V.Store(V.Load(from + i), to + i);
        if (i < count) V.StorePart(V.LoadPart(from + i, count - i), to + i, count - i);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Clear(T* target, int count)
    {
        for (int i = 0; i < count; i += V.Count) V.Store(V.Of(0), target + i);
    }

    /// <summary>The columns of a phase that are no padding; the first column's place is <paramref name="b"/>.</summary>
    private static (int From, int End) Inside(in WindowGrid grid, int b, int width)
    {
        int from = Math.Max(0, (grid.Padding - b + grid.Stride - 1) / grid.Stride), last = grid.Width - 1 + grid.Padding - b;
        int end = last < 0 ? 0 : Math.Min(width, (last / grid.Stride) + 1);
        return (Math.Min(from, end), end);
    }
}

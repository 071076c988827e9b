using System.Runtime.CompilerServices;

namespace Crucible.Kernels;

/// <summary>
/// The patches of some planes [channels, height, width] under a window, as a matrix with a row for each channel and
/// element of the window and a column for each output: then a convolution is a product of matrices.
/// </summary>
internal static unsafe class Patches<T, V>
    where T : unmanaged
    where V : unmanaged, ISimd<V, T>
{
    /// <summary>
    /// Copies the patches of output rows [first, first + rows) to patches[channels·window, rows·outputWidth]; 0 where
    /// they lie beyond the planes. May write up to a vector beyond the end.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void Gather(in WindowGrid grid, T* x, int channels, int first, int rows, T* patches)
    {
        int width = grid.OutputWidth;
        for (int channel = 0; channel < channels; channel++, x += grid.Plane)
        {
            for (int i = 0; i < grid.WindowHeight; i++)
            {
                for (int j = 0; j < grid.WindowWidth; j++)
                {
                    (int left, int right) = grid.Inside(j, grid.Width, width);
                    int across = (left * grid.Stride) + (j * grid.Dilation) - grid.Padding;
                    for (int row = first; row < first + rows; row++, patches += width)
                    {
                        int y = (row * grid.Stride) + (i * grid.Dilation) - grid.Padding;
                        bool isInside = (uint)y < (uint)grid.Height && left < right;
                        (int from, int to) = isInside ? (left, right) : (width, width);
                        if (from > 0) Clear(patches, from);
                        if (!isInside) continue;
                        T* source = x + ((nint)y * grid.Width) + across;
                        if (grid.Stride == 1) Copy(source, patches + from, to - from);
                        else for (int c = from; c < to; c++, source += grid.Stride) patches[c] = *source;
                        if (to < width) Clear(patches + to, width - to);
                    }
                }
            }
        }
    }

    /// <summary>Adds patches, laid out as <see cref="Gather"/> does, to where they come from.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void Add(in WindowGrid grid, T* patches, int channels, int first, int rows, T* x)
    {
        int width = grid.OutputWidth;
        for (int channel = 0; channel < channels; channel++, x += grid.Plane)
        {
            for (int i = 0; i < grid.WindowHeight; i++)
            {
                for (int j = 0; j < grid.WindowWidth; j++)
                {
                    (int left, int right) = grid.Inside(j, grid.Width, width);
                    int across = (left * grid.Stride) + (j * grid.Dilation) - grid.Padding;
                    for (int row = first; row < first + rows; row++, patches += width)
                    {
                        int y = (row * grid.Stride) + (i * grid.Dilation) - grid.Padding;
                        if ((uint)y >= (uint)grid.Height || left >= right) continue;
                        T* target = x + ((nint)y * grid.Width) + across;
                        if (grid.Stride == 1) MatMulPacking<T, V>.Add(patches + left, target, right - left);
                        else
                            for (int c = left; c < right; c++, target += grid.Stride)
                                *target = V.First(V.Broadcast(*target) + V.Broadcast(patches[c]));
                    }
                }
            }
        }
    }

    // What is written too much is overwritten by what follows, or lies in the room behind the patches.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Copy(T* source, T* target, int count)
    {
        int i = 0;
        for (; i <= count - V.Count; i += V.Count) V.Store(V.Load(source + i), target + i);
        if (i < count) V.Store(V.LoadPart(source + i, count - i), target + i);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Clear(T* target, int count)
    {
        for (int i = 0; i < count; i += V.Count) V.Store(V.Of(0), target + i);
    }
}

using System.Numerics;

namespace Crucible.Kernels;

/// <summary>Windows of planes [planes, height, width] made one number each: [planes, outputHeight, outputWidth].</summary>
internal static unsafe class Pooling
{
    /// <summary>
    /// Where in its plane each window has its largest element: the first of equal ones, the last NaN if there is one.
    /// What lies beyond the plane does not count; each window must have an element on it.
    /// </summary>
    internal static void Largest<T>(in WindowGrid grid, ReadOnlySpan<T> x, int planes, Span<int> indices)
        where T : unmanaged, INumber<T>
    {
        Check.Length("pooling", x.Length, (long)planes * grid.Plane);
        Check.Length("pooling", indices.Length, (long)planes * grid.OutputPlane);
        fixed (T* px = x)
        fixed (int* pi = indices)
        {
            LargestJob<T> job = new(grid, px, planes, pi);
            Workers.Run(ref job, Parts(grid, planes));
        }
    }

    /// <summary>The mean of each window, zeros beyond the plane included.</summary>
    internal static void Average<T>(in WindowGrid grid, ReadOnlySpan<T> x, int planes, Span<T> y)
        where T : unmanaged, INumber<T>
    {
        Check.Length("pooling", x.Length, (long)planes * grid.Plane);
        Check.Length("pooling", y.Length, (long)planes * grid.OutputPlane);
        fixed (T* px = x, py = y)
        {
            AverageJob<T> job = new(grid, px, planes, py, isSpread: false);
            Workers.Run(ref job, Parts(grid, planes));
        }
    }

    /// <summary>The transpose of <see cref="Average"/>: every y adds an equal share to each element of its window.</summary>
    internal static void SpreadAverage<T>(in WindowGrid grid, ReadOnlySpan<T> y, int planes, Span<T> x)
        where T : unmanaged, INumber<T>
    {
        Check.Length("pooling", x.Length, (long)planes * grid.Plane);
        Check.Length("pooling", y.Length, (long)planes * grid.OutputPlane);
        x.Clear();
        fixed (T* px = x, py = y)
        {
            AverageJob<T> job = new(grid, px, planes, py, isSpread: true);
            Workers.Run(ref job, Parts(grid, planes));
        }
    }

    private static int PlanesPerPart(in WindowGrid grid) =>
        Math.Max(1, Vectorized.PartLength / Math.Max(1, Math.Max(grid.Plane, grid.OutputPlane)));

    private static int Parts(in WindowGrid grid, int planes) => (planes + PlanesPerPart(grid) - 1) / PlanesPerPart(grid);

    private readonly struct LargestJob<T>(WindowGrid grid, T* x, int planes, int* indices) : IJob
        where T : unmanaged, INumber<T>
    {
        public void Run(int part)
        {
            int share = PlanesPerPart(grid);
            for (int plane = part * share; plane < Math.Min((part + 1) * share, planes); plane++)
            {
                T* from = x + ((nint)plane * grid.Plane);
                int* to = indices + ((nint)plane * grid.OutputPlane);
                for (int row = 0; row < grid.OutputHeight; row++, to += grid.OutputWidth) Row(from, row, to);
            }
        }

        private void Row(T* plane, int row, int* best)
        {
            int width = grid.OutputWidth;
            new Span<int>(best, width).Fill(-1);
            for (int i = 0; i < grid.WindowHeight; i++)
            {
                int y = (row * grid.Stride) + (i * grid.Dilation) - grid.Padding;
                if ((uint)y >= (uint)grid.Height) continue;
                for (int j = 0; j < grid.WindowWidth; j++)
                {
                    (int first, int end) = grid.Inside(j, grid.Width, width);
                    int at = (y * grid.Width) + (first * grid.Stride) + (j * grid.Dilation) - grid.Padding;
                    for (int column = first; column < end; column++, at += grid.Stride)
                    {
                        // Without jumps, as which one is larger cannot be foreseen: known, or at where the mask is set.
                        int old = best[column], known = old < 0 ? at : old;
                        T value = plane[at];
#pragma warning disable CS1718 // only NaN differs from itself
                        bool isLarger = (value > plane[known]) | (value != value);
#pragma warning restore CS1718
                        best[column] = known ^ ((known ^ at) & -*(byte*)&isLarger);
                    }
                }
            }
        }
    }

    private readonly struct AverageJob<T>(WindowGrid grid, T* x, int planes, T* y, bool isSpread) : IJob
        where T : unmanaged, INumber<T>
    {
        public void Run(int part)
        {
            int share = PlanesPerPart(grid);
            for (int plane = part * share; plane < Math.Min((part + 1) * share, planes); plane++)
            {
                T* larger = x + ((nint)plane * grid.Plane), smaller = y + ((nint)plane * grid.OutputPlane);
                for (int row = 0; row < grid.OutputHeight; row++, smaller += grid.OutputWidth) Row(larger, row, smaller);
            }
        }

        private void Row(T* plane, int row, T* means)
        {
            int width = grid.OutputWidth;
            T size = T.CreateTruncating(grid.Window);
            if (!isSpread) new Span<T>(means, width).Clear();
            for (int i = 0; i < grid.WindowHeight; i++)
            {
                int y = (row * grid.Stride) + (i * grid.Dilation) - grid.Padding;
                if ((uint)y >= (uint)grid.Height) continue;
                for (int j = 0; j < grid.WindowWidth; j++)
                {
                    (int first, int end) = grid.Inside(j, grid.Width, width);
                    T* at = plane + (y * grid.Width) + (first * grid.Stride) + (j * grid.Dilation) - grid.Padding;
                    for (int column = first; column < end; column++, at += grid.Stride)
                    {
                        if (isSpread) *at += means[column] / size;
                        else means[column] += *at;
                    }
                }
            }

            if (isSpread) return;
            for (int column = 0; column < width; column++) means[column] /= size;
        }
    }
}

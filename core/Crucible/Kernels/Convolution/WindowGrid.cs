namespace Crucible.Kernels;

/// <summary>
/// Where the windows of a convolution or a pooling lie on planes [Height, Width], around which there are
/// <paramref name="Padding"/> elements more on each side: the window of output (r, c) begins at (r, c)·Stride - Padding,
/// and its elements are <paramref name="Dilation"/> apart.
/// </summary>
internal readonly record struct WindowGrid(
    int Height, int Width, int WindowHeight, int WindowWidth, int Stride, int Padding, int Dilation)
{
    internal int OutputHeight => Outputs(Height, WindowHeight);

    internal int OutputWidth => Outputs(Width, WindowWidth);

    /// <summary>The elements of a plane.</summary>
    internal int Plane => Height * Width;

    /// <summary>The elements of an output plane.</summary>
    internal int OutputPlane => OutputHeight * OutputWidth;

    /// <summary>The elements of a window.</summary>
    internal int Window => WindowHeight * WindowWidth;

    /// <summary>
    /// The outputs [First, End) along an axis whose window has element <paramref name="tap"/> on the plane, among the
    /// first <paramref name="outputs"/>.
    /// </summary>
    internal (int First, int End) Inside(int tap, int size, int outputs)
    {
        int offset = (tap * Dilation) - Padding; // on the plane for 0 ≤ output·Stride + offset < size
        int first = Math.Min(outputs, offset >= 0 ? 0 : (Stride - 1 - offset) / Stride);
        int end = size > offset ? Math.Min(outputs, ((size - 1 - offset) / Stride) + 1) : 0;
        return (first, Math.Max(first, end));
    }

    private int Outputs(int size, int window) => ((size + (2 * Padding) - (Dilation * (window - 1)) - 1) / Stride) + 1;
}

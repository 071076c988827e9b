using Crucible.Tensors;
using static System.FormattableString;

namespace Crucible.Layers;

/// <summary>The largest element of each window: <c>MaxPool2d 2</c> halves height and width. x [… height, width].</summary>
/// <param name="window">Height and width of a window, 1 or more.</param>
/// <param name="stride">How far windows are apart; null for as far as they are large.</param>
/// <param name="padding">Rows and columns on each side that are never the largest, at most half a window.</param>
public sealed class MaxPool2d(int window, int? stride = null, int padding = 0) : Layer
{
    /// <summary>How windows lie.</summary>
    internal (int Window, int Stride, int Padding) Windows => (window, stride ?? window, padding);

    /// <inheritdoc/>
    public override string ToString() => Invariant($"MaxPool2d({window}{(stride is { } s ? Invariant($", stride {s}") : string.Empty)})");

    /// <inheritdoc/>
    protected override Tensor Compute(Tensor x, Pass pass) => x.MaxPool2d(window, stride, padding);
}

/// <summary>The mean of each window. x [… height, width].</summary>
/// <param name="window">Height and width of a window, 1 or more.</param>
/// <param name="stride">How far windows are apart; null for as far as they are large.</param>
/// <param name="padding">Rows and columns of zeros on each side, which count, at most half a window.</param>
public sealed class AveragePool2d(int window, int? stride = null, int padding = 0) : Layer
{
    /// <summary>How windows lie.</summary>
    internal (int Window, int Stride, int Padding) Windows => (window, stride ?? window, padding);

    /// <inheritdoc/>
    public override string ToString() =>
        Invariant($"AveragePool2d({window}{(stride is { } s ? Invariant($", stride {s}") : string.Empty)})");

    /// <inheritdoc/>
    protected override Tensor Compute(Tensor x, Pass pass) => x.AveragePool2d(window, stride, padding);
}

/// <summary>The mean of each channel over all places: x [B, C, height, width] becomes [B, C]. Lin et al. 2014, §3.2.</summary>
public sealed class GlobalAveragePool : Layer
{
    /// <inheritdoc/>
    protected override Tensor Compute(Tensor x, Pass pass) =>
        x.Rank == 4 ? x.Mean([2, 3]) : throw Errors.Pictures("globalAveragePool", x.Shape);
}

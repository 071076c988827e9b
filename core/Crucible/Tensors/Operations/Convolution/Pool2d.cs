using Crucible.Kernels;
using static System.FormattableString;

namespace Crucible.Tensors;

public sealed partial class Tensor
{
    /// <summary>
    /// The largest element of each window of the last two axes; NaN where one is NaN. The gradient goes to the first of
    /// equal ones.
    /// </summary>
    /// <param name="window">Height and width of a window, 1 or more.</param>
    /// <param name="stride">How far windows are apart; null for as far as they are large.</param>
    /// <param name="padding">Rows and columns that count as -∞ on each side, at most half a window.</param>
    /// <returns>[… rows, columns] for a tensor [… height, width]; rows = ⌊(height + 2·padding - window) / stride⌋ + 1.</returns>
    /// <exception cref="ShapeException">There are fewer than two axes, or a window is larger than the padded input.</exception>
    /// <exception cref="DTypeException">The elements are not floating point.</exception>
    /// <exception cref="OptionException">A number is out of range.</exception>
    public Tensor MaxPool2d(int window, int? stride = null, int padding = 0)
    {
        (WindowGrid grid, int planes) = Pool.Check("maxPool2d", this, window, stride, padding);
        Tensor indices = Allocate(Shape.From(planes, grid.OutputPlane), DType.Int32);
        if (DType == DType.Float32) Pooling.Largest<float>(grid, Data<float>(), planes, indices.Data<int>());
        else Pooling.Largest<double>(grid, Data<double>(), planes, indices.Data<int>());
        return Tensors.Gather.Forward(ReshapeTo(Shape.From(planes, grid.Plane)), indices, 1).ReshapeTo(Pool.ShapeOf(Shape, grid));
    }

    /// <summary>The mean of each window of the last two axes; beyond the edges there are zeros, which count.</summary>
    /// <param name="window">Height and width of a window, 1 or more.</param>
    /// <param name="stride">How far windows are apart; null for as far as they are large.</param>
    /// <param name="padding">Rows and columns of zeros on each side, at most half a window.</param>
    /// <returns>[… rows, columns] for a tensor [… height, width]; rows = ⌊(height + 2·padding - window) / stride⌋ + 1.</returns>
    /// <exception cref="ShapeException">There are fewer than two axes, or a window is larger than the padded input.</exception>
    /// <exception cref="DTypeException">The elements are not floating point.</exception>
    /// <exception cref="OptionException">A number is out of range.</exception>
    public Tensor AveragePool2d(int window, int? stride = null, int padding = 0) =>
        AveragePool.Forward(this, Pool.Check("averagePool2d", this, window, stride, padding).Grid, isSpread: false);
}

/// <summary>
/// y = the means of windows of x, or, as its transpose, equal shares of x spread over windows. It is linear, so that
/// each one's derivative is the other.
/// </summary>
internal sealed class AveragePool(Tensor x, WindowGrid grid, bool isSpread) : Operation(x)
{
    public static Tensor Forward(Tensor x, WindowGrid grid, bool isSpread)
    {
        Tensor y = Tensor.Allocate(isSpread ? Pool.ShapeOf(x.Shape, grid.Height, grid.Width) : Pool.ShapeOf(x.Shape, grid), x.DType);
        int planes = x.Shape.Product(0, x.Rank - 2);
        if (x.DType == DType.Float32) Run<float>();
        else Run<double>();
        return x.IsRecorded ? new AveragePool(x, grid, isSpread).Record(y) : y;

        void Run<T>()
            where T : unmanaged, System.Numerics.INumber<T>
        {
            if (isSpread) Pooling.SpreadAverage<T>(grid, x.Data<T>(), planes, y.Data<T>());
            else Pooling.Average<T>(grid, x.Data<T>(), planes, y.Data<T>());
        }
    }

    protected internal override void Backward(Tensor gradient) => Accumulate(0, Forward(gradient, grid, !isSpread));

    protected internal override Tensor? Tangent(Tensor?[] tangents) => Forward(tangents[0]!, grid, isSpread);
}

/// <summary>What the two poolings share.</summary>
internal static class Pool
{
    public static (WindowGrid Grid, int Planes) Check(string operation, Tensor x, int window, int? stride, int padding)
    {
        x.RequireFloat(operation);
        if (window < 1) throw Errors.Option(operation, nameof(window), "1 or more", window);
        Windows.Check(operation, stride ?? window, padding);
        if (padding > window / 2)
            throw Errors.Option(operation, nameof(padding), Invariant($"at most half the window of {window}"), padding);
        if (x.Rank < 2 || x.Shape[-2] < 1 || x.Shape[-1] < 1)
            throw Errors.Shape(Invariant($"{operation}: the input must be [… height, width] with at least 1 row and 1 column,")
                + Invariant($" but is {x.Shape}"));
        WindowGrid grid = Windows.Grid(operation, x.Shape, window, window, stride ?? window, padding);
        return (grid, x.Shape.Product(0, x.Rank - 2));
    }

    public static Shape ShapeOf(Shape shape, in WindowGrid grid) => ShapeOf(shape, grid.OutputHeight, grid.OutputWidth);

    public static Shape ShapeOf(Shape shape, int height, int width) => shape.With(shape.Rank - 2, height).With(shape.Rank - 1, width);
}

using Crucible.Tensors;
using static System.FormattableString;

namespace Crucible.Statistics;

/// <summary>
/// Scales columns by (x - offset) / scale, with an offset and a scale a column learned from training rows. The
/// constructors of the subclasses take the learned numbers and the properties show them, so a scaler can be saved and
/// made again.
/// </summary>
public abstract class Scaler
{
    private readonly string operation;
    private readonly double[] offsets;
    private readonly double[] scales;

    private protected Scaler(string operation, double[] offsets, double[] scales)
    {
        if (offsets.Length != scales.Length)
            throw Errors.DataSizes(
                operation, "there must be two numbers a column", $"there are {offsets.Length} and {scales.Length} numbers");
        this.operation = operation;
        this.offsets = offsets;
        this.scales = scales;
    }

    /// <summary>The number of fitted columns.</summary>
    public int Columns => offsets.Length;

    /// <summary>The values scaled along their last axis; differentiable.</summary>
    /// <param name="values">float32 or float64, [..., columns], the columns in the fitted order.</param>
    /// <returns>The same shape and element type.</returns>
    /// <exception cref="DataException">The last axis is not the fitted columns.</exception>
    /// <exception cref="DTypeException">The tensor is not floating point.</exception>
    public Tensor Transform(Tensor values) => (values - Row(offsets, values)) / Row(scales, values);

    /// <summary>
    /// The values brought back to their units along their last axis; differentiable, and the inverse of
    /// <see cref="Transform"/> within rounding.
    /// </summary>
    /// <param name="values">float32 or float64, [..., columns], the columns in the fitted order.</param>
    /// <returns>The same shape and element type.</returns>
    /// <exception cref="DataException">The last axis is not the fitted columns.</exception>
    /// <exception cref="DTypeException">The tensor is not floating point.</exception>
    public Tensor Inverse(Tensor values) => (values * Row(scales, values)) + Row(offsets, values);

    /// <summary>The columns of training rows [rows, columns] as doubles: at least one row, all finite.</summary>
    private protected static double[][] TrainingColumns(string operation, Tensor training)
    {
        double[][] columns = Columnwise.Of(operation, "training rows", training);
        Require.Rows(operation, training.Shape[0]);
        for (int column = 0; column < columns.Length; column++) Require.Spread(operation, Invariant($"column {column}"), columns[column]);
        return columns;
    }

    private Tensor Row(double[] numbers, Tensor like)
    {
        like.RequireFloat(operation);
        if (like.Rank == 0 || like.Shape[like.Rank - 1] != Columns)
            throw Errors.DataSizes(
                operation, "the last axis must be the fitted columns",
                Invariant($"was fitted to {Columns} and the tensor is {like.Shape}"));
        return Tensor.From(numbers).To(like.DType);
    }
}

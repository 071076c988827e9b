using Crucible.Tensors;

namespace Crucible.Data;

/// <summary>
/// Scales columns by (x - offset) / scale, with an offset and a scale a column learned from training rows.
/// The constructors of the subclasses take the learned numbers and the properties show them, so a scaler can be saved and made again.
/// </summary>
public abstract class Scaler
{
    private readonly string operation;
    private readonly string[] columns;
    private readonly double[] offsets;
    private readonly double[] scales;

    private protected Scaler(string operation, IReadOnlyList<string> columns, double[] offsets, double[] scales)
    {
        if (offsets.Length != columns.Count || scales.Length != columns.Count)
            throw Errors.DataSizes(operation, "there must be two numbers a column", $"there are {columns.Count} columns, {offsets.Length} and {scales.Length} numbers");
        this.operation = operation;
        this.columns = [.. columns];
        this.offsets = offsets;
        this.scales = scales;
        Columns = Array.AsReadOnly(this.columns);
    }

    /// <summary>The columns the scaler was fitted to, in order.</summary>
    public IReadOnlyList<string> Columns { get; }

    /// <summary>The table with the fitted columns scaled; columns the scaler does not know stay as they are.</summary>
    /// <param name="table">Any rows, with all fitted columns.</param>
    /// <exception cref="DataException">A fitted column is missing or holds text.</exception>
    public Table Transform(Table table) => Apply(table, Forward);

    /// <summary>The matrix with every column scaled.</summary>
    /// <param name="values">[rows, columns], the columns in the fitted order.</param>
    /// <exception cref="DataException">The number of columns is not the fitted one.</exception>
    public double[,] Transform(double[,] values) => Apply(values, Forward);

    /// <summary>The table with the fitted columns brought back to their units; the inverse of <see cref="Transform(Table)"/> within rounding.</summary>
    /// <param name="table">Any rows, with all fitted columns.</param>
    /// <exception cref="DataException">A fitted column is missing or holds text.</exception>
    public Table Inverse(Table table) => Apply(table, Backward);

    /// <summary>The matrix with every column brought back to its units; the inverse of <see cref="Transform(double[,])"/> within rounding.</summary>
    /// <param name="values">[rows, columns], the columns in the fitted order.</param>
    /// <exception cref="DataException">The number of columns is not the fitted one.</exception>
    public double[,] Inverse(double[,] values) => Apply(values, Backward);

    /// <summary>The tensor scaled along its last axis; differentiable.</summary>
    /// <param name="values">float32 or float64, [..., columns], the columns in the fitted order.</param>
    /// <exception cref="DataException">The last axis is not the fitted columns.</exception>
    /// <exception cref="DTypeException">The tensor is not floating point.</exception>
    public Tensor Transform(Tensor values) => (values - Row(offsets, values)) / Row(scales, values);

    /// <summary>The tensor brought back to its units along its last axis; differentiable, and the inverse of <see cref="Transform(Tensor)"/> within rounding.</summary>
    /// <param name="values">float32 or float64, [..., columns], the columns in the fitted order.</param>
    /// <exception cref="DataException">The last axis is not the fitted columns.</exception>
    /// <exception cref="DTypeException">The tensor is not floating point.</exception>
    public Tensor Inverse(Tensor values) => (values * Row(scales, values)) + Row(offsets, values);

    private Tensor Row(double[] numbers, Tensor like)
    {
        like.RequireFloat(operation);
        if (like.Rank == 0 || like.Shape[like.Rank - 1] != columns.Length)
            throw Errors.DataSizes(operation, "the last axis must be the fitted columns", Errors.Text($"was fitted to {columns.Length} and the tensor is {like.Shape}"));
        return Tensor.From(numbers).To(like.DType);
    }

    private double Forward(double value, int column) => (value - offsets[column]) / scales[column];

    private double Backward(double value, int column) => value * scales[column] + offsets[column];

    private Table Apply(Table table, Func<double, int, double> map)
    {
        for (int column = 0; column < columns.Length; column++)
        {
            double[] values = table.Column(columns[column]);
            for (int row = 0; row < values.Length; row++) values[row] = map(values[row], column);
            table = table.With(TableColumn.Adopt(columns[column], values));
        }
        return table;
    }

    private double[,] Apply(double[,] values, Func<double, int, double> map)
    {
        int rows = values.GetLength(0), width = values.GetLength(1);
        if (width != columns.Length)
            throw Errors.DataSizes(operation, "the matrix must have the fitted columns", $"was fitted to {columns.Length} and the matrix has {width}");
        double[,] mapped = new double[rows, width];
        for (int row = 0; row < rows; row++)
            for (int column = 0; column < width; column++) mapped[row, column] = map(values[row, column], column);
        return mapped;
    }
}

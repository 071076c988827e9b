using Crucible.Tensors;
using static System.FormattableString;

namespace Crucible.Statistics;

/// <summary>
/// What a model's predictions rest on: how much the error rises when one column says nothing, because its values are in
/// another order.
/// </summary>
/// <remarks>
/// Breiman, "Random forests", Machine Learning 45 (2001), section 10. Correlated columns stand in for each other, and
/// then each looks unimportant.
/// </remarks>
public static class PermutationImportance
{
    /// <summary>The rise of the error for every column.</summary>
    /// <param name="x">Rows that the model was not trained on, [rows, columns].</param>
    /// <param name="error">The model's error on rows like these, in their order.</param>
    /// <param name="repeats">Orders to average over, at least 1.</param>
    /// <param name="generator">The source of randomness; its state moves on.</param>
    /// <returns>Mean error with the column shuffled, less the error without: one number a column.</returns>
    /// <exception cref="OptionException">There are no repeats.</exception>
    /// <exception cref="ShapeException">The rows are not a matrix.</exception>
    public static double[] Of(Tensor x, Func<Tensor, double> error, int repeats, Generator generator)
    {
        if (repeats < 1) throw Errors.Option("permutation importance", "repeats", "at least 1", repeats);
        x.RequireRank(2, "permutation importance");
        int[][] orders = [.. Enumerable.Range(0, repeats).Select(_ => generator.Permutation(x.Shape[0]))];
        double before = error(x);
        return [.. Enumerable.Range(0, x.Shape[1]).Select(column => orders.Average(order => error(Reordered(x, column, order))) - before)];
    }

    /// <summary>The rows with one column in another order, and the others as they are.</summary>
    /// <param name="x">[rows, columns].</param>
    /// <param name="column">The column, from 0.</param>
    /// <param name="order">Row numbers, one a row: row i gets the column's value of row <c>order[i]</c>.</param>
    /// <exception cref="ShapeException">
    /// The rows are not a matrix, there is no such column or row, or the order has another length.
    /// </exception>
    public static Tensor Reordered(Tensor x, int column, int[] order)
    {
        const string operation = "reordered";
        x.RequireRank(2, operation);
        (int rows, int width) = (x.Shape[0], x.Shape[1]);
        if (order.Length != rows)
            throw Errors.Shape(Invariant($"{operation}: the order must have one number a row, got {order.Length} for {x.Shape}"));
        if ((uint)column >= (uint)width)
            throw Errors.Shape(Invariant($"{operation}: the column must be from 0 to {width - 1}, got {column}"));
        using IDisposable off = Tensor.NoGrad();
        Tensor moved = x.Slice(1, column, column + 1).Rows(order);
        return Tensor.Concat(Enumerable.Range(0, width).Select(i => i == column ? moved : x.Slice(1, i, i + 1)), 1);
    }
}

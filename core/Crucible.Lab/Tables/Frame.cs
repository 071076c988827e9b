using Crucible.Statistics;
using Crucible.Tensors;
using Deedle;
using Deedle.Indices;
using Deedle.Indices.Linear;
using Deedle.Vectors;
using Deedle.Vectors.ArrayVector;
using Microsoft.FSharp.Core;

namespace Crucible.Lab.Tables;

/// <summary>
/// The bridges between Deedle's frames, which have names, and tensors, which have numbers. In F#, where Deedle is
/// opened too, these functions stand beside those of Deedle's module <c>Frame</c>:
/// <c>houses |> Frame.without [ "medv" ] |> Frame.toTensor</c>.
/// </summary>
public static class Frame
{
    /// <summary>The numbers of all columns, as doubles: no digit of the frame is lost.</summary>
    /// <typeparam name="TRow">The rows' keys.</typeparam>
    /// <param name="frame">Columns of numbers without gaps; <see cref="select"/> takes some of them.</param>
    /// <returns>float64 [rows, columns]; <c>.To DType.Float32</c> makes inputs of a network.</returns>
    /// <exception cref="DataException">There is no column, or a cell is missing or no number; the message names column and row.</exception>
    public static Tensor toTensor<TRow>(Frame<TRow, string> frame)
    {
        double[][] columns = Array.ConvertAll(FrameColumn<TRow>.AllOf(frame), column => column.Numbers());
        double[] numbers = new double[frame.RowCount * columns.Length];
        for (int i = 0; i < numbers.Length; i++) numbers[i] = columns[i % columns.Length][i / columns.Length];
        return Tensor.From(numbers, frame.RowCount, columns.Length);
    }

    /// <summary>The numbers of one column, as doubles.</summary>
    /// <typeparam name="TRow">The rows' keys.</typeparam>
    /// <param name="column">The column's name.</param>
    /// <returns>A function from a frame to float64 [rows].</returns>
    /// <exception cref="DataException">
    /// There is no such column, or a cell is missing or no number; the message names column and row.
    /// </exception>
    public static FSharpFunc<Frame<TRow, string>, Tensor> toVector<TRow>(string column) =>
        From((Frame<TRow, string> frame) => toTensor(Selected(frame, [column])).Reshape(frame.RowCount));

    /// <summary>A frame of a tensor's numbers, rows numbered from 0; the way back of <see cref="toTensor"/>.</summary>
    /// <param name="names">One name a column.</param>
    /// <returns>A function from a tensor [rows, columns] to a frame.</returns>
    /// <exception cref="DataException">The tensor is not a matrix, there is another number of names, or a name stands twice.</exception>
    public static FSharpFunc<Tensor, Frame<int, string>> ofTensor(IEnumerable<string> names) =>
        From((Tensor tensor) => Framed(Enumerable.Range(0, tensor.Rank == 0 ? 0 : tensor.Shape[0]), [.. names], tensor));

    /// <summary>
    /// The columns of these names, in this order. (Deedle's <c>sliceCols</c> leaves a name that it does not know out in
    /// silence.)
    /// </summary>
    /// <typeparam name="TRow">The rows' keys.</typeparam>
    /// <param name="names">Column names, each once.</param>
    /// <returns>A function from a frame to the frame of these columns.</returns>
    /// <exception cref="DataException">There is no such column, or it is named twice.</exception>
    public static FSharpFunc<Frame<TRow, string>, Frame<TRow, string>> select<TRow>(IEnumerable<string> names) =>
        From((Frame<TRow, string> frame) => Selected(frame, [.. names]));

    /// <summary>The frame without the columns of these names.</summary>
    /// <typeparam name="TRow">The rows' keys.</typeparam>
    /// <param name="names">The columns to leave out.</param>
    /// <returns>A function from a frame to the frame of the other columns.</returns>
    /// <exception cref="DataException">There is no such column, or it is named twice.</exception>
    public static FSharpFunc<Frame<TRow, string>, Frame<TRow, string>> without<TRow>(IEnumerable<string> names) =>
        From((Frame<TRow, string> frame) => Selected(frame, [.. frame.ColumnKeys.Except(Known(frame, [.. names]))]));

    /// <summary>
    /// Divides the rows at random, as <see cref="Split.ByCounts"/>:
    /// <c>let train, test = houses |> Frame.split (300, 206, Generator 0UL)</c>. Rows keep their keys.
    /// </summary>
    /// <typeparam name="TRow">The rows' keys.</typeparam>
    /// <typeparam name="TColumn">The columns' keys.</typeparam>
    /// <param name="trainingRows">The number of training rows, at least 1.</param>
    /// <param name="testRows">The number of test rows, at least 1; together with the training rows all rows.</param>
    /// <param name="generator">The source of randomness; its state moves on.</param>
    /// <returns>A function from a frame to its training rows and its test rows.</returns>
    /// <exception cref="OptionException">A number is below 1, or they do not add up to the rows.</exception>
    public static FSharpFunc<Frame<TRow, TColumn>, Tuple<Frame<TRow, TColumn>, Frame<TRow, TColumn>>> split<TRow, TColumn>(
        int trainingRows, int testRows, Generator generator) => From((Frame<TRow, TColumn> frame) =>
    {
        (int[] training, int[] test) = Split.ByCounts(frame.RowCount, trainingRows, testRows, generator);
        return Tuple.Create(FrameModule.IlocRows(training, frame), FrameModule.IlocRows(test, frame));
    });

    /// <summary>
    /// The frame with every column scaled by what was learned from training rows:
    /// <c>test |> Frame.scale (StandardScaler.Fit(Frame.toTensor train))</c>.
    /// </summary>
    /// <typeparam name="TRow">The rows' keys.</typeparam>
    /// <param name="scaler">The scaler, fitted to these columns in this order.</param>
    /// <returns>A function from a frame to the scaled frame.</returns>
    /// <exception cref="DataException">There is another number of columns, or a cell is missing or no number.</exception>
    public static FSharpFunc<Frame<TRow, string>, Frame<TRow, string>> scale<TRow>(Scaler scaler) =>
        From((Frame<TRow, string> frame) => Framed(frame.RowKeys, [.. frame.ColumnKeys], scaler.Transform(toTensor(frame))));

    /// <summary>
    /// The frame with every column brought to mean 0 and standard deviation 1, by its own rows: to look at, not for
    /// rows that test a model.
    /// </summary>
    /// <typeparam name="TRow">The rows' keys.</typeparam>
    /// <param name="frame">Columns of numbers without gaps, at least one row.</param>
    /// <exception cref="DataException">There is no row or column, or a cell is missing or no number.</exception>
    public static Frame<TRow, string> standardize<TRow>(Frame<TRow, string> frame) =>
        scale<TRow>(StandardScaler.Fit(toTensor(frame))).Invoke(frame);

    private static Frame<TRow, string> Framed<TRow>(IEnumerable<TRow> keys, string[] names, Tensor tensor)
    {
        if (tensor.Rank != 2 || tensor.Shape[1] != names.Length) throw TableErrors.NamesOfTensor(names.Length, tensor.Shape);
        foreach (IGrouping<string, string> same in names.GroupBy(name => name, StringComparer.Ordinal))
            if (same.Count() > 1) throw TableErrors.ColumnTwice(same.Key);
        double[] numbers = tensor.ToArray();
        double[] Column(int column) => [.. Enumerable.Range(0, tensor.Shape[0]).Select(row => numbers[(row * names.Length) + column])];
        return Of(keys, names, names.Select((_, column) => ArrayVectorBuilder.Instance.Create(Column(column))));
    }

    /// <summary>
    /// A frame of columns that lie beside each other. (Deedle's constructor from named series joins them one by one: 8000 columns take
    /// it 20 seconds.)
    /// </summary>
    internal static Frame<TRow, string> Of<TRow>(IEnumerable<TRow> keys, IEnumerable<string> names, IEnumerable<IVector> columns)
    {
        (IIndexBuilder indices, IVectorBuilder vectors) = (LinearIndexBuilder.Instance, ArrayVectorBuilder.Instance);
        return new(indices.Create(keys, null), indices.Create(names, null), vectors.Create<IVector>([.. columns]), indices, vectors);
    }

    private static Frame<TRow, string> Selected<TRow>(Frame<TRow, string> frame, string[] names) =>
        FrameModule.SliceCols(Known(frame, names), frame);

    private static string[] Known<TRow>(Frame<TRow, string> frame, string[] names)
    {
        HashSet<string> columns = [.. frame.ColumnKeys], seen = [];
        foreach (string name in names)
        {
            if (!columns.Contains(name)) throw TableErrors.UnknownColumn(name, frame.ColumnKeys);
            if (!seen.Add(name)) throw TableErrors.ColumnTwice(name);
        }
        return names;
    }

    private static FSharpFunc<T, TResult> From<T, TResult>(Func<T, TResult> function) => FuncConvert.FromFunc(function);
}

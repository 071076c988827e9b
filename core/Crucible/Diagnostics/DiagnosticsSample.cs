using Crucible.Tensors;
using Crucible.Training;
using static System.FormattableString;

namespace Crucible.Diagnostics;

/// <summary>The rows that diagnostics look at: evenly spaced, so that sorted data is seen from end to end.</summary>
internal sealed class DiagnosticsSample
{
    public DiagnosticsSample(Tensor x, Tensor y, DiagnosticsOptions options)
    {
        RowBatches.Check(x, y, "diagnostics");
        int? columns = x.Rank >= 2 && x.DType.IsFloat() ? x.Shape[x.Rank - 1] : null;
        options.Check(columns);
        Rows = Math.Min(options.Rows, x.Shape[0]);
        int[] rows = Enumerable.Range(0, Rows).Select(i => (int)((long)i * x.Shape[0] / Rows)).ToArray();
        Tensor index = Tensor.From(rows);
        (X, Y) = (x.Detach().IndexSelect(0, index), y.Detach().IndexSelect(0, index));
        Inputs = columns is { } count ? [.. Enumerable.Range(0, count).Select(column => Scale(column, count, options.ColumnNames))] : [];
        DistinctRows = DiagnosticsOutput.From(X.Reshape(Rows, X.ElementCount / Rows), Rows).DistinctRows;
        // Everything computed from the inputs is then recorded, behind frozen layers too, and a recorded output tells
        // which function made it.
        X.RequiresGradient = X.DType.IsFloat();
    }

    public int Rows { get; }

    public int DistinctRows { get; }

    public Tensor X { get; }

    public Tensor Y { get; }

    /// <summary>One entry a column; none for inputs that are not columns of numbers.</summary>
    public IReadOnlyList<InputScale> Inputs { get; }

    private InputScale Scale(int column, int count, IReadOnlyList<string>? names)
    {
        double[] all = X.ToArray<double>();
        double[] values = Enumerable.Range(0, all.Length / count).Select(row => all[(row * count) + column]).ToArray();
        double mean = values.Average();
        return new(
            names?[column] ?? Invariant($"column {column}"),
            mean,
            Math.Sqrt(values.Average(value => (value - mean) * (value - mean))),
            Math.Sqrt(values.Average(value => value * value)));
    }
}

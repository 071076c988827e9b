using Crucible.Tensors;
using Deedle;
using Microsoft.FSharp.Core;
using Plotly.NET;
using static System.FormattableString;

namespace Crucible.Lab.Reports;

/// <summary>How a page and a notebook show a value: small matrices and frames as tables, charts and pictures as such.</summary>
internal static class ValueView
{
    private const int MostRows = 20;
    private const int MostColumns = 12;

    /// <summary>A value as a block of a page; nothing for one that says nothing.</summary>
    internal static Block? Of(object? value) => value switch
    {
        null or Unit => null,
        Tensor tensor => Of(tensor),
        Frame<int, string> frame => Of(frame),
        Deedle.Internal.IFsiFormattable other => new PreformattedBlock(other.Format().TrimEnd()),
        GenericChart chart => new FiguresBlock([ChartAdapter.Read(chart)], null),
        PictureGrid pictures => new PicturesBlock(pictures, null),
        string text => new PreformattedBlock(text),
        _ => new PreformattedBlock(Printed(value)),
    };

    /// <summary>A small matrix as a table; every other tensor as it prints.</summary>
    internal static Block Of(Tensor tensor)
    {
        if (tensor.Rank != 2 || tensor.Shape[0] > MostRows || tensor.Shape[1] > MostColumns)
            return new PreformattedBlock(tensor.ToString());
        IEnumerable<string> columns = Enumerable.Range(0, tensor.Shape[1]).Select(column => Invariant($"{column}"));
        TableData table = TableData.From(columns, tensor.ToArray().Chunk(Math.Max(1, tensor.Shape[1])));
        return new TableBlock(table, Invariant($"{tensor.Shape} {tensor.DType.ToName()}"));
    }

    /// <summary>The first rows of a frame, with their keys.</summary>
    internal static Block Of(Frame<int, string> frame)
    {
        string[] columns = [.. frame.ColumnKeys];
        IEnumerable<object?[]> rows = frame.RowKeys.Take(MostRows).Select(key =>
        {
            Series<string, object> row = frame.GetRow<object>(key);
            return (object?[])[key, .. columns.Select(column => row.TryGet(column) is { HasValue: true } cell ? cell.Value : null)];
        });
        return new TableBlock(TableData.From(columns.Prepend(""), rows), Invariant($"{frame.RowCount} rows, {columns.Length} columns"));
    }

    /// <summary>As F#'s <c>%A</c> prints it.</summary>
    private static string Printed(object value) =>
        ExtraTopLevelOperators.PrintFormatToString(
            new PrintfFormat<FSharpFunc<object, string>, Unit, string, string, object>("%A")).Invoke(value);
}

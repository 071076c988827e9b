using Crucible.Data;
using Crucible.Tensors;
using Microsoft.FSharp.Core;
using Xunit;

namespace Crucible.Tests.Data;

public class TableTests
{
    private static readonly Table Houses = new(
    [
        TableColumn.Numbers("rooms", [3, 4.5, 6]),
        TableColumn.Numbers("price", [20, 31.25, 50]),
        TableColumn.Text("street", ["Elm", "Oak", "Ash"], "houses.csv, line 2: 'Elm'"),
    ]);

    private static string MessageOf(Action action) => Assert.Throws<DataException>(action).Message;

    [Fact]
    public void Table_OfColumns_KnowsItsSizesNamesAndKinds()
    {
        Assert.Equal((3, 3), (Houses.RowCount, Houses.ColumnCount));
        Assert.Equal(["rooms", "price", "street"], Houses.ColumnNames);
        Assert.True(Houses.IsNumeric("rooms"));
        Assert.False(Houses.IsNumeric("street"));
        Assert.Equal([20, 31.25, 50], Houses.Column("price"));
        Assert.Equal(["Elm", "Oak", "Ash"], Houses.Text("street"));
    }

    [Fact]
    public void Table_ArraysGivenAndTaken_AreCopies()
    {
        double[] values = [1, 2];
        Table table = Table.FromColumns([Tuple.Create("x", values)]);
        values[0] = 9;
        table.Column("x")[1] = 9;
        Assert.Equal([1, 2], table.Column("x"));
    }

    [Fact]
    public void SelectAndDrop_ByName_KeepTheAskedOrder()
    {
        Assert.Equal(["price", "rooms"], Houses.Select("price", "rooms").ColumnNames);
        Assert.Equal(["price", "street"], Houses.Drop("rooms").ColumnNames);
    }

    [Fact]
    public void With_NewAndKnownName_AppendsAndReplaces()
    {
        Assert.Equal(["rooms", "price", "street", "age"], Houses.With(TableColumn.Numbers("age", [1, 2, 3])).ColumnNames);
        Table replaced = Houses.With(TableColumn.Numbers("rooms", [1, 2, 3]));
        Assert.Equal(["rooms", "price", "street"], replaced.ColumnNames);
        Assert.Equal([1, 2, 3], replaced.Column("rooms"));
        Assert.Equal([3, 4.5, 6], Houses.Column("rooms"));
    }

    [Fact]
    public void Rows_InAnyOrder_PicksNumbersAndText()
    {
        Table picked = Houses.Rows(2, 0, 2);
        Assert.Equal([6, 3, 6], picked.Column("rooms"));
        Assert.Equal(["Ash", "Elm", "Ash"], picked.Text("street"));
    }

    [Fact]
    public void GetSlice_OpenAndClosedEnds_IncludesBoth()
    {
        Assert.Equal([4.5, 6], Houses.GetSlice(FSharpOption<int>.Some(1), null).Column("rooms"));
        Assert.Equal([3, 4.5], Houses.GetSlice(null, FSharpOption<int>.Some(1)).Column("rooms"));
        Assert.Equal(0, Houses.GetSlice(FSharpOption<int>.Some(2), FSharpOption<int>.Some(1)).RowCount);
        Assert.Equal(2, Houses.Head(2).RowCount);
        Assert.Equal(3, Houses.Head(9).RowCount);
    }

    [Fact]
    public void ToMatrix_AndBack_KeepsValues()
    {
        double[,] matrix = Houses.Drop("street").ToMatrix();
        Assert.Equal(new double[,] { { 3, 20 }, { 4.5, 31.25 }, { 6, 50 } }, matrix);
        Table table = Table.FromMatrix(matrix);
        Assert.Equal(["x0", "x1"], table.ColumnNames);
        Assert.Equal(matrix, table.ToMatrix());
    }

    [Fact]
    public void ToTensor_ChosenColumns_IsRowsByColumns()
    {
        Tensor tensor = Houses.ToTensor("price", "rooms");
        Assert.Equal((DType.Float32, "[3, 2]"), (tensor.DType, tensor.Shape.ToString()));
        Assert.Equal([20f, 3, 31.25f, 4.5f, 50, 6], tensor.Data<float>().ToArray());
        Assert.Equal([3.0, 4.5, 6], Houses.ToTensor(["rooms"], DType.Float64).Data<double>().ToArray());
        Assert.Equal(
            "table: column 'street' must hold numbers, but holds text (houses.csv, line 2: 'Elm'); leave it out with Drop, or read it with Text",
            MessageOf(() => Houses.ToTensor()));
    }

    [Fact]
    public void ToString_ShortTable_AlignsPointsAndText()
    {
        string expected = string.Join(Environment.NewLine, "rooms  price  street", "  3.0  20.00  Elm", "  4.5  31.25  Oak", "  6.0  50.00  Ash", "[3 rows x 3 columns]");
        Assert.Equal(expected, Houses.ToString());
    }

    [Fact]
    public void ToString_LongWideTable_SaysWhatItLeavesOut()
    {
        Table table = Table.FromMatrix(new double[25, 40]);
        string[] lines = table.ToString().Split(Environment.NewLine);
        Assert.Equal(12, lines.Length);
        Assert.All(lines[..11], line => Assert.True(line.Length <= 120, line));
        Assert.StartsWith("[25 rows x 40 columns, first 10 shown, not shown: x", lines[11]);
    }

    [Fact]
    public void ToString_ValuesOfAllSizes_HidesNone()
    {
        string[] cells = Table.FromColumns([Tuple.Create("x", new[] { 123456.789, 0.00002, 3e20, double.NaN, -1 })]).ToString().Split(Environment.NewLine)[1..^1];
        Assert.Equal(["123457", "2E-05", "3E+20", "NaN", "-1"], cells.Select(cell => cell.Trim()));
    }

    [Fact]
    public void Column_MistypedName_ListsColumnsAndTheNearest()
    {
        Assert.Equal("table: column 'pirce' must be one of rooms, price, street, but is none of them; did you mean 'price'?", MessageOf(() => Houses.Column("pirce")));
        Assert.Equal("table: column 'zzz' must be one of rooms, price, street, but is none of them", MessageOf(() => Houses.Select("rooms", "zzz")));
        Assert.Equal("table: column 'Rooms' must be one of rooms, price, street, but is none of them; did you mean 'rooms'?", MessageOf(() => Houses.Drop("Rooms")));
    }

    [Fact]
    public void Column_OfText_NamesFileLineAndColumn()
    {
        const string expected = "table: column 'street' must hold numbers, but holds text (houses.csv, line 2: 'Elm'); leave it out with Drop, or read it with Text";
        Assert.Equal(expected, MessageOf(() => Houses.Column("street")));
        Assert.Equal(expected, MessageOf(() => Houses.Rows(2).ToMatrix()));
        Table unnamed = new([TableColumn.Text("street", ["Elm"])]);
        Assert.Equal("table: column 'street' must hold numbers, but holds text (row 0: 'Elm'); leave it out with Drop, or read it with Text", MessageOf(() => unnamed.Column("street")));
    }

    [Fact]
    public void Text_OfNumbers_SaysSo() =>
        Assert.Equal("table: column 'rooms' must hold text, but holds numbers; read it with Column", MessageOf(() => Houses.Text("rooms")));

    [Fact]
    public void Table_BadColumns_AreNamed()
    {
        TableColumn x = TableColumn.Numbers("x", [1, 2]);
        Assert.Equal("table: there must be at least one column, but there is none", MessageOf(() => _ = new Table([])));
        Assert.Equal("table: names must differ, but two columns are named 'x'", MessageOf(() => _ = new Table([x, x])));
        Assert.Equal("table: every column must have a name, but column 2 has none", MessageOf(() => _ = new Table([x, TableColumn.Numbers(" ", [1, 2])])));
        Assert.Equal("table: columns must be equally long, but 'x' has 2 rows and 'y' has 1", MessageOf(() => _ = new Table([x, TableColumn.Numbers("y", [1])])));
        Assert.Equal("table: there must be one name a column, but there are 2 columns and 1 names", MessageOf(() => Table.FromMatrix(new double[3, 2], "x")));
    }

    [Fact]
    public void Rows_OutsideTheTable_AreNamed()
    {
        Assert.Equal("table: rows must be at least 0 and below the row count 3, but row 3 was asked for", MessageOf(() => Houses.Rows(0, 3)));
        Assert.Equal("table: rows must be at least 0 and below the row count 3, but row -1 was asked for", MessageOf(() => Houses.Slice(-1, 1)));
        Assert.Equal("table: rows must be at least 0 and below the row count 3, but row 3 was asked for", MessageOf(() => Houses.Slice(1, 3)));
        Assert.Equal("table: rows must be at least 0 and below the row count 0, but row 0 was asked for", MessageOf(() => Houses.Rows([]).Rows(0)));
    }
}

using System.Globalization;
using System.Text;
using Crucible.Data;
using Crucible.Lab.Data;
using FsCheck;
using FsCheck.Fluent;
using Xunit;

namespace Crucible.Lab.Tests.Data;

public sealed class CsvTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("crucible-csv-").FullName;

    private string File => Path.Combine(folder, "x.csv");

    public void Dispose() => Directory.Delete(folder, recursive: true);

    private Table Read(string content, CsvOptions? options = null)
    {
        System.IO.File.WriteAllText(File, content);
        return Csv.Read(File, options);
    }

    /// <summary>Reads what must fail, and gives the message without the folder.</summary>
    private string Refused(string content, CsvOptions? options = null) =>
        Assert.Throws<DataException>(() => Read(content, options)).Message.Replace(folder + Path.DirectorySeparatorChar, "", StringComparison.Ordinal);

    [Fact]
    public void Read_NumbersAndText_SettlesKindByTheFirstCell()
    {
        Table table = Read("species, width ,code\nsetosa,1.5,7\n\"iris, \"\"blue\"\"\",-2e3,+8\n,.25,9\n");
        Assert.Equal(["species", "width", "code"], table.ColumnNames);
        Assert.Equal(["setosa", "iris, \"blue\"", ""], table.Text("species"));
        Assert.Equal([1.5, -2000, 0.25], table.Column("width"));
        Assert.Equal([7, 8, 9], table.Column("code"));
    }

    [Theory]
    [InlineData("a,b\r\n1,2\r\n3,4\r\n")]
    [InlineData("\uFEFFa,b\n1,2\n3,4")]
    [InlineData("a;b\n1;2\n3;4\n")]
    [InlineData("a\tb\n1\t2\n3\t4\n")]
    [InlineData("a|b\n1|2\n3|4\n")]
    [InlineData("sep=;\na;b\n1;2\n3;4\n")]
    [InlineData("\n a , b \n\n \"1\" , 2 \n\n3,4\n\n\n")]
    public void Read_AnyDelimiterLineBreakMarkAndSpacing_IsTheSameTable(string content)
    {
        Table table = Read(content);
        Assert.Equal(["a", "b"], table.ColumnNames);
        Assert.Equal(new double[,] { { 1, 2 }, { 3, 4 } }, table.ToMatrix());
    }

    [Fact]
    public void Read_Utf16WithMark_IsUnderstood()
    {
        System.IO.File.WriteAllText(File, "größe\n1\n", Encoding.Unicode);
        Assert.Equal(["größe"], Csv.Read(File).ColumnNames);
    }

    [Fact]
    public void Read_GivenDelimiter_IsUsed() =>
        Assert.Equal(["1;2"], Read("a,b;c\n1;2,3\n", new() { Delimiter = ',' }).Text("a"));

    [Fact]
    public void Read_NoHeader_NumbersTheColumns()
    {
        Table table = Read("1,2\n3,4\n", new() { HasHeader = false });
        Assert.Equal(["column1", "column2"], table.ColumnNames);
        Assert.Equal(2, table.RowCount);
        Assert.Equal(["a", "column2"], Read("a,\n1,2\n").ColumnNames);
    }

    [Fact]
    public void Read_TextColumns_StayText()
    {
        Table table = Read("zip,x\n01234,1\nNA,2\n", new() { TextColumns = ["zip"] });
        Assert.Equal(["01234", "NA"], table.Text("zip"));
    }

    [Fact]
    public void Read_HugeIntegers_AreTheNearestDoubles() =>
        Assert.Equal([9007199254740992, 123456789012345678901234567890.0], Read("id\n9007199254740993\n123456789012345678901234567890\n").Column("id"));

    [Fact]
    public void Read_QuotedLineBreak_CountsForTheLineOfLaterErrors()
    {
        Table table = Read("a,b\n\"two\nlines\",1\n");
        Assert.Equal(["two\nlines"], table.Text("a"));
        Assert.Equal("csv: x.csv, line 4: a row must have the first line's 2 cells, but has 3", Refused("a,b\n\"two\nlines\",1\n1,2,3\n"));
    }

    [Fact]
    public void Read_CommaDecimalCulture_ChangesNothing()
    {
        CultureInfo before = CultureInfo.CurrentCulture;
        try
        {
            CultureInfo.CurrentCulture = CultureInfo.GetCultureInfo("de-DE");
            Table table = Read("a,b\n1.5,1234.25\n");
            Assert.Equal([1.5], table.Column("a"));
            Csv.Write(File, table);
            Assert.Equal("a,b\n1.5,1234.25\n", System.IO.File.ReadAllText(File));
            Assert.StartsWith("  a        b", table.ToString(), StringComparison.Ordinal);
            Assert.Contains("1.5  1234.25", table.ToString(), StringComparison.Ordinal);
            Assert.Equal("csv: x.csv, line 3, column 'a': a number is needed, as in the rows above, but the cell is '1,5'; CsvOptions.TextColumns can keep the column as text", Refused("a;b\n1;2\n1,5;2\n"));
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    [Fact]
    public void Missing_EachPolicy_DoesWhatItSays()
    {
        const string content = "x,y,id\n1,10,a\nNA,20,\n3,?,c\n8,nan,d\n";
        Assert.Equal([1, 4, 3, 8], Read(content, new() { Missing = Missing.Mean }).Column("x"));
        Assert.Equal([1, 3, 3, 8], Read(content, new() { Missing = Missing.Median }).Column("x"));
        Assert.Equal([10, 20, -1, -1], Read(content, new() { Missing = Missing.Value(-1) }).Column("y"));
        Table dropped = Read(content, new() { Missing = Missing.DropRow });
        Assert.Equal([1], dropped.Column("x"));
        Assert.Equal(["a"], dropped.Text("id"));
    }

    [Fact]
    public void Missing_BeforeTheFirstValue_IsStillInItsRow() =>
        Assert.Equal([5, 5, 5], Read("x\nNA\nNA\n5\n", new() { Missing = Missing.Mean }).Column("x"));

    [Fact]
    public void Missing_MarkersGiven_ReplaceTheUsualOnes() =>
        Assert.Equal([1, 0, 3], Read("x\n1\n-999\n3\n", new() { MissingMarkers = ["-999"], Missing = Missing.Value(0) }).Column("x"));

    [Theory]
    [InlineData("x,rm\n1,2\n3,\n", "line 3, column 'rm': a value is needed, but the cell is empty; CsvOptions.Missing can drop such rows or fill such cells")]
    [InlineData("x,rm\n1,2\n3,nan\n", "line 3, column 'rm': a value is needed, but the cell is 'nan'; CsvOptions.Missing can drop such rows or fill such cells")]
    [InlineData("x,rm\n?,2\n3,4\n", "line 2, column 'x': a value is needed, but the cell is '?'; CsvOptions.Missing can drop such rows or fill such cells")]
    [InlineData("x,rm\n1,NA\n3,NA\n", "line 2, column 'rm': a value is needed, but the cell is 'NA'; CsvOptions.Missing can drop such rows or fill such cells")]
    [InlineData("x\n1\n\"\"\n", "line 3, column 'x': a value is needed, but the cell is empty; CsvOptions.Missing can drop such rows or fill such cells")]
    [InlineData("x,rm\n1,2\n\n3,abc\n", "line 4, column 'rm': a number is needed, as in the rows above, but the cell is 'abc'; CsvOptions.TextColumns can keep the column as text")]
    [InlineData("x,rm\n1,2\n3,\"1,234\"\n", "line 3, column 'rm': a number is needed, as in the rows above, but the cell is '1,234'; CsvOptions.TextColumns can keep the column as text")]
    [InlineData("x,rm\n1,2\n3,1e999\n", "line 3, column 'rm': a finite number is needed, but the cell is '1e999'")]
    [InlineData("x,rm\n1,2\n3,-Infinity\n", "line 3, column 'rm': a finite number is needed, but the cell is '-Infinity'")]
    [InlineData("x,rm\n1,2\n3\n", "line 3: a row must have the first line's 2 cells, but has 1")]
    [InlineData("x,rm\n1,2,3\n", "line 2: a row must have the first line's 2 cells, but has 3")]
    [InlineData("x,rm,x\n1,2,3\n", "line 1: column names must differ, but columns 1 and 3 are both named 'x'")]
    [InlineData("1,2.5\n3,4\n", "line 1: the first line must name the columns, but all its 2 cells are numbers; set CsvOptions.HasHeader to false if the data begins there")]
    [InlineData("x,rm\n1,\"a\"b\n", "line 2: a quoted cell must begin and end with a quote, and quotes inside it must be doubled, but text follows a closing quote")]
    [InlineData("x,rm\n1,2\n3,a\"b\n", "line 3: a quoted cell must begin and end with a quote, and quotes inside it must be doubled, but a quote stands inside an unquoted cell")]
    [InlineData("x,rm\n1,2\n3,\"a\n4,5\n", "line 3: a quoted cell must begin and end with a quote, and quotes inside it must be doubled, but a quote is never closed")]
    [InlineData("x,\"rm\n1,2\n", "line 1: a quoted cell must begin and end with a quote, and quotes inside it must be doubled, but a quote is never closed")]
    public void Read_BadLine_NamesFileLineAndColumn(string content, string expected) => Assert.Equal("csv: x.csv, " + expected, Refused(content));

    [Theory]
    [InlineData("", "the first line must name the columns, but the file is empty")]
    [InlineData("\uFEFF", "the first line must name the columns, but the file is empty")]
    [InlineData("\n\r\n", "the first line must name the columns, but the file is empty")]
    [InlineData("x,rm\n", "there must be rows of data, but there are none")]
    [InlineData("x,rm", "there must be rows of data, but there are none")]
    public void Read_NothingToRead_SaysSo(string content, string expected) => Assert.Equal("csv: x.csv: " + expected, Refused(content));

    [Fact]
    public void Read_OptionsThatDoNotFit_SayWhy()
    {
        Assert.Equal("csv: x.csv: CsvOptions.TextColumns must name columns of the file, but 'zap' is none of zip, x", Refused("zip,x\n1,2\n", new() { TextColumns = ["zap"] }));
        Assert.Equal("csv: x.csv, column 'x': at least one value is needed to fill the gaps from, but all are missing", Refused("x,y\n,1\n", new() { Missing = Missing.Mean }));
        Assert.Equal("csv: x.csv: a row without missing values is needed, but all 2 rows have one; fill the gaps instead of dropping their rows", Refused("x,y\n,1\n1,\n", new() { Missing = Missing.DropRow }));
        Assert.Equal("csv: a value that fills gaps must be finite, but is NaN", Assert.Throws<OptionException>(() => Missing.Value(double.NaN)).Message);
    }

    [Fact]
    public void Read_OtherEncoding_NamesTheCell()
    {
        System.IO.File.WriteAllBytes(File, Encoding.Latin1.GetBytes("x,street\n1,Alleé\n"));
        Assert.Equal($"csv: {File}, line 2, column 'street': text must be UTF-8, but is not; save the file in that encoding", Assert.Throws<DataException>(() => Csv.Read(File)).Message);
        System.IO.File.WriteAllBytes(File, Encoding.Latin1.GetBytes("größe\n1\n"));
        Assert.Equal($"csv: {File}, line 1, column 'column1': text must be UTF-8, but is not; save the file in that encoding", Assert.Throws<DataException>(() => Csv.Read(File)).Message);
    }

    [Fact]
    public void Read_TextColumnAskedForNumbers_NamesFileLineAndColumn() =>
        Assert.Equal(
            $"table: column 'species' must hold numbers, but holds text ({File}, line 3: 'setosa'); leave it out with Drop, or read it with Text",
            Assert.Throws<DataException>(() => Read("species,x\n?,1\nsetosa,2\n").Column("species")).Message);

    [Fact]
    public void Read_NoFile_NamesTheFullPath() =>
        Assert.Equal($"csv: {File}: the file must exist, but there is none at {File}", Assert.Throws<DataException>(() => Csv.Read(File)).Message);

    [Fact]
    public void Write_FolderIsAFile_SaysSo()
    {
        System.IO.File.WriteAllText(File, "");
        string path = Path.Combine(File, "x.csv");
        string message = Assert.Throws<DataException>(() => Csv.Write(path, Table.FromMatrix(new double[1, 1]))).Message;
        Assert.StartsWith($"csv: {path}: the file must be writable, but is not (", message, StringComparison.Ordinal);
    }

    [Fact]
    public void WriteAndRead_AnyTable_IsTheIdentity()
    {
        Gen<double> number = ArbMap.Default.GeneratorFor<NormalFloat>().Select(value => value.Get);
        Gen<string> text = Gen.Elements("a,\";|\t \r\n'=é日0".ToCharArray()).ListOf().Select(letters => new string([.. letters]));
        Gen<(double Number, string Text, string Name)[]> rows = number.Zip(text).Zip(text, (pair, name) => (pair.Item1, pair.Item2, name)).NonEmptyListOf().Select(list => list.ToArray());
        Prop.ForAll(rows.ToArbitrary(), cells =>
        {
            string name = "t" + cells[0].Name + "t";
            Table table = new([TableColumn.Numbers("x", cells.Select(cell => cell.Number)), TableColumn.Text(name, cells.Select(cell => cell.Text))]);
            Csv.Write(File, table);
            Table read = Csv.Read(File, new() { TextColumns = [name], Delimiter = ',' });
            return read.ColumnNames.SequenceEqual(["x", name])
                && read.Column("x").AsSpan().SequenceEqual(table.Column("x"))
                && read.Text(name).SequenceEqual(table.Text(name));
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void WriteAndRead_OneColumnOfEmptyText_KeepsEveryRow()
    {
        Table table = new([TableColumn.Text("note", ["", "", "x"])]);
        Csv.Write(File, table);
        Assert.Equal(["", "", "x"], Csv.Read(File).Text("note"));
    }
}

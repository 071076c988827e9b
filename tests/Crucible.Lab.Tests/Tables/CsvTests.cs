using System.Globalization;
using System.Text;
using Crucible.Lab.Tables;
using Deedle;
using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
using Xunit;

namespace Crucible.Lab.Tests.Tables;

public sealed class CsvTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("crucible-csv-").FullName;

    private string File => Path.Combine(folder, "x.csv");

    public void Dispose() => Directory.Delete(folder, recursive: true);

    private Frame<int, string> Read(string content, CsvOptions? options = null)
    {
        System.IO.File.WriteAllText(File, content);
        return Csv.Read(File, options);
    }

    /// <summary>Reads what must fail, and gives the message without the folder.</summary>
    private string Refused(string content, CsvOptions? options = null) =>
        Assert.Throws<DataException>(() => Read(content, options)).Message
            .Replace(folder + Path.DirectorySeparatorChar, "", StringComparison.Ordinal);

    /// <summary>The numbers of a column, NaN where one is missing.</summary>
    private static double[] Numbers(Frame<int, string> frame, string column) =>
        [.. Enumerable.Range(0, frame.RowCount).Select(row =>
            frame.GetColumn<double>(column).TryGetAt(row) is { HasValue: true } number ? number.Value : double.NaN)];

    private static string[] Texts(Frame<int, string> frame, string column) => [.. frame.GetColumn<string>(column).Values];

    [Theory]
    [InlineData("a,b\n1,2\n3,4\0\n", "csv: x.csv, line 3, column 'b': a cell must be text, but holds the character of code 0;")]
    [InlineData("a,b\0\n1,2\n", "csv: x.csv, line 1, column 'column2': a cell must be text, but holds the character of code 0;")]
    public void Read_NullCharacter_IsRefused(string content, string problem) =>
        Assert.StartsWith(problem, Refused(content), StringComparison.Ordinal);

    [Fact]
    public void Read_PipeOrDevice_SaysSoAtOnce()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no pipes among its files");
        System.Diagnostics.Process.Start("mkfifo", File).WaitForExit();
        foreach (string path in new[] { File, "/dev/zero" })
        {
            Assert.StartsWith(
                $"csv: {path}: the file must be readable, but is not ({path} is no regular file but a pipe, a device or a socket;",
                Assert.Throws<DataException>(() => Csv.Read(path)).Message, StringComparison.Ordinal);
        }
    }

    /// <summary>Each name is compared with those before by its hash: compared with every one of them, this took a minute.</summary>
    [Fact]
    public void Read_ManyColumns_FindsTheOneThatIsThereTwice() => Assert.Equal(
        "csv: x.csv, line 1: column names must differ, but columns 1 and 300001 are both named 'c0'",
        Refused(string.Join(',', Enumerable.Range(0, 300_000).Select(i => $"c{i}").Append("c0")) + "\n"));

    [Fact]
    public void Read_MutatedAtRandom_IsReadOrRefused()
    {
        byte[] whole = Encoding.UTF8.GetBytes("a,b,\"c d\"\n1,x,1e308\n-2.5,\"y,z\",7\n,é,NA\n");
        Random random = new(12);
        for (int i = 0; i < 1000; i++)
        {
            byte[] damaged = (byte[])whole.Clone();
            for (int change = random.Next(1, 4); change > 0; change--)
                damaged[random.Next(damaged.Length)] = random.Next(2) == 0 ? (byte)random.Next(256) : (byte)",;\"\n\0\rx1"[random.Next(8)];
            System.IO.File.WriteAllBytes(File, damaged[..random.Next(1, damaged.Length + 1)]);
            try
            {
                Csv.Read(File);
            }
            catch (DataException error)
            {
                Assert.StartsWith($"csv: {File}", error.Message, StringComparison.Ordinal);
            }
        }
    }

    [Fact]
    public void Read_NumbersAndText_SettlesKindByTheFirstCell()
    {
        Frame<int, string> table = Read("species, width ,code\nsetosa,1.5,7\n\"iris, \"\"blue\"\"\",-2e3,+8\n,.25,9\n");
        Assert.Equal(["species", "width", "code"], table.ColumnKeys);
        Assert.Equal(["setosa", "iris, \"blue\"", ""], Texts(table, "species"));
        Assert.Equal([1.5, -2000, 0.25], Numbers(table, "width"));
        Assert.Equal([7, 8, 9], Numbers(table, "code"));
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
        Frame<int, string> table = Read(content);
        Assert.Equal(["a", "b"], table.ColumnKeys);
        Assert.Equal([1.0, 2, 3, 4], Lab.Tables.Frame.toTensor(table).ToArray());
        Assert.Equal([0, 1], table.RowKeys);
    }

    [Fact]
    public void Read_Utf16WithMark_IsUnderstood()
    {
        System.IO.File.WriteAllText(File, "größe\n1\n", Encoding.Unicode);
        Assert.Equal(["größe"], Csv.Read(File).ColumnKeys);
    }

    [Fact]
    public void Read_GivenDelimiter_IsUsed() =>
        Assert.Equal(["1;2"], Texts(Read("a,b;c\n1;2,3\n", new() { Delimiter = ',' }), "a"));

    [Fact]
    public void Read_NoHeader_NumbersTheColumns()
    {
        Frame<int, string> table = Read("1,2\n3,4\n", new() { HasHeader = false });
        Assert.Equal(["column1", "column2"], table.ColumnKeys);
        Assert.Equal(2, table.RowCount);
        Assert.Equal(["a", "column2"], Read("a,\n1,2\n").ColumnKeys);
    }

    [Fact]
    public void Read_TextColumns_StayText()
    {
        Frame<int, string> table = Read("zip,x\n01234,1\nNA,2\n", new() { TextColumns = ["zip"] });
        Assert.Equal(["01234", "NA"], Texts(table, "zip"));
    }

    [Fact]
    public void Read_HugeIntegers_AreTheNearestDoubles() =>
        Assert.Equal(
            [9007199254740992, 123456789012345678901234567890.0],
            Numbers(Read("id\n9007199254740993\n123456789012345678901234567890\n"), "id"));

    [Fact]
    public void Read_QuotedLineBreak_CountsForTheLineOfLaterErrors()
    {
        Frame<int, string> table = Read("a,b\n\"two\nlines\",1\n");
        Assert.Equal(["two\nlines"], Texts(table, "a"));
        Assert.Equal("csv: x.csv, line 4: a row must have the first line's 2 cells, but has 3", Refused("a,b\n\"two\nlines\",1\n1,2,3\n"));
    }

    [Fact]
    public void Read_CommaDecimalCulture_ChangesNothing()
    {
        CultureInfo before = CultureInfo.CurrentCulture;
        try
        {
            CultureInfo.CurrentCulture = CultureInfo.GetCultureInfo("de-DE");
            Frame<int, string> table = Read("a,b\n1.5,1234.25\n");
            Assert.Equal([1.5], Numbers(table, "a"));
            Csv.Write(File, table);
            Assert.Equal("a,b\n1.5,1234.25\n", System.IO.File.ReadAllText(File));
            Assert.Equal(
                "csv: x.csv, line 3, column 'a': a number is needed, as in the rows above, but the cell is '1,5'; CsvOptions.TextColumns can keep the column as text",
                Refused("a;b\n1;2\n1,5;2\n"));
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    [Fact]
    public void Missing_InNumbers_IsMissingAndForDeedleToDropOrFill()
    {
        Frame<int, string> frame = Read("x,y,id\n1,10,a\nNA,20,\n3,?,c\n8,nan,d\n");
        Assert.Equal([1, double.NaN, 3, 8], Numbers(frame, "x"));
        Assert.Equal(3, frame.GetColumn<double>("x").ValueCount);
        Assert.Equal([10, 20, -1, -1], Numbers(FrameModule.FillMissingWith(-1.0, frame), "y"));
        Assert.Equal([1, 4, 3, 8], Numbers(frame.FillMissing<int, string, double>((column, _) => column.Mean()), "x"));
        Assert.Equal([1, 3, 3, 8], Numbers(frame.FillMissing<int, string, double>((column, _) => column.Median()), "x"));
        Frame<int, string> dropped = frame.DropSparseRows();
        Assert.Equal([1], Numbers(dropped, "x"));
        Assert.Equal(["a"], Texts(dropped, "id"));
        Assert.Equal(["a", "", "c", "d"], Texts(frame, "id"));
    }

    [Fact]
    public void Missing_BeforeTheFirstValue_IsStillInItsRow() =>
        Assert.Equal([double.NaN, double.NaN, 5], Numbers(Read("x\nNA\nNA\n5\n"), "x"));

    [Fact]
    public void Missing_InEveryRow_IsAColumnOfNumbers()
    {
        Frame<int, string> frame = Read("x,y\n,1\nNA,2\n");
        Assert.Equal([typeof(double), typeof(double)], frame.ColumnTypes);
        Assert.Equal(0, frame.GetColumn<double>("x").ValueCount);
    }

    [Fact]
    public void Missing_MarkersGiven_ReplaceTheUsualOnes() =>
        Assert.Equal([1, double.NaN, 3], Numbers(Read("x\n1\n-999\n3\n", new() { MissingMarkers = ["-999"] }), "x"));

    [Theory]
    [InlineData(
        "x,rm\n1,2\n\n3,abc\n",
        "line 4, column 'rm': a number is needed, as in the rows above, but the cell is 'abc'; CsvOptions.TextColumns can keep the column as text")]
    [InlineData(
        "x,rm\n1,2\n3,\"1,234\"\n",
        "line 3, column 'rm': a number is needed, as in the rows above, but the cell is '1,234'; CsvOptions.TextColumns can keep the column as text")]
    [InlineData(
        "x,rm\n1,2\n3,0x1F\n",
        "line 3, column 'rm': a number is needed, as in the rows above, but the cell is '0x1F'; CsvOptions.TextColumns can keep the column as text")]
    [InlineData("x,rm\n1,2\n3,1e999\n", "line 3, column 'rm': a finite number is needed, but the cell is '1e999'")]
    [InlineData("x,rm\n1,2\n3,-Infinity\n", "line 3, column 'rm': a finite number is needed, but the cell is '-Infinity'")]
    [InlineData("x,rm\n1,2\n3\n", "line 3: a row must have the first line's 2 cells, but has 1")]
    [InlineData("x,rm\n1,2,3\n", "line 2: a row must have the first line's 2 cells, but has 3")]
    [InlineData("x,rm,x\n1,2,3\n", "line 1: column names must differ, but columns 1 and 3 are both named 'x'")]
    [InlineData(
        "1,2.5\n3,4\n",
        "line 1: the first line must name the columns, but all its 2 cells are numbers; set CsvOptions.HasHeader to false if the data begins there")]
    [InlineData(
        "x,rm\n1,\"a\"b\n",
        "line 2: a quoted cell must begin and end with a quote, and quotes inside it must be doubled, but text follows a closing quote")]
    [InlineData(
        "x,rm\n1,2\n3,a\"b\n",
        "line 3: a quoted cell must begin and end with a quote, and quotes inside it must be doubled, but a quote stands inside an unquoted cell")]
    [InlineData(
        "x,rm\n1,2\n3,\"a\n4,5\n",
        "line 3: a quoted cell must begin and end with a quote, and quotes inside it must be doubled, but a quote is never closed")]
    [InlineData(
        "x,\"rm\n1,2\n",
        "line 1: a quoted cell must begin and end with a quote, and quotes inside it must be doubled, but a quote is never closed")]
    public void Read_BadLine_NamesFileLineAndColumn(string content, string expected) =>
        Assert.Equal("csv: x.csv, " + expected, Refused(content));

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
        Assert.Equal(
            "csv: x.csv: CsvOptions.TextColumns must name columns of the file, but 'zap' is none of zip, x",
            Refused("zip,x\n1,2\n", new() { TextColumns = ["zap"] }));
        Assert.Equal(
            "csv: x.csv, line 3, column 'x': a number is needed, as in the rows above, but the cell is 'NA'; CsvOptions.TextColumns can keep the column as text",
            Refused("x,y\n1,1\nNA,1\n", new() { MissingMarkers = ["-999"] }));
    }

    [Fact]
    public void Read_OtherEncoding_NamesTheCell()
    {
        System.IO.File.WriteAllBytes(File, Encoding.Latin1.GetBytes("x,street\n1,Alleé\n"));
        Assert.Equal(
            $"csv: {File}, line 2, column 'street': text must be UTF-8, but is not; save the file in that encoding",
            Assert.Throws<DataException>(() => Csv.Read(File)).Message);
        System.IO.File.WriteAllBytes(File, Encoding.Latin1.GetBytes("größe\n1\n"));
        Assert.Equal(
            $"csv: {File}, line 1, column 'column1': text must be UTF-8, but is not; save the file in that encoding",
            Assert.Throws<DataException>(() => Csv.Read(File)).Message);
    }

    [Fact]
    public void Read_NoFile_NamesTheFullPath() =>
        Assert.Equal(
            $"csv: {File}: the file must exist, but there is none at {File}", Assert.Throws<DataException>(() => Csv.Read(File)).Message);

    [Fact]
    public void Write_FolderIsAFile_SaysSo()
    {
        System.IO.File.WriteAllText(File, "");
        string path = Path.Combine(File, "x.csv");
        string message = Assert.Throws<DataException>(() => Csv.Write(path, Frame(("x", new Series<int, double>([0], [1]))))).Message;
        Assert.StartsWith($"csv: {path}: the file must be writable, but is not (", message, StringComparison.Ordinal);
    }

    /// <summary>A frame made of named series compares each column with those before it: 22 seconds for so many.</summary>
    [Fact]
    public void Read_ManyColumns_TakesMemoryInProportion()
    {
        string[] names = [.. Enumerable.Range(0, 8000).Select(i => $"c{i}")];
        System.IO.File.WriteAllText(File, $"{string.Join(',', names)}\n{string.Join(',', names.Select(_ => "1.5"))}\n");
        Csv.Read(File);
        long before = GC.GetAllocatedBytesForCurrentThread();
        Frame<int, string> read = Csv.Read(File);
        Tensors.Tensor numbers = Lab.Tables.Frame.toTensor(read);
        Assert.Equal(8000, Lab.Tables.Frame.ofTensor(names).Invoke(numbers).ColumnCount);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 60_000_000);
        Assert.Equal((8000, 1.5), (read.ColumnCount, numbers.ToArray()[7999]));
    }

    [Property]
    public Property WriteAndRead_AnyTable_IsTheIdentity()
    {
        Gen<double> number = ArbMap.Default.GeneratorFor<NormalFloat>().Select(value => value.Get);
        Gen<string> text = Gen.Elements("a,\";|\t \r\n'=é日0".ToCharArray()).ListOf().Select(letters => new string([.. letters]));
        Gen<(double Number, string Text, string Name)[]> tables =
            number.Zip(text).Zip(text, (pair, name) => (pair.Item1, pair.Item2, name)).NonEmptyListOf().Select(list => list.ToArray());
        return Prop.ForAll(tables.ToArbitrary(), cells =>
        {
            string name = "t" + cells[0].Name + "t";
            double[] numbers = [.. cells.Select((cell, row) => row % 3 == 1 ? double.NaN : cell.Number)];
            string[] texts = [.. cells.Select(cell => cell.Text)];
            int[] rows = [.. Enumerable.Range(0, cells.Length)];
            Csv.Write(File, Frame(("x", new Series<int, double>(rows, numbers)), (name, new Series<int, string>(rows, texts))));
            Frame<int, string> read = Csv.Read(File, new() { TextColumns = [name], Delimiter = ',' });
            return read.ColumnKeys.SequenceEqual(["x", name])
                && Numbers(read, "x").AsSpan().SequenceEqual(numbers)
                && Texts(read, name).SequenceEqual(texts);
        });
    }

    [Fact]
    public void WriteAndRead_OneColumnOfEmptyText_KeepsEveryRow()
    {
        Csv.Write(File, Frame(("note", new Series<int, string>([0, 1, 2], ["", "", "x"]))));
        Assert.Equal(["", "", "x"], Texts(Csv.Read(File), "note"));
    }

    [Fact]
    public void Write_OtherColumns_AreNumbersOrRefused()
    {
        Csv.Write(File, Frame(("count", new Series<int, int>([0, 1], [7, 8])), ("is old", new Series<int, bool>([0, 1], [true, false]))));
        Assert.Equal("count,is old\n7,1\n8,0\n", System.IO.File.ReadAllText(File));
        Assert.StartsWith(
            "frame: column 'day' must hold numbers, but row 0 holds '",
            Assert.Throws<DataException>(() => Csv.Write(File, Frame(("day", new Series<int, DateTime>([0], [new(2020, 1, 1)]))))).Message,
            StringComparison.Ordinal);
        Assert.Equal("count,is old\n7,1\n8,0\n", System.IO.File.ReadAllText(File));
    }

    private static Frame<int, string> Frame(params (string Name, ISeries<int> Values)[] columns) =>
        new(columns.Select(column => column.Name), columns.Select(column => column.Values));
}

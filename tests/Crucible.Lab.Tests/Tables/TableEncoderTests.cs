using Crucible.Lab.Tables;
using Crucible.Tensors;
using Deedle;
using Xunit;

namespace Crucible.Lab.Tests.Tables;

public sealed class TableEncoderTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    private Frame<int, string> Read(string text)
    {
        File.WriteAllText(folder.File("table.csv"), text);
        return Csv.Read(folder.File("table.csv"));
    }

    // The median age of 10, 20 and 40 is 20; red comes twice.
    private Frame<int, string> Training => Read("age,colour\n10,red\n,blue\n20,red\n40,\n");

    [Fact]
    public void Fit_Indicator_FillsAndMarksByTheTrainingRows()
    {
        TableEncoder encoder = TableEncoder.Fit(Training, MissingValues.Indicator);
        Assert.Equal(["age", "age is missing", "colour = blue", "colour = red", "colour is missing"], encoder.Columns);
        Assert.Equal(
            [[10, 0, 0, 1, 0], [20, 1, 1, 0, 0], [20, 0, 0, 1, 0], [40, 0, 0, 1, 1]], encoder.Transform(Training).ToArray().Chunk(5));
        // Other rows, columns in another order and one more: the training rows' median and texts. Green is unknown: zeros.
        Frame<int, string> others = Read("more,colour,age\n1,green,\n2,,1000\n");
        Assert.Equal([[20, 1, 0, 0, 0], [1000, 0, 0, 1, 1]], encoder.Transform(others).ToArray().Chunk(5));
        Assert.Equal([2, 3, 4], encoder.PlacesOf("colour"));
    }

    [Fact]
    public void Fit_FillAndIndex_IsAColumnEach()
    {
        TableEncoder encoder = TableEncoder.Fit(Training, MissingValues.Fill, CategoryEncoding.Index);
        Assert.Equal(["age", "colour"], encoder.Columns);
        // blue 0, red 1; what training did not have is the index behind them.
        Assert.Equal([[5, 0], [20, 2]], encoder.Transform(Read("age,colour\n5,blue\n,green\n")).ToArray().Chunk(2));
    }

    [Fact]
    public void Fit_Drop_LeavesIncompleteRowsOut()
    {
        TableEncoder encoder = TableEncoder.Fit(Training, MissingValues.Drop);
        Frame<int, string> whole = encoder.Complete(Training);
        Assert.Equal([0, 2], whole.RowKeys);
        Assert.Equal([[10, 0, 1], [20, 0, 1]], encoder.Transform(whole).ToArray().Chunk(3));
        Assert.StartsWith(
            "frame: column 'age' must have a value in every row, but row 1 has none",
            Assert.Throws<DataException>(() => encoder.Transform(Training)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Fit_Refuse_NamesColumnAndRow()
    {
        string Refused(string text) => Assert.Throws<DataException>(() => TableEncoder.Fit(Read(text))).Message;
        Assert.StartsWith(
            "frame: column 'age' must have a value in every row, but row 1 has none; TableEncoder", Refused("age,b\n1,2\n,3\n"),
            StringComparison.Ordinal);
        TableEncoder numbers = TableEncoder.Fit(Read("a,b\n1,2\n"));
        Assert.Equal(
            "frame: column 'b' must be one of a, c, but is none of them; did you mean 'a'?",
            Assert.Throws<DataException>(() => numbers.Transform(Read("a,c\n1,2\n"))).Message);
        Assert.Equal(
            "frame: column 'a' must hold numbers, but row 0 holds 'x'; TableEncoder makes numbers of texts, Frame.without leaves the column out",
            Assert.Throws<DataException>(() => numbers.Transform(Read("a,b\nx,2\n"))).Message);
        Assert.Equal(
            "frame: column 'a' must have a value in some training row, but has none; leave it out with Frame.without",
            Assert.Throws<DataException>(() => TableEncoder.Fit(Read("a,b\n,2\n,3\n"), MissingValues.Fill)).Message);
    }

    [Fact]
    public void Categories_OfTexts_AreClassesAndMarks()
    {
        Categories kinds = Categories.Fit(["cat", "dog", "ape", "cat"]);
        Assert.Equal(["ape", "cat", "dog"], kinds.Names);
        Assert.Equal([1, 2, 0], kinds.Indices(["cat", "dog", "ape"]).ToArray<int>());
        Assert.Equal([[0, 0, 1], [0, 0, 0]], kinds.OneHot(["dog", "cow"]).ToArray().Chunk(3));
        Assert.Equal(
            "categories: 'dogs' must be one of ape, cat, dog, which the training rows have; did you mean 'dog'?",
            Assert.Throws<DataException>(() => kinds.Indices(["dogs"])).Message);
        Assert.Equal(
            "categories: names must differ, but 'a' is named twice",
            Assert.Throws<DataException>(() => new Categories(["a", "b", "a"])).Message);
    }

    [Fact]
    public void RegressionTable_TextsAndGaps_AreEncodedByTheTrainingRowsAlone()
    {
        static string Row(int i) => $"{(i % 5 == 0 ? "" : i)},{(i % 2 == 0 ? "old" : "new")},{(i == 3 ? "" : i)}\n";
        string rows = string.Concat(Enumerable.Range(0, 30).Select(Row));
        RegressionTable table = new(Read("size,state,price\n" + rows), missing: MissingValues.Indicator);
        Assert.Equal((29, 1), (table.Y.Shape[0], table.LeftOut)); // row 3 has no price
        RegressionSplit split = table.Split(20, new Generator(1));
        Assert.Equal(["size", "size is missing", "state = new", "state = old"], split.Encoder.Columns);
        double[][] training = [.. split.TrainX.ToArray().Chunk(4)], test = [.. split.TestX.ToArray().Chunk(4)];
        double median = Crucible.Statistics.Summary.Quantile(training.Where(row => row[1] == 0).Select(row => row[0]), 0.5);
        Assert.All(training.Concat(test).Where(row => row[1] == 1), row => Assert.Equal(median, row[0]));
        Assert.Equal("20 training rows, 9 test rows, 4 columns", split.ToString());
    }
}

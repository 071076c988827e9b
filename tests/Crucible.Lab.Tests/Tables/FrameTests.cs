using Crucible.Statistics;
using Crucible.Tensors;
using Deedle;
using Xunit;
using Frame = Crucible.Lab.Tables.Frame;

namespace Crucible.Lab.Tests.Tables;

public class FrameTests
{
    private static readonly int[] Keys = [0, 1, 2];

    private static readonly Frame<int, string> Houses = new(
        ["rooms", "price", "street"],
        [
            new Series<int, double>(Keys, [3, 4.5, 6]),
            new Series<int, double>(Keys, [20, 31.25, 50]),
            new Series<int, string>(Keys, ["Elm", "Oak", "Ash"]),
        ]);

    private static readonly Frame<int, string> Numeric = Frame.select<int>(["rooms", "price"]).Invoke(Houses);

    private static string MessageOf(Action action) => Assert.Throws<DataException>(action).Message;

    [Fact]
    public void ToTensor_NumericFrame_IsRowsByColumnsAndLosesNoDigit()
    {
        Tensor tensor = Frame.toTensor(Frame.select<int>(["price", "rooms"]).Invoke(Houses));
        Assert.Equal((DType.Float64, "[3, 2]"), (tensor.DType, tensor.Shape.ToString()));
        Assert.Equal([20, 3, 31.25, 4.5, 50, 6], tensor.ToArray());
        Assert.Equal([3, 4.5, 6], Frame.toVector<int>("rooms").Invoke(Houses).ToArray());
        Assert.Equal("[3]", Frame.toVector<int>("rooms").Invoke(Houses).Shape.ToString());
    }

    [Fact]
    public void ToTensor_OtherNumbersAndTruthValues_AreConverted()
    {
        Frame<int, string> frame = new(
            ["i", "f", "m", "b"],
            [
                new Series<int, int>(Keys, [1, 2, 3]), new Series<int, float>(Keys, [0.5f, 1, 2]),
                new Series<int, decimal>(Keys, [1.25m, 2, 3]), new Series<int, bool>(Keys, [true, false, true]),
            ]);
        Assert.Equal([1, 0.5, 1.25, 1, 2, 1, 2, 0, 3, 2, 3, 1], Frame.toTensor(frame).ToArray());
    }

    [Fact]
    public void ToTensor_TextOrMissing_NamesColumnAndRow()
    {
        Assert.Equal(
            "frame: column 'street' must hold numbers, but row 0 holds 'Elm'; TableEncoder makes numbers of texts, Frame.without leaves the column out",
            MessageOf(() => Frame.toTensor(Houses)));
        Frame<string, string> gap = new(["x"], [new Series<string, double>(["a", "b"], [1, double.NaN])]);
        Assert.Equal(
            "frame: column 'x' must have a value in every row, but row b has none; TableEncoder fills or marks missing values, Frame.dropSparseRows leaves such rows out",
            MessageOf(() => Frame.toTensor(gap)));
        Assert.Equal(
            "frame: there must be at least one column, but there is none",
            MessageOf(() => Frame.toTensor(Frame.select<int>([]).Invoke(Houses))));
    }

    [Fact]
    public void Select_UnknownOrTwice_ListsColumnsAndTheNearest()
    {
        string Select(params string[] names) => MessageOf(() => Frame.select<int>(names).Invoke(Houses));
        Assert.Equal(
            "frame: column 'pirce' must be one of rooms, price, street, but is none of them; did you mean 'price'?", Select("pirce"));
        Assert.Equal("frame: column 'zzz' must be one of rooms, price, street, but is none of them", Select("rooms", "zzz"));
        Assert.Equal("frame: columns must differ, but 'rooms' is named twice", Select("rooms", "price", "rooms"));
        Assert.Equal(
            "frame: column 'Rooms' must be one of rooms, price, street, but is none of them; did you mean 'rooms'?",
            MessageOf(() => Frame.without<int>(["Rooms"]).Invoke(Houses)));
    }

    [Fact]
    public void SelectAndWithout_ByName_KeepTheAskedOrder()
    {
        Assert.Equal(["price", "rooms"], Frame.select<int>(["price", "rooms"]).Invoke(Houses).ColumnKeys);
        Assert.Equal(["price", "street"], Frame.without<int>(["rooms"]).Invoke(Houses).ColumnKeys);
    }

    [Fact]
    public void OfTensor_AndBack_KeepsValues()
    {
        Tensor tensor = Tensor.From([1.0, 2, 3, 4, 5, 6], 3, 2);
        Frame<int, string> frame = Frame.ofTensor(["a", "b"]).Invoke(tensor);
        Assert.Equal(["a", "b"], frame.ColumnKeys);
        Assert.Equal([0, 1, 2], frame.RowKeys);
        Assert.Equal(tensor.ToArray(), Frame.toTensor(frame).ToArray());
        Assert.Equal(
            "frame: a tensor must be [rows, columns] with one column a name, got [3, 2] and 1 names",
            MessageOf(() => Frame.ofTensor(["a"]).Invoke(tensor)));
        Assert.Equal(
            "frame: a tensor must be [rows, columns] with one column a name, got [2] and 2 names",
            MessageOf(() => Frame.ofTensor(["a", "b"]).Invoke(Tensor.Zeros(2))));
        Assert.Equal("frame: columns must differ, but 'a' is named twice", MessageOf(() => Frame.ofTensor(["a", "a"]).Invoke(tensor)));
    }

    [Fact]
    public void Split_ThreeRows_KeepsTextsKeysAndTheOrderOfTheGenerator()
    {
        (Frame<int, string> training, Frame<int, string> test) = Frame.split<int, string>(2, 1, new Generator(3)).Invoke(Houses);
        (int[] rows, int[] rest) = Split.ByCounts(3, 2, 1, new Generator(3));
        Assert.Equal(rows, training.RowKeys);
        Assert.Equal(rest, test.RowKeys);
        Assert.Equal(
            ["Elm", "Oak", "Ash"],
            rows.Concat(rest).Zip(training.GetColumn<string>("street").Values.Concat(test.GetColumn<string>("street").Values))
                .OrderBy(pair => pair.First).Select(pair => pair.Second));
        Assert.Equal(
            "split: the sum of the parts must be the 3 rows, but is 2 + 2 = 4",
            Assert.Throws<OptionException>(() => Frame.split<int, string>(2, 2, new Generator(3)).Invoke(Houses)).Message);
    }

    [Fact]
    public void StandardizeAndScale_Columns_AreThoseOfTheScaler()
    {
        StandardScaler scaler = StandardScaler.Fit(Frame.toTensor(Numeric));
        Frame<int, string> scaled = Frame.standardize(Numeric);
        Assert.Equal(["rooms", "price"], scaled.ColumnKeys);
        Assert.Equal(scaler.Transform(Frame.toTensor(Numeric)).ToArray(), Frame.toTensor(scaled).ToArray());
        // rooms 3 4.5 6: mean 4.5, deviation √(4.5/3) = √1.5.
        Assert.Equal(-1.5 / Math.Sqrt(1.5), scaled["rooms", 0]);
        Frame<int, string> other = Frame.scale<int>(scaler).Invoke(FrameModule.IlocRows([2], Numeric));
        Assert.Equal([2], other.RowKeys);
        Assert.Equal(1.5 / Math.Sqrt(1.5), other["rooms", 2]);
    }
}

using Crucible.Data;
using Crucible.Tensors;
using FsCheck;
using FsCheck.Fluent;
using Xunit;

namespace Crucible.Tests.Data;

public class ScalerTests
{
    /// <summary>Scaling and its inverse round three times; relative to the column's range this stays within a few 2⁻⁵².</summary>
    private const double Rounding = 1e-14;

    private static readonly Table Training = Table.FromColumns([Tuple.Create("x", new double[] { 2, 4, 4, 6 }), Tuple.Create("y", new double[] { 7, 7, 7, 7 })]);

    [Fact]
    public void StandardScaler_SmallColumn_EqualsHandValue()
    {
        // x: mean 4, squared deviations 4 0 0 4, so deviation √(8/4) = √2 (divided by n, not n - 1).
        StandardScaler scaler = StandardScaler.Fit(Training);
        Assert.Equal(["x", "y"], scaler.Columns);
        Assert.Equal([4, 7], scaler.Means);
        Assert.Equal(Math.Sqrt(2), scaler.Deviations[0], Rounding);
        Assert.Equal([-Math.Sqrt(2), 0, 0, Math.Sqrt(2)], scaler.Transform(Training).Column("x").Select(value => Math.Round(value, 15)), (a, b) => Math.Abs(a - b) < Rounding);
    }

    [Fact]
    public void Scalers_ConstantColumn_BecomesTheLowEndAndComesBack()
    {
        StandardScaler standard = StandardScaler.Fit(Training);
        Assert.Equal(1, standard.Deviations[1]);
        Assert.Equal([0, 0, 0, 0], standard.Transform(Training).Column("y"));
        Assert.Equal([7, 7, 7, 7], standard.Inverse(standard.Transform(Training)).Column("y"));
        MinMaxScaler range = MinMaxScaler.Fit(Training, -1, 1);
        Assert.Equal([-1, -1, -1, -1], range.Transform(Training).Column("y"));
        Assert.Equal([7, 7, 7, 7], range.Inverse(range.Transform(Training)).Column("y"));
    }

    [Fact]
    public void StandardScaler_ConstantThatRounds_IsStillConstant()
    {
        // 0.1 summed a thousand times is not 100, which would leave a tiny deviation to divide by.
        StandardScaler scaler = StandardScaler.Fit(Table.FromColumns([Tuple.Create("x", Enumerable.Repeat(0.1, 1000).ToArray())]));
        Assert.Equal((0.1, 1), (scaler.Means[0], scaler.Deviations[0]));
    }

    [Fact]
    public void StandardScaler_HugeValues_DoNotOverflow()
    {
        StandardScaler scaler = StandardScaler.Fit(Table.FromColumns([Tuple.Create("x", new[] { 1e300, 3e300 })]));
        Assert.Equal(2e300, scaler.Means[0], 2e300 * Rounding);
        Assert.Equal(1e300, scaler.Deviations[0], 1e300 * Rounding);
    }

    [Fact]
    public void MinMaxScaler_SmallColumn_EqualsHandValue()
    {
        Assert.Equal([0, 0.5, 0.5, 1], MinMaxScaler.Fit(Training).Transform(Training).Column("x"));
        Assert.Equal([-1, 0, 0, 1], MinMaxScaler.Fit(Training, -1, 1).Transform(Training).Column("x"));
    }

    [Fact]
    public void Scaler_OtherRowsAndColumns_UsesTrainingNumbersAndLeavesTheRest()
    {
        Table test = new([TableColumn.Numbers("x", [8]), TableColumn.Text("id", ["a"]), TableColumn.Numbers("y", [9])]);
        Table scaled = MinMaxScaler.Fit(Training).Transform(test);
        Assert.Equal([1.5], scaled.Column("x"));
        Assert.Equal([2], scaled.Column("y"));
        Assert.Equal(["a"], scaled.Text("id"));
    }

    [Fact]
    public void Scaler_MadeOfItsOwnNumbers_IsTheSame()
    {
        StandardScaler standard = StandardScaler.Fit(Training);
        MinMaxScaler range = MinMaxScaler.Fit(Training, -1, 2);
        double[,] values = { { 1, 2 }, { 3, 4 } };
        Assert.Equal(standard.Transform(values), new StandardScaler(standard.Columns, standard.Means, standard.Deviations).Transform(values));
        Assert.Equal(range.Transform(values), new MinMaxScaler(range.Columns, range.Minimums, range.Maximums, range.Low, range.High).Transform(values));
    }

    [Fact]
    public void Scaler_Tensor_EqualsTable()
    {
        StandardScaler scaler = StandardScaler.Fit(Training);
        Tensor scaled = scaler.Transform(Training.ToTensor([], DType.Float64));
        Assert.Equal(scaler.Transform(Training).ToMatrix().Cast<double>(), scaled.Data<double>().ToArray(), (a, b) => Math.Abs(a - b) < Rounding);
        Assert.Equal([2, 7, 4, 7, 4, 7, 6, 7], scaler.Inverse(scaled).Data<double>().ToArray(), (a, b) => Math.Abs(a - b) < 10 * Rounding);
        Assert.Equal([-1f, 0, 0, 0, 0, 0, 1, 0], MinMaxScaler.Fit(Training, -1, 1).Transform(Training.ToTensor()).Data<float>().ToArray().Select((value, i) => i % 2 == 1 ? value + 1 : value));
        Assert.Equal(
            "standard scaler: the last axis must be the fitted columns, but was fitted to 2 and the tensor is [4, 1]",
            Assert.Throws<DataException>(() => scaler.Transform(Training.ToTensor("x"))).Message);
        Assert.Equal(
            "standard scaler: elements must be float32 or float64, but are int32; convert with To",
            Assert.Throws<DTypeException>(() => scaler.Inverse(Training.ToTensor([], DType.Int32))).Message);
    }

    [Fact]
    public void Inverse_OfTransform_IsTheIdentity()
    {
        Arbitrary<double[]> columns = Gen.Choose(-1_000_000, 1_000_000).Select(number => number / 128.0).NonEmptyListOf().Select(list => list.ToArray()).ToArbitrary();
        Prop.ForAll(columns, column =>
        {
            Table table = Table.FromColumns([Tuple.Create("x", column)]);
            double size = column.Max(Math.Abs) + 1;
            return new Scaler[] { StandardScaler.Fit(table), MinMaxScaler.Fit(table), MinMaxScaler.Fit(table, -3, 5) }.All(scaler =>
                scaler.Inverse(scaler.Transform(table)).Column("x").Zip(column).All(pair => Math.Abs(pair.First - pair.Second) <= size * Rounding)
                && scaler.Inverse(scaler.Transform(table.ToMatrix())).Cast<double>().Zip(column).All(pair => Math.Abs(pair.First - pair.Second) <= size * Rounding));
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void Scaler_WrongInput_SaysWhatIsWrong()
    {
        Table bad = Table.FromColumns([Tuple.Create("x", new[] { 1, double.NaN })]);
        Assert.Equal("standard scaler: values must be finite, but 'x' in row 1 is NaN", Assert.Throws<DataException>(() => StandardScaler.Fit(bad)).Message);
        Assert.Equal("min-max scaler: values must be finite, but 'x' in row 1 is NaN", Assert.Throws<DataException>(() => MinMaxScaler.Fit(bad)).Message);
        Assert.Equal("standard scaler: the number of rows must be at least 1, but is 0", Assert.Throws<DataException>(() => StandardScaler.Fit(Training.Rows([]))).Message);
        Assert.Equal(
            "standard scaler: the matrix must have the fitted columns, but was fitted to 2 and the matrix has 3",
            Assert.Throws<DataException>(() => StandardScaler.Fit(Training).Transform(new double[1, 3])).Message);
        Assert.Equal(
            "table: column 'y' must be one of x, but is none of them; did you mean 'x'?",
            Assert.Throws<DataException>(() => StandardScaler.Fit(Training).Transform(Training.Select("x"))).Message);
        Assert.Equal("min-max scaler: high must be above low = 1, but is 0.5", Assert.Throws<OptionException>(() => MinMaxScaler.Fit(Training, 1, 0.5)).Message);
        Assert.Equal("standard scaler: deviation must be finite and above 0, but is 0", Assert.Throws<OptionException>(() => new StandardScaler(["x"], [1], [0])).Message);
        Assert.Equal("standard scaler: mean must be finite, but is NaN", Assert.Throws<OptionException>(() => new StandardScaler(["x"], [double.NaN], [1])).Message);
        Assert.Equal(
            "standard scaler: there must be two numbers a column, but there are 1 columns, 2 and 1 numbers",
            Assert.Throws<DataException>(() => new StandardScaler(["x"], [1, 2], [1])).Message);
        Assert.Equal("min-max scaler: maximum must be finite and at least minimum = 2, but is 1", Assert.Throws<OptionException>(() => new MinMaxScaler(["x"], [2], [1])).Message);
        Assert.Equal("min-max scaler: minimum must be finite, but is -Infinity", Assert.Throws<OptionException>(() => new MinMaxScaler(["x"], [double.NegativeInfinity], [1])).Message);
    }
}

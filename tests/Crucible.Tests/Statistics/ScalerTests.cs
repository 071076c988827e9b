using Crucible.Statistics;
using Crucible.Tensors;
using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
using Xunit;

namespace Crucible.Tests.Statistics;

public class ScalerTests
{
    /// <summary>Scaling and its inverse round three times; relative to the column's range this stays within a few 2⁻⁵².</summary>
    private const double Rounding = 1e-14;

    /// <summary>Columns x = 2 4 4 6 and y = 7 7 7 7.</summary>
    private static readonly Tensor Training = Tensor.From([2.0, 7, 4, 7, 4, 7, 6, 7], 4, 2);

    private static double[] Column(Tensor values, int column) => values.Slice(1, column, column + 1).ToArray();

    [Fact]
    public void StandardScaler_SmallColumn_EqualsHandValue()
    {
        // x: mean 4, squared deviations 4 0 0 4, so deviation √(8/4) = √2 (divided by n, not n - 1).
        StandardScaler scaler = StandardScaler.Fit(Training);
        Assert.Equal(2, scaler.Columns);
        Assert.Equal([4, 7], scaler.Means);
        Assert.Equal(Math.Sqrt(2), scaler.Deviations[0], Rounding);
        Assert.Equal(
            [-Math.Sqrt(2), 0, 0, Math.Sqrt(2)],
            Column(scaler.Transform(Training), 0).Select(value => Math.Round(value, 15)),
            (a, b) => Math.Abs(a - b) < Rounding);
    }

    [Fact]
    public void Scalers_ConstantColumn_BecomesTheLowEndAndComesBack()
    {
        StandardScaler standard = StandardScaler.Fit(Training);
        Assert.Equal(1, standard.Deviations[1]);
        Assert.Equal([0, 0, 0, 0], Column(standard.Transform(Training), 1));
        Assert.Equal([7, 7, 7, 7], Column(standard.Inverse(standard.Transform(Training)), 1));
        MinMaxScaler range = MinMaxScaler.Fit(Training, -1, 1);
        Assert.Equal([-1, -1, -1, -1], Column(range.Transform(Training), 1));
        Assert.Equal([7, 7, 7, 7], Column(range.Inverse(range.Transform(Training)), 1));
    }

    [Fact]
    public void StandardScaler_ConstantThatRounds_IsStillConstant()
    {
        // 0.1 summed a thousand times is not 100, which would leave a tiny deviation to divide by.
        StandardScaler scaler = StandardScaler.Fit(Tensor.From(Enumerable.Repeat(0.1, 1000).ToArray(), 1000, 1));
        Assert.Equal((0.1, 1), (scaler.Means[0], scaler.Deviations[0]));
    }

    [Fact]
    public void Fit_ValuesTooLarge_AreRefusedInOneLine()
    {
        Tensor rows = Tensor.From([1e308, -1e308], 2, 1);
        const string problem = ": values must be small enough to compute with, but 'column 0' reaches 1E+308; divide it by a constant";
        Assert.Equal("standard scaler" + problem, Assert.Throws<DataException>(() => StandardScaler.Fit(rows)).Message);
        Assert.Equal("min-max scaler" + problem, Assert.Throws<DataException>(() => MinMaxScaler.Fit(rows)).Message);
        Tensor target = Tensor.From([1.0, 2.0]);
        Assert.Equal(
            "linear regression" + problem, Assert.Throws<DataException>(() => LinearRegression.FitOrdinary(rows, target)).Message);
    }

    [Fact]
    public void StandardScaler_HugeValues_DoNotOverflow()
    {
        StandardScaler scaler = StandardScaler.Fit(Tensor.From([1e300, 3e300], 2, 1));
        Assert.Equal(2e300, scaler.Means[0], 2e300 * Rounding);
        Assert.Equal(1e300, scaler.Deviations[0], 1e300 * Rounding);
    }

    [Fact]
    public void MinMaxScaler_SmallColumn_EqualsHandValue()
    {
        Assert.Equal([0, 0.5, 0.5, 1], Column(MinMaxScaler.Fit(Training).Transform(Training), 0));
        Assert.Equal([-1, 0, 0, 1], Column(MinMaxScaler.Fit(Training, -1, 1).Transform(Training), 0));
    }

    [Fact]
    public void Scaler_OtherRows_UsesTrainingNumbers() =>
        Assert.Equal([1.5, 2], MinMaxScaler.Fit(Training).Transform(Tensor.From([8.0, 9], 1, 2)).ToArray());

    [Fact]
    public void Scaler_MadeOfItsOwnNumbers_IsTheSame()
    {
        StandardScaler standard = StandardScaler.Fit(Training);
        MinMaxScaler range = MinMaxScaler.Fit(Training, -1, 2);
        Tensor values = Tensor.From([1.0, 2, 3, 4], 2, 2);
        Assert.Equal(
            standard.Transform(values).ToArray(), new StandardScaler(standard.Means, standard.Deviations).Transform(values).ToArray());
        Assert.Equal(
            range.Transform(values).ToArray(),
            new MinMaxScaler(range.Minimums, range.Maximums, range.Low, range.High).Transform(values).ToArray());
    }

    [Fact]
    public void Scaler_AnyFloatTypeAndRank_IsKept()
    {
        StandardScaler scaler = StandardScaler.Fit(Training);
        Tensor scaled = scaler.Transform(Training);
        Assert.Equal(DType.Float64, scaled.DType);
        Assert.Equal([2, 7, 4, 7, 4, 7, 6, 7], scaler.Inverse(scaled).Data<double>().ToArray(), (a, b) => Math.Abs(a - b) < 10 * Rounding);
        Assert.Equal(
            [-1f, -1, 0, -1, 0, -1, 1, -1],
            MinMaxScaler.Fit(Training, -1, 1).Transform(Training.To(DType.Float32)).Data<float>().ToArray());
        Assert.Equal("[2, 2, 2]", scaler.Transform(Training.Reshape(2, 2, 2)).Shape.ToString());
        Assert.Equal(
            "standard scaler: the last axis must be the fitted columns, but was fitted to 2 and the tensor is [4, 1]",
            Assert.Throws<DataException>(() => scaler.Transform(Training.Slice(1, 0, 1))).Message);
        Assert.Equal(
            "standard scaler: elements must be float32 or float64, but are int32; convert with To",
            Assert.Throws<DTypeException>(() => scaler.Inverse(Training.To(DType.Int32))).Message);
    }

    [Property]
    public Property Inverse_OfTransform_IsTheIdentity()
    {
        Arbitrary<double[]> columns =
            Gen.Choose(-1_000_000, 1_000_000).Select(number => number / 128.0).NonEmptyListOf().Select(list => list.ToArray())
                .ToArbitrary();
        return Prop.ForAll(columns, column =>
        {
            Tensor rows = Tensor.From(column, column.Length, 1);
            double size = column.Max(Math.Abs) + 1;
            return new Scaler[] { StandardScaler.Fit(rows), MinMaxScaler.Fit(rows), MinMaxScaler.Fit(rows, -3, 5) }.All(scaler =>
                scaler.Inverse(scaler.Transform(rows)).ToArray().Zip(column)
                    .All(pair => Math.Abs(pair.First - pair.Second) <= size * Rounding));
        });
    }

    [Fact]
    public void Scaler_WrongInput_SaysWhatIsWrong()
    {
        Tensor bad = Tensor.From([1, double.NaN], 2, 1);
        Assert.Equal(
            "standard scaler: values must be finite, but 'column 0' in row 1 is NaN",
            Assert.Throws<DataException>(() => StandardScaler.Fit(bad)).Message);
        Assert.Equal(
            "min-max scaler: values must be finite, but 'column 0' in row 1 is NaN",
            Assert.Throws<DataException>(() => MinMaxScaler.Fit(bad)).Message);
        Assert.Equal(
            "standard scaler: rows must be at least 1, got 0",
            Assert.Throws<DataException>(() => StandardScaler.Fit(Tensor.Zeros(0, 2))).Message);
        Assert.Equal(
            "standard scaler: training rows must be a matrix [rows, columns], got [2]",
            Assert.Throws<ShapeException>(() => StandardScaler.Fit(Tensor.From([1.0, 2]))).Message);
        Assert.Equal(
            "standard scaler: the last axis must be the fitted columns, but was fitted to 2 and the tensor is [1, 3]",
            Assert.Throws<DataException>(() => StandardScaler.Fit(Training).Transform(Tensor.Zeros(1, 3))).Message);
        Assert.Equal(
            "min-max scaler: high must be above low = 1, but is 0.5",
            Assert.Throws<OptionException>(() => MinMaxScaler.Fit(Training, 1, 0.5)).Message);
        Assert.Equal(
            "standard scaler: deviation must be finite and above 0, but is 0",
            Assert.Throws<OptionException>(() => new StandardScaler([1], [0])).Message);
        Assert.Equal(
            "standard scaler: mean must be finite, but is NaN",
            Assert.Throws<OptionException>(() => new StandardScaler([double.NaN], [1])).Message);
        Assert.Equal(
            "standard scaler: there must be two numbers a column, but there are 2 and 1 numbers",
            Assert.Throws<DataException>(() => new StandardScaler([1, 2], [1])).Message);
        Assert.Equal(
            "min-max scaler: maximum must be finite and at least minimum = 2, but is 1",
            Assert.Throws<OptionException>(() => new MinMaxScaler([2], [1])).Message);
        Assert.Equal(
            "min-max scaler: minimum must be finite, but is -Infinity",
            Assert.Throws<OptionException>(() => new MinMaxScaler([double.NegativeInfinity], [1])).Message);
    }
}

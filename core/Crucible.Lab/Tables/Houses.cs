using Crucible.Lab.Workspace;
using Crucible.Tensors;
using Deedle;
using static System.FormattableString;

namespace Crucible.Lab.Tables;

/// <summary>A table from which one column is predicted by others: its frame with the names, and the same numbers as tensors.</summary>
public sealed class RegressionTable
{
    /// <summary>Chooses the columns of a frame.</summary>
    /// <param name="frame">Numbers in the target, numbers or texts in the features.</param>
    /// <param name="target">The column to predict; null for the last one.</param>
    /// <param name="features">The columns to predict from, in this order; null for all others.</param>
    /// <param name="unit">The unit of the target, as <c>$1000s</c>; null for the target's name.</param>
    /// <param name="missing">
    /// What becomes of features without a value. Unless they are refused, rows without a target are left out
    /// (<see cref="LeftOut"/>): nothing can be learned from them.
    /// </param>
    /// <exception cref="DataException">
    /// There is no such column, it is named twice, a target is no number, a value is missing and that is refused, or numbers are so
    /// large that the sum of their squares is not finite.
    /// </exception>
    public RegressionTable(
        Frame<int, string> frame, string? target = null, IEnumerable<string>? features = null, string? unit = null,
        MissingValues missing = MissingValues.Refuse)
    {
        this.missing = missing;
        Target = target ?? frame.ColumnKeys.LastOrDefault() ?? throw TableErrors.NoColumn();
        Features = [.. features ?? frame.ColumnKeys.Where(name => name != Target)];
        Unit = unit ?? Target;
        Frame = Complete(Tables.Frame.select<int>([.. Features, Target]).Invoke(frame));
        LeftOut = frame.RowCount - Frame.RowCount;
        TableEncoder encoder = TableEncoder.Fit(Inputs(Frame), missing);
        Columns = encoder.Columns;
        X = encoder.Transform(Inputs(Frame));
        Y = Tables.Frame.toVector<int>(Target).Invoke(Frame);
        CheckSizes();
    }

    /// <summary>Fits know no names, so what they cannot square is refused here.</summary>
    private void CheckSizes()
    {
        double[] x = X.ToArray();
        for (int column = 0; column < Columns.Count; column++)
            Check(Columns[column], [.. Enumerable.Range(0, X.Shape[0]).Select(row => x[(row * Columns.Count) + column])]);
        Check(Target, Y.ToArray());

        static void Check(string name, double[] values)
        {
            if (!double.IsFinite(4 * values.Sum(value => value * value))) throw TableErrors.TooLarge(name, values.Max(Math.Abs));
        }
    }

    private readonly MissingValues missing;

    /// <summary>Rows that are not in <see cref="Frame"/>: without a target, or without a feature where such are dropped.</summary>
    public int LeftOut { get; }

    /// <summary>The columns that take part: the features, then the target.</summary>
    public Frame<int, string> Frame { get; }

    /// <summary>The columns to predict from.</summary>
    public IReadOnlyList<string> Features { get; }

    /// <summary>The column to predict.</summary>
    public string Target { get; }

    /// <summary>The unit of the target, as <c>$1000s</c>.</summary>
    public string Unit { get; }

    /// <summary>
    /// The features of all rows, float64 [rows, <see cref="Columns"/>]: to look at. Texts and missing values are encoded by what all rows
    /// hold; <see cref="Split"/> learns from the training rows alone.
    /// </summary>
    public Tensor X { get; }

    /// <summary>The names of the columns of <see cref="X"/>: the features, with texts and missing values encoded.</summary>
    public IReadOnlyList<string> Columns { get; }

    /// <summary>The target, float64 [rows].</summary>
    public Tensor Y { get; }

    /// <summary>Divides the rows at random into those that train and those that test.</summary>
    /// <param name="trainingRows">The number of training rows, at least 1 and below the number of rows.</param>
    /// <param name="generator">The source of randomness; its state moves on.</param>
    /// <exception cref="OptionException">The number is out of its range.</exception>
    public RegressionSplit Split(int trainingRows, Generator generator)
    {
        int rows = Y.Shape[0];
        (int[] training, int[] test) = Statistics.Split.ByCounts(rows, trainingRows, rows - trainingRows, generator);
        Frame<int, string> inputs = Inputs(Frame), trainingInputs = FrameModule.IlocRows(training, inputs);
        TableEncoder fitted = TableEncoder.Fit(trainingInputs, missing);
        return new(
            fitted.Transform(trainingInputs), Y.Rows(training), fitted.Transform(FrameModule.IlocRows(test, inputs)), Y.Rows(test), fitted);
    }

    private Frame<int, string> Inputs(Frame<int, string> rows) => Tables.Frame.select<int>(Features).Invoke(rows);

    private Frame<int, string> Complete(Frame<int, string> rows) => missing switch
    {
        MissingValues.Refuse => rows,
        MissingValues.Drop => FrameColumn<int>.Whole(rows, FrameColumn<int>.AllOf(rows)),
        _ => FrameColumn<int>.Whole(rows, FrameColumn<int>.AllOf(rows).Where(column => column.Name == Target)),
    };
}

/// <summary>Rows that train and rows that test, float64.</summary>
/// <param name="TrainX">The features of the training rows, [training rows, features].</param>
/// <param name="TrainY">Their targets, [training rows].</param>
/// <param name="TestX">The features of the test rows, [test rows, features].</param>
/// <param name="TestY">Their targets, [test rows].</param>
/// <param name="Encoder">What made numbers of them, learned from the training rows.</param>
public sealed record RegressionSplit(Tensor TrainX, Tensor TrainY, Tensor TestX, Tensor TestY, TableEncoder Encoder)
{
    /// <summary>How many rows and columns there are: <c>300 training rows, 206 test rows, 13 columns</c>.</summary>
    /// <returns>The line.</returns>
    public override string ToString() =>
        Invariant($"{TrainY.Shape[0]} training rows, {TestY.Shape[0]} test rows, {Encoder.Columns.Count} columns");
}

/// <summary>Boston housing: 506 census tracts, 13 features and the median value of owner-occupied homes.</summary>
public static class Houses
{
    private const string FileName = "boston.csv";

    /// <summary>Where the numbers are from, and what is wrong with them: what a report that shows them should say.</summary>
    public const string Notes =
        "Boston housing: 506 census tracts of 1970, 13 features, the median home value in $1000s (StatLib; Harrison and Rubinfeld 1978): "
        + "crim crimes per person; zn % of land zoned for large lots; indus % of land for business other than retail; chas 1 beside the "
        + "Charles River; nox nitric oxides in parts per 10 million; rm rooms of a home; age % of homes built before 1940; dis distance "
        + "to five centres of employment; rad access to radial highways; tax property tax in $ per $10,000; ptratio pupils per teacher; "
        + "lstat % of residents of lower status; medv the median value of a home in $1000s. "
        + "Column b is 1000(B - 0.63)², B being the share of Black residents: "
        + "the authors assumed that segregation raises prices and built that into the variable. "
        + "The table is kept to reproduce documented results; do not use it to decide about people or places.";

    /// <summary>
    /// Reads the table from the folder that the environment variable <c>CRUCIBLE_DATA</c> names, or from the
    /// workspace's <c>data</c>.
    /// </summary>
    /// <returns>Features as in the file; target <c>medv</c> in $1000s.</returns>
    /// <exception cref="DataException">There is no such file, or it is not as it was.</exception>
    public static RegressionTable Load() => new(Csv.Read(Folders.DataFile("houses", FileName)), "medv", unit: "$1000s");
}

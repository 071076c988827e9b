using Crucible.Lab.Workspace;
using Crucible.Tensors;
using Deedle;

namespace Crucible.Lab.Tables;

/// <summary>A table from which one column is predicted by others: its frame with the names, and the same numbers as tensors.</summary>
public sealed class RegressionTable
{
    /// <summary>Chooses the columns of a frame.</summary>
    /// <param name="frame">Numbers without gaps in the columns that take part.</param>
    /// <param name="target">The column to predict; null for the last one.</param>
    /// <param name="features">The columns to predict from, in this order; null for all others.</param>
    /// <param name="unit">The unit of the target, as <c>$1000s</c>; null for the target's name.</param>
    /// <exception cref="DataException">
    /// There is no such column, it is named twice, or one that takes part has a cell that is missing or no number.
    /// </exception>
    public RegressionTable(Frame<int, string> frame, string? target = null, IEnumerable<string>? features = null, string? unit = null)
    {
        Target = target ?? frame.ColumnKeys.LastOrDefault() ?? throw TableErrors.NoColumn();
        Features = [.. features ?? frame.ColumnKeys.Where(name => name != Target)];
        Unit = unit ?? Target;
        Frame = Tables.Frame.select<int>([.. Features, Target]).Invoke(frame);
        X = Tables.Frame.toTensor(Tables.Frame.select<int>(Features).Invoke(Frame));
        Y = Tables.Frame.toVector<int>(Target).Invoke(Frame);
    }

    /// <summary>The columns that take part: the features, then the target.</summary>
    public Frame<int, string> Frame { get; }

    /// <summary>The columns to predict from.</summary>
    public IReadOnlyList<string> Features { get; }

    /// <summary>The column to predict.</summary>
    public string Target { get; }

    /// <summary>The unit of the target, as <c>$1000s</c>.</summary>
    public string Unit { get; }

    /// <summary>The features, float64 [rows, features].</summary>
    public Tensor X { get; }

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
        return new(X.Rows(training), Y.Rows(training), X.Rows(test), Y.Rows(test));
    }
}

/// <summary>Rows that train and rows that test, float64.</summary>
/// <param name="TrainX">The features of the training rows, [training rows, features].</param>
/// <param name="TrainY">Their targets, [training rows].</param>
/// <param name="TestX">The features of the test rows, [test rows, features].</param>
/// <param name="TestY">Their targets, [test rows].</param>
public sealed record RegressionSplit(Tensor TrainX, Tensor TrainY, Tensor TestX, Tensor TestY);

/// <summary>Boston housing: 506 census tracts, 13 features and the median value of owner-occupied homes.</summary>
public static class Houses
{
    private const string FileName = "boston.csv";

    /// <summary>Where the numbers are from, and what is wrong with them: what a report that shows them should say.</summary>
    public const string Notes =
        "Boston housing: 506 census tracts of 1970, 13 features, the median home value in $1000s (StatLib; Harrison and Rubinfeld 1978). "
        + "Its column b is 1000(B - 0.63)², B being the share of Black residents: "
        + "the authors assumed that segregation raises prices and built that into the variable. "
        + "The table is kept to reproduce documented results; do not use it to decide about people or places.";

    /// <summary>
    /// Reads the table from the folder that the environment variable <c>CRUCIBLE_DATA</c> names, or from the
    /// workspace's <c>data</c>.
    /// </summary>
    /// <returns>Features as in the file; target <c>medv</c> in $1000s.</returns>
    /// <exception cref="DataException">There is no such file, or it is not as it was.</exception>
    public static RegressionTable Load() => new(Csv.Read(Find()), "medv", unit: "$1000s");

    private static string Find()
    {
        string?[] folders = [Environment.GetEnvironmentVariable("CRUCIBLE_DATA"), Folders.Data];
        return folders.OfType<string>().Select(folder => Path.Combine(folder, FileName)).FirstOrDefault(File.Exists)
            ?? throw TableErrors.NoHouses(FileName);
    }
}

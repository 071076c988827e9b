namespace Crucible.Data;

/// <summary>A linear predictor, y = intercept + Σ coefficient · x, as <see cref="LinearRegression"/> fits it.</summary>
public sealed class LinearModel
{
    private const string Operation = "linear model";
    private readonly double[] coefficients;

    internal LinearModel(IReadOnlyList<string> columns, double[] coefficients, double intercept, int rank)
    {
        Columns = columns;
        this.coefficients = coefficients;
        Coefficients = Array.AsReadOnly(coefficients);
        Intercept = intercept;
        Rank = rank;
    }

    /// <summary>The feature columns, in order.</summary>
    public IReadOnlyList<string> Columns { get; }

    /// <summary>One coefficient a feature column.</summary>
    public IReadOnlyList<double> Coefficients { get; }

    /// <summary>The prediction when all features are 0.</summary>
    public double Intercept { get; }

    /// <summary>
    /// How many independent directions the centred training features span. Below the number of columns, some columns are constant or are sums
    /// of others (or there were too few rows), and the single coefficients mean nothing; the predictions still do.
    /// </summary>
    public int Rank { get; }

    /// <summary>Whether the training features determine all coefficients.</summary>
    public bool IsFullRank => Rank == Columns.Count;

    /// <summary>Predicts every row.</summary>
    /// <param name="features">Any rows, with all feature columns; others are ignored.</param>
    /// <returns>One prediction a row.</returns>
    /// <exception cref="DataException">A feature column is missing or holds text.</exception>
    public double[] Predict(Table features) => Predict(features.Select(Columns).ToMatrix());

    /// <summary>Predicts every row.</summary>
    /// <param name="features">[rows, columns], the columns in the fitted order.</param>
    /// <returns>One prediction a row.</returns>
    /// <exception cref="DataException">The number of columns is not the fitted one.</exception>
    public double[] Predict(double[,] features)
    {
        int rows = features.GetLength(0), width = features.GetLength(1);
        if (width != coefficients.Length)
            throw Errors.DataSizes(Operation, "the matrix must have the fitted columns", $"was fitted to {coefficients.Length} and the matrix has {width}");
        double[] predictions = new double[rows];
        for (int row = 0; row < rows; row++)
        {
            double sum = Intercept;
            for (int column = 0; column < width; column++) sum += coefficients[column] * features[row, column];
            predictions[row] = sum;
        }
        return predictions;
    }
}

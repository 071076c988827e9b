using Crucible.Tensors;
using static System.FormattableString;

namespace Crucible.Statistics;

/// <summary>A linear predictor, y = intercept + Σ coefficient · x, as <see cref="LinearRegression"/> fits it.</summary>
public sealed class LinearModel
{
    private const string Operation = "linear model";
    private readonly double[] coefficients;

    internal LinearModel(double[] coefficients, double intercept, int rank)
    {
        this.coefficients = coefficients;
        Coefficients = Array.AsReadOnly(coefficients);
        Intercept = intercept;
        Rank = rank;
    }

    /// <summary>One coefficient a feature column.</summary>
    public IReadOnlyList<double> Coefficients { get; }

    /// <summary>The prediction when all features are 0.</summary>
    public double Intercept { get; }

    /// <summary>
    /// How many independent directions the centred training features span. Below the number of columns, some columns
    /// are constant or are sums of others (or there were too few rows), and the single coefficients mean nothing; the
    /// predictions still do.
    /// </summary>
    public int Rank { get; }

    /// <summary>Whether the training features determine all coefficients.</summary>
    public bool IsFullRank => Rank == coefficients.Length;

    /// <summary>Predicts every row, in doubles.</summary>
    /// <param name="features">[rows, columns], the columns in the fitted order.</param>
    /// <returns>One prediction a row, float64 [rows].</returns>
    /// <exception cref="ShapeException">The features are not a matrix.</exception>
    /// <exception cref="DataException">The number of columns is not the fitted one.</exception>
    public Tensor Predict(Tensor features)
    {
        features.RequireRank(2, Operation);
        (int rows, int width) = (features.Shape[0], features.Shape[1]);
        if (width != coefficients.Length)
            throw Errors.DataSizes(
                Operation, "features must have the fitted columns",
                Invariant($"was fitted to {coefficients.Length} and features have {width}"));
        double[] numbers = features.ToArray();
        double[] predictions = new double[rows];
        for (int row = 0; row < rows; row++)
        {
            double sum = Intercept;
            for (int column = 0; column < width; column++) sum += coefficients[column] * numbers[(row * width) + column];
            predictions[row] = sum;
        }
        return Tensor.From(predictions);
    }
}

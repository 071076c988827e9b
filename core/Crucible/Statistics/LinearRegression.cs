using Crucible.Tensors;
using MathNet.Numerics.LinearAlgebra;
using MathNet.Numerics.LinearAlgebra.Factorization;
using static System.FormattableString;

namespace Crucible.Statistics;

/// <summary>
/// Ordinary least squares and ridge regression in closed form. Features and target are centred first, so the intercept
/// is exact and never penalized; the centred features are factored as X = Q·R (Householder) and R = U·S·Vᵀ, which
/// avoids the squared condition number of XᵀX.
/// </summary>
public static class LinearRegression
{
    private const string Operation = "linear regression";

    /// <summary>2⁻⁵², the distance from 1 to the next double.</summary>
    private const double RelativeRounding = 2.220446049250313e-16;

    /// <summary>Ordinary least squares: minimizes Σ(y - prediction)².</summary>
    /// <remarks>
    /// Columns are brought to unit length before the factorization, so that their units do not matter. When they do not
    /// determine the solution (see <see cref="LinearModel.Rank"/>), directions below count · 2⁻⁵² of the strongest are
    /// left at 0: of all solutions, the smallest in these units.
    /// </remarks>
    /// <param name="features">[rows, columns]; computed in doubles.</param>
    /// <param name="target">One number a row, [rows] or [rows, 1].</param>
    /// <exception cref="ShapeException">The features are not a matrix, or the target is not one number a row.</exception>
    /// <exception cref="DataException">There is no row, the lengths differ, or a value is not finite.</exception>
    public static LinearModel FitOrdinary(Tensor features, Tensor target) => Fit(features, target, 0);

    /// <summary>
    /// Ridge regression: minimizes Σ(y - prediction)² + penalty · Σ coefficient². The penalty depends on the columns'
    /// units: standardize them first.
    /// </summary>
    /// <param name="features">[rows, columns]; computed in doubles.</param>
    /// <param name="target">One number a row, [rows] or [rows, 1].</param>
    /// <param name="penalty">Above 0; in units of the sum (not the mean) of squares, as in scikit-learn.</param>
    /// <exception cref="ShapeException">The features are not a matrix, or the target is not one number a row.</exception>
    /// <exception cref="DataException">There is no row, the lengths differ, or a value is not finite.</exception>
    /// <exception cref="OptionException">The penalty is not a finite number above 0.</exception>
    /// <remarks>Hoerl and Kennard, "Ridge regression: biased estimation for nonorthogonal problems", Technometrics 12 (1970).</remarks>
    public static LinearModel FitRidge(Tensor features, Tensor target, double penalty) => penalty > 0 && double.IsFinite(penalty)
        ? Fit(features, target, penalty)
        : throw Errors.Option("ridge regression", "penalty", "a finite number above 0 (FitOrdinary is the fit without a penalty)", penalty);

    private static LinearModel Fit(Tensor features, Tensor target, double penalty)
    {
        double[][] columns = Columnwise.Of(Operation, "features", features);
        double[] targets = Columnwise.Single(Operation, "the target", target);
        int rows = features.Shape[0];
        Require.Rows(Operation, rows);
        if (targets.Length != rows)
            throw Errors.DataSizes(
                Operation, "features and target must have the same rows", $"features have {rows} and target has {targets.Length}");
        Require.Squares(Operation, "target", targets);
        for (int column = 0; column < columns.Length; column++) Require.Squares(Operation, Invariant($"column {column}"), columns[column]);

        // Rows of zeros change no sum of squares, and give the factorization at least as many rows as columns.
        int width = columns.Length, height = Math.Max(rows, width);
        Matrix<double> centred = Matrix<double>.Build.Dense(height, width);
        Vector<double> centredTarget = Vector<double>.Build.Dense(height);
        (double[]? means, double[]? lengths) = (new double[width], new double[width]);
        for (int column = 0; column < width; column++)
        {
            double[] values = columns[column];
            means[column] = Centre(values);
            double length = penalty > 0 ? 1 : Math.Sqrt(values.Sum(value => value * value));
            lengths[column] = length > 0 ? length : 1;
            for (int row = 0; row < values.Length; row++) centred[row, column] = values[row] / lengths[column];
        }
        double targetMean = Centre(targets);
        centredTarget.SetSubVector(0, targets.Length, Vector<double>.Build.Dense(targets));

        (Vector<double>? solution, int rank) = Solve(centred, centredTarget, penalty);
        double[] coefficients = [.. solution.Select((value, column) => value / lengths[column])];
        double intercept = targetMean - coefficients.Zip(means, (coefficient, mean) => coefficient * mean).Sum();
        return new(coefficients, intercept, rank);
    }

    /// <summary>b = V · diag(s / (s² + penalty)) · Uᵀ·Qᵀ·y, over the singular values that differ from 0 beyond rounding.</summary>
    private static (Vector<double> Solution, int Rank) Solve(Matrix<double> features, Vector<double> target, double penalty)
    {
        QR<double> triangular = features.QR(QRMethod.Thin);
        Svd<double> singular = triangular.R.Svd();
        double tolerance = singular.S[0] * features.RowCount * RelativeRounding;
        Vector<double> projected = singular.U.TransposeThisAndMultiply(triangular.Q.TransposeThisAndMultiply(target));
        int rank = 0;
        for (int i = 0; i < projected.Count; i++)
        {
            double s = singular.S[i];
            if (s > tolerance) rank++;
            projected[i] = s > tolerance ? projected[i] * s / ((s * s) + penalty) : 0;
        }
        return (singular.VT.TransposeThisAndMultiply(projected), rank);
    }

    /// <summary>Subtracts the mean in place and gives it back; a constant column becomes exactly 0.</summary>
    private static double Centre(double[] values)
    {
        double first = values[0];
        double mean = first + (values.Sum(value => value - first) / values.Length);
        for (int i = 0; i < values.Length; i++) values[i] -= mean;
        return mean;
    }
}

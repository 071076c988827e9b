using Crucible.Tensors;

namespace Crucible.Statistics;

/// <summary>Ridge regression on standardized features, with the penalty that cross-validation prefers.</summary>
/// <remarks>Hoerl and Kennard, "Ridge regression: biased estimation for nonorthogonal problems", Technometrics 12 (1970).</remarks>
public sealed class RidgeRegression
{
    private static readonly double[] Penalties = [0.1, 1.0, 3.0, 10.0, 30.0, 100.0];

    private readonly StandardScaler scaler;
    private readonly LinearModel model;

    private RidgeRegression(StandardScaler scaler, LinearModel model, double penalty) =>
        (this.scaler, this.model, Penalty) = (scaler, model, penalty);

    /// <summary>The chosen penalty, for standardized features and in units of the sum of squares.</summary>
    public double Penalty { get; }

    /// <summary>Tries the penalties 0.1, 1, 3, 10, 30 and 100 on every fold and fits the best one to all rows.</summary>
    /// <param name="features">[rows, columns]; computed in doubles.</param>
    /// <param name="target">One number a row, [rows].</param>
    /// <param name="folds">The folds, from <see cref="KFold.Folds"/>.</param>
    /// <exception cref="ShapeException">The features are not a matrix, or the target is not one number a row.</exception>
    /// <exception cref="DataException">There is no row, the lengths differ, or a value is not finite.</exception>
    public static RidgeRegression Fit(Tensor features, Tensor target, IEnumerable<Fold> folds)
    {
        StandardScaler scaler = StandardScaler.Fit(features);
        Tensor scaled = scaler.Transform(features);
        Fold[] all = [.. folds];
        double penalty = Penalties.MinBy(penalty => all.Average(fold => RegressionError.MeanSquared(
            LinearRegression.FitRidge(scaled.Rows(fold.Training), target.Rows(fold.Training), penalty)
                .Predict(scaled.Rows(fold.Validation)),
            target.Rows(fold.Validation))));
        return new(scaler, LinearRegression.FitRidge(scaled, target, penalty), penalty);
    }

    /// <summary>The predictions for rows in the units of the training features.</summary>
    /// <param name="features">[rows, columns].</param>
    /// <returns>One number a row, [rows].</returns>
    public Tensor Predict(Tensor features) => model.Predict(scaler.Transform(features));
}

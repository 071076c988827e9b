using Crucible.Statistics;

namespace Crucible.Lab.Reports;

/// <content>How a model that predicts numbers learned, and how well it predicts.</content>
public sealed partial class Report
{
    /// <summary>Adds curves of the mean squared error over the epochs.</summary>
    /// <param name="title">What they are of.</param>
    /// <param name="unit">The unit of the target, as <c>($1000s)</c>.</param>
    /// <param name="epochs">Their epochs.</param>
    /// <param name="curves">One curve a kind of row: its name, and an error for each epoch.</param>
    public void LearningCurves(string title, string unit, IReadOnlyList<int> epochs, IEnumerable<KeyValuePair<string, double[]>> curves) => Chart(
        Reports.Chart.combine(curves.Select(curve => Reports.Chart.Line(epochs, curve.Value, Name: curve.Key)))
            .WithTitle(title).WithXAxis("epoch").WithYAxis($"mean squared error {unit}²", isLog: true));

    /// <summary>Adds the section of the predictions: predicted against actual values of training and test rows, and the errors of the test rows.</summary>
    /// <param name="unit">The unit of the target, as <c>($1000s)</c>.</param>
    /// <param name="trained">Predicted and actual values of the training rows.</param>
    /// <param name="tested">Predicted and actual values of the test rows.</param>
    public void Predictions(string unit, Tuple<double[], double[]> trained, Tuple<double[], double[]> tested)
    {
        Section("Predictions");
        Charts(
            [PredictedAgainstActual("Training rows", unit, trained), PredictedAgainstActual("Test rows", unit, tested)],
            "Each point is one row; on the line the prediction would be exact.");
        (double[] predicted, double[] actual) = tested;
        double[] errors = [.. predicted.Zip(actual, (p, a) => p - a)];
        string axis = $"predicted - actual {unit}";
        Charts([
            Reports.Chart.Point(predicted, errors, Name: "test rows", Opacity: 0.6)
                .WithTitle("Errors against predictions (test rows)").WithXAxis($"predicted {unit}").WithYAxis(axis),
            Reports.Chart.Histogram(errors).WithTitle("How errors are distributed (test rows)").WithXAxis(axis).WithYAxis("rows"),
        ]);
    }

    private static Chart PredictedAgainstActual(string rows, string unit, Tuple<double[], double[]> values)
    {
        (double[] predicted, double[] actual) = values;
        double[] ends = [Math.Min(predicted.Min(), actual.Min()), Math.Max(predicted.Max(), actual.Max())];
        return Reports.Chart.combine([Reports.Chart.Point(actual, predicted, Name: "rows", Opacity: 0.6), Reports.Chart.Line(ends, ends, Name: "ideal")])
            .WithTitle(Errors.Text($"{rows}: MSE {RegressionError.MeanSquared(predicted, actual):F2}")).WithXAxis($"actual {unit}").WithYAxis($"predicted {unit}");
    }
}

using System.Text.Json.Nodes;
using Crucible.Lab.Tables;
using Crucible.Statistics;
using Crucible.Tensors;
using static System.FormattableString;

namespace Crucible.Lab.Reports;

/// <content>How a model that predicts numbers learned, and how well it predicts.</content>
public sealed partial class Report
{
    /// <summary>Adds the section of the data: what each column holds, and how columns go together.</summary>
    /// <param name="table">The table.</param>
    public void Data(RegressionTable table)
    {
        string[] names = [.. table.Columns, table.Target];
        Tensor numbers = Tensor.Concat([table.X, table.Y.Reshape(-1, 1)], 1);
        Section("The data");
        string leftOut = table.LeftOut == 0 ? "" : Invariant($" {table.LeftOut} rows without a value that is needed were left out.");
        Text(Invariant($"{numbers.Shape[0]} rows and {names.Length} columns; the target is {table.Target} ({table.Unit}).{leftOut}"));
        Table(
            ["column", "mean", "standard deviation", "minimum", "median", "maximum", "skewness"],
            names.Zip(Summary.OfColumns(numbers), (name, c) =>
                (name, c.Mean, c.StandardDeviation, c.Minimum, c.Median, c.Maximum, c.Skewness)));
        double[][] correlations = [.. Summary.Correlations(numbers).ToArray().Chunk(names.Length)];
        JsonObject map = new()
        {
            ["type"] = "heatmap",
            ["x"] = Numbers.Plot(names),
            ["y"] = Numbers.Plot(names),
            ["z"] = new JsonArray([.. correlations.Select(Numbers.Plot)]),
            ["colorscale"] = "RdBu",
            ["zmid"] = 0,
        };
        JsonObject up = Figure.Axis("");
        up["autorange"] = "reversed";
        Add(new FiguresBlock([Figure.Over("Correlation of every column with every other", Figure.Axis(""), up, [map], height: 640)], null));
    }

    /// <summary>Adds curves of the mean squared error over the epochs.</summary>
    /// <param name="title">What they are of.</param>
    /// <param name="unit">The unit of the target, as <c>($1000s)</c>.</param>
    /// <param name="epochs">Their epochs.</param>
    /// <param name="curves">One curve a kind of row: its name, and an error for each epoch.</param>
    public void LearningCurves(string title, string unit, IReadOnlyList<int> epochs, IEnumerable<KeyValuePair<string, double[]>> curves) =>
        Add(new FiguresBlock(
            [
                Figure.Over(
                    title, Figure.Axis("epoch"), Figure.Axis($"mean squared error {unit}²", isLog: true),
                    curves.Select(curve => Figure.Line(epochs, curve.Value, curve.Key))),
            ],
            null));

    /// <summary>
    /// Adds the section of the predictions: predicted against actual values of training and test rows, and the errors
    /// of the test rows.
    /// </summary>
    /// <param name="unit">The unit of the target, as <c>($1000s)</c>.</param>
    /// <param name="trained">Predicted and actual values of the training rows.</param>
    /// <param name="tested">Predicted and actual values of the test rows.</param>
    public void Predictions(string unit, Tuple<double[], double[]> trained, Tuple<double[], double[]> tested)
    {
        Section("Predictions");
        Add(new FiguresBlock(
            [PredictedAgainstActual("Training rows", unit, trained), PredictedAgainstActual("Test rows", unit, tested)],
            "Each point is one row; on the line the prediction would be exact."));
        (double[] predicted, double[] actual) = tested;
        double[] errors = [.. predicted.Zip(actual, (p, a) => p - a)];
        JsonObject histogram = new() { ["type"] = "histogram", ["x"] = Numbers.Plot(errors), ["showlegend"] = false };
        string axis = $"predicted − actual {unit}";
        Add(new FiguresBlock(
            [
                Figure.Over(
                    "Errors against predictions (test rows)", Figure.Axis($"predicted {unit}"), Figure.Axis(axis),
                    [Figure.Points(predicted, errors, "test rows", opacity: 0.6)]),
                Figure.Over("How errors are distributed (test rows)", Figure.Axis(axis), Figure.Axis("rows"), [histogram]),
            ],
            null));
    }

    private static Figure PredictedAgainstActual(string rows, string unit, Tuple<double[], double[]> values)
    {
        (double[] predicted, double[] actual) = values;
        double[] ends = [Math.Min(predicted.Min(), actual.Min()), Math.Max(predicted.Max(), actual.Max())];
        return Figure.Over(
            Invariant($"{rows}: MSE {RegressionError.MeanSquared(predicted, actual):F2}"), Figure.Axis($"actual {unit}"),
            Figure.Axis($"predicted {unit}"),
            [Figure.Points(actual, predicted, "rows", opacity: 0.6), Figure.Line(ends, ends, "ideal")]);
    }
}

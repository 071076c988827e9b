using Crucible.Data;
using Crucible.Tensors;

namespace Crucible.Lab.Regression;

/// <summary>Turns rows into a tensor [rows, columns], with everything that it needs to know learned from the training rows.</summary>
internal sealed class FeatureEncoder
{
    private const double Skewed = 0.75; // a skewness above it asks for the logarithm

    private readonly List<(string Column, double Least, double Shift)> logs = [];
    private readonly Scaler? scaler;

    internal FeatureEncoder(Table training, FeatureScaling scaling, bool hasLogs)
    {
        foreach (string column in hasLogs ? training.ColumnNames : [])
        {
            ColumnSummary summary = ColumnSummary.Of(training.Numbers(column), column);
            if (summary.Minimum >= 0 && summary.Skewness > Skewed) logs.Add((column, summary.Minimum, summary.Minimum > 0 ? 0 : 1));
        }

        scaler = scaling switch
        {
            FeatureScaling.Standard => StandardScaler.Fit(Logarithms(training)),
            FeatureScaling.MinMax => MinMaxScaler.Fit(Logarithms(training)),
            _ => null,
        };
    }

    internal Tensor Encode(Table rows)
    {
        Table shaped = Logarithms(rows);
        return (scaler is null ? shaped : scaler.Transform(shaped)).ToTensor();
    }

    private Table Logarithms(Table rows)
    {
        foreach ((string column, double least, double shift) in logs)
            rows = rows.With(TableColumn.Numbers(column, [.. rows.Column(column).Select(x => Math.Log(Math.Max(x, least) + shift))]));
        return rows;
    }
}

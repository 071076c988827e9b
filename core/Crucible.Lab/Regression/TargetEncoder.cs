using Crucible.Data;
using Crucible.Tensors;

namespace Crucible.Lab.Regression;

/// <summary>The target as a network sees it, and the way back to its unit.</summary>
internal sealed class TargetEncoder
{
    private readonly bool isLog;
    private readonly double mean;
    private readonly double deviation = 1;

    internal TargetEncoder(IReadOnlyList<double> training, FeatureScaling scaling, bool wantsLog)
    {
        isLog = wantsLog && training.Min() > 0;
        if (scaling == FeatureScaling.None) return;
        ColumnSummary summary = ColumnSummary.Of([.. training.Select(Enter)], "target");
        mean = summary.Mean;
        if (summary.StandardDeviation > 0) deviation = summary.StandardDeviation;
    }

    internal Tensor Encode(IReadOnlyList<double> values) => Tensor.From([.. values.Select(y => (float)((Enter(y) - mean) / deviation))], values.Count, 1);

    internal double[] Decode(Tensor predictions) => [.. predictions.ToArray().Select(y => Leave((y * deviation) + mean))];

    private double Enter(double y) => isLog ? Math.Log(y) : y;

    private double Leave(double y) => isLog ? Math.Exp(y) : y;
}

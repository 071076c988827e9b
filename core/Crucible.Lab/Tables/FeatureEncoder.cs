using Crucible.Statistics;
using Crucible.Tensors;

namespace Crucible.Lab.Tables;

/// <summary>Turns rows into inputs of a network, with everything that it needs to know learned from the training rows.</summary>
internal sealed class FeatureEncoder
{
    private const double Skewed = 0.75; // a skewness above it asks for the logarithm

    private readonly List<(int Column, double Least, double Shift)> logs = [];
    private readonly Scaler? scaler;

    internal FeatureEncoder(Tensor training, FeatureScaling scaling, bool hasLogs)
    {
        IReadOnlyList<Summary> columns = hasLogs ? Summary.OfColumns(training) : [];
        for (int i = 0; i < columns.Count; i++)
            if (columns[i].Minimum >= 0 && columns[i].Skewness > Skewed) logs.Add((i, columns[i].Minimum, columns[i].Minimum > 0 ? 0 : 1));
        scaler = scaling switch
        {
            FeatureScaling.Standard => StandardScaler.Fit(Logarithms(training)),
            FeatureScaling.MinMax => MinMaxScaler.Fit(Logarithms(training)),
            FeatureScaling.None => null,
            _ => throw TableErrors.Member(nameof(scaling), scaling),
        };
    }

    /// <summary>Rows [rows, features] as float32 of the same shape.</summary>
    internal Tensor Encode(Tensor rows)
    {
        using IDisposable off = Tensor.NoGrad();
        Tensor shaped = Logarithms(rows);
        return (scaler is null ? shaped : scaler.Transform(shaped)).To(DType.Float32);
    }

    private Tensor Logarithms(Tensor rows)
    {
        if (logs.Count == 0) return rows.To(DType.Float64);
        double[] numbers = rows.ToArray();
        int width = rows.Shape[1];
        foreach ((int column, double least, double shift) in logs)
            for (int i = column; i < numbers.Length; i += width) numbers[i] = Math.Log(Math.Max(numbers[i], least) + shift);
        return Tensor.From(numbers, rows.Shape[0], width);
    }
}

/// <summary>The target as a network sees it, and the way back to its unit.</summary>
internal sealed class TargetEncoder
{
    private readonly bool isLog;
    private readonly double mean;
    private readonly double deviation = 1;

    internal TargetEncoder(Tensor training, FeatureScaling scaling, bool wantsLog)
    {
        double[] values = training.ToArray();
        isLog = wantsLog && values.Min() > 0;
        if (scaling == FeatureScaling.None) return;
        Summary summary = Summary.Of(values.Select(Enter));
        if (values.Length > 1 && !double.IsFinite(summary.StandardDeviation))
            throw TableErrors.TargetTooLarge(values.Max(Math.Abs));
        mean = summary.Mean;
        if (summary.StandardDeviation > 0) deviation = summary.StandardDeviation;
    }

    /// <summary>Targets [rows] as float32 [rows, 1].</summary>
    internal Tensor Encode(Tensor values) =>
        Tensor.From([.. values.ToArray().Select(y => (float)((Enter(y) - mean) / deviation))], values.ElementCount, 1);

    /// <summary>Outputs [rows, 1] as float64 [rows].</summary>
    internal Tensor Decode(Tensor outputs) =>
        Tensor.From(outputs.ToArray().Select(y => Leave((y * deviation) + mean)).ToArray());

    private double Enter(double y) => isLog ? Math.Log(y) : y;

    private double Leave(double y) => isLog ? Math.Exp(y) : y;
}

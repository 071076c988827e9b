using Crucible.Layers;
using Crucible.Tensors;

namespace Crucible.Diagnostics;

/// <summary>What can be read off the outputs [rows, units] of one layer.</summary>
internal readonly record struct DiagnosticsOutput(
    string? Activation, double Saturated, double SaturatedUnits, double DeadUnits, int DistinctRows)
{
    /// <summary>Below this share of an activation's greatest slope, a unit counts as saturated.</summary>
    private const double LostSlope = 0.05;

    private const double BoundedStep = 0.01; // of values that lie within [-1, 1]
    private const double FreeStep = 1e-3; // of a unit's largest magnitude

    /// <summary>Reads an output, whose last axis is that of the units; all others count as rows.</summary>
    /// <param name="output">What a layer returned.</param>
    /// <param name="rows">The rows of the sample.</param>
    public static DiagnosticsOutput From(Tensor output, int rows)
    {
        double[] values = output.ToArray<double>();
        int units = output.Rank < 2 ? 1 : output.Shape[output.Rank - 1];
        string? activation = NameOf(output.Source);
        double Step(int unit) =>
            !output.DType.IsFloat() ? 1.0 : activation is "tanh" or "sigmoid" ? BoundedStep : FreeStep * Largest(values, unit, units);
        double[] steps = [.. Enumerable.Range(0, units).Select(Step)];
        int distinct = Distinct(values, steps, rows);
        switch (activation)
        {
            case "tanh":
                (double flat, double stuck) = Share(values, units, y => 1.0 - (y * y) < LostSlope);
                return new(activation, flat, stuck, double.NaN, distinct);
            case "sigmoid":
                (flat, stuck) = Share(values, units, y => 4.0 * y * (1.0 - y) < LostSlope);
                return new(activation, flat, stuck, double.NaN, distinct);
            case "ReLU":
                return new(activation, double.NaN, double.NaN, Share(values, units, y => y == 0.0).Units, distinct);
            default:
                return new(activation, double.NaN, double.NaN, double.NaN, distinct);
        }
    }

    /// <summary>The function that made an output: also one inside a lambda, or at the end of a layer of one's own.</summary>
    public static string? NameOf(Operation? source) => source switch
    {
        TanhOperation => "tanh",
        SigmoidOperation => "sigmoid",
        ReluOperation => "ReLU",
        _ => null,
    };

    /// <summary>The share of all values that are so, and the share of units that are so on every row.</summary>
    private static (double Values, double Units) Share(double[] values, int units, Predicate<double> isSo)
    {
        (int count, int always) = (0, 0);
        for (int unit = 0; unit < units; unit++)
        {
            int before = count;
            for (int i = unit; i < values.Length; i += units)
                if (isSo(values[i])) count++;
            if ((count - before) * units == values.Length) always++;
        }

        return ((double)count / values.Length, (double)always / units);
    }

    private static double Largest(double[] values, int unit, int units)
    {
        double largest = 0.0;
        for (int i = unit; i < values.Length; i += units) largest = Math.Max(largest, Math.Abs(values[i]));
        return largest;
    }

    /// <summary>Counts rows by a 64-bit hash of their rounded values: two of n rows collide with a chance of n² / 2⁶⁵.</summary>
    private static int Distinct(double[] values, double[] steps, int rows)
    {
        HashSet<ulong> seen = new();
        // A layer may fold rows and positions into one axis, but keeps what belongs to a row together.
        int length = values.Length % rows == 0 ? values.Length / rows : steps.Length;
        for (int row = 0; row < values.Length; row += length)
        {
            ulong hash = 0UL;
            for (int i = 0; i < length; i++)
            {
                // A unit that is 0 everywhere has no step; NaN and infinity stay apart from numbers.
                double step = steps[i % steps.Length];
                double rounded = step > 0.0 ? Math.Round(values[row + i] / step) + 0.0 : 0.0;
                hash = (hash ^ (ulong)BitConverter.DoubleToInt64Bits(rounded)) * 0x9E3779B97F4A7C15UL;
                hash ^= hash >> 29;
            }

            seen.Add(hash);
        }

        return seen.Count;
    }
}

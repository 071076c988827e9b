using Crucible.Lab.Studies;

namespace Crucible.Lab.Reports.Pictures;

/// <summary>The values that a picture shows. A few that are far worse than all others would press the others into a line: they are left beyond the edge.</summary>
/// <param name="Objective">Whose values.</param>
/// <param name="Low">The smallest that is shown.</param>
/// <param name="High">The largest that is shown.</param>
/// <param name="Beyond">How many lie beyond.</param>
internal sealed record ValueRange(Objective Objective, double Low, double High, int Beyond)
{
    /// <summary>The range of some values.</summary>
    /// <param name="objective">Whose values.</param>
    /// <param name="values">The values.</param>
    /// <param name="width">How far beyond most values the worst may lie: <see cref="Fence"/>.</param>
    internal static ValueRange Of(Objective objective, IEnumerable<double> values, double width = Fence.Width)
    {
        double[] losses = [.. values.Select(objective.Loss)];
        if (losses.Length == 0) return new ValueRange(objective, 0, 1, 0);
        (double best, double worst) = (losses.Min(), Fence.Worst(losses, width));
        int beyond = losses.Count(loss => loss > worst);
        (double low, double high) = objective.IsMinimized ? (best, worst) : (-worst, -best);
        return new ValueRange(objective, low, high, beyond);
    }

    /// <summary>The ends of an axis, with some room.</summary>
    internal (double Low, double High) Axis
    {
        get
        {
            double room = High > Low ? 0.05 * (High - Low) : Math.Max(0.1 * Math.Abs(High), 0.01);
            return (Low - room, High + room);
        }
    }

    /// <summary>The end that values lie beyond.</summary>
    internal double Worst => Objective.IsMinimized ? High : Low;

    /// <summary>The value, or the edge that it lies beyond.</summary>
    internal double Clamp(double value) => Math.Clamp(value, Low, High);

    /// <summary>The range with other values, too, that may lie beyond its edges.</summary>
    internal ValueRange With(IEnumerable<double> values) => this with { Beyond = Beyond + values.Count(value => Objective.IsBetter(Worst, value)) };

    /// <summary>A sentence about what is not in view.</summary>
    internal string Says() => Beyond == 0
        ? ""
        : $" {Words.Count(Beyond, "value lies", "values lie")} beyond the edge, {(Objective.IsMinimized ? "above" : "below")} {Words.Value(Worst)}.";
}

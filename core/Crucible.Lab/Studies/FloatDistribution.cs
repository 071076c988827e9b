using System.Text.Json.Nodes;

namespace Crucible.Lab.Studies;

/// <summary>Real numbers of a range.</summary>
public sealed class FloatDistribution : Distribution
{
    internal FloatDistribution(double low, double high, bool log, double step) => (Low, High, Log, Step) = (low, high, log, step);

    /// <summary>The smallest value.</summary>
    public double Low { get; }

    /// <summary>The largest value, when <see cref="Step"/> meets it.</summary>
    public double High { get; }

    /// <summary>Whether equal ratios have equal shares.</summary>
    public bool Log { get; }

    /// <summary>The distance of two values; 0 for a continuous range.</summary>
    public double Step { get; }

    /// <inheritdoc/>
    public override long? Count => Low == High ? 1 : Step > 0 ? (long)Math.Floor(((High - Low) / Step) + 1e-9) + 1 : null; // 1e-9: 0.3 / 0.1 is a little below 3

    /// <inheritdoc/>
    public override double FromUnit(double unit)
    {
        if (Count is { } count) return Math.Min(Low + (Share(unit, count) * Step), High);
        unit = Math.Clamp(unit, 0, 1);
        return Log ? Math.Clamp(Math.Exp(Math.Log(Low) + (unit * (Math.Log(High) - Math.Log(Low)))), Low, High) : Low + (unit * (High - Low));
    }

    /// <inheritdoc/>
    public override double ToUnit(double value)
    {
        if (Count is { } count) return count == 1 ? 0.5 : (Math.Round((value - Low) / Step) + 0.5) / count;
        return Log ? (Math.Log(value) - Math.Log(Low)) / (Math.Log(High) - Math.Log(Low)) : (value - Low) / (High - Low);
    }

    /// <inheritdoc/>
    public override string ToString() => Errors.Text($"float {Low} to {High}{(Log ? " (log)" : Step > 0 ? Errors.Text($" (step {Step})") : "")}");

    internal static FloatDistribution Of(string name, double low, double high, bool log, double step)
    {
        const string operation = "trial.suggestFloat";
        if (!double.IsFinite(low) || !double.IsFinite(high)) throw Errors.RangeNotFinite(operation, name, low, high);
        if (low > high) throw Errors.RangeReversed(operation, name, low, high);
        if (log && low <= 0) throw Errors.RangeLog(operation, name, low);
        if (!(step >= 0) || !double.IsFinite(step)) throw Errors.RangeStep(operation, name, step);
        if (log && step > 0) throw Errors.RangeLogStep(operation, name, step);
        return new FloatDistribution(low, high, log, step);
    }

    internal override JsonObject ToJson() => new() { ["kind"] = "float", ["low"] = Low, ["high"] = High, ["log"] = Log, ["step"] = Step };

    internal override JsonNode Show(double value) => value;

    internal override double Read(JsonNode shown) => (double)shown;
}

using System.Text.Json.Nodes;

namespace Crucible.Lab.Studies;

/// <summary>Whole numbers of a range.</summary>
public sealed class IntDistribution : Distribution
{
    internal IntDistribution(int low, int high, bool log, int step) => (Low, High, Log, Step) = (low, high, log, step);

    /// <summary>The smallest value.</summary>
    public int Low { get; }

    /// <summary>The largest value, when <see cref="Step"/> meets it.</summary>
    public int High { get; }

    /// <summary>Whether equal ratios have equal shares.</summary>
    public bool Log { get; }

    /// <summary>The distance of two values.</summary>
    public int Step { get; }

    /// <inheritdoc/>
    public override long? Count => (((long)High - Low) / Step) + 1;

    // Half a step beyond each end, so that the ends get their whole share.
    private double LogLow => Math.Log(Low - 0.5);

    private double LogWidth => Math.Log(High + 0.5) - LogLow;

    /// <inheritdoc/>
    public override double FromUnit(double unit) => Log
        ? Math.Clamp(Math.Round(Math.Exp(LogLow + (Math.Clamp(unit, 0, 1) * LogWidth))), Low, High)
        : Low + ((double)Share(unit, Count!.Value) * Step);

    /// <inheritdoc/>
    public override double ToUnit(double value) => Log ? (Math.Log(value) - LogLow) / LogWidth : (((value - Low) / Step) + 0.5) / Count!.Value;

    /// <inheritdoc/>
    public override string ToString() => Errors.Text($"int {Low} to {High}{(Log ? " (log)" : Step > 1 ? Errors.Text($" (step {Step})") : "")}");

    internal static IntDistribution Of(string name, int low, int high, bool log, int step)
    {
        const string operation = "trial.suggestInt";
        if (low > high) throw Errors.RangeReversed(operation, name, low, high);
        if (log && low <= 0) throw Errors.RangeLog(operation, name, low);
        if (step < 1) throw Errors.RangeIntStep(operation, name, step);
        if (log && step > 1) throw Errors.RangeLogStep(operation, name, step);
        return new IntDistribution(low, high, log, step);
    }

    internal override JsonObject ToJson() => new() { ["kind"] = "int", ["low"] = Low, ["high"] = High, ["log"] = Log, ["step"] = Step };

    internal override JsonNode Show(double value) => (int)value;

    internal override double Read(JsonNode shown) => (int)shown;
}

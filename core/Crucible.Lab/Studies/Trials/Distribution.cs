using System.Globalization;
using System.Text.Json.Nodes;
using static System.FormattableString;

namespace Crucible.Lab.Studies;

/// <summary>
/// The values that a parameter can take. Samplers work on the unit interval, which it maps to values with equal shares
/// to equal steps, or to equal ratios when logarithmic.
/// </summary>
public abstract class Distribution
{
    /// <summary>How many values there are; none for a continuous range.</summary>
    public abstract long? Count { get; }

    /// <summary>Whether the values have an order.</summary>
    public virtual bool IsNumeric => true;

    /// <summary>The value at a place of the unit interval.</summary>
    /// <param name="unit">From 0 to 1; what lies outside is taken as the nearer end.</param>
    public abstract double FromUnit(double unit);

    /// <summary>The place of a value in the unit interval: the middle of its share where values are countable.</summary>
    /// <param name="value">A value as <see cref="FromUnit"/> gives it: a choice is its position.</param>
    public abstract double ToUnit(double value);

    /// <summary>Two ranges are equal when they can take the same values in the same way.</summary>
    /// <param name="obj">The other.</param>
    public override bool Equals(object? obj) =>
        ReferenceEquals(this, obj) || (obj is Distribution other && other.ToJson().ToJsonString() == ToJson().ToJsonString());

    /// <inheritdoc/>
    public override int GetHashCode() => ToJson().ToJsonString().GetHashCode(StringComparison.Ordinal);

    internal abstract JsonObject ToJson();

    /// <summary>The value as people write it.</summary>
    internal abstract JsonNode Show(double value);

    /// <summary>The inverse of <see cref="Show"/>.</summary>
    internal abstract double Read(JsonNode shown);

    /// <summary>The value that another range of this kind shows so, if this range has it too.</summary>
    internal abstract double? Find(JsonNode shown);

    /// <summary>The value that a user gave, if this range has it: a whole number may be written as 3.0.</summary>
    internal virtual double? Given(JsonNode? value) => JsonValues.ValueOf(value) switch
    {
        int whole => Find(whole),
        long large => Find(large),
        double number => number == Math.Floor(number) && Math.Abs(number) <= int.MaxValue ? Find((int)number) : Find(number),
        _ => null,
    };

    /// <summary>
    /// The smallest range that has the values of both, of which it has no steps and ratios that the two do not share. The
    /// other is of the same kind.
    /// </summary>
    internal abstract Distribution Joined(Distribution other);

    /// <summary>The place of a value of another range of this kind; NaN if this one does not have it.</summary>
    internal double UnitOf(Distribution other, double value) =>
        ReferenceEquals(this, other) ? ToUnit(value) : Find(other.Show(value)) is { } own ? ToUnit(own) : double.NaN;

    internal static Distribution Parse(string text)
    {
        JsonNode json = JsonNode.Parse(text)!;
        return (string)json["kind"]! switch
        {
            "float" => new FloatDistribution((double)json["low"]!, (double)json["high"]!, (bool)json["log"]!, (double)json["step"]!),
            "int" => new IntDistribution((int)json["low"]!, (int)json["high"]!, (bool)json["log"]!, (int)json["step"]!),
            _ => CategoricalDistribution.Parse(json),
        };
    }

    /// <summary>Which of <paramref name="count"/> equal shares of the unit interval a place lies in.</summary>
    private protected static long Share(double unit, long count) => Math.Clamp((long)Math.Floor(unit * count), 0, count - 1);
}

/// <summary>Real numbers of a range.</summary>
public sealed class FloatDistribution : Distribution
{
    private const double MostSteps = 1L << 53; // that doubles can count

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
    // 1e-9: 0.3 / 0.1 is a little below 3
    public override long? Count => Low == High ? 1 : Step > 0 ? (long)Math.Floor(((High - Low) / Step) + 1e-9) + 1 : null;

    /// <inheritdoc/>
    public override double FromUnit(double unit)
    {
        if (Count is { } count) return Math.Min(Low + (Share(unit, count) * Step), High);
        unit = Math.Clamp(unit, 0, 1);
        return Log
            ? Math.Clamp(Math.Exp(Math.Log(Low) + (unit * (Math.Log(High) - Math.Log(Low)))), Low, High)
            : double.IsFinite(High - Low) ? Low + (unit * (High - Low)) : (Low * (1 - unit)) + (High * unit);
    }

    /// <inheritdoc/>
    public override double ToUnit(double value)
    {
        if (Count is { } count) return count == 1 ? 0.5 : (Math.Round((value - Low) / Step) + 0.5) / count;
        if (Log) return (Math.Log(value) - Math.Log(Low)) / (Math.Log(High) - Math.Log(Low));
        return double.IsFinite(High - Low) ? (value - Low) / (High - Low) : ((value / 2) - (Low / 2)) / ((High / 2) - (Low / 2));
    }

    /// <inheritdoc/>
    public override string ToString() =>
        Invariant($"float {Low} to {High}{(Log ? " (log)" : Step > 0 ? Invariant($" (step {Step})") : "")}");

    internal static FloatDistribution Of(string name, double low, double high, bool log, double step)
    {
        const string operation = "trial.suggestFloat";
        if (!double.IsFinite(low) || !double.IsFinite(high)) throw StudyErrors.RangeNotFinite(operation, name, low, high);
        if (low > high) throw StudyErrors.RangeReversed(operation, name, low, high);
        if (log && low <= 0) throw StudyErrors.RangeLog(operation, name, low);
        if (!(step >= 0) || !double.IsFinite(step)) throw StudyErrors.RangeStep(operation, name, step);
        if (log && step > 0) throw StudyErrors.RangeLogStep(operation, name, step);
        if (step > 0 && !((high - low) / step < MostSteps)) throw StudyErrors.RangeSteps(operation, name, low, high, step);
        return new FloatDistribution(low, high, log, step);
    }

    internal override JsonObject ToJson() => new() { ["kind"] = "float", ["low"] = Low, ["high"] = High, ["log"] = Log, ["step"] = Step };

    internal override JsonNode Show(double value) => value;

    internal override double Read(JsonNode shown) => (double)shown;

    internal override double? Find(JsonNode shown)
    {
        if (!double.TryParse(shown.ToJsonString(), NumberStyles.Float, CultureInfo.InvariantCulture, out double value)) return null;
        double slack = 1e-9 * (Step > 0 ? Step : (High / 2) - (Low / 2)); // values are rounded
        double steps = Step > 0 ? (value - Low) / Step : 0;
        bool isIn = value >= Low - slack && value <= High + slack && Math.Abs(steps - Math.Round(steps)) < 1e-6;
        return isIn ? value : null;
    }

    internal override Distribution Joined(Distribution other)
    {
        if (other is not FloatDistribution range || Equals(other)) return this;
        double steps = (range.Low - Low) / Step;
        bool isOneGrid = Step == range.Step && Math.Abs(steps - Math.Round(steps)) < 1e-6;
        (double low, double high) = (Math.Min(Low, range.Low), Math.Max(High, range.High));
        return new FloatDistribution(low, high, Log && range.Log, Step > 0 && isOneGrid ? Step : 0);
    }
}

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
    public override double ToUnit(double value) =>
        Log ? (Math.Log(value) - LogLow) / LogWidth : (((value - Low) / Step) + 0.5) / Count!.Value;

    /// <inheritdoc/>
    public override string ToString() => Invariant($"int {Low} to {High}{(Log ? " (log)" : Step > 1 ? Invariant($" (step {Step})") : "")}");

    internal static IntDistribution Of(string name, int low, int high, bool log, int step)
    {
        const string operation = "trial.suggestInt";
        if (low > high) throw StudyErrors.RangeReversed(operation, name, low, high);
        if (log && low <= 0) throw StudyErrors.RangeLog(operation, name, low);
        if (step < 1) throw StudyErrors.RangeIntStep(operation, name, step);
        if (log && step > 1) throw StudyErrors.RangeLogStep(operation, name, step);
        return new IntDistribution(low, high, log, step);
    }

    internal override JsonObject ToJson() => new() { ["kind"] = "int", ["low"] = Low, ["high"] = High, ["log"] = Log, ["step"] = Step };

    internal override JsonNode Show(double value) => (int)value;

    internal override double Read(JsonNode shown) => (int)shown;

    internal override double? Find(JsonNode shown) =>
        int.TryParse(shown.ToJsonString(), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int value)
            && value >= Low && value <= High && ((long)value - Low) % Step == 0
                ? value
                : null;

    internal override Distribution Joined(Distribution other)
    {
        if (other is not IntDistribution range || Equals(other)) return this;
        bool isOneGrid = Step == range.Step && ((long)range.Low - Low) % Step == 0;
        (int low, int high) = (Math.Min(Low, range.Low), Math.Max(High, range.High));
        return new IntDistribution(low, high, Log && range.Log, isOneGrid ? Step : 1);
    }
}

using System.Text.Json.Nodes;

namespace Crucible.Lab.Studies;

/// <summary>The values that a parameter can take. Samplers work on the unit interval, which it maps to values with equal shares to equal steps, or to equal ratios when logarithmic.</summary>
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
    public override bool Equals(object? obj) => obj is Distribution other && other.ToJson().ToJsonString() == ToJson().ToJsonString();

    /// <inheritdoc/>
    public override int GetHashCode() => ToJson().ToJsonString().GetHashCode(StringComparison.Ordinal);

    internal abstract JsonObject ToJson();

    /// <summary>The value as people write it.</summary>
    internal abstract JsonNode Show(double value);

    /// <summary>The inverse of <see cref="Show"/>.</summary>
    internal abstract double Read(JsonNode shown);

    internal static Distribution Parse(string text)
    {
        JsonNode json = JsonNode.Parse(text)!;
        return (string)json["kind"]! switch
        {
            "float" => new FloatDistribution((double)json["low"]!, (double)json["high"]!, (bool)json["log"]!, (double)json["step"]!),
            "int" => new IntDistribution((int)json["low"]!, (int)json["high"]!, (bool)json["log"]!, (int)json["step"]!),
            _ => new CategoricalDistribution([.. json["choices"]!.AsArray().Select(choice => (string)choice!)]),
        };
    }

    /// <summary>Which of <paramref name="count"/> equal shares of the unit interval a place lies in.</summary>
    private protected static long Share(double unit, long count) => Math.Clamp((long)Math.Floor(unit * count), 0, count - 1);
}

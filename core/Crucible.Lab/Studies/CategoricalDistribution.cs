using System.Text.Json.Nodes;

namespace Crucible.Lab.Studies;

/// <summary>One of several choices, which have no order. Its value is the position of the choice.</summary>
public sealed class CategoricalDistribution : Distribution
{
    internal CategoricalDistribution(IReadOnlyList<string> choices) => Choices = choices;

    /// <summary>The choices as text.</summary>
    public IReadOnlyList<string> Choices { get; }

    /// <inheritdoc/>
    public override long? Count => Choices.Count;

    /// <inheritdoc/>
    public override bool IsNumeric => false;

    /// <inheritdoc/>
    public override double FromUnit(double unit) => Share(unit, Choices.Count);

    /// <inheritdoc/>
    public override double ToUnit(double value) => (value + 0.5) / Choices.Count;

    /// <inheritdoc/>
    public override string ToString() => $"one of {string.Join(", ", Choices)}";

    internal static CategoricalDistribution Of(string name, IReadOnlyList<string> choices)
    {
        if (choices.Count == 0) throw Errors.NoChoices(name);
        if (choices.GroupBy(choice => choice).FirstOrDefault(same => same.Count() > 1) is { } twice) throw Errors.ChoiceTwice(name, twice.Key);
        return new CategoricalDistribution(choices);
    }

    internal override JsonObject ToJson() => new() { ["kind"] = "categorical", ["choices"] = new JsonArray([.. Choices.Select(choice => (JsonNode)choice)]) };

    internal override JsonNode Show(double value) => Choices[(int)value];

    internal override double Read(JsonNode shown) => Choices.ToList().IndexOf((string)shown!);
}

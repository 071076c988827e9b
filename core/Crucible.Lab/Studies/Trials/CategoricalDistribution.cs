using System.Text.Json.Nodes;

namespace Crucible.Lab.Studies;

/// <summary>One of several choices, which have no order. Its value is the position of the choice.</summary>
public sealed class CategoricalDistribution : Distribution
{
    private CategoricalDistribution(IReadOnlyList<string> choices, IReadOnlyList<object?> values) => (Choices, Values) = (choices, values);

    /// <summary>The choices as text, each another: an array as <c>[40, 40]</c>, nothing as <c>null</c>.</summary>
    public IReadOnlyList<string> Choices { get; }

    /// <summary>
    /// The choices themselves, as a store gives them back: texts, numbers (int and double), truth values and null; all others
    /// by their text.
    /// </summary>
    public IReadOnlyList<object?> Values { get; }

    /// <inheritdoc/>
    public override long? Count => Choices.Count;

    /// <inheritdoc/>
    public override bool IsNumeric => false;

    /// <inheritdoc/>
    public override double FromUnit(double unit) => Share(unit, Choices.Count);

    /// <inheritdoc/>
    public override double ToUnit(double value) => (value + 0.5) / Choices.Count;

    /// <summary>Choices are equal when their texts are.</summary>
    /// <param name="obj">The other.</param>
    public override bool Equals(object? obj) => obj is CategoricalDistribution other && other.Choices.SequenceEqual(Choices);

    /// <inheritdoc/>
    public override int GetHashCode() => string.Join('\n', Choices).GetHashCode(StringComparison.Ordinal);

    /// <inheritdoc/>
    public override string ToString() => $"one of {string.Join(", ", Choices)}";

    internal static CategoricalDistribution Of(string name, IReadOnlyList<object?> choices)
    {
        if (choices.Count == 0) throw StudyErrors.NoChoices(name);
        string[] texts = [.. choices.Select(JsonValues.TextOf)];
        foreach (IGrouping<string, int> same in Enumerable.Range(0, texts.Length).GroupBy(i => texts[i]).ToArray())
        {
            if (same.Count() == 1) continue;
            if (same.DistinctBy(i => choices[i]?.GetType()).Count() < same.Count()) throw StudyErrors.ChoiceTwice(name, same.Key);
            // 1 and 1.0, "null" and null: their types tell them apart
            foreach (int i in same.Where(i => choices[i] is not null)) texts[i] = $"{texts[i]} ({choices[i]!.GetType().Name})";
        }

        string? twice = texts.CountBy(text => text).FirstOrDefault(text => text.Value > 1).Key;
        if (twice is not null) throw StudyErrors.ChoiceTwice(name, twice);
        return new CategoricalDistribution(texts, [.. choices.Select((choice, i) => IsKept(choice) ? choice : texts[i])]);
    }

    internal static CategoricalDistribution Parse(JsonNode json)
    {
        string[] choices = [.. json["choices"]!.AsArray().Select(choice => (string)choice!)];
        return new CategoricalDistribution(choices, json["values"] is JsonArray values ? [.. values.Select(JsonValues.ValueOf)] : choices);
    }

    internal override JsonObject ToJson()
    {
        JsonObject json =
            new() { ["kind"] = "categorical", ["choices"] = new JsonArray([.. Choices.Select(choice => (JsonNode)choice)]) };
        if (!Values.SequenceEqual(Choices)) json["values"] = new JsonArray([.. Values.Select(JsonValues.NodeOf)]);
        return json;
    }

    internal override JsonNode Show(double value) => Choices[(int)value];

    internal override double Read(JsonNode shown) => Choices.ToList().IndexOf((string)shown!);

    internal override double? Find(JsonNode shown) => Read(shown) is >= 0 and var place ? place : null;

    internal override double? Given(JsonNode? value)
    {
        string json = value?.ToJsonString() ?? "null";
        int place = Values.ToList().FindIndex(choice => (JsonValues.NodeOf(choice)?.ToJsonString() ?? "null") == json);
        if (place < 0) place = Choices.ToList().IndexOf(JsonValues.TextOf(JsonValues.ValueOf(value)));
        return place >= 0 ? place : null;
    }

    internal override Distribution Joined(Distribution other)
    {
        if (other is not CategoricalDistribution more) return this;
        int[] others = [.. Enumerable.Range(0, more.Choices.Count).Where(i => !Choices.Contains(more.Choices[i]))];
        if (others.Length == 0) return this;
        return new CategoricalDistribution(
            [.. Choices, .. others.Select(i => more.Choices[i])], [.. Values, .. others.Select(i => more.Values[i])]);
    }

    private static bool IsKept(object? choice) =>
        choice is null or string or bool or int || (choice is double number && double.IsFinite(number));
}

using System.Text.Json.Nodes;

namespace Crucible.Lab.Reports;

/// <summary>One expected result and what came of it.</summary>
/// <param name="Name">What is expected, in words.</param>
/// <param name="Expected">The expected value, or words for it, as <c>at most 10</c>.</param>
/// <param name="Actual">What was measured: a number, a text, a flag.</param>
/// <param name="IsOk">Whether it holds.</param>
internal sealed record Check(string Name, object? Expected, object? Actual, bool IsOk)
{
    internal JsonObject ToJson() => new() { ["name"] = Name, ["expected"] = Value(Expected), ["actual"] = Value(Actual), ["ok"] = IsOk };

    private static JsonNode? Value(object? value) => value switch
    {
        null => null,
        bool flag => JsonValue.Create(flag),
        float number => Numbers.Json(number),
        double number => Numbers.Json(number),
        int number => JsonValue.Create(number),
        long number => JsonValue.Create(number),
        _ => JsonValue.Create(Numbers.Show(value)),
    };
}

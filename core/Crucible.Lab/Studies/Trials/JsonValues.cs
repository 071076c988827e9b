using System.Collections;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Crucible.Lab.Studies;

/// <summary>
/// Values that users give, as stores keep them: texts, numbers, truth values, null and lists of these; all others by their
/// text. 1.0 stays apart from 1.
/// </summary>
internal static class JsonValues
{
    /// <summary>A value as JSON.</summary>
    internal static JsonNode? NodeOf(object? value) => value switch
    {
        null => null,
        string text => text,
        bool flag => flag,
        int whole => whole,
        long whole => whole,
        double number when double.IsFinite(number) => NodeOf(number),
        float number when float.IsFinite(number) => NodeOf(number),
        IEnumerable items => new JsonArray([.. items.Cast<object?>().Select(NodeOf)]),
        _ => TextOf(value),
    };

    /// <summary>A value from JSON: int where it fits, else long; double for what has a point or an exponent.</summary>
    internal static object? ValueOf(JsonNode? node)
    {
        switch (node?.GetValueKind())
        {
            case null:
                return null;
            case JsonValueKind.True or JsonValueKind.False:
                return (bool)node;
            case JsonValueKind.String:
                return (string)node!;
            case JsonValueKind.Array:
                return node.AsArray().Select(ValueOf).ToArray();
            default:
                string text = node.ToJsonString();
                if (int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int whole)) return whole;
                bool isLong = long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long large);
                return isLong ? large : double.Parse(text, CultureInfo.InvariantCulture);
        }
    }

    /// <summary>A value as text: an array as <c>[40, 40]</c>, nothing as <c>null</c>.</summary>
    internal static string TextOf(object? value) => value switch
    {
        null => "null",
        string text => text,
        IEnumerable items => $"[{string.Join(", ", items.Cast<object?>().Select(TextOf))}]",
        _ => Convert.ToString(value, CultureInfo.InvariantCulture) ?? "",
    };

    /// <summary>The members of an object, none for null, as values.</summary>
    internal static IReadOnlyDictionary<string, object?> ValuesOf(string? json) =>
        JsonNode.Parse(json ?? "{}")!.AsObject().ToDictionary(one => one.Key, one => ValueOf(one.Value));

    private static JsonNode? NodeOf(double number)
    {
        string text = number.ToString("R", CultureInfo.InvariantCulture);
        return JsonNode.Parse(text.AsSpan().IndexOfAny('.', 'E') < 0 ? text + ".0" : text);
    }
}

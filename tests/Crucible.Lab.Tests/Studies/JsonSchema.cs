using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Crucible.Lab.Tests.Studies;

/// <summary>
/// Checks JSON by the part of JSON Schema that our own schemas use. A keyword that it does not know is an error, so that no rule of
/// a schema goes unchecked.
/// </summary>
internal sealed class JsonSchema(JsonObject root)
{
    /// <summary>What is wrong, each with its place, as <c>spec.template.kind: unknown field</c>.</summary>
    internal IReadOnlyList<string> Faults(JsonNode? value) => [.. Check(root, value, "")];

    private IEnumerable<string> Check(JsonObject schema, JsonNode? value, string place)
    {
        foreach ((string keyword, JsonNode? rule) in schema)
        {
            foreach (string fault in Check(schema, keyword, rule!, value, place)) yield return fault;
        }
    }

    private IEnumerable<string> Check(JsonObject schema, string keyword, JsonNode rule, JsonNode? value, string place)
    {
        JsonObject? fields = value as JsonObject;
        string? text = value?.GetValueKind() == JsonValueKind.String ? (string?)value : null;
        double? number = value?.GetValueKind() == JsonValueKind.Number ? value.AsValue().GetValue<int>() : null;
        return keyword switch
        {
            "$comment" or "definitions" => [],
            "$ref" => Check(root["definitions"]![((string)rule!).Split('/')[^1]]!.AsObject(), value, place),
            "type" => Fault(!Types(rule).Any(type => IsOf(value, type)), $"must be {string.Join(" or ", Types(rule))}"),
            "enum" => Fault(!rule.AsArray().Any(one => JsonNode.DeepEquals(one, value)), $"must be of {rule.ToJsonString()}"),
            "pattern" => Fault(text is not null && !Regex.IsMatch(text, (string)rule!), $"must match {(string)rule!}"),
            "minLength" => Fault(text?.Length < (int)rule, $"must have at least {rule} letters"),
            "maxLength" => Fault(text?.Length > (int)rule, $"must have at most {rule} letters"),
            "minimum" => Fault(number < (double)rule, $"must be at least {rule}"),
            "maximum" => Fault(number > (double)rule, $"must be at most {rule}"),
            "minItems" => Fault((value as JsonArray)?.Count < (int)rule, $"must have at least {rule} items"),
            "minProperties" => Fault(fields?.Count < (int)rule, $"must have at least {rule} fields"),
            "maxProperties" => Fault(fields?.Count > (int)rule, $"must have at most {rule} fields"),
            "items" => (value as JsonArray ?? []).SelectMany((item, i) => Check(rule.AsObject(), item, $"{place}[{i}]")),
            "properties" => (fields ?? []).Where(field => rule[field.Key] is not null)
                .SelectMany(field => Check(rule[field.Key]!.AsObject(), field.Value, Below(field.Key))),
            "additionalProperties" => (fields ?? []).Where(field => schema["properties"]?[field.Key] is null)
                .SelectMany(field => rule is JsonObject others
                    ? Check(others, field.Value, Below(field.Key))
                    : [$"{Below(field.Key)}: unknown field"]),
            "required" => Missing(rule),
            "dependentRequired" => rule.AsObject().Where(one => fields?.ContainsKey(one.Key) == true)
                .SelectMany(one => Missing(one.Value!)),
            "not" => Fault(!Check(rule.AsObject(), value, place).Any(), $"must not be {rule.ToJsonString()}"),
            _ => throw new NotSupportedException(keyword),
        };

        string[] Fault(bool isWrong, string must) => isWrong ? [$"{place}: {must}, got {value?.ToJsonString() ?? "null"}"] : [];

        string Below(string field) => place.Length == 0 ? field : $"{place}.{field}";

        IEnumerable<string> Missing(JsonNode names) => names.AsArray().Select(name => (string)name!)
            .Where(name => fields?.ContainsKey(name) == false).Select(name => $"{Below(name)}: is missing");
    }

    private static IEnumerable<string> Types(JsonNode rule) =>
        rule is JsonArray several ? several.Select(one => (string)one!) : [(string)rule!];

    private static bool IsOf(JsonNode? value, string type) => type switch
    {
        "object" => value is JsonObject,
        "array" => value is JsonArray,
        "string" => value?.GetValueKind() == JsonValueKind.String,
        "integer" or "number" => value?.GetValueKind() == JsonValueKind.Number,
        "boolean" => value?.GetValueKind() is JsonValueKind.True or JsonValueKind.False,
        _ => throw new NotSupportedException(type),
    };
}

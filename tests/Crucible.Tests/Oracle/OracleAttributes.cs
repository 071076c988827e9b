using System.Text.Json;

namespace Crucible.Tests.Oracle;

/// <summary>The arguments of an operation that are not tensors, by Crucible's names.</summary>
internal sealed class OracleAttributes(IReadOnlyDictionary<string, JsonElement> attributes)
{
    internal bool Has(string name) => attributes.TryGetValue(name, out JsonElement value) && value.ValueKind != JsonValueKind.Null;

    internal int Int(string name) => attributes[name].GetInt32();

    internal int[] Ints(string name) => [.. attributes[name].EnumerateArray().Select(item => item.GetInt32())];

    internal bool Truth(string name) => attributes[name].GetBoolean();

    internal string Text(string name) => attributes[name].GetString()!;

    internal double NumberOr(string name, double otherwise) => Has(name) ? Number(name) : otherwise;

    internal double Number(string name) => attributes[name] switch
    {
        { ValueKind: JsonValueKind.String } text when text.GetString() == "-Infinity" => double.NegativeInfinity,
        JsonElement number => number.GetDouble(),
    };
}

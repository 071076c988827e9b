using System.Text.Json.Nodes;

namespace Crucible.Lab.Studies;

/// <summary>The parameters of one trial with their values, in the order in which they were asked.</summary>
internal sealed class ParameterSet
{
    private readonly List<(Parameter Parameter, double Value)> entries = [];

    internal IReadOnlyList<(Parameter Parameter, double Value)> Entries => entries;

    internal double? this[string name]
    {
        get
        {
            foreach ((Parameter parameter, double value) in entries)
            {
                if (parameter.Name == name) return value;
            }

            return null;
        }
    }

    internal void Add(Parameter parameter, double value) => entries.Add((parameter, value));

    internal Distribution? Find(string name) => entries.FirstOrDefault(entry => entry.Parameter.Name == name).Parameter?.Distribution;

    /// <summary>The values as text, equal for equal values only.</summary>
    internal string ToJson()
    {
        JsonObject json = [];
        foreach ((Parameter parameter, double value) in entries) json[parameter.Name] = parameter.Distribution.Show(value);
        return json.ToJsonString();
    }

    internal static ParameterSet Parse(string text, Func<string, Distribution> find)
    {
        ParameterSet set = new();
        foreach ((string name, JsonNode? shown) in JsonNode.Parse(text)!.AsObject())
        {
            Distribution distribution = find(name);
            set.Add(new Parameter(name, distribution), distribution.Read(shown!));
        }

        return set;
    }
}

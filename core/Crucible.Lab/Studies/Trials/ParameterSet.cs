using System.Collections.Concurrent;
using System.Text.Json.Nodes;

namespace Crucible.Lab.Studies;

/// <summary>One dimension of the search space.</summary>
/// <param name="Name">The name it is asked by.</param>
/// <param name="Distribution">The values it can take.</param>
public sealed record Parameter(string Name, Distribution Distribution);

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

    /// <summary>The values as they lie in other ranges; those that lie outside of them are left out.</summary>
    internal ParameterSet In(Func<string, Parameter> space)
    {
        ParameterSet set = new();
        foreach ((Parameter own, double value) in entries)
        {
            Parameter parameter = space(own.Name);
            if (parameter.Distribution.Find(own.Distribution.Show(value)) is { } place) set.Add(parameter, place);
        }

        return set;
    }

    /// <summary>The values that a trial ended with, in the ranges that it had.</summary>
    internal static ParameterSet Of(TrialRow row, Func<string, Distribution> find)
    {
        JsonObject? own = row.Ranges is null ? null : JsonNode.Parse(row.Ranges)!.AsObject();
        return Parse(row.Parameters ?? "{}", name => own?[name] is { } range ? Distribution.Parse(range.ToJsonString()) : find(name));
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

/// <summary>The first range of every parameter of a study; trials that have another one keep it themselves.</summary>
internal sealed class ParameterRegistry(IStudyStore store, string study)
{
    private readonly ConcurrentDictionary<string, Distribution> known = new(store.Parameters(study));

    /// <summary>Sees that a parameter is of the kind that it always was.</summary>
    internal void Check(Parameter parameter)
    {
        if (!known.TryGetValue(parameter.Name, out Distribution? stored)) known[parameter.Name] = stored = store.Register(study, parameter);
        if (stored.GetType() != parameter.Distribution.GetType())
            throw StudyErrors.AnotherKind(parameter.Name, stored, parameter.Distribution);
    }

    /// <summary>The ranges of a trial's parameters that are not the first ones, as JSON; null for none.</summary>
    internal string? Others(ParameterSet set)
    {
        JsonObject others = [];
        foreach ((Parameter parameter, double _) in set.Entries)
        {
            if (!known[parameter.Name].Equals(parameter.Distribution)) others[parameter.Name] = parameter.Distribution.ToJson();
        }

        return others.Count > 0 ? others.ToJsonString() : null;
    }

    /// <summary>The range of a parameter that some trial, perhaps of another process, has asked for.</summary>
    internal Distribution Find(string name)
    {
        if (known.TryGetValue(name, out Distribution? stored)) return stored;
        foreach ((string other, Distribution distribution) in store.Parameters(study)) known[other] = distribution;
        return known[name];
    }
}

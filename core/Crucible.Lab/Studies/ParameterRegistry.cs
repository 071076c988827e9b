using System.Collections.Concurrent;

namespace Crucible.Lab.Studies;

/// <summary>The range of every parameter of a study, which it keeps in all trials of all processes.</summary>
internal sealed class ParameterRegistry(IStudyStore store, string study)
{
    private readonly ConcurrentDictionary<string, Distribution> known = new(store.Parameters(study));

    /// <summary>Sees that a parameter has the range that it always had.</summary>
    internal void Check(Parameter parameter)
    {
        if (!known.TryGetValue(parameter.Name, out Distribution? stored)) known[parameter.Name] = stored = store.Register(study, parameter);
        if (!stored.Equals(parameter.Distribution)) throw Errors.AnotherRange(parameter.Name, stored, parameter.Distribution);
    }

    /// <summary>The range of a parameter that some trial, perhaps of another process, has asked for.</summary>
    internal Distribution Find(string name)
    {
        if (known.TryGetValue(name, out Distribution? stored)) return stored;
        foreach ((string other, Distribution distribution) in store.Parameters(study)) known[other] = distribution;
        return known[name];
    }
}

using System.Text;

namespace Crucible.Lab.Studies;

/// <summary>
/// Tells whether a plan would repeat a trial. What a trial asks for depends on the values it got, so a plan repeats a trial exactly when it agrees with everything that the trial asked for.
/// </summary>
internal sealed class Duplicates
{
    // By the names that trials asked for, of which there is one set a branch of the space: the values they got.
    private readonly Dictionary<string, (string[] Names, HashSet<string> Keys)> branches = [];
    private readonly HashSet<string> failed = [];

    internal void Add(ParameterSet set)
    {
        if (set.Entries.Count == 0) return;
        string[] names = [.. set.Entries.Select(entry => entry.Parameter.Name)];
        string branch = string.Join('\n', names);
        if (!branches.TryGetValue(branch, out (string[] Names, HashSet<string> Keys) known)) branches[branch] = known = (names, []);
        known.Keys.Add(Key(set, names)!);
    }

    /// <summary>A trial that failed may have asked for little: only a plan that repeats all of its plan repeats it.</summary>
    internal void AddFailed(ParameterSet plan) => failed.Add(plan.ToJson());

    internal bool Contains(ParameterSet plan) =>
        branches.Values.Any(branch => Key(plan, branch.Names) is { } key && branch.Keys.Contains(key)) || (failed.Count > 0 && failed.Contains(plan.ToJson()));

    /// <summary>Whether two plans, though they differ, would come to the same trial on some branch that is known.</summary>
    internal bool MayMeet(ParameterSet plan, ParameterSet other) =>
        branches.Values.Any(branch => Key(plan, branch.Names) is { } key && key == Key(other, branch.Names));

    private static string? Key(ParameterSet set, string[] names)
    {
        StringBuilder key = new();
        foreach (string name in names)
        {
            if (set[name] is not { } value) return null;
            key.Append(BitConverter.DoubleToInt64Bits(value)).Append(' ');
        }

        return key.ToString();
    }
}

using System.Text;
using System.Text.Json.Nodes;
using Crucible.Tensors;

namespace Crucible.Lab.Studies;

/// <summary>Plans trials in the order of their numbers: asks the sampler, and turns down what would repeat a trial.</summary>
internal sealed class Planner(StudyDefinition study, Sampler sampler, bool allowDuplicates, Func<string, Distribution> find)
{
    private const int Redraws = 20;
    private const long Enumerable = 100_000; // above it a repeat is rare, and 20 redraws find another point

    private readonly SearchHistory history = new();
    private readonly Duplicates duplicates = new();
    private int givens; // trials whose settings the user gave, of those that the history has

    /// <summary>Plans a trial that sees <paramref name="visible"/>.</summary>
    /// <returns>The plan as JSON, or nothing when every point was visited.</returns>
    internal string? Plan(PlanRequest request, ArraySegment<FrozenTrial> visible)
    {
        if (request.First is null) return "{}";
        ParameterSet first = ParameterSet.Parse(request.First, find);
        history.Advance(visible, Remember);
        history.Include(first, visible);
        if (history.Space.Count == 0) return "{}";
        if (visible.Count == 0) duplicates.Add(first);
        IEnumerable<ParameterSet> plans = request.Plans.Where(plan => plan != "{}").Select(plan => ParameterSet.Parse(plan, history.Range));
        ParameterSet[] pending = [.. visible.Count == 0 ? [first] : Array.Empty<ParameterSet>(), .. plans];
        ParameterSet? chosen = Choose(request.Number, givens + request.Given, pending);
        return request.Settings is { } settings ? With(settings, chosen) : chosen?.ToJson();
    }

    /// <summary>
    /// The plan with what the user has set, as far as ranges that are known have it: the rest is known when the trial asks.
    /// </summary>
    private string With(string settings, ParameterSet? chosen)
    {
        JsonObject given = JsonNode.Parse(settings)!.AsObject();
        ParameterSet plan = new();
        foreach (Parameter parameter in history.Space)
        {
            double? value = given.TryGetPropertyValue(parameter.Name, out JsonNode? set) ? parameter.Distribution.Given(set) : null;
            if ((value ?? chosen?[parameter.Name]) is { } known) plan.Add(parameter, known);
        }

        return plan.ToJson();
    }

    private void Remember(FrozenTrial trial)
    {
        if (trial.IsGiven) givens++;
        if (trial.State != TrialState.Failed) duplicates.Add(trial.Set);
        else if (trial.Plan != "{}") duplicates.AddFailed(trial.Plan);
    }

    private ParameterSet? Choose(int number, int given, ParameterSet[] pending)
    {
        ParameterSet? meeting = null; // no repeat of an ended trial, but perhaps of one under way
        // A grid has an end, before which it must not be left for a point beside it
        int redraws = sampler is GridSampler && given > 0 ? int.MaxValue : Redraws + 1;
        for (int redraw = 0; redraw < redraws; redraw++)
        {
            SamplerContext context = new(history, study, number, redraw, pending) { Planned = number - given };
            if (sampler.Sample(context) is not { } units) return meeting;
            ParameterSet plan = At(units);
            if (allowDuplicates) return plan;
            if (Repeats(plan, pending)) continue;
            if (!pending.Any(other => duplicates.MayMeet(plan, other))) return plan;
            meeting ??= plan;
        }

        return Unvisited(number, pending, meeting);
    }

    private bool Repeats(ParameterSet plan, ParameterSet[] pending) =>
        duplicates.Contains(plan) || pending.Any(other => other.ToJson() == plan.ToJson());

    private ParameterSet At(double[] units)
    {
        ParameterSet plan = new();
        for (int i = 0; i < units.Length; i++) plan.Add(history.Space[i], history.Space[i].Distribution.FromUnit(units[i]));
        return plan;
    }

    /// <summary>Goes through all points of a small space, from one drawn at random.</summary>
    private ParameterSet? Unvisited(int number, ParameterSet[] pending, ParameterSet? meeting)
    {
        long[] sizes = [.. history.Space.Select(parameter => parameter.Distribution.Count ?? Enumerable + 1)];
        double total = sizes.Aggregate(1.0, (product, size) => product * size);
        if (total > Enumerable)
            return meeting ?? At(RandomSampler.Uniform(new SamplerContext(history, study, number, Redraws + 1, pending)));
        int start = new Generator(study.Seed).Split((ulong)number).Split(ulong.MaxValue).NextInt((int)total);
        for (int i = 0; i < (int)total; i++)
        {
            long rest = (start + i) % (long)total;
            double[] units = [.. sizes.Select(size => Digit(ref rest, size))];
            ParameterSet plan = At(units);
            if (Repeats(plan, pending)) continue;
            if (!pending.Any(other => duplicates.MayMeet(plan, other))) return plan;
            meeting ??= plan;
        }

        return meeting;
    }

    private static double Digit(ref long rest, long size)
    {
        (rest, long digit) = Math.DivRem(rest, size);
        return (digit + 0.5) / size;
    }
}

/// <summary>
/// Tells whether a plan would repeat a trial. What a trial asks for depends on the values it got, so a plan repeats a
/// trial exactly when it agrees with everything that the trial asked for.
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
    internal void AddFailed(string plan) => failed.Add(plan);

    internal bool Contains(ParameterSet plan) =>
        branches.Values.Any(branch => Key(plan, branch.Names) is { } key && branch.Keys.Contains(key))
            || (failed.Count > 0 && failed.Contains(plan.ToJson()));

    /// <summary>Whether two plans, though they differ, would come to the same trial on some branch that is known.</summary>
    internal bool MayMeet(ParameterSet plan, ParameterSet other) =>
        branches.Values.Any(branch => Key(plan, branch.Names) is { } key && key == Key(other, branch.Names));

    private static string? Key(ParameterSet set, string[] names)
    {
        StringBuilder key = new();
        foreach (string name in names)
        {
            if (set[name] is not { } value) return null;
            // The position of a choice is another where there were other choices
            if (set.Find(name) is CategoricalDistribution choices) key.Append(choices.Choices[(int)value]).Append('\n');
            else key.Append(BitConverter.DoubleToInt64Bits(value)).Append(' ');
        }

        return key.ToString();
    }
}

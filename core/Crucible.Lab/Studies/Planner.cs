using Crucible.Tensors;

namespace Crucible.Lab.Studies;

/// <summary>Plans trials in the order of their numbers: asks the sampler, and turns down what would repeat a trial.</summary>
internal sealed class Planner(StudyDefinition study, Sampler sampler, bool allowDuplicates, Func<string, Distribution> find)
{
    private const int Redraws = 20;
    private const long Enumerable = 100_000; // above it a repeat is rare, and 20 redraws find another point

    private readonly SearchHistory history = new();
    private readonly Duplicates duplicates = new();

    /// <summary>Plans a trial that sees <paramref name="visible"/>.</summary>
    /// <returns>The plan as JSON, or nothing when every point was visited.</returns>
    internal string? Plan(PlanRequest request, ArraySegment<FinishedTrial> visible)
    {
        if (request.First is null) return "{}";
        ParameterSet first = ParameterSet.Parse(request.First, find);
        history.Advance(visible, Remember);
        history.Include(first);
        if (history.Space.Count == 0) return "{}";
        if (visible.Count == 0) duplicates.Add(first);
        IEnumerable<ParameterSet> plans = request.Plans.Where(plan => plan != "{}").Select(plan => ParameterSet.Parse(plan, find));
        ParameterSet[] pending = [.. visible.Count == 0 ? [first] : Array.Empty<ParameterSet>(), .. plans];
        return Choose(request.Number, pending)?.ToJson();
    }

    private void Remember(FinishedTrial trial)
    {
        if (trial.State != TrialState.Failed) duplicates.Add(trial.Set);
        else if (trial.Plan != "{}") duplicates.AddFailed(ParameterSet.Parse(trial.Plan, find));
    }

    private ParameterSet? Choose(int number, ParameterSet[] pending)
    {
        ParameterSet? meeting = null; // no repeat of an ended trial, but perhaps of one under way
        for (int redraw = 0; redraw <= Redraws; redraw++)
        {
            if (sampler.Sample(new SamplerContext(history, study, number, redraw, pending)) is not { } units) return meeting;
            ParameterSet plan = At(units);
            if (allowDuplicates) return plan;
            if (Repeats(plan, pending)) continue;
            if (!pending.Any(other => duplicates.MayMeet(plan, other))) return plan;
            meeting ??= plan;
        }

        return Unvisited(number, pending, meeting);
    }

    private bool Repeats(ParameterSet plan, ParameterSet[] pending) => duplicates.Contains(plan) || pending.Any(other => other.ToJson() == plan.ToJson());

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
        if (total > Enumerable) return meeting ?? At(RandomSampler.Uniform(new SamplerContext(history, study, number, Redraws + 1, pending)));
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

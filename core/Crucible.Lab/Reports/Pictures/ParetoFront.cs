using Crucible.Lab.Studies;

namespace Crucible.Lab.Reports.Pictures;

/// <summary>The complete trials in two parts.</summary>
/// <param name="Front">Those that no other beats in all objectives, by number.</param>
/// <param name="Beaten">The others.</param>
internal sealed record ParetoFront(IReadOnlyList<FrozenTrial> Front, Thinned Beaten)
{
    internal static ParetoFront Of(StudyView study)
    {
        double[][] losses = [.. study.Complete.Select(trial => study.Objectives.Select(objective => objective.Loss(trial)).ToArray())];
        FrozenTrial[] front = [.. Pareto.Front(losses).Select(i => study.Complete[i])];
        return new ParetoFront(front, Thinned.From([.. study.Complete.Except(front)], study.Objectives[0]));
    }
}

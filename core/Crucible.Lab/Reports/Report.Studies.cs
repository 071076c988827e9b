using Crucible.Lab.Studies;

namespace Crucible.Lab.Reports;

/// <content>What a study found.</content>
public sealed partial class Report
{
    private const int MostFailures = 10; // different messages
    private const int MostBest = 10; // trials

    /// <summary>
    /// Adds the figures of a study as it is now: optimization history, parameter importance, slice, contour, rank,
    /// parallel coordinates, empirical distribution, intermediate values, timeline, Pareto front, hypervolume and what
    /// further search may still improve. Where there are several parameters or objectives the reader chooses among them
    /// in the page; a figure that does not apply is left out with the reason. Below them stand the best trials with their
    /// constraints and user attributes, where there are such, what the study keeps, and why trials failed, if any did.
    /// </summary>
    /// <param name="study">The study.</param>
    /// <param name="comparedWith">Other studies of the same objectives, which the empirical distribution shows beside
    /// it, as a random search.</param>
    /// <param name="objectives">What the objectives are called, as <c>[ "test MSE" ]</c>; by default <c>value</c>, or
    /// <c>objective 1</c>, <c>objective 2</c>, ….</param>
    /// <exception cref="OptionException">There is not one name an objective, or a study to compare with has other directions.</exception>
    public void Study(Study study, IEnumerable<Study>? comparedWith = null, IEnumerable<string>? objectives = null)
    {
        string[]? names = objectives is null ? null : [.. objectives];
        StudyView view = StudyView.Of(study, names);
        StudyView[] others = [.. (comparedWith ?? []).Select(Compared)];
        Text(string.Join(' ', others.Where(other => other.Reused is not null).Select(other => $"{other.Name}: {other.Reused}.")
            .Prepend(StudyPanels.Summary(view))));
        Add(StudyPanels.Of(view, others));
        AddBest(study, view);
        IReadOnlyList<Artifact> kept = study.Artifacts();
        if (kept.Count > 0)
            Table(["artifact", "bytes", "SHA-256"], kept.Select(one => (one.Name, (double)one.Size, one.Sha256)), "What the study keeps in its store.");
        (string Message, int Trials)[] failures =
        [
            .. study.Trials.Where(trial => trial.State == TrialState.Failed).CountBy(trial => trial.Error ?? "")
                .OrderByDescending(group => group.Value).Select(group => (group.Key, group.Value)),
        ];
        if (failures.Length > 0)
        {
            Table(
                ["why trials failed", "trials"], failures.Take(MostFailures),
                "A trial that fails is recorded with its message, and the study goes on.");
        }

        StudyView Compared(Study other) => other.Directions.SequenceEqual(study.Directions)
            ? StudyView.Of(other, names)
            : throw ReportErrors.NotComparable(
                study.Name, string.Join(", ", study.Directions), other.Name, string.Join(", ", other.Directions));
    }

    /// <summary>The best trials with what no figure shows of them.</summary>
    private void AddBest(Study study, StudyView view)
    {
        FrozenTrial[] best = view.Objectives.Length > 1
            ? [.. study.BestTrials.Take(MostBest)]
            : [.. view.Feasible.OrderBy(view.Objectives[0].Loss).ThenBy(trial => trial.Number).Take(MostBest)];
        if (!TrialColumns.Noted(best, []).Any()) return;
        // Without state, seconds and error; the objectives by their names
        TrialColumn[] columns = [.. TrialColumns.Of(study.Directions, best).Where(column => column.Name != "state").SkipLast(2)];
        string[] others = [.. columns[(1 + view.Objectives.Length)..].Select(column => column.Name)];
        Table(
            ["trial", .. view.Objectives.Select(objective => objective.Name), .. others],
            best.Select(trial => columns.Select(column => column.Read(trial))),
            "The best trials, with what they said of constraints and in attributes.");
    }
}

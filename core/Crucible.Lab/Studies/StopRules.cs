namespace Crucible.Lab.Studies;

/// <summary>
/// Whether a study is to begin no more trials, told from exactly those that the next trial may depend on: so it ends at
/// the same trial whatever the number of workers, and after any interruption.
/// </summary>
internal sealed class StopRules(StudyOptions options)
{
    private readonly List<double[]> front = []; // the losses that no others beat
    private double least = double.PositiveInfinity; // by which a trial missed its constraints
    private int seen;
    private int idle; // trials of the study itself since the last gain

    /// <summary>Whether one was found to hold.</summary>
    internal bool IsMet { get; private set; }

    /// <summary>Whether a rule holds.</summary>
    /// <param name="visible">The first trials; never fewer than in an earlier call.</param>
    internal bool Hold(ArraySegment<FrozenTrial> visible)
    {
        if (options.Patience == 0 && options.Target is null) return false;
        for (; seen < visible.Count && !IsMet; seen++) Look(visible[seen]);
        return IsMet;
    }

    private void Look(FrozenTrial trial)
    {
        bool gains = trial.State == TrialState.Complete
            && (trial.IsFeasible ? Gains([.. trial.Values.Select(options.Loss)]) : Nears(trial.Violation));
        idle = gains || trial.IsAdded ? 0 : idle + 1;
        bool isTarget = trial is { State: TrialState.Complete, IsFeasible: true } && options.Target is { } target
            && options.Loss(trial.Value, 0) <= options.Loss(target, 0);
        IsMet = isTarget || (options.Patience > 0 && idle >= options.Patience);
    }

    /// <summary>Whether no trial before was as good in all objectives: for one objective, a better value.</summary>
    private bool Gains(double[] losses)
    {
        if (front.Any(other => NoWorse(other, losses))) return false;
        front.RemoveAll(other => NoWorse(losses, other));
        front.Add(losses);
        return true;
    }

    /// <summary>Whether no trial before satisfied its constraints or missed as little.</summary>
    private bool Nears(double violation)
    {
        if (front.Count > 0 || violation >= least) return false;
        least = violation;
        return true;
    }

    private static bool NoWorse(double[] one, double[] than) => !one.Where((loss, i) => loss > than[i]).Any();
}

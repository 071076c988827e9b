using static System.FormattableString;

namespace Crucible.Lab.Studies;

/// <summary>
/// Ends a trial that will hardly become the best. Where it will end is learned from the complete trials: the nearest of
/// them at the same step say by a straight line what follows from its value there, and their distances from the line how
/// sure that is. It ends when the chance to be better than the best of them is small. The idea is Domhan and others'
/// ("Speeding up Automatic Hyperparameter Optimization by Extrapolation of Learning Curves", 2015); in place of given
/// kinds of curves it takes those of the study.
/// </summary>
public sealed class LearningCurvePruner : Pruner
{
    /// <summary>Complete trials with a value at the step that must be there before any is pruned, at least 3.</summary>
    public int StartupTrials { get; init; } = 8;

    /// <summary>The chance to become the best below which a trial ends, between 0 and 1.</summary>
    public double LeastChance { get; init; } = 0.05;

    /// <inheritdoc/>
    public override bool ShouldPrune(PrunerContext context)
    {
        if (StartupTrials < 3) throw StudyErrors.StudyOption(nameof(StartupTrials), "at least 3", StartupTrials);
        if (LeastChance is not (> 0 and < 1)) throw StudyErrors.StudyOption(nameof(LeastChance), "between 0 and 1", LeastChance);
        double own = context.Loss(context.Reports[^1].Value), best = double.PositiveInfinity;
        List<(double Away, double End)> known = [];
        foreach (FrozenTrial trial in context.Trials)
        {
            if (trial.State != TrialState.Complete) continue;
            double end = context.Loss(trial.Value);
            best = Math.Min(best, end);
            if (trial.At(context.Step) is { } value && double.IsFinite(end) && double.IsFinite(value))
                known.Add((context.Loss(value) - own, end));
        }

        if (known.Count < StartupTrials) return false;
        if (!double.IsFinite(own)) return true;
        return Chance([.. known.OrderBy(one => Math.Abs(one.Away)).Take(Math.Max(StartupTrials, known.Count / 2))], best) < LeastChance;
    }

    /// <inheritdoc/>
    public override string ToString() => Invariant($"learning curve (startup {StartupTrials}, least chance {LeastChance})");

    /// <summary>
    /// The chance of an end below the best, for a value 0 away: least squares of the ends on the distances, with a slope
    /// of at least 0 because who is behind does not end ahead by that; Student's t.
    /// </summary>
    private static double Chance((double Away, double End)[] known, double best)
    {
        int count = known.Length;
        double away = known.Average(one => one.Away), end = known.Average(one => one.End);
        double spread = known.Sum(one => (one.Away - away) * (one.Away - away));
        double slope = spread > 0 ? Math.Max(0, known.Sum(one => (one.Away - away) * (one.End - end)) / spread) : 0;
        double expected = end - (slope * away);
        double squares = known.Sum(one => Math.Pow(one.End - expected - (slope * one.Away), 2));
        double variance = squares / (count - 2) * (1 + (1.0 / count) + (spread > 0 ? away * away / spread : 0));
        return variance > 0 ? StudentBelow((best - expected) / Math.Sqrt(variance), count - 2) : expected > best ? 0 : 1;
    }

    /// <summary>P(T ≤ t) of Student's distribution with ν degrees of freedom (Abramowitz and Stegun, 26.7.3 and 26.7.4).</summary>
    internal static double StudentBelow(double t, int freedom)
    {
        double angle = Math.Atan(t / Math.Sqrt(freedom)), square = Math.Cos(angle) * Math.Cos(angle);
        bool isOdd = freedom % 2 == 1;
        double term = isOdd ? Math.Cos(angle) : 1, sum = freedom > 1 ? term : 0;
        for (int k = isOdd ? 3 : 2; k < freedom; k += 2)
        {
            term *= square * (k - 1) / k;
            sum += term;
        }

        double within = isOdd ? 2 / Math.PI * (angle + (Math.Sin(angle) * sum)) : Math.Sin(angle) * sum;
        return 0.5 * (1 + within);
    }
}

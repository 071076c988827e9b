namespace Crucible.Lab.Studies;

/// <summary>
/// The sampler of a study that is given none. It chooses, trial by trial, among the others:
/// <list type="bullet">
/// <item>One objective and no pruned trial: the Gaussian process up to trial 500, and for one trial of four the Parzen
/// estimator, which finds its way where the process is misled, as on a plain full of dents. From trial 100 on another one of four
/// is the process that takes dents for noise.</item>
/// <item>Later, or as soon as a trial was pruned, whose value the process cannot use: the Parzen estimator.</item>
/// <item>Several objectives: the Parzen estimator up to trial 40, then NSGA-II, and for one trial of three the estimator still.</item>
/// </list>
/// It asks for nothing else: all kinds of parameters, those that exist only for some trials, constraints, trials that fail and
/// several workers suit all three, and how many trials there will be is not known to it. What it was chosen from, and how
/// they rank, is in docs/log.md.
/// </summary>
public sealed class AutoSampler : Sampler
{
    private const int MostProcess = 500; // trials
    private const int Every = 4;
    private const int FromSmooth = 100;
    private const int OnlyParzen = 40; // trials of several objectives
    private const int EveryOfSeveral = 3;

    private readonly GaussianProcessSampler process = new();
    private readonly GaussianProcessSampler smooth = new() { LeastNoise = 0.1 };
    private readonly TpeSampler parzen = new();
    private readonly NsgaIISampler genetic = new();

    /// <inheritdoc/>
    public override double[]? Sample(SamplerContext context) => Chosen(context).Sample(context);

    /// <inheritdoc/>
    public override string ToString() => "auto";

    private Sampler Chosen(SamplerContext context)
    {
        if (context.Directions.Count > 1)
            return context.Number < OnlyParzen || context.Number % EveryOfSeveral == 0 ? parzen : genetic;
        bool suitsProcess = context.Number < MostProcess
            && context.Trials.All(trial => trial.State != TrialState.Pruned);
        int turn = context.Number % Every;
        if (!suitsProcess || turn == Every - 1) return parzen;
        return turn == 1 && context.Number >= FromSmooth ? smooth : process;
    }
}

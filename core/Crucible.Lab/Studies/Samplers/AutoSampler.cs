namespace Crucible.Lab.Studies;

/// <summary>
/// The sampler of a study that is given none. It chooses, trial by trial, among the others:
/// <list type="bullet">
/// <item>One objective and no pruned trial: the Gaussian process up to trial 500, and for one trial of four the Parzen
/// estimator, which finds its way where the process is misled, as on a plain full of dents.</item>
/// <item>Later, with several objectives, or as soon as a trial was pruned, whose value the process cannot use: the Parzen
/// estimator.</item>
/// </list>
/// All kinds of parameters, those that exist only for some trials, trials that fail and several workers suit both. What it
/// was chosen from, and how they rank, is in docs/log.md.
/// </summary>
public sealed class AutoSampler : Sampler
{
    private const int MostProcess = 500; // trials
    private const int Every = 4;

    private readonly GaussianProcessSampler process = new();
    private readonly TpeSampler parzen = new();

    /// <inheritdoc/>
    public override double[]? Sample(SamplerContext context) => Chosen(context).Sample(context);

    /// <inheritdoc/>
    public override string ToString() => "auto";

    private Sampler Chosen(SamplerContext context)
    {
        bool suitsProcess = context.Directions.Count == 1 && context.Number < MostProcess
            && context.Trials.All(trial => trial.State != TrialState.Pruned);
        return suitsProcess && context.Number % Every != Every - 1 ? process : parzen;
    }
}

namespace Crucible.Lab.Studies;

/// <summary>
/// Independent uniform choices: the yardstick of every other sampler, and the best one when all parameters matter alike
/// and trials are many.
/// </summary>
public sealed class RandomSampler : Sampler
{
    /// <inheritdoc/>
    public override double[]? Sample(SamplerContext context) => Uniform(context);

    /// <inheritdoc/>
    public override string ToString() => "random";

    /// <summary>A uniform point of the context's space.</summary>
    internal static double[] Uniform(SamplerContext context)
    {
        double[] units = new double[context.Space.Count];
        context.Random.Uniform(units);
        return units;
    }
}

using Crucible.Tensors;

namespace Crucible.Lab.Studies;

/// <summary>
/// Chooses the parameters of trials. A choice may depend on its context alone, never on the clock or on earlier calls, so that a study has the same trials
/// whatever the number of workers; what is kept between calls may only save work. The study calls from one thread at a time. <see cref="object.ToString"/> names the options,
/// because a stored study goes on only with the sampler that it began with.
/// </summary>
public abstract class Sampler
{
    /// <summary>How many trials, from 0, must have ended before trial <paramref name="number"/> begins; it sees exactly these.</summary>
    /// <param name="number">The trial.</param>
    /// <param name="window">How many consecutive trials may be under way at once.</param>
    /// <param name="dimensions">How many parameters trial 0 asked for.</param>
    /// <returns>A number from 0 to <paramref name="number"/> that never falls from one trial to the next.</returns>
    public virtual int Needs(int number, int window, int dimensions) => Math.Max(0, number - window + 1);

    /// <summary>Chooses a place of the unit cube, one coordinate for each parameter of the context's space.</summary>
    /// <returns>The coordinates, or nothing when every point was visited, which ends the study.</returns>
    public abstract double[]? Sample(SamplerContext context);

    /// <summary>Chooses a parameter that no earlier trial is known to have asked for, as all of trial 0.</summary>
    /// <param name="distribution">Its values.</param>
    /// <param name="position">How many parameters the trial asked for before it.</param>
    /// <param name="random">Random numbers for this choice alone.</param>
    /// <returns>A place of the unit interval.</returns>
    public virtual double SampleAlone(Distribution distribution, int position, Generator random) => random.NextDouble();

    /// <summary>The name of the sampler and its options.</summary>
    public abstract override string ToString();
}

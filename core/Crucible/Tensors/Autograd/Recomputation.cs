namespace Crucible.Tensors;

/// <summary>
/// A part of a graph whose inner values are not kept: backward computes them again, walks through them, and gives them back
/// (Chen et al. 2016). The walk goes on into the part as if it had been recorded, so that gradients have the same bits;
/// a recorded walk keeps what it computed again, so that gradients can be differentiated.
/// </summary>
internal sealed class Recomputation : Operation
{
    private readonly Tensor[] inputs;
    private Func<Tensor>? again;

    private Recomputation(Tensor[] inputs, Func<Tensor> again)
        : base(inputs) => (this.inputs, this.again) = (inputs, again);

    /// <summary>Where a walk through the part ends.</summary>
    public Tensor[] Boundary => inputs;

    /// <summary>
    /// The result of a function that keeps none of its inner values, unless nothing is recorded or tangents move forward.
    /// </summary>
    /// <param name="compute">Computes the result; its argument is where dropout draws from.</param>
    /// <param name="generator">The argument of the first call; the second gets one in the same state. Null for none.</param>
    /// <param name="inputs">Every computed tensor and every parameter that the function reads.</param>
    public static Tensor Forward(Func<Generator?, Tensor> compute, Generator? generator, Tensor[] inputs)
    {
        bool isPlain = GradientMode.Current != Recording.Graph || Array.Exists(inputs, input => input.Tangents is not null);
        if (isPlain || !Array.Exists(inputs, input => input.RequiresGradient)) return compute(generator);
        GeneratorState? state = generator?.State;
        Tensor output = Tensor.Evaluate(() => compute(generator));
        Tensor Again() => compute(state is { } start ? new Generator(start) : null);
        return new Recomputation(inputs, Again).Record(new Tensor(output.Storage, output.Shape)); // the function may return an input
    }

    /// <summary>The part once more, recorded.</summary>
    public Tensor Compute()
    {
        using IDisposable graph = GradientMode.Use(Recording.Graph);
        return again!();
    }

    protected override void ReleaseSaved() => again = null;
}

using Crucible.Tensors;

namespace Crucible.Layers;

/// <summary>Adds a trained vector to each position: y = x + <c>weight</c>[t]. x and y [… T, C], weight [context, C]. Gehring et al. 2017; GPT-2 begins with a standard deviation of 0.02.</summary>
public sealed class LearnedPositions : Layer
{
    private readonly Tensor weight;

    /// <summary>Positions for a context.</summary>
    /// <param name="context">The number of positions, 1 or more.</param>
    /// <param name="size">The number of channels C, 1 or more.</param>
    /// <param name="generator">Where the first values come from; its state moves on.</param>
    /// <param name="initializer">How they are drawn; unless told otherwise normal with standard deviation 0.02.</param>
    /// <param name="dtype">float32 or float64.</param>
    /// <exception cref="OptionException">A size is below 1.</exception>
    public LearnedPositions(int context, int size, Generator generator, Initializer? initializer = null, DType dtype = DType.Float32)
    {
        if (context < 1) throw Errors.Option("learnedPositions", nameof(context), "1 or more", context);
        if (size < 1) throw Errors.Option("learnedPositions", nameof(size), "1 or more", size);
        weight = Parameter("weight", (initializer ?? Initializer.Normal(0.0, 0.02)).Create([context, size], dtype, generator));
    }

    /// <summary>What is added, [context, C].</summary>
    public Tensor Weight => weight;

    /// <inheritdoc/>
    public override string ToString() => Errors.Text($"LearnedPositions({weight.Shape[0]}, {weight.Shape[1]})");

    /// <inheritdoc/>
    protected override Tensor Compute(Tensor x, Pass pass) => x + Positions.Rows("learnedPositions", weight, x, pass);
}

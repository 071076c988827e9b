using Crucible.Tensors;
using static System.FormattableString;

namespace Crucible.Layers;

/// <summary>
/// A table of vectors, looked up by number: int32 indices of any shape S to [S… size]. <c>weight</c> is [count, size];
/// unless told otherwise its first values are standard normal, as in PyTorch (GPT-2 uses a standard deviation of 0.02).
/// </summary>
public sealed class Embedding : Layer
{
    private readonly Tensor weight;

    /// <summary>A table with fresh vectors.</summary>
    /// <param name="count">The number of vectors, 1 or more; indices go from 0 to count - 1.</param>
    /// <param name="size">The length of each, 1 or more.</param>
    /// <param name="generator">Where the first values come from; its state moves on.</param>
    /// <param name="initializer">How they are drawn.</param>
    /// <param name="dtype">float32 or float64.</param>
    /// <exception cref="OptionException">A size is below 1.</exception>
    public Embedding(int count, int size, Generator generator, Initializer? initializer = null, DType dtype = DType.Float32)
    {
        if (count < 1) throw Errors.Option("embedding", nameof(count), "1 or more", count);
        if (size < 1) throw Errors.Option("embedding", nameof(size), "1 or more", size);
        weight = Parameter("weight", (initializer ?? Initializer.Normal(0.0, 1.0)).Create([count, size], dtype, generator));
    }

    /// <summary>The vectors [count, size].</summary>
    public Tensor Weight => weight;

    /// <inheritdoc/>
    public override string ToString() => Invariant($"Embedding({weight.Shape[0]}, {weight.Shape[1]})");

    /// <inheritdoc/>
    protected override Tensor Compute(Tensor x, Pass pass) => weight.IndexSelect(0, x);
}

using Crucible.Tensors;
using static System.FormattableString;

namespace Crucible.Layers;

/// <summary>
/// Cuts pictures into square patches, which do not overlap, and makes each a vector by a linear map, <c>projection</c>:
/// x [B, channels, height, width] becomes [B, T, width of the vectors], T patches row by row. The same as a convolution
/// whose stride is its window. Dosovitskiy et al. 2021, §3.1.
/// </summary>
public sealed class PatchEmbedding : Layer
{
    private readonly int channels;
    private readonly int patch;
    private readonly Linear projection;

    /// <summary>An embedding with fresh parameters.</summary>
    /// <param name="channels">Channels of the pictures, 1 or more.</param>
    /// <param name="patch">Height and width of a patch, 1 or more.</param>
    /// <param name="width">The length of a patch's vector, 1 or more.</param>
    /// <param name="generator">Where the first values come from; its state moves on.</param>
    /// <param name="options">Initializers, bias and element type of the map.</param>
    /// <exception cref="OptionException">A size is below 1.</exception>
    public PatchEmbedding(int channels, int patch, int width, Generator generator, LinearOptions? options = null)
    {
        if (channels < 1) throw Errors.Option("patchEmbedding", nameof(channels), "1 or more", channels);
        if (patch < 1) throw Errors.Option("patchEmbedding", nameof(patch), "1 or more", patch);
        if (width < 1) throw Errors.Option("patchEmbedding", nameof(width), "1 or more", width);
        (this.channels, this.patch) = (channels, patch);
        projection = Child("projection", new Linear(channels * patch * patch, width, generator, options));
    }

    /// <summary>Channels of the pictures, and height and width of a patch.</summary>
    internal (int Channels, int Patch) Sizes => (channels, patch);

    /// <inheritdoc/>
    protected override Tensor Compute(Tensor x, Pass pass)
    {
        if (x.Rank != 4 || x.Shape[1] != channels || x.Shape[2] % patch != 0 || x.Shape[3] % patch != 0)
            throw Errors.Shape(Invariant($"patchEmbedding: the input must be [examples, {channels}, height, width],")
                + Invariant($" both multiples of the patch {patch}, but is {x.Shape}"));
        (int rows, int columns) = (x.Shape[2] / patch, x.Shape[3] / patch);
        Tensor patches = x.Reshape(x.Shape[0], channels, rows, patch, columns, patch)
            .Permute(0, 2, 4, 1, 3, 5) // [B, rows, columns, channels, patch, patch]
            .Reshape(x.Shape[0], rows * columns, channels * patch * patch);
        return projection.Forward(patches, pass);
    }
}

/// <summary>
/// Puts a trained vector before every sequence, in which a transformer gathers what it says of the whole: x [B, T, C]
/// becomes [B, T + 1, C], <c>weight</c> [C]. Devlin et al. 2019, §3; Dosovitskiy et al. 2021, eq. 1.
/// </summary>
public sealed class ClassToken : Layer
{
    private readonly Tensor weight;

    /// <summary>A token with fresh values.</summary>
    /// <param name="size">The number of channels C, 1 or more.</param>
    /// <param name="generator">Where the first values come from; its state moves on.</param>
    /// <param name="initializer">How they are drawn; unless told otherwise normal with standard deviation 0.02.</param>
    /// <param name="dtype">float32 or float64.</param>
    /// <exception cref="OptionException">The size is below 1.</exception>
    public ClassToken(int size, Generator generator, Initializer? initializer = null, DType dtype = DType.Float32)
    {
        if (size < 1) throw Errors.Option("classToken", nameof(size), "1 or more", size);
        weight = Parameter("weight", (initializer ?? Initializer.Normal(0.0, 0.02)).Create([size], dtype, generator));
    }

    /// <inheritdoc/>
    protected override Tensor Compute(Tensor x, Pass pass)
    {
        if (x.Rank != 3 || x.Shape[2] != weight.Shape[0]) throw Errors.PositionChannels("classToken", weight.Shape[0], x.Shape);
        return Tensor.Concat([weight.Expand(x.Shape[0], 1, weight.Shape[0]), x], 1);
    }
}

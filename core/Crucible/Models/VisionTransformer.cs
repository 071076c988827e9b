using Crucible.Layers;
using Crucible.Tensors;
using static System.FormattableString;

namespace Crucible.Models;

/// <summary>
/// A transformer that classifies pictures: patches as tokens (<c>patches</c>), a class token before them
/// (<c>classToken</c>), learned positions (<c>position</c>), blocks that normalize first and see everything
/// (<c>encoder</c>), and a linear map of what the class token has become (<c>head</c>). It takes [B, channels, size,
/// size] to logits [B, classes]. Dosovitskiy et al. 2021.
/// </summary>
/// <remarks>
/// Where its heads look: <c>model.Forward(x, Pass.Evaluation.With maps)</c>, weights [B, H, T + 1, T + 1] a block, the
/// class token first; <see cref="RollOut"/> follows them through the blocks.
/// </remarks>
public sealed class VisionTransformer : Layer
{
    private const double Deviation = 0.02;

    private readonly PatchEmbedding patches;
    private readonly ClassToken classToken;
    private readonly LearnedPositions position;
    private readonly TransformerEncoder encoder;
    private readonly Linear head;

    /// <summary>A model with fresh parameters: weights normal with standard deviation 0.02, the head and biases 0.</summary>
    /// <param name="options">Sizes.</param>
    /// <param name="generator">Where the first values come from; its state moves on.</param>
    /// <exception cref="OptionException">A number is out of range.</exception>
    public VisionTransformer(VisionTransformerOptions options, Generator generator)
    {
        options.Check();
        Options = options;
        Initializer weight = Initializer.Normal(0.0, Deviation);
        LinearOptions map = new() { Weight = Initializer.GlorotUniform, DType = options.DType };
        patches = Child("patches", new PatchEmbedding(options.Channels, options.Patch, options.Width, generator, map));
        classToken = Child("classToken", new ClassToken(options.Width, generator, weight, options.DType));
        position = Child("position", new LearnedPositions(options.Tokens, options.Width, generator, weight, options.DType));
        encoder = Child("encoder", new TransformerEncoder(options.Layers, BlockOptions(options, weight), generator));
        head = Child(
            "head", new Linear(options.Width, options.Classes, generator, new() { Weight = Initializer.Zeros, DType = options.DType }));
    }

    /// <summary>The options it was made with.</summary>
    public VisionTransformerOptions Options { get; }

    /// <summary>The learned positions [T + 1, width]: the class token's first, then those of the patches, row by row.</summary>
    public Tensor Positions => position.Weight;

    /// <summary>
    /// What the class token looked at: how much of each patch is in it behind the last block, by
    /// <see cref="AttentionMaps.RollOut"/>. The class token's share of itself is left out, so that the patches' sum to 1.
    /// </summary>
    /// <param name="x">The pictures [B, channels, size, size].</param>
    /// <returns>The shares [B, rows, columns] of the patches.</returns>
    /// <exception cref="ShapeException">The pictures are of another shape.</exception>
    public Tensor RollOut(Tensor x)
    {
        AttentionMaps maps = new();
        int rows = Options.Size / Options.Patch;
        return Tensor.Evaluate(() =>
        {
            Forward(x, Pass.Evaluation.With(maps));
            Tensor shares = maps.RollOut().Select(1, 0).Slice(1, 1, Options.Tokens); // [B, T]
            return (shares / shares.Sum(1, keepDims: true)).Reshape(x.Shape[0], rows, rows);
        });
    }

    /// <summary>
    /// How like the learned positions of the patches are: the cosine of the angle between each two. That of row r and column
    /// c to all others is <c>[r, c, *, *]</c>. Dosovitskiy et al. 2021, figure 7.
    /// </summary>
    /// <returns>From -1 to 1, [rows, columns, rows, columns].</returns>
    public Tensor PositionSimilarities()
    {
        int rows = Options.Size / Options.Patch;
        return Tensor.Evaluate(() =>
        {
            Tensor vectors = Positions.Slice(0, 1, Options.Tokens); // [T, width]
            Tensor units = vectors / vectors.Norm(2.0, 1, keepDims: true).Maximum(1e-12);
            return units.MatMul(units, transposeB: true).Reshape(rows, rows, rows, rows);
        });
    }

    /// <inheritdoc/>
    protected override Tensor Compute(Tensor x, Pass pass)
    {
        if (x.Rank != 4 || x.Shape[2] != Options.Size || x.Shape[3] != Options.Size)
            throw Errors.Shape(Invariant($"visionTransformer: the input must be [examples, {Options.Channels},")
                + Invariant($" {Options.Size}, {Options.Size}], but is {x.Shape}"));
        Tensor tokens = classToken.Forward(patches.Forward(x, pass).AsInner(), pass).AsInner(); // [B, T + 1, C]
        tokens = position.Forward(tokens, pass).AsInner();
        if (pass.IsTraining) tokens = tokens.Dropout(Options.Dropout, pass.Generator).AsInner();
        return head.Forward(encoder.Forward(tokens, pass).AsInner().Select(1, 0), pass);
    }

    private static TransformerOptions BlockOptions(VisionTransformerOptions options, Initializer weight) => new()
    {
        Width = options.Width,
        Heads = options.Heads,
        HiddenSize = options.HiddenSize,
        Dropout = options.Dropout,
        Weight = weight,
        ResidualWeight = Initializer.Normal(0.0, Deviation / Math.Sqrt(2.0 * options.Layers)),
        DType = options.DType,
    };
}

/// <summary>Options of <see cref="VisionTransformer"/>: <c>VisionTransformerOptions(Classes = 10)</c> for digits.</summary>
public sealed class VisionTransformerOptions
{
    /// <summary>Classes, 2 or more.</summary>
    public required int Classes { get; init; }

    /// <summary>Channels of the pictures: 1 for gray, 3 for colours.</summary>
    public int Channels { get; init; } = 1;

    /// <summary>Height and width of the pictures, a multiple of the patch.</summary>
    public int Size { get; init; } = 28;

    /// <summary>Height and width of a patch.</summary>
    public int Patch { get; init; } = 4;

    /// <summary>Channels of a token.</summary>
    public int Width { get; init; } = 64;

    /// <summary>Heads of attention, a divisor of the width.</summary>
    public int Heads { get; init; } = 4;

    /// <summary>Blocks, 1 or more.</summary>
    public int Layers { get; init; } = 4;

    /// <summary>Channels inside the feed-forward part; null for 4·width.</summary>
    public int? HiddenSize { get; init; }

    /// <summary>The probability of dropout on tokens, on attention's weights and on what each part adds, at least 0 and below 1.</summary>
    public double Dropout { get; init; }

    /// <summary>Element type of the parameters: float32 or float64.</summary>
    public DType DType { get; init; } = DType.Float32;

    /// <summary>Tokens of a picture: its patches and the class token.</summary>
    public int Tokens => (Size / Patch * (Size / Patch)) + 1;

    internal void Check()
    {
        const string Owner = "visionTransformer";
        if (Classes < 2) throw Errors.Option(Owner, "classes", "2 or more", Classes);
        if (Patch < 1) throw Errors.Option(Owner, "patch", "1 or more", Patch);
        if (Size < 1 || Size % Patch != 0) throw Errors.Option(Owner, "size", Invariant($"a multiple of the patch {Patch}"), Size);
    }
}

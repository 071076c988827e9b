using Crucible.Files;
using Crucible.Layers;
using Crucible.Tensors;

namespace Crucible.Models;

/// <summary>
/// A language model: int32 tokens [B, T] to logits [B, T, V], those at position t being of the token at t + 1 given tokens 0 … t. Embeddings <c>token</c> and
/// perhaps <c>position</c>, causal blocks <c>block[0]</c> …, a last normalization <c>norm</c>, and the output map, <c>head</c> unless it is tied to the tokens' vectors.
/// </summary>
/// <remarks>
/// All weights start normal with standard deviation 0.02, those whose results are added to the residual stream with 0.02 / √(2·layers), biases 0
/// (Radford et al. 2019, §2.3, and its code): the first loss is close to ln V.
/// </remarks>
public sealed partial class Gpt : Layer, IFileMetadata
{
    private const double Deviation = 0.02;

    private readonly Embedding token;
    private readonly Layer? position;
    private readonly TransformerBlock[] blocks;
    private readonly Layer? norm;
    private readonly Linear? head;

    /// <summary>A model with fresh parameters.</summary>
    /// <param name="options">Sizes and kinds.</param>
    /// <param name="generator">Where the first values come from; its state moves on.</param>
    /// <exception cref="OptionException">A number is out of range.</exception>
    public Gpt(GptOptions options, Generator generator)
    {
        Options = options;
        if (options.Vocabulary < 1) throw Errors.Option("gpt", "vocabulary", "1 or more", options.Vocabulary);
        if (options.Context < 1) throw Errors.Option("gpt", "context", "1 or more", options.Context);
        if (options.Layers < 1) throw Errors.Option("gpt", "layers", "1 or more", options.Layers);
        if (options.Heads < 1 || options.Width % options.Heads != 0) throw Errors.Option("gpt", "heads", Errors.Text($"a divisor of the width {options.Width}"), options.Heads);
        var weight = Initializer.Normal(0.0, Deviation);
        token = Child("token", new Embedding(options.Vocabulary, options.Width, generator, weight, options.DType));
        position = options.Positions switch
        {
            PositionKind.Learned => Child("position", new LearnedPositions(options.Context, options.Width, generator, weight, options.DType)),
            PositionKind.Sinusoidal => Child("position", new SinusoidalPositions(options.Context, options.Width, dtype: options.DType)),
            PositionKind.Rotary or PositionKind.None => null, // rotary ones are inside the blocks
            _ => throw Naming.NoMember("gpt", options.Positions),
        };
        var inner = BlockOptions(options, weight);
        blocks = ChildList("block", Enumerable.Range(0, options.Layers).Select(_ => new TransformerBlock(inner, generator)));
        norm = inner.CreateLastNorm() is { } last ? Child("norm", last) : null;
        head = options.IsTied ? null : Child("head", new Linear(options.Width, options.Vocabulary, generator, new() { Weight = weight, HasBias = false, DType = options.DType }));
    }

    /// <summary>The options it was made with.</summary>
    public GptOptions Options { get; }

    /// <inheritdoc/>
    IReadOnlyDictionary<string, string> IFileMetadata.FileMetadata => GptFile.Metadata(this);

    /// <summary>The logits of the next token only, [B, V]: what generation needs, for a fraction of the output map's work.</summary>
    /// <param name="tokens">int32 [B, T], T at least 1; with a cache, the new ones.</param>
    /// <param name="pass">An evaluation, perhaps with a cache: the result has the same bits with and without it.</param>
    /// <returns>The logits behind the last token.</returns>
    /// <exception cref="CrucibleException">The tokens do not fit.</exception>
    public Tensor NextLogits(Tensor tokens, Pass pass) => Run(pass, () => Logits(Stream(tokens, pass).Select(1, -1), pass));

    /// <inheritdoc/>
    protected override Tensor Compute(Tensor x, Pass pass) => Logits(Stream(x, pass), pass);

    private Tensor Stream(Tensor tokens, Pass pass)
    {
        if (tokens.Rank != 2 || tokens.Shape[1] < 1) throw Errors.Tokens(tokens.Shape);
        Positions.Check(Options.Context, pass.FirstPosition, tokens.Shape[1]);
        var x = token.Forward(tokens, pass);
        if (position is not null) x = position.Forward(x, pass);
        if (pass.IsTraining) x = x.Dropout(Options.Dropout, pass.Generator);
        foreach (var block in blocks) x = block.Forward(x, pass);
        return norm?.Forward(x, pass) ?? x;
    }

    private Tensor Logits(Tensor x, Pass pass) => head?.Forward(x, pass) ?? x.MatMul(token.Weight, transposeB: true);

    private static TransformerOptions BlockOptions(GptOptions options, Initializer weight) => new()
    {
        Width = options.Width,
        Heads = options.Heads,
        KeyValueHeads = options.KeyValueHeads,
        HiddenSize = options.HiddenSize,
        FeedForward = options.FeedForward,
        Norm = options.Norm,
        Placement = options.Placement,
        Dropout = options.Dropout,
        HasBias = options.HasBias,
        IsCausal = true,
        Rotary = options.Positions == PositionKind.Rotary ? new(options.Context, options.Width / options.Heads, dtype: options.DType) : null,
        Weight = weight,
        ResidualWeight = Initializer.Normal(0.0, Deviation / Math.Sqrt(2.0 * options.Layers)),
        DType = options.DType,
    };
}

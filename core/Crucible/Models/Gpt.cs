using Crucible.Files;
using Crucible.Layers;
using Crucible.Tensors;
using static System.FormattableString;

namespace Crucible.Models;

/// <summary>
/// A language model: int32 tokens [B, T] to logits [B, T, V], those at position t being of the token at t + 1 given
/// tokens 0 … t. Embeddings <c>token</c> and perhaps <c>position</c>, causal blocks <c>block[0]</c> …, a last
/// normalization <c>norm</c>, and the output map, <c>head</c> unless it is tied to the tokens' vectors.
/// </summary>
/// <remarks>
/// All weights start normal with standard deviation 0.02, those whose results are added to the residual stream with
/// 0.02 / √(2·layers), biases 0
/// (Radford et al. 2019, §2.3, and its code): the first loss is close to ln V.
/// </remarks>
public sealed class Gpt : Layer, ILanguageModel, IFileMetadata
{
    internal const double Deviation = 0.02;
    private const int FewRows = Kernels.MatMul.FewRows;

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
        options.Check();
        Initializer weight = Initializer.Normal(0.0, Deviation);
        token = Child("token", new Embedding(options.Vocabulary, options.Width, generator, weight, options.DType));
        position = CreatePositions(options, generator, weight) is { } positions ? Child("position", positions) : null;
        TransformerOptions inner = BlockOptions(options, weight);
        blocks = ChildList("block", Enumerable.Range(0, options.Layers).Select(_ => new TransformerBlock(inner, generator)));
        norm = inner.CreateLastNorm() is { } last ? Child("norm", last) : null;
        head = options.IsTied
            ? null
            : Child(
                "head",
                new Linear(
                    options.Width, options.Vocabulary, generator, new() { Weight = weight, HasBias = false, DType = options.DType }));
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
    public Tensor NextLogits(Tensor tokens, Pass pass) => Run(pass, () =>
    {
        Tensor last = Stream(tokens, pass).Select(1, -1); // [B, C]
        if (last.Shape[0] <= FewRows) return Logits(last, pass);
        // Few at a time, so that a row has the same bits as alone: a text does not depend on those beside it.
        return Tensor.Concat(Enumerable.Range(0, (last.Shape[0] + FewRows - 1) / FewRows)
            .Select(part => Logits(last.Slice(0, part * FewRows, Math.Min(last.Shape[0], (part + 1) * FewRows)), pass)));
    });

    /// <inheritdoc/>
    protected override Tensor Compute(Tensor x, Pass pass) => Logits(Stream(x, pass).AsInner(), pass);

    private Tensor Stream(Tensor tokens, Pass pass)
    {
        if (tokens.Rank != 2 || tokens.Shape[1] < 1) throw Errors.Tokens(tokens.Shape);
        Positions.Check(Options.Context, pass.FirstPosition, tokens.Shape[1]);
        Tensor vectors = token.Forward(tokens, pass);
        Tensor placed = position?.Forward(vectors, pass) ?? vectors;
        Tensor first = pass.IsTraining ? placed.Dropout(Options.Dropout, pass.Generator) : placed;
        Tensor x = blocks[0].Forward(first, pass).AsInner();
        vectors.Forget(); // these three are cheap to compute again, for the block that backward comes to last
        placed.Forget();
        first.Forget();
        foreach (TransformerBlock block in blocks.Skip(1)) x = block.Forward(x, pass).AsInner();
        return norm?.Forward(x, pass) ?? x;
    }

    private Tensor Logits(Tensor x, Pass pass) =>
        head?.Forward(x, pass) ?? x.MatMul(token.Weight, transposeB: true, precision: pass.Precision);

    /// <summary>The layer that tells positions apart; null where there is none, or the blocks do it.</summary>
    internal static Layer? CreatePositions(GptOptions options, Generator generator, Initializer weight) => options.Positions switch
    {
        PositionKind.Learned => new LearnedPositions(options.Context, options.Width, generator, weight, options.DType),
        PositionKind.Sinusoidal => new SinusoidalPositions(options.Context, options.Width, dtype: options.DType),
        PositionKind.Rotary or PositionKind.None => null, // rotary ones are inside the blocks
        _ => throw Naming.NoMember("gpt", options.Positions),
    };

    /// <summary>The blocks of a model of these options.</summary>
    internal static TransformerOptions BlockOptions(GptOptions options, Initializer weight, bool isCausal = true) => new()
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
        IsCausal = isCausal,
        Rotary = options.Positions == PositionKind.Rotary
            ? new(options.Context, options.Width / options.Heads, dtype: options.DType)
            : null,
        Weight = weight,
        ResidualWeight = Initializer.Normal(0.0, Deviation / Math.Sqrt(2.0 * options.Layers)),
        DType = options.DType,
    };

    /// <summary>
    /// Floating-point operations of training on one token, forward and backward, in a full context: 6·N +
    /// 12·layers·width·context, N being the parameters without those of positions. Two for each weight and each channel
    /// of each pair of positions, three times (Chowdhery et al. 2022, PaLM, appendix B). Masked pairs count.
    /// </summary>
    public double TrainingFlopsPerToken => 3.0 * FlopsPerToken;

    /// <summary>
    /// Floating-point operations of the forward pass for one token in a full context: a third of
    /// <see cref="TrainingFlopsPerToken"/>.
    /// </summary>
    public double FlopsPerToken
    {
        get
        {
            double weights = ParameterCount - (position?.ParameterCount ?? 0);
            // Tokens that have an output map of their own are looked up, which is no product.
            if (head is not null) weights -= token.ParameterCount;
            return (2.0 * weights) + (4.0 * Options.Layers * Options.Width * Options.Context);
        }
    }

    /// <summary>The table of layers and parameter counts, and the cost of a token.</summary>
    /// <returns>The text.</returns>
    public override string ToString() =>
        base.ToString()
            + Invariant(
                $"\nper token in a context of {Options.Context}: {FlopsPerToken / 1e6:N2} million floating-point operations forward, {TrainingFlopsPerToken / 1e6:N2} million in training");

    /// <inheritdoc/>
    int ILanguageModel.VocabularySize => Options.Vocabulary;

    /// <inheritdoc/>
    int ILanguageModel.ContextLength => Options.Context;

    /// <inheritdoc/>
    Tensor ILanguageModel.NextLogits(Tensor tokens) => NextLogits(tokens, Pass.Evaluation);

    /// <inheritdoc/>
    IDecodingState ILanguageModel.StartDecoding(int rows) => new Decoding(this, rows, Precision.Full);

    /// <inheritdoc/>
    IDecodingState ILanguageModel.StartDecoding(int rows, Precision precision) => new Decoding(this, rows, precision);

    private sealed class Decoding(Gpt model, int rows, Precision precision) : IDecodingState
    {
        private readonly KeyValueCache cache = new(model.Options.Context);
        private float[] logits = [];

        public int Rows => rows;

        public int Length => cache.Length;

        public ReadOnlySpan<float> Append(ReadOnlySpan<int> tokens)
        {
            Tensor input = Tensor.From(tokens, rows, tokens.Length / rows);
            Tensor output = Tensor.Evaluate(() => model.NextLogits(input, Pass.Evaluation.With(cache).With(precision)));
            logits = output.ToArray<float>();
            output.Release();
            input.Release();
            return logits;
        }

        public void Keep(ReadOnlySpan<int> kept)
        {
            cache.Select(kept);
            rows = kept.Length;
        }
    }
}

/// <summary>
/// Options of <see cref="Gpt"/>; unless told otherwise those of GPT-2's smaller kin:
/// <c>GptOptions(Vocabulary = 65, Context = 64, Layers = 4, Heads = 4, Width = 128)</c>.
/// </summary>
public sealed class GptOptions
{
    /// <summary>The number of tokens.</summary>
    public required int Vocabulary { get; init; }

    /// <summary>The most positions that the model can see.</summary>
    public required int Context { get; init; }

    /// <summary>Blocks.</summary>
    public int Layers { get; init; } = 4;

    /// <summary>Heads of attention, a divisor of the width.</summary>
    public int Heads { get; init; } = 4;

    /// <summary>Channels.</summary>
    public int Width { get; init; } = 128;

    /// <summary>Heads of keys and values, a divisor of the heads; null for as many.</summary>
    public int? KeyValueHeads { get; init; }

    /// <summary>Channels inside the feed-forward parts; null for 4·width, with SwiGLU two thirds of that.</summary>
    public int? HiddenSize { get; init; }

    /// <summary>The nonlinearity of the feed-forward parts.</summary>
    public FeedForwardKind FeedForward { get; init; } = FeedForwardKind.Gelu;

    /// <summary>The normalization.</summary>
    public NormKind Norm { get; init; } = NormKind.LayerNorm;

    /// <summary>Where the blocks normalize.</summary>
    public NormPlacement Placement { get; init; } = NormPlacement.Pre;

    /// <summary>How positions are told apart.</summary>
    public PositionKind Positions { get; init; } = PositionKind.Learned;

    /// <summary>
    /// The probability of dropout on embeddings, attention's weights and what the blocks' parts add, at least 0 and
    /// below 1.
    /// </summary>
    public double Dropout { get; init; }

    /// <summary>Whether linear maps and layer normalizations have biases.</summary>
    public bool HasBias { get; init; } = true;

    /// <summary>Whether the tokens' vectors are also the weights of the output, as in GPT-2; otherwise it has its own.</summary>
    public bool IsTied { get; init; } = true;

    /// <summary>Element type of the parameters: float32 or float64.</summary>
    public DType DType { get; init; } = DType.Float32;

    /// <summary>Checks the numbers that the sizes of parameters are computed from.</summary>
    /// <exception cref="OptionException">A number is out of range.</exception>
    internal void Check()
    {
        if (Vocabulary < 1) throw Errors.Option("gpt", "vocabulary", "1 or more", Vocabulary);
        if (Context < 1) throw Errors.Option("gpt", "context", "1 or more", Context);
        if (Layers < 1) throw Errors.Option("gpt", "layers", "1 or more", Layers);
        if (Heads < 1 || Width % Heads != 0) throw Errors.Option("gpt", "heads", Invariant($"a divisor of the width {Width}"), Heads);
    }
}

/// <summary>How a language model tells positions apart.</summary>
public enum PositionKind
{
    /// <summary>A trained vector for each position is added to the token's, as in GPT-2.</summary>
    Learned,

    /// <summary>Fixed waves are added, as in the first transformers.</summary>
    Sinusoidal,

    /// <summary>Queries and keys are turned by angles that grow with their position.</summary>
    Rotary,

    /// <summary>Not at all, but that a position does not see those behind it.</summary>
    None,
}

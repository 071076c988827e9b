using Crucible.Layers;
using Crucible.Tensors;

namespace Crucible.Models;

/// <summary>
/// A transformer that sees both sides: int32 tokens [B, T] to logits [B, T, V], those at position t being of the token that
/// belongs there. It is trained to name tokens that were replaced by a mask (<see cref="Training.MaskedBatches"/>). Devlin et
/// al. 2019, BERT. Embeddings <c>token</c> and perhaps <c>position</c>, blocks <c>encoder</c>, and the output map, <c>head</c>
/// unless it is tied to the tokens' vectors.
/// </summary>
/// <remarks>
/// Its options are those of a <see cref="Gpt"/>, which then has as many parameters: the two differ in nothing but what a
/// position sees. Sentences of unequal length are padded behind with <see cref="Translator.Padding"/>, on which no output
/// depends. First values are those of a GPT.
/// </remarks>
public sealed class MaskedLanguageModel : Layer
{
    private readonly Embedding token;
    private readonly Layer? position;
    private readonly TransformerEncoder encoder;
    private readonly Linear? head;

    /// <summary>A model with fresh parameters.</summary>
    /// <param name="options">Sizes and kinds.</param>
    /// <param name="generator">Where the first values come from; its state moves on.</param>
    /// <exception cref="OptionException">A number is out of range.</exception>
    public MaskedLanguageModel(GptOptions options, Generator generator)
    {
        Options = options;
        options.Check();
        Initializer weight = Initializer.Normal(0.0, Gpt.Deviation);
        token = Child("token", new Embedding(options.Vocabulary, options.Width, generator, weight, options.DType));
        position = Gpt.CreatePositions(options, generator, weight) is { } positions ? Child("position", positions) : null;
        encoder = Child("encoder", new TransformerEncoder(options.Layers, Gpt.BlockOptions(options, weight, isCausal: false), generator));
        LinearOptions map = new() { Weight = weight, HasBias = false, DType = options.DType };
        head = options.IsTied ? null : Child("head", new Linear(options.Width, options.Vocabulary, generator, map));
    }

    /// <summary>The options it was made with.</summary>
    public GptOptions Options { get; }

    /// <summary>The vectors of the tokens, the same in every sentence, [V, C].</summary>
    public Tensor TokenVectors => token.Weight;

    /// <summary>The vector of each token in its sentence: what the blocks make of it.</summary>
    /// <param name="tokens">int32 [B, T], padded behind.</param>
    /// <param name="pass">Training or evaluation.</param>
    /// <returns>[B, T, C]; those of padding mean nothing.</returns>
    /// <exception cref="CrucibleException">The tokens do not fit.</exception>
    public Tensor Features(Tensor tokens, Pass pass) => Run(pass, () => Encode(new(tokens, Options.Context), pass));

    /// <summary>The logits at some places only: what training compares, for a fraction of the output map's work.</summary>
    /// <param name="tokens">int32 [B, T], padded behind.</param>
    /// <param name="places">int32 [M], row · T + position of each.</param>
    /// <param name="pass">Training or evaluation.</param>
    /// <returns>[M, V].</returns>
    /// <exception cref="CrucibleException">Tokens or places do not fit.</exception>
    public Tensor Logits(Tensor tokens, Tensor places, Pass pass) => Run(pass, () =>
        Output(Encode(new(tokens, Options.Context), pass).Reshape(-1, Options.Width).IndexSelect(0, places), pass));

    /// <inheritdoc/>
    protected override Tensor Compute(Tensor x, Pass pass) => Output(Encode(new(x, Options.Context), pass), pass);

    /// <summary>The vectors [B, T, C] of sentences whose padding is hidden.</summary>
    internal Tensor Encode(PaddedTokens tokens, Pass pass)
    {
        Tensor x = token.Forward(tokens.Ids, pass).AsInner();
        if (position is not null) x = position.Forward(x, pass).AsInner();
        if (pass.IsTraining) x = x.Dropout(Options.Dropout, pass.Generator).AsInner();
        (int rows, int columns) = (tokens.Ids.Shape[0], tokens.Ids.Shape[1]);
        bool isPadded = tokens.Lengths.Any(length => length < columns);
        return encoder.Forward(x, isPadded ? tokens.Mask.Reshape(rows, 1, 1, columns) : null, pass);
    }

    private Tensor Output(Tensor x, Pass pass) =>
        head?.Forward(x, pass) ?? x.MatMul(token.Weight, transposeB: true, precision: pass.Precision);
}

/// <summary>
/// Classifies sentences: the mean of a <see cref="MaskedLanguageModel"/>'s vectors over the tokens, then a linear map. int32
/// tokens [B, T], padded behind, to logits [B, classes]. The encoder's parameters are its own, so that training tunes them:
/// <c>encoder</c> and <c>head</c>.
/// </summary>
public sealed class SequenceClassifier : Layer
{
    private readonly MaskedLanguageModel encoder;
    private readonly Linear head;
    private readonly double dropout;

    /// <summary>A classifier whose map is 0 at first.</summary>
    /// <param name="encoder">The encoder, trained or fresh.</param>
    /// <param name="classes">The number of classes, 1 or more.</param>
    /// <param name="generator">Where first values come from; its state moves on.</param>
    /// <param name="dropout">The probability of dropout on the mean, at least 0 and below 1.</param>
    /// <exception cref="OptionException">A number is out of range.</exception>
    public SequenceClassifier(MaskedLanguageModel encoder, int classes, Generator generator, double dropout = 0.0)
    {
        if (!(dropout is >= 0.0 and < 1.0)) throw Errors.Option("sequenceClassifier", nameof(dropout), "at least 0 and below 1", dropout);
        LinearOptions map = new() { Weight = Initializer.Zeros, DType = encoder.Options.DType };
        this.encoder = Child("encoder", encoder);
        head = Child("head", new Linear(encoder.Options.Width, classes, generator, map));
        this.dropout = dropout;
    }

    /// <summary>The mean vector of each sentence's tokens.</summary>
    /// <param name="tokens">int32 [B, T], padded behind.</param>
    /// <param name="pass">Training or evaluation.</param>
    /// <returns>[B, C].</returns>
    /// <exception cref="CrucibleException">The tokens do not fit.</exception>
    public Tensor Features(Tensor tokens, Pass pass) => Run(pass, () => Mean(tokens, pass));

    /// <inheritdoc/>
    protected override Tensor Compute(Tensor x, Pass pass)
    {
        Tensor mean = Mean(x, pass);
        return head.Forward(pass.IsTraining ? mean.Dropout(dropout, pass.Generator) : mean, pass);
    }

    private Tensor Mean(Tensor tokens, Pass pass)
    {
        PaddedTokens padded = new(tokens, encoder.Options.Context);
        Tensor vectors = encoder.Encode(padded, pass); // [B, T, C]
        Tensor shares = padded.Mask.To(vectors.DType); // [B, T]
        shares /= shares.Sum(1, keepDims: true);
        return shares.Reshape(shares.Shape[0], 1, shares.Shape[1]).MatMul(vectors).Select(1, 0);
    }
}

using Crucible.Layers;
using Crucible.Tensors;
using static System.FormattableString;

namespace Crucible.Models;

/// <summary>
/// Options of a <see cref="Translator"/>; unless told otherwise a small Transformer as published:
/// <c>TranslatorOptions(Kind = TranslatorKind.Transformer, Vocabulary = vocabulary.Sizes, Layers = 3, Width = 128)</c>.
/// </summary>
public sealed class TranslatorOptions
{
    /// <summary>The kind of model.</summary>
    public required TranslatorKind Kind { get; init; }

    /// <summary>What sentences and translations are made of.</summary>
    public required TranslatorVocabulary Vocabulary { get; init; }

    /// <summary>Layers of the encoder, and as many of the decoder.</summary>
    public int Layers { get; init; } = 2;

    /// <summary>Channels of tokens' vectors and of the layers.</summary>
    public int Width { get; init; } = 128;

    /// <summary>
    /// The probability of dropout, at least 0 and below 1: of the Transformer on embeddings, attention's weights and what
    /// the blocks' parts add; of the recurrent kinds on tokens' vectors, between layers and before the output.
    /// </summary>
    public double Dropout { get; init; } = 0.1;

    /// <summary>
    /// Whether the vectors of the target's tokens are also the weights of the output, as published; otherwise it has its
    /// own. A joint vocabulary has one table for source and target in any case.
    /// </summary>
    public bool IsTied { get; init; } = true;

    /// <summary>The units of the layers; of the recurrent kinds.</summary>
    public RecurrentCellKind Cell { get; init; } = RecurrentCellKind.Gru;

    /// <summary>
    /// The positions of the Transformer: the most tokens of a sentence with its end, or of a translation with its start.
    /// </summary>
    public int Context { get; init; } = 128;

    /// <summary>Heads of attention, a divisor of the width; of the Transformer.</summary>
    public int Heads { get; init; } = 4;

    /// <summary>Channels inside the feed-forward parts; null for 4·width, with SwiGLU two thirds of that; of the Transformer.</summary>
    public int? HiddenSize { get; init; }

    /// <summary>The nonlinearity of the feed-forward parts; of the Transformer.</summary>
    public FeedForwardKind FeedForward { get; init; } = FeedForwardKind.Relu;

    /// <summary>Where the blocks normalize: behind each part, as published, or before it; of the Transformer.</summary>
    public NormPlacement Placement { get; init; } = NormPlacement.Post;

    /// <summary>Element type of the parameters: float32 or float64.</summary>
    public DType DType { get; init; } = DType.Float32;

    /// <summary>Checks the numbers that the sizes of parameters are computed from.</summary>
    /// <exception cref="OptionException">A number is out of range.</exception>
    internal void Check()
    {
        if (Vocabulary.Source < 1) throw Errors.Option("translator", "vocabulary", "1 or more tokens", Vocabulary.Source);
        if (Vocabulary.Target < 1) throw Errors.Option("translator", "vocabulary", "1 or more tokens", Vocabulary.Target);
        if (Vocabulary.IsJoint && Vocabulary.Source != Vocabulary.Target)
        {
            string found = Invariant($"{Vocabulary.Source} and {Vocabulary.Target}");
            throw Errors.Option("translator", "vocabulary", "equally many tokens of source and target where it is joint", found);
        }

        if (Layers < 1) throw Errors.Option("translator", "layers", "1 or more", Layers);
        if (Width < 1) throw Errors.Option("translator", "width", "1 or more", Width);
        if (HiddenSize < 1) throw Errors.Option("translator", "hiddenSize", "1 or more", HiddenSize);
        if (Context < 2) throw Errors.Option("translator", "context", "2 or more", Context);
        if (Heads < 1 || Width % Heads != 0)
            throw Errors.Option("translator", "heads", Invariant($"a divisor of the width {Width}"), Heads);
        if (Dropout is not (>= 0.0 and < 1.0)) throw Errors.Option("translator", "dropout", "at least 0 and below 1", Dropout);
    }
}

/// <summary>What a translator knows of the tokens that it reads and writes.</summary>
/// <param name="Source">The number of the source's tokens: ids are 0 … Source - 1.</param>
/// <param name="Target">The number of the target's.</param>
/// <param name="IsJoint">Whether source and target are of one vocabulary, whose tokens have one vector each.</param>
/// <param name="Fingerprint">
/// What tells the vocabulary from others of its size: kind and hash. A model's file keeps it, so that the model does not
/// speak with the words of another.
/// </param>
public sealed record TranslatorVocabulary(int Source, int Target, bool IsJoint, string Fingerprint = "");

/// <summary>The kinds of <see cref="Translator"/>.</summary>
public enum TranslatorKind
{
    /// <summary>Recurrent, with one vector for the whole sentence. Cho et al. 2014.</summary>
    Fixed,

    /// <summary>Recurrent, with attention to the encoder's states. Bahdanau, Cho and Bengio 2015.</summary>
    Attention,

    /// <summary>Attention alone, every position at once. Vaswani et al. 2017.</summary>
    Transformer,
}

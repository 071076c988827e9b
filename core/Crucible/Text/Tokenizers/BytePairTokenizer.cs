using Crucible.Tensors;
using static System.FormattableString;

namespace Crucible.Text;

/// <summary>
/// Byte-level byte-pair encoding (Sennrich et al., 2016, on bytes as in GPT-2, Radford et al., 2019): text is cut into
/// pieces, the UTF-8 bytes of a piece are its first tokens, and the merges are applied in the order in which they were
/// learned. Every text has ids, and decoding them gives it back.
/// </summary>
public sealed partial class BytePairTokenizer : Tokenizer
{
    private readonly BytePairTable table;

    private BytePairTokenizer(BytePairTable table, SplitPattern split, IReadOnlyDictionary<string, int> specialTokens)
        : base(Title, table.Bytes, specialTokens)
    {
        this.table = table;
        Split = split;
    }

    /// <summary>How text is split into the pieces that merges never cross.</summary>
    public SplitPattern Split { get; }

    /// <summary>The merges, in the order in which they were learned and are applied.</summary>
    public IReadOnlyList<BytePairMerge> Merges => table.Merges;

    internal const string Title = "byte pairs";

    /// <summary>Learns a vocabulary: the most frequent pair of adjacent tokens becomes a token, repeatedly.</summary>
    /// <remarks>Among equally frequent pairs the smaller left id wins, then the smaller right id.</remarks>
    /// <param name="texts">The texts.</param>
    /// <param name="options">The size of the vocabulary, the pieces, and the special tokens.</param>
    /// <returns>The tokenizer: ids 0 to 255 are the bytes, then come the merges, then the special tokens.</returns>
    /// <exception cref="OptionException">An option is outside its range.</exception>
    /// <exception cref="DataException">A text has an unpaired surrogate.</exception>
    public static BytePairTokenizer Train(IEnumerable<string> texts, BytePairOptions? options = null)
    {
        PieceCounts pieces = new(Title, Splitter.From((options ?? new()).Split));
        foreach (string text in texts) pieces.Add(text);
        return Train(pieces, options ?? new());
    }

    /// <summary>
    /// Learns a vocabulary from a UTF-8 file of any size; like
    /// <see cref="Train(IEnumerable{string}, BytePairOptions?)"/> on its whole text.
    /// </summary>
    /// <param name="path">The file.</param>
    /// <param name="options">The size of the vocabulary, the pieces, and the special tokens.</param>
    /// <returns>The tokenizer.</returns>
    /// <exception cref="OptionException">An option is outside its range.</exception>
    /// <exception cref="DataException">The file cannot be read or is not UTF-8.</exception>
    public static BytePairTokenizer TrainFile(string path, BytePairOptions? options = null)
    {
        PieceCounts pieces = new(Title, Splitter.From((options ?? new()).Split));
        pieces.AddFile(path);
        return Train(pieces, options ?? new());
    }

    /// <summary>
    /// The ids of a text with BPE-dropout (I. Provilkov et al., 2020): each merge that could be made next is left out with a
    /// probability, so that a model in training sees words cut in many ways. Decoding gives the text back.
    /// </summary>
    /// <param name="text">Any text; all of it is ordinary text.</param>
    /// <param name="dropout">The probability, at least 0 and at most 1; 0.1 is usual, 0 encodes as always, 1 into bytes.</param>
    /// <param name="generator">The source of randomness; its state moves on.</param>
    /// <returns>The ids, in order.</returns>
    /// <exception cref="OptionException">The probability is outside its range.</exception>
    /// <exception cref="DataException">The text has an unpaired surrogate.</exception>
    public int[] Encode(string text, double dropout, Generator generator)
    {
        if (!(dropout is >= 0 and <= 1)) throw Errors.Option(Title, nameof(dropout), "at least 0 and at most 1", dropout);
        Utf16.Check(Title, text);
        List<int> tokens = [];
        new BytePairEncoder(table, Splitter.From(Split)).Encode(text, dropout, generator, tokens);
        return [.. tokens];
    }

    /// <summary>A merge in readable form: <c>the = t + he</c>.</summary>
    /// <param name="merge">One of <see cref="Merges"/>.</param>
    /// <returns>The text.</returns>
    /// <exception cref="DataException">The merge has an id that is not in the vocabulary.</exception>
    public string Describe(BytePairMerge merge) => $"{TokenText(merge.Token)} = {TokenText(merge.Left)} + {TokenText(merge.Right)}";

    internal override ITextEncoder CreateEncoder() => new BytePairEncoder(table, Splitter.From(Split));

    private static BytePairTokenizer Train(PieceCounts pieces, BytePairOptions options)
    {
        int least = 256 + options.SpecialTokens.Count;
        string atLeast = Invariant($"at least {least} (256 bytes and {options.SpecialTokens.Count} special tokens)");
        if (options.VocabularySize < least) throw Errors.Option(Title, "vocabularySize", atLeast, options.VocabularySize);
        if (options.MinimumCount < 1) throw Errors.Option(Title, "minimumCount", "at least 1", options.MinimumCount);
        List<BytePairMerge> merges = BytePairTrainer.Train(pieces.Counts, options.VocabularySize - least, options.MinimumCount);
        Dictionary<string, int> special = Text.SpecialTokens.Number(Title, options.SpecialTokens, 256 + merges.Count);
        return new(BytePairTable.FromMerges(merges), options.Split, special);
    }
}

/// <summary>What <see cref="BytePairTokenizer.Train(IEnumerable{string}, BytePairOptions?)"/> learns.</summary>
public sealed class BytePairOptions
{
    /// <summary>
    /// The number of ids: 256 bytes, one for each merge, and the special tokens; 1024 by default. Training ends earlier
    /// when no pair is left.
    /// </summary>
    public int VocabularySize { get; init; } = 1024;

    /// <summary>How text is split into the pieces that merges never cross; GPT-2's pattern by default.</summary>
    public SplitPattern Split { get; init; } = SplitPattern.Gpt2;

    /// <summary>A pair must occur at least this often to be merged; 2 by default.</summary>
    public int MinimumCount { get; init; } = 2;

    /// <summary>
    /// Tokens that ordinary text is never encoded as, unless allowed, such as <c>&lt;|endoftext|&gt;</c>; none by
    /// default. They get the last ids.
    /// </summary>
    public IReadOnlyList<string> SpecialTokens { get; init; } = [];
}

/// <summary>One rule of a byte-pair vocabulary: a left token followed by a right token becomes one token.</summary>
/// <param name="Left">The id of the left token.</param>
/// <param name="Right">The id of the right token.</param>
/// <param name="Token">The id of the token they become.</param>
public readonly record struct BytePairMerge(int Left, int Right, int Token);

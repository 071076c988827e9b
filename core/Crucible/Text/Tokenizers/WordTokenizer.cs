using System.Text;
using static System.FormattableString;

namespace Crucible.Text;

/// <summary>
/// One token for each of the most frequent words, where a word includes the space before it. First come the tokens for
/// unknown words (256 bytes, or two, or none), then the words by decreasing frequency (equal ones by code units), then
/// the special tokens. Decoding gives the original text, except for what <see cref="WordOptions"/> changes, drops or
/// treats as unknown.
/// </summary>
public sealed class WordTokenizer : Tokenizer
{
    internal const string Title = "words";

    private static readonly byte[][] EachByte = [.. Enumerable.Range(0, 256).Select(value => new[] { (byte)value })];
    private static readonly byte[][] UnknownTokens = ["<unk>"u8.ToArray(), " <unk>"u8.ToArray()];

    private readonly Dictionary<string, int> ids = new(StringComparer.Ordinal);

    private WordTokenizer(
        IReadOnlyList<string> words,
        LetterCase letterCase,
        Punctuation punctuation,
        UnknownWord unknown,
        IReadOnlyDictionary<string, int> specialTokens)
        : base(Title, [.. Base(unknown), .. words.Select(Encoding.UTF8.GetBytes)], specialTokens)
    {
        (Words, Case, Punctuation, Unknown) = (words, letterCase, punctuation, unknown);
        int first = Base(unknown).Length;
        for (int i = 0; i < words.Count; i++) ids[words[i]] = first + i;
    }

    internal WordTokenizer(TokenizerContent content)
        : this(WordsOf(content), content.Choice<LetterCase>("case"), content.Choice<Punctuation>("punctuation"),
            content.Choice<UnknownWord>("unknown"), content.SpecialTokens)
    {
    }

    /// <summary>The words, the most frequent first, each with the space before it, if any.</summary>
    public IReadOnlyList<string> Words { get; }

    /// <summary>How capital letters are treated.</summary>
    public LetterCase Case { get; }

    /// <summary>How punctuation is treated.</summary>
    public Punctuation Punctuation { get; }

    /// <summary>How words outside the vocabulary are treated.</summary>
    public UnknownWord Unknown { get; }

    /// <summary>Learns the words of some texts.</summary>
    /// <param name="texts">The texts.</param>
    /// <param name="options">The size of the vocabulary, and how capitals, punctuation and unknown words are treated.</param>
    /// <returns>The tokenizer.</returns>
    /// <exception cref="OptionException">An option is outside its range.</exception>
    /// <exception cref="DataException">A text has an unpaired surrogate.</exception>
    public static WordTokenizer Train(IEnumerable<string> texts, WordOptions? options = null)
    {
        PieceCounts pieces = new(Title, SplitterOf(options ?? new()));
        foreach (string text in texts) pieces.Add(text);
        return From(pieces, options ?? new());
    }

    /// <summary>Learns the words of a UTF-8 file of any size.</summary>
    /// <param name="path">The file.</param>
    /// <param name="options">The size of the vocabulary, and how capitals, punctuation and unknown words are treated.</param>
    /// <returns>The tokenizer.</returns>
    /// <exception cref="OptionException">An option is outside its range.</exception>
    /// <exception cref="DataException">The file cannot be read or is not UTF-8.</exception>
    public static WordTokenizer TrainFile(string path, WordOptions? options = null)
    {
        PieceCounts pieces = new(Title, SplitterOf(options ?? new()));
        pieces.AddFile(path);
        return From(pieces, options ?? new());
    }

    /// <summary>The words of a text that the vocabulary lacks.</summary>
    /// <param name="text">Any text.</param>
    /// <returns>Each once, without the space before it, in the order of the text.</returns>
    /// <exception cref="DataException">The text has an unpaired surrogate.</exception>
    public IReadOnlyList<string> UnknownWords(string text)
    {
        PieceCounts pieces = new(Title, new WordSplitter(Case, Punctuation));
        pieces.Add(text);
        return [.. pieces.Counts.Keys.Where(word => !ids.ContainsKey(word)).Select(word => word.TrimStart(' ')).Distinct()];
    }

    internal override ITextEncoder CreateEncoder() => new WordEncoder(Unknown, ids, new(Case, Punctuation));

    private protected override void Write(TokenizerWriter writer)
    {
        writer.Property("case", Case.ToString());
        writer.Property("punctuation", Punctuation.ToString());
        writer.Property("unknown", Unknown.ToString());
        writer.List("words", Words);
    }

    private static byte[][] Base(UnknownWord unknown) => unknown switch
    {
        UnknownWord.Spell => EachByte,
        UnknownWord.Token => UnknownTokens,
        UnknownWord.Reject => [],
        _ => throw Errors.Option(Title, "unknown", "Spell, Token or Reject", unknown),
    };

    private static WordSplitter SplitterOf(WordOptions options)
    {
        if (!Enum.IsDefined(options.Case)) throw Errors.Option(Title, "case", "Keep or Lower", options.Case);
        if (!Enum.IsDefined(options.Punctuation))
            throw Errors.Option(Title, "punctuation", "Separate, Attached or Dropped", options.Punctuation);
        return new(options.Case, options.Punctuation);
    }

    private static WordTokenizer From(PieceCounts pieces, WordOptions options)
    {
        int least = Base(options.Unknown).Length + options.SpecialTokens.Count;
        string mustBe = Invariant($"above {least} (the tokens that are not words)");
        if (options.VocabularySize <= least) throw Errors.Option(Title, "vocabularySize", mustBe, options.VocabularySize);
        string[] words = [.. pieces.Counts
            .Where(word => options.Unknown != UnknownWord.Spell || !IsByte(word.Key)) // which has a token already
            .OrderByDescending(word => word.Value)
            .ThenBy(word => word.Key, StringComparer.Ordinal)
            .Select(word => word.Key)
            .Take(options.VocabularySize - least)];
        Dictionary<string, int> special =
            Text.SpecialTokens.Number(Title, options.SpecialTokens, Base(options.Unknown).Length + words.Length);
        return new(words, options.Case, options.Punctuation, options.Unknown, special);
    }

    private static bool IsByte(string word) => word is [< '\u0080'];

    private static List<string> WordsOf(TokenizerContent content)
    {
        content.Need("case", "punctuation", "unknown", "words");
        return content.Tokens;
    }
}

/// <summary>What a word tokenizer does with capital letters.</summary>
public enum LetterCase
{
    /// <summary>Keeps them: <c>The</c> and <c>the</c> are two words.</summary>
    Keep,

    /// <summary>Converts them to lower case, so that decoded text is lower case too.</summary>
    Lower,
}

/// <summary>
/// What a word tokenizer does with punctuation, which is every character but letters, digits, combining marks and white
/// space.
/// </summary>
public enum Punctuation
{
    /// <summary>Each sign is a token of its own; an apostrophe between two letters belongs to the word.</summary>
    Separate,

    /// <summary>Signs stay with the word they touch: <c>end.</c> is another word than <c>end</c>.</summary>
    Attached,

    /// <summary>
    /// Signs are dropped, so decoded text lacks them; between two words a space is left. An apostrophe between two
    /// letters is kept.
    /// </summary>
    Dropped,
}

/// <summary>What a word tokenizer does with a word that is not in its vocabulary.</summary>
public enum UnknownWord
{
    /// <summary>Spells it with a token for each byte of its UTF-8, so that every text can be encoded and decoded.</summary>
    Spell,

    /// <summary>Puts the token <c>&lt;unk&gt;</c> in its place, or <c>␣&lt;unk&gt;</c> when there is a space before the word.</summary>
    Token,

    /// <summary>Throws a <see cref="DataException"/> with the word and its position.</summary>
    Reject,
}

/// <summary>What <see cref="WordTokenizer.Train(IEnumerable{string}, WordOptions?)"/> learns.</summary>
public sealed class WordOptions
{
    /// <summary>
    /// The largest number of ids: words, tokens for unknown words, and special tokens; 10 000 by default. The most
    /// frequent words are kept.
    /// </summary>
    public int VocabularySize { get; init; } = 10_000;

    /// <summary>How capital letters are treated; they are kept by default.</summary>
    public LetterCase Case { get; init; }

    /// <summary>How punctuation is treated; each sign is a token by default.</summary>
    public Punctuation Punctuation { get; init; }

    /// <summary>How words outside the vocabulary are treated; they are spelled by default.</summary>
    public UnknownWord Unknown { get; init; }

    /// <summary>Tokens that ordinary text is never encoded as, unless allowed; none by default. They get the last ids.</summary>
    public IReadOnlyList<string> SpecialTokens { get; init; } = [];
}

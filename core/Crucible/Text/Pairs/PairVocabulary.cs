using Crucible.Tensors;

namespace Crucible.Text;

/// <summary>
/// The vocabularies of sentence pairs: of the sentences and of their translations. By default they are one, so that what
/// both languages share (names, signs, placeholders) has one embedding.
/// </summary>
/// <param name="Source">The sentences' vocabulary.</param>
/// <param name="Target">The translations' vocabulary; the same object when it is joint.</param>
public sealed record PairVocabulary(SentenceVocabulary Source, SentenceVocabulary Target)
{
    /// <summary>Whether both sides have one vocabulary.</summary>
    public bool IsJoint => ReferenceEquals(Source, Target);

    /// <summary>Learns the vocabularies of pairs.</summary>
    /// <param name="pairs">The training pairs.</param>
    /// <param name="options">Kind and size; 4000 byte pairs for both sides together by default.</param>
    /// <returns>The vocabularies.</returns>
    /// <exception cref="OptionException">The size is too small, or the kind unknown.</exception>
    /// <exception cref="DataException">There are no pairs, or a text has an unpaired surrogate.</exception>
    public static PairVocabulary Train(IReadOnlyCollection<SentencePair> pairs, PairVocabularyOptions? options = null)
    {
        PairVocabularyOptions chosen = options ?? new();
        if (pairs.Count == 0) throw Errors.TooFew("vocabulary", "pairs", 1, 0);
        IEnumerable<string> sources = pairs.Select(pair => pair.Source), targets = pairs.Select(pair => pair.Target);
        if (!chosen.IsJoint) return new(SentenceVocabulary.Train(sources, chosen), SentenceVocabulary.Train(targets, chosen));
        SentenceVocabulary both = SentenceVocabulary.Train(sources.Concat(targets), chosen);
        return new(both, both);
    }
}

/// <summary>
/// A tokenizer for sentences, with tokens for start, end and padding. Sentences are encoded with a space in front, so that
/// a word is the same token at the beginning of a sentence and within.
/// </summary>
public sealed class SentenceVocabulary
{
    private const string PaddingName = "<pad>";
    private const string StartName = "<s>";
    private const string EndName = "</s>";
    private const string Operation = "vocabulary";

    /// <summary>Takes a tokenizer, as one that was saved.</summary>
    /// <param name="tokenizer">A tokenizer with the special tokens &lt;pad&gt;, &lt;s&gt; and &lt;/s&gt;.</param>
    /// <exception cref="DataException">It has not all of them.</exception>
    public SentenceVocabulary(Tokenizer tokenizer)
    {
        Tokenizer = tokenizer;
        (Padding, Start, End) = (Id(PaddingName), Id(StartName), Id(EndName));

        int Id(string name) => tokenizer.SpecialTokens.TryGetValue(name, out int id) ? id : throw Errors.NoSentenceToken(name);
    }

    /// <summary>The tokenizer, whose <c>Save</c> keeps the vocabulary.</summary>
    public Tokenizer Tokenizer { get; }

    /// <summary>The number of ids: every id is at least 0 and below it.</summary>
    public int Size => Tokenizer.VocabularySize;

    /// <summary>The id that fills sentences up to equal lengths.</summary>
    public int Padding { get; }

    /// <summary>The id that a translation begins with.</summary>
    public int Start { get; }

    /// <summary>The id that a sentence ends with.</summary>
    public int End { get; }

    /// <summary>The ids of a sentence, without start and end.</summary>
    /// <param name="sentence">A sentence; white space around it does not count.</param>
    /// <returns>At least one id. A word that a word vocabulary lacks has the id of <c> &lt;unk&gt;</c>.</returns>
    /// <exception cref="DataException">The sentence is empty, or has an unpaired surrogate.</exception>
    public int[] Encode(string sentence) => Tokenizer.Encode(Spaced(sentence));

    /// <summary>The ids of a sentence whose words are cut at random (BPE-dropout), for training.</summary>
    /// <param name="sentence">A sentence; white space around it does not count.</param>
    /// <param name="dropout">The probability that a merge is left out, at least 0 and at most 1; 0.1 is usual.</param>
    /// <param name="generator">The source of randomness; its state moves on.</param>
    /// <returns>At least one id.</returns>
    /// <exception cref="OptionException">The probability is outside its range, or above 0 in a vocabulary of words.</exception>
    /// <exception cref="DataException">The sentence is empty, or has an unpaired surrogate.</exception>
    public int[] Encode(string sentence, double dropout, Generator generator) => (Tokenizer, dropout) switch
    {
        (BytePairTokenizer bytePairs, _) => bytePairs.Encode(Spaced(sentence), dropout, generator),
        (_, 0) => Encode(sentence),
        _ => throw Errors.Option(Operation, nameof(dropout), "0, for only byte pairs can be left out", dropout),
    };

    /// <summary>The sentence of ids: up to the end token, without special tokens and without the space in front.</summary>
    /// <param name="tokens">The ids.</param>
    /// <returns>The sentence; may be empty.</returns>
    /// <exception cref="DataException">An id is not in the vocabulary.</exception>
    public string Decode(IEnumerable<int> tokens) =>
        Tokenizer.Decode(tokens.TakeWhile(token => token != End).Where(token => token != Start && token != Padding)).Trim();

    /// <summary>The tokens in readable form, for the axis of a picture.</summary>
    /// <param name="tokens">The ids.</param>
    /// <returns>A text each, without the space in front.</returns>
    /// <exception cref="DataException">An id is not in the vocabulary.</exception>
    public string[] Texts(IEnumerable<int> tokens) => [.. tokens.Select(token => Tokenizer.TokenText(token).TrimStart(' '))];

    /// <summary>The words of a sentence that the vocabulary lacks: none where words are cut into byte pairs.</summary>
    /// <param name="sentence">A sentence.</param>
    /// <returns>Each once, in the order of the sentence.</returns>
    public IReadOnlyList<string> UnknownWords(string sentence) =>
        Tokenizer is WordTokenizer words ? words.UnknownWords(Spaced(sentence)) : [];

    /// <summary>Learns a vocabulary.</summary>
    internal static SentenceVocabulary Train(IEnumerable<string> sentences, PairVocabularyOptions options)
    {
        string[] special = [PaddingName, StartName, EndName];
        IEnumerable<string> texts = sentences.Select(sentence => " " + sentence);
        return new(options.Kind switch
        {
            VocabularyKind.BytePairs => BytePairTokenizer.Train(texts, new() { VocabularySize = options.Size, SpecialTokens = special }),
            VocabularyKind.Words => WordTokenizer.Train(
                texts, new() { VocabularySize = options.Size, SpecialTokens = special, Unknown = UnknownWord.Token }),
            _ => throw Errors.Option(Operation, nameof(options.Kind), "BytePairs or Words", options.Kind),
        });
    }

    private static string Spaced(string sentence)
    {
        string trimmed = sentence.Trim();
        return trimmed.Length > 0 ? " " + trimmed : throw Errors.EmptySentence();
    }
}

/// <summary>What <see cref="PairVocabulary.Train"/> learns.</summary>
public sealed class PairVocabularyOptions
{
    /// <summary>What a token is; byte pairs by default.</summary>
    public VocabularyKind Kind { get; init; } = VocabularyKind.BytePairs;

    /// <summary>The largest number of ids of a vocabulary, special tokens included; 4000 by default.</summary>
    public int Size { get; init; } = 4000;

    /// <summary>Whether both sides share one vocabulary, as by default.</summary>
    public bool IsJoint { get; init; } = true;
}

/// <summary>What a token of a sentence is.</summary>
public enum VocabularyKind
{
    /// <summary>Frequent words and parts of words: every sentence has ids.</summary>
    BytePairs,

    /// <summary>Whole words and signs; those outside the vocabulary are unknown.</summary>
    Words,
}

using Crucible.Models;
using Crucible.Tensors;
using static System.FormattableString;

namespace Crucible.Text;

/// <summary>
/// The vocabularies of sentence pairs: of the sentences and of their translations. By default they are one, so that what
/// both languages share (names, signs, placeholders) has one embedding.
/// </summary>
/// <param name="Source">The sentences' vocabulary.</param>
/// <param name="Target">The translations' vocabulary; the same object when it is joint.</param>
public sealed record PairVocabulary(SentenceVocabulary Source, SentenceVocabulary Target)
{
    private TranslatorVocabulary? sizes;

    /// <summary>Whether both sides have one vocabulary.</summary>
    public bool IsJoint => ReferenceEquals(Source, Target);

    /// <summary>What a model knows of the vocabulary: <c>TranslatorOptions(Vocabulary = vocabulary.Sizes, …)</c>.</summary>
    public TranslatorVocabulary Sizes => sizes ??= new(Source.Size, Target.Size, IsJoint, IsJoint
        ? Source.Tokenizer.Fingerprint
        : Invariant($"{Source.Tokenizer.Fingerprint}; {Target.Tokenizer.Fingerprint}"));

    /// <summary>A sentence as a model reads it: its ids and the end.</summary>
    /// <param name="sentence">The sentence.</param>
    /// <param name="dropout">The share of merges left out (BPE-dropout), in training; 0 for none.</param>
    /// <param name="generator">The source of their randomness; null where nothing is left out.</param>
    /// <returns>Two or more ids.</returns>
    /// <exception cref="DataException">The sentence is empty, or the tokenizer refuses a word of it.</exception>
    public int[] EncodeSource(string sentence, double dropout = 0.0, Generator? generator = null) =>
        [.. Source.Encode(sentence, dropout, generator), Source.End];

    /// <summary>A translation as a model writes it: the start, its ids and the end.</summary>
    /// <param name="translation">The translation.</param>
    /// <param name="dropout">The share of merges left out (BPE-dropout), in training; 0 for none.</param>
    /// <param name="generator">The source of their randomness; null where nothing is left out.</param>
    /// <returns>Three or more ids.</returns>
    /// <exception cref="DataException">The translation is empty, or the tokenizer refuses a word of it.</exception>
    public int[] EncodeTarget(string translation, double dropout = 0.0, Generator? generator = null) =>
        [Target.Start, .. Target.Encode(translation, dropout, generator), Target.End];

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
/// A tokenizer for sentences, with tokens for start and end. Sentences are encoded with a space in front, so that
/// a word is the same token at the beginning of a sentence and within.
/// </summary>
public sealed class SentenceVocabulary
{
    private const string StartName = "<s>";
    private const string EndName = "</s>";
    private const string Operation = "vocabulary";

    /// <summary>Takes a tokenizer, as one that was saved.</summary>
    /// <param name="tokenizer">A tokenizer with the special tokens &lt;s&gt; and &lt;/s&gt;.</param>
    /// <exception cref="DataException">It has not all of them.</exception>
    public SentenceVocabulary(Tokenizer tokenizer)
    {
        Tokenizer = tokenizer;
        (Start, End) = (Id(StartName), Id(EndName));

        int Id(string name) => tokenizer.SpecialTokens.TryGetValue(name, out int id)
            ? id
            : throw new DataException($"{Operation}: the tokenizer must have the special tokens {StartName} and {EndName}, but has no {name}");
    }

    /// <summary>The tokenizer, whose <c>Save</c> keeps the vocabulary.</summary>
    public Tokenizer Tokenizer { get; }

    /// <summary>The number of ids: every id is at least 0 and below it.</summary>
    public int Size => Tokenizer.VocabularySize;

    /// <summary>The id that a translation begins with.</summary>
    public int Start { get; }

    /// <summary>The id that a sentence ends with.</summary>
    public int End { get; }

    /// <summary>The ids of a sentence, without start and end.</summary>
    /// <param name="sentence">A sentence; white space around it does not count.</param>
    /// <param name="dropout">
    /// The probability with which a merge of byte pairs is left out, in training, so that words are cut at random
    /// (BPE-dropout, Provilkov et al. 2020); at least 0 and at most 1, 0.1 is usual.
    /// </param>
    /// <param name="generator">The source of its randomness, whose state moves on; null where nothing is left out.</param>
    /// <returns>At least one id. A word that a word vocabulary lacks has the id of <c> &lt;unk&gt;</c>.</returns>
    /// <exception cref="OptionException">The probability is outside its range, or above 0 in a vocabulary of words.</exception>
    /// <exception cref="DataException">The sentence is empty, or has an unpaired surrogate.</exception>
    public int[] Encode(string sentence, double dropout = 0.0, Generator? generator = null) => (Tokenizer, dropout) switch
    {
        (_, 0.0) => Tokenizer.Encode(Spaced(sentence)),
        (BytePairTokenizer bytePairs, _) when generator is not null => bytePairs.Encode(Spaced(sentence), dropout, generator),
        (BytePairTokenizer, _) => throw Errors.Option(Operation, nameof(generator), "given where merges are left out", "null"),
        _ => throw Errors.Option(Operation, nameof(dropout), "0, for only byte pairs can be left out", dropout),
    };

    /// <summary>The sentence of ids: up to the end token, without special tokens and without the space in front.</summary>
    /// <param name="tokens">The ids.</param>
    /// <returns>The sentence; may be empty.</returns>
    /// <exception cref="DataException">An id is not in the vocabulary.</exception>
    public string Decode(IEnumerable<int> tokens) =>
        Tokenizer.Decode(tokens.TakeWhile(token => token != End).Where(token => token != Start)).Trim();

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
        string[] special = [StartName, EndName];
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

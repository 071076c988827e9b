using Crucible.Models;
using static System.FormattableString;

namespace Crucible.Text;

/// <summary>
/// The tokens of a translator: one tokenizer for both languages, or one for each, with the special tokens
/// <see cref="Start"/> and <see cref="End"/>. A sentence is its tokens and the end; a translation begins with the start.
/// </summary>
/// <example><code>
/// let tokenizer = WordTokenizer.Train(texts, WordOptions(VocabularySize = 2000, SpecialTokens = TranslationVocabulary.SpecialTokens))
/// let vocabulary = TranslationVocabulary tokenizer                                    // F#
/// </code></example>
public sealed class TranslationVocabulary
{
    /// <summary>The special token before a translation.</summary>
    public const string Start = "<start>";

    /// <summary>The special token behind a sentence and behind a translation.</summary>
    public const string End = "<end>";

    /// <summary>The special tokens that a tokenizer must have.</summary>
    public static IReadOnlyList<string> SpecialTokens { get; } = [Start, End];

    /// <summary>The tokens of both languages.</summary>
    /// <param name="source">The tokenizer of the sentences.</param>
    /// <param name="target">That of the translations; null for the same, a joint vocabulary.</param>
    /// <exception cref="OptionException">A tokenizer lacks a special token.</exception>
    public TranslationVocabulary(Tokenizer source, Tokenizer? target = null)
    {
        (Source, Target) = (source, target ?? source);
        foreach (Tokenizer tokenizer in (Tokenizer[])[Source, Target])
            foreach (string token in SpecialTokens)
                if (!tokenizer.SpecialTokens.ContainsKey(token)) throw Errors.NoSpecialToken(tokenizer.Name, token);
        string fingerprint = target is null ? source.Fingerprint : Invariant($"{source.Fingerprint}; {target.Fingerprint}");
        Sizes = new(Source.VocabularySize, Target.VocabularySize, target is null, fingerprint);
    }

    /// <summary>The tokenizer of the sentences.</summary>
    public Tokenizer Source { get; }

    /// <summary>The tokenizer of the translations.</summary>
    public Tokenizer Target { get; }

    /// <summary>What a model knows of the vocabulary: <c>TranslatorOptions(Vocabulary = vocabulary.Sizes, …)</c>.</summary>
    public TranslatorVocabulary Sizes { get; }

    internal int StartToken => Target.SpecialTokens[Start];

    internal int EndToken => Target.SpecialTokens[End];

    /// <summary>A sentence as the model reads it: its tokens and the end.</summary>
    /// <param name="sentence">The sentence.</param>
    /// <returns>Two or more ids.</returns>
    /// <exception cref="DataException">The sentence is empty, or has a character or word that is not in the vocabulary.</exception>
    public int[] EncodeSource(string sentence) => [.. Encode(Source, sentence), Source.SpecialTokens[End]];

    /// <summary>A translation as the model writes it: the start, its tokens and the end.</summary>
    /// <param name="translation">The translation.</param>
    /// <returns>Three or more ids.</returns>
    /// <exception cref="DataException">The translation is empty, or has a character or word that is not in the vocabulary.</exception>
    public int[] EncodeTarget(string translation) => [StartToken, .. Encode(Target, translation), EndToken];

    private static int[] Encode(Tokenizer tokenizer, string sentence) =>
        !string.IsNullOrWhiteSpace(sentence) && tokenizer.Encode(sentence) is { Length: > 0 } tokens
            ? tokens
            : throw Errors.EmptySentence();
}

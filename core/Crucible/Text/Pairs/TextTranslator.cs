using Crucible.Layers;
using Crucible.Models;
using Crucible.Tensors;
using static System.FormattableString;

namespace Crucible.Text;

/// <summary>
/// Translates sentences with a model, by beam search over many of them at once; <c>Width = 1</c> is greedy. What a
/// sentence becomes does not depend on those beside it.
/// </summary>
/// <example><code>
/// let translator = TextTranslator(TranslatorFile.Load "model.safetensors", vocabulary)       // F#
/// let nBest = translator.Translate("The file could not be found.", BeamSearchOptions(Width = 4))
/// for beam in nBest do printfn "%6.2f %s" beam.Score beam.Text
/// </code></example>
public sealed class TextTranslator
{
    private const int MostRows = 256; // of continuations that are computed together
    private const int MostMore = 50; // tokens of a translation beyond its sentence's; Vaswani et al. 2017, §6.1

    private readonly Translator model;
    private readonly PairVocabulary vocabulary;

    /// <summary>Combines a model and the vocabulary that it was trained with.</summary>
    /// <param name="model">The model.</param>
    /// <param name="vocabulary">The vocabulary.</param>
    /// <exception cref="OptionException">The model was made for another vocabulary.</exception>
    public TextTranslator(Translator model, PairVocabulary vocabulary)
    {
        if (model.Options.Vocabulary != vocabulary.Sizes)
            throw Errors.OtherVocabulary(Described(model.Options.Vocabulary), Described(vocabulary.Sizes));
        (this.model, this.vocabulary) = (model, vocabulary);
    }

    /// <summary>Translates a sentence.</summary>
    /// <param name="sentence">The sentence. A word that a vocabulary of words lacks is read as unknown.</param>
    /// <param name="options">
    /// Width, penalty and the largest number of tokens. Stop tokens are added to the end of a translation. A translation has
    /// at most 50 tokens more than its sentence.
    /// </param>
    /// <returns>The translations found, best first, at most as many as the search is wide.</returns>
    /// <exception cref="DataException">
    /// The sentence is empty, or has more tokens than the model has positions.
    /// </exception>
    /// <exception cref="OptionException">An option is out of range.</exception>
    public IReadOnlyList<Beam> Translate(string sentence, BeamSearchOptions? options = null) => Translate([sentence], options)[0];

    /// <summary>Translates sentences, many at once: those of similar length together.</summary>
    /// <param name="sentences">The sentences.</param>
    /// <param name="options">As for one sentence.</param>
    /// <returns>The translations of each sentence, best first.</returns>
    /// <exception cref="DataException">As for one sentence; the message has the number of the sentence, from 0.</exception>
    /// <exception cref="OptionException">An option is out of range.</exception>
    public IReadOnlyList<IReadOnlyList<Beam>> Translate(IEnumerable<string> sentences, BeamSearchOptions? options = null)
    {
        options ??= new();
        BeamSearch search = new(new()
        {
            Width = options.Width,
            MaxTokens = options.MaxTokens,
            LengthPenalty = options.LengthPenalty,
            StopTokens = [vocabulary.Target.End, .. options.StopTokens],
            Cancellation = options.Cancellation,
        });
        int[][] tokens = [.. sentences.Select(Encode)];
        IReadOnlyList<Beam>[] found = new IReadOnlyList<Beam>[tokens.Length];
        int[] order = [.. Enumerable.Range(0, tokens.Length).OrderBy(i => tokens[i].Length)];
        foreach (int[] rows in order.Chunk(Math.Max(1, MostRows / options.Width)))
        {
            int[] limits = [.. rows.Select(row => Math.Min(Math.Min(options.MaxTokens, tokens[row].Length + MostMore), model.Longest))];
            IDecodingState state = model.StartDecoding(Translator.Pad([.. rows.Select(row => tokens[row])]), limits.Max());
            BeamSearch.Found[][] best = search.Run(state, [.. rows.Select(_ => vocabulary.Target.Start)], limits);
            for (int i = 0; i < rows.Length; i++) found[rows[i]] = [.. best[i].Select(one => one.ToBeam(vocabulary.Target.Decode))];
        }

        return found;
    }

    /// <summary>What the model looked at as it wrote a translation.</summary>
    /// <param name="sentence">The sentence.</param>
    /// <param name="translation">One of its translations.</param>
    /// <returns>The weights with the words of both; null where the kind of model has no attention.</returns>
    /// <exception cref="DataException">As for a translation.</exception>
    public Alignment? Align(string sentence, Beam translation)
    {
        int[] source = Encode(sentence, 0), target = [.. translation.Tokens, vocabulary.Target.End];
        EncodedSource encoded = model.Encode(Translator.Pad([source]), Pass.Evaluation);
        int[] written = [vocabulary.Target.Start, .. translation.Tokens.Take(model.Longest - 1)];
        if (model.Alignment(encoded, Translator.Pad([written])) is not { } weights) return null;
        return new(
            vocabulary.Source.Texts(source),
            vocabulary.Target.Texts(target.Take(written.Length)),
            weights.Select(0, 0));
    }

    private int[] Encode(string sentence, int number)
    {
        try
        {
            int[] tokens = vocabulary.EncodeSource(sentence);
            return tokens.Length <= model.Longest ? tokens : throw Errors.SentenceTooLong(model.Longest, tokens.Length);
        }
        catch (DataException error)
        {
            throw Errors.Sentence(number, sentence, error);
        }
    }

    private static string Described(TranslatorVocabulary vocabulary) => vocabulary.Fingerprint.Length > 0
        ? vocabulary.Fingerprint
        : Invariant($"{vocabulary.Source} and {vocabulary.Target} tokens{(vocabulary.IsJoint ? ", joint" : string.Empty)}");
}

/// <summary>How the tokens of a translation draw on those of its sentence.</summary>
/// <param name="Source">The sentence's tokens as text, the end too.</param>
/// <param name="Target">The translation's tokens as text, the end too.</param>
/// <param name="Weights">[target, source]: row t says how token t draws on the sentence; it sums to 1.</param>
public sealed record Alignment(IReadOnlyList<string> Source, IReadOnlyList<string> Target, Tensor Weights);

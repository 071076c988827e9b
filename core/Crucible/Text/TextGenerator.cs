using Crucible.Models;
using Crucible.Tensors;

namespace Crucible.Text;

/// <summary>
/// Continues texts with a language model: <c>TextGenerator(gpt, tokenizer).Generate("KING:", GenerationOptions(Temperature = 0.8))</c>.
/// A context that is full is halved: the model then goes on from the later half of what it saw.
/// </summary>
public sealed class TextGenerator
{
    private readonly ILanguageModel model;
    private readonly Tokenizer tokenizer;

    /// <summary>Joins a model and the tokenizer that it was trained with.</summary>
    /// <param name="model">The model.</param>
    /// <param name="tokenizer">The tokenizer.</param>
    /// <exception cref="OptionException">Their vocabularies differ in size.</exception>
    public TextGenerator(ILanguageModel model, Tokenizer tokenizer)
    {
        if (model.VocabularySize != tokenizer.VocabularySize) throw Errors.VocabularyMismatch(model.VocabularySize, tokenizer.VocabularySize);
        (this.model, this.tokenizer) = (model, tokenizer);
    }

    /// <summary>Continues a prompt.</summary>
    /// <param name="prompt">The text to continue: at least one token.</param>
    /// <param name="options">How tokens are chosen and when to end.</param>
    /// <param name="onText">Is given the text piece by piece as it is made.</param>
    /// <returns>The continuation, without the prompt.</returns>
    /// <exception cref="OptionException">The prompt is empty, or an option is out of range.</exception>
    /// <exception cref="DataException">The prompt holds what the tokenizer has no token for.</exception>
    /// <exception cref="NonFiniteException">The model gives logits that are NaN or infinite.</exception>
    public string Generate(string prompt, GenerationOptions? options = null, Action<string>? onText = null) =>
        Continue(Encode(prompt), options ?? new(), new Generator((options ?? new()).Seed), onText);

    /// <summary>Several continuations of one prompt, each with draws of its own; made one after the other as they are asked for.</summary>
    /// <param name="prompt">The text to continue: at least one token.</param>
    /// <param name="count">How many.</param>
    /// <param name="options">How tokens are chosen and when to end.</param>
    /// <param name="onText">Is given each text piece by piece as it is made.</param>
    /// <returns>The continuations. Number i is the same however many there are.</returns>
    /// <exception cref="OptionException">The prompt is empty, or an option is out of range.</exception>
    public IEnumerable<string> Samples(string prompt, int count, GenerationOptions? options = null, Action<string>? onText = null)
    {
        if (count < 0) throw Errors.Option("generation", nameof(count), "0 or more", count);
        int[] tokens = Encode(prompt);
        options ??= new();
        Generator generator = new(options.Seed);
        return Enumerable.Range(0, count).Select(number => Continue(tokens, options, generator.Split((ulong)number), onText));
    }

    /// <summary>Continuations that are likely as a whole, by beam search: unlike sampling, each step keeps several and judges all their tokens together.</summary>
    /// <param name="prompt">The text to continue: at least one token.</param>
    /// <param name="options">The width of the search, its length and the penalty of length.</param>
    /// <returns>The continuations found, best first, at most as many as the search is wide.</returns>
    /// <exception cref="OptionException">The prompt is empty, or an option is out of range.</exception>
    public IReadOnlyList<Beam> BeamSearch(string prompt, BeamSearchOptions? options = null)
    {
        int[] tokens = Encode(prompt);
        BeamSearch search = new(options ?? new());
        return [.. search.Run(new SlidingSequence(model, usesCache: true, tokens)).Select(found => new Beam(tokenizer.Decode(found.Tokens), found.Tokens, found.LogProbability, found.Score))];
    }

    private int[] Encode(string prompt) => tokenizer.Encode(prompt) is { Length: > 0 } tokens ? tokens : throw Errors.EmptyPrompt();

    private string Continue(int[] prompt, GenerationOptions options, Generator generator, Action<string>? onText)
    {
        TokenSampler sampler = new(options, generator);
        SlidingSequence sequence = new(model, options.UsesCache, prompt);
        StreamingDecoder decoder = tokenizer.Stream();
        StopStrings text = new(options.StopStrings, onText);
        for (int made = 0; made < options.MaxTokens && !options.Cancellation.IsCancellationRequested; made++)
        {
            int token = sampler.Next(sequence.NextLogits(), sequence.Tokens);
            if (options.StopTokens.Contains(token)) break;
            sequence.Add(token);
            if (text.Add(decoder.Next(token))) return text.Text;
        }

        text.Add(decoder.Finish());
        text.Finish();
        return text.Text;
    }
}

using System.Text;
using Crucible.Models;
using Crucible.Tensors;

namespace Crucible.Text;

/// <summary>
/// Continues texts with a language model:
/// <c>TextGenerator(gpt, tokenizer).Generate("KING:", GenerationOptions(Temperature = 0.8))</c>. When the context is
/// full, the model continues from its second half.
/// </summary>
public sealed class TextGenerator
{
    private readonly ILanguageModel model;
    private readonly Tokenizer tokenizer;

    /// <summary>Combines a model and the tokenizer that it was trained with.</summary>
    /// <param name="model">The model.</param>
    /// <param name="tokenizer">The tokenizer.</param>
    /// <exception cref="OptionException">Their vocabularies differ in size.</exception>
    public TextGenerator(ILanguageModel model, Tokenizer tokenizer)
    {
        if (model.VocabularySize != tokenizer.VocabularySize)
            throw Errors.VocabularyMismatch(model.VocabularySize, tokenizer.VocabularySize);
        (this.model, this.tokenizer) = (model, tokenizer);
    }

    /// <summary>Continues a prompt.</summary>
    /// <param name="prompt">The text to continue: at least one token.</param>
    /// <param name="options">How tokens are chosen and when to end.</param>
    /// <param name="onText">Receives the text piece by piece as it is generated.</param>
    /// <returns>The continuation, without the prompt.</returns>
    /// <exception cref="OptionException">The prompt is empty, or an option is out of range.</exception>
    /// <exception cref="DataException">The prompt has a character or word that is not in the vocabulary.</exception>
    /// <exception cref="NonFiniteException">The model gives logits that are NaN or infinite.</exception>
    public string Generate(string prompt, GenerationOptions? options = null, Action<string>? onText = null) =>
        Continue(Encode(prompt), options ?? new(), new Generator((options ?? new()).Seed), onText);

    /// <summary>Several independent continuations of one prompt, generated lazily one after the other.</summary>
    /// <param name="prompt">The text to continue: at least one token.</param>
    /// <param name="count">How many.</param>
    /// <param name="options">How tokens are chosen and when to end.</param>
    /// <param name="onText">Receives each text piece by piece as it is generated.</param>
    /// <returns>The continuations. Number i does not depend on the count.</returns>
    /// <exception cref="OptionException">The prompt is empty, or an option is out of range.</exception>
    public IEnumerable<string> Samples(string prompt, int count, GenerationOptions? options = null, Action<string>? onText = null)
    {
        if (count < 0) throw Errors.Option("generation", nameof(count), "0 or more", count);
        int[] tokens = Encode(prompt);
        options ??= new();
        Generator generator = new(options.Seed);
        return Enumerable.Range(0, count).Select(number => Continue(tokens, options, generator.Split((ulong)number), onText));
    }

    /// <summary>
    /// The most likely continuations, by beam search: unlike sampling, each step keeps several and ranks them by the
    /// probability of all their tokens.
    /// </summary>
    /// <param name="prompt">The text to continue: at least one token.</param>
    /// <param name="options">The width of the search, the number of tokens and the length penalty.</param>
    /// <returns>The continuations found, best first, at most as many as the search is wide.</returns>
    /// <exception cref="OptionException">The prompt is empty, or an option is out of range.</exception>
    public IReadOnlyList<Beam> BeamSearch(string prompt, BeamSearchOptions? options = null)
    {
        int[] tokens = Encode(prompt);
        BeamSearch search = new(options ?? new());
        BeamSearch.Found[] best = search.Run(new SlidingState(model, rows: 1, usesCache: true), tokens)[0];
        return [.. best.Select(found => found.ToBeam(tokenizer.Decode))];
    }

    private int[] Encode(string prompt) => tokenizer.Encode(prompt) is { Length: > 0 } tokens ? tokens : throw Errors.EmptyPrompt();

    private string Continue(int[] prompt, GenerationOptions options, Generator generator, Action<string>? onText)
    {
        TokenSampler sampler = new(options, generator);
        SlidingState state = new(model, rows: 1, options.UsesCache, options.Precision);
        List<int> tokens = [.. prompt];
        int[] added = prompt;
        StreamingDecoder decoder = tokenizer.Stream();
        StopStrings text = new(options.StopStrings, onText);
        for (int made = 0; made < options.MaxTokens && !options.Cancellation.IsCancellationRequested; made++)
        {
            int token = sampler.Next(state.Append(added), tokens);
            if (options.StopTokens.Contains(token)) break;
            added = [token];
            tokens.Add(token);
            if (text.Add(decoder.Next(token))) return text.Text;
        }

        text.Add(decoder.Finish());
        text.Finish();
        return text.Text;
    }
}

/// <summary>
/// How a text is continued: <c>GenerationOptions(Temperature = 0.8, TopK = 200)</c>. The defaults draw from the model's
/// own distribution.
/// </summary>
/// <remarks>
/// The restrictions apply in this order: repetition penalty, temperature, top-k, top-p, min-p. Each works on the
/// candidates left by the previous ones, with probabilities renormalized to sum to 1, and keeps at least the likeliest
/// token.
/// </remarks>
public sealed class GenerationOptions
{
    /// <summary>The largest number of tokens to generate, 0 or more.</summary>
    public int MaxTokens { get; init; } = 200;

    /// <summary>
    /// Logits are divided by it: below 1 makes likely tokens likelier. 0 is greedy: always the likeliest token, of
    /// equally likely ones the lowest id.
    /// </summary>
    public double Temperature { get; init; } = 1.0;

    /// <summary>Only this many of the likeliest tokens are candidates; 0 for all.</summary>
    public int TopK { get; init; }

    /// <summary>
    /// Only the smallest set of tokens with this total probability are candidates (Holtzman et al. 2020, nucleus
    /// sampling); above 0, and 1 for all.
    /// </summary>
    public double TopP { get; init; } = 1.0;

    /// <summary>
    /// Only tokens with at least this fraction of the likeliest token's probability are candidates (Nguyen et al.
    /// 2024); from 0, for all, to 1.
    /// </summary>
    public double MinP { get; init; }

    /// <summary>
    /// Logits of tokens among the last <see cref="RepetitionWindow"/> are divided by it when positive and multiplied
    /// when negative (Keskar et al. 2019, §4.1); 1 for none.
    /// </summary>
    public double RepetitionPenalty { get; init; } = 1.0;

    /// <summary>The number of last tokens, prompt included, that the penalty applies to.</summary>
    public int RepetitionWindow { get; init; } = 64;

    /// <summary>Texts that end the generation; they are not part of the result.</summary>
    public IReadOnlyList<string> StopStrings { get; init; } = [];

    /// <summary>Tokens that end the generation and are not part of the result, such as a special token for the end of a text.</summary>
    public IReadOnlyList<int> StopTokens { get; init; } = [];

    /// <summary>The seed of the random generator: the same seed gives the same text.</summary>
    public ulong Seed { get; init; }

    /// <summary>
    /// Whether what was computed for earlier tokens is kept: keys and values, or a recurrent model's state. Without it every
    /// token costs a pass over the whole context. The text is the same.
    /// </summary>
    public bool UsesCache { get; init; } = true;

    /// <summary>
    /// How exactly the model multiplies, where it keeps what was computed. With <see cref="Precision.Mixed"/> a float32
    /// <see cref="Gpt"/> reads a copy of its linear layers' weights in bfloat16, which large models do twice as fast and more;
    /// the text is then not that of <see cref="Precision.Full"/> to the token.
    /// </summary>
    public Precision Precision { get; init; }

    /// <summary>Ends the generation early; the text so far is the result.</summary>
    public CancellationToken Cancellation { get; init; }
}

/// <summary>
/// Sequences of any length before a model of limited context: when the context is full, the model goes on with its
/// later half. The positions that the model sees depend on the number of tokens alone, so that a kept state and a fresh
/// pass over the same tokens are the same.
/// </summary>
internal sealed class SlidingState(ILanguageModel model, int rows, bool usesCache, Precision precision = Precision.Full) : IDecodingState
{
    private List<int>[] tokens = [.. Enumerable.Range(0, rows).Select(_ => new List<int>())];
    private int start; // of the part that the model sees
    private IDecodingState? state;

    public int Rows => tokens.Length;

    public int Length => tokens[0].Count;

    public ReadOnlySpan<float> Append(ReadOnlySpan<int> added)
    {
        (bool isPrompt, int count) = (Length == 0, added.Length / Rows);
        for (int row = 0; row < Rows; row++) tokens[row].AddRange(added.Slice(row * count, count));
        if (Length - start > model.ContextLength)
        {
            start = Length - Math.Max(1, isPrompt ? model.ContextLength : model.ContextLength / 2);
            state = null;
        }

        if (!usesCache) return Fresh();
        state ??= model.StartDecoding(Rows, precision);
        return state.Append(Seen(start + state.Length));
    }

    public void Keep(ReadOnlySpan<int> rows)
    {
        List<int>[] before = tokens;
        bool[] isTaken = new bool[before.Length];
        tokens = new List<int>[rows.Length];
        for (int i = 0; i < rows.Length; i++)
        {
            tokens[i] = isTaken[rows[i]] ? [.. before[rows[i]]] : before[rows[i]];
            isTaken[rows[i]] = true;
        }

        state?.Keep(rows);
    }

    /// <summary>The tokens of all rows from a position on, row after row.</summary>
    private int[] Seen(int first) => [.. tokens.SelectMany(row => row[first..])];

    private float[] Fresh()
    {
        Tensor input = Tensor.From(Seen(start), Rows, Length - start);
        Tensor last = Tensor.Evaluate(() => model.NextLogits(input));
        float[] logits = last.ToArray<float>();
        last.Release();
        input.Release();
        return logits;
    }
}

/// <summary>
/// Passes text on as it is generated, except for what may be the beginning of a stop string, and ends when one is
/// complete.
/// </summary>
/// <param name="stops">The texts that end the generation.</param>
/// <param name="onText">Receives every piece that cannot be part of a stop string.</param>
internal sealed class StopStrings(IReadOnlyList<string> stops, Action<string>? onText)
{
    private readonly StringBuilder text = new();
    private int passed;

    /// <summary>What was made, without a stop string that ended it.</summary>
    internal string Text => text.ToString();

    /// <summary>Takes the next piece; true when a stop string is complete and the text ends before it.</summary>
    internal bool Add(string piece)
    {
        int seen = Math.Max(0, text.Length - Longest + 1);
        text.Append(piece);
        string recent = text.ToString(seen, text.Length - seen);
        int end = stops.Select(stop => recent.IndexOf(stop, StringComparison.Ordinal)).Where(place => place >= 0).DefaultIfEmpty(-1).Min();
        if (end >= 0) text.Length = seen + end;
        Pass(end >= 0 ? text.Length : text.Length - Withheld(recent));
        return end >= 0;
    }

    /// <summary>Passes the rest on: the text is complete.</summary>
    internal void Finish() => Pass(text.Length);

    private int Longest => stops.Select(stop => stop.Length).DefaultIfEmpty(1).Max();

    /// <summary>The length of the longest suffix of the text that is a prefix of a stop string.</summary>
    private int Withheld(string recent)
    {
        for (int length = Math.Min(Longest - 1, recent.Length); length > 0; length--)
            if (stops.Any(stop => stop.AsSpan().StartsWith(recent.AsSpan(recent.Length - length), StringComparison.Ordinal))) return length;
        return 0;
    }

    private void Pass(int end)
    {
        if (end > passed) onText?.Invoke(text.ToString(passed, end - passed));
        passed = Math.Max(passed, end);
    }
}

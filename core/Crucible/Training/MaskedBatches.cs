using Crucible.Tensors;
using static System.FormattableString;

namespace Crucible.Training;

/// <summary>
/// Windows from random places of a text in which tokens are hidden, for a <see cref="Models.MaskedLanguageModel"/> to name: each
/// token is chosen with a probability of 15 %, and of those chosen 80 % become the mask, 10 % a random token, and 10 % stay.
/// Devlin et al. 2019, §3.1. Each update chooses anew.
/// </summary>
public sealed class MaskedBatches : IBatches
{
    internal const string Operation = "masked batches";
    private const int EvaluationWindows = 256; // a batch
    private const double MaskedPart = 0.8;
    private const double RandomPart = 0.1;

    private readonly int[] tokens;
    private readonly MaskedBatchesOptions options;
    private readonly HashSet<int> kept;
    private readonly int[] drawn; // what random tokens are drawn from

    /// <summary>The batches of a text.</summary>
    /// <param name="tokens">The text, at least as long as a window.</param>
    /// <param name="options">How tokens are hidden.</param>
    /// <exception cref="OptionException">A number is out of range, or every token is kept.</exception>
    /// <exception cref="DataException">The text has no window, or no token that could be hidden.</exception>
    public MaskedBatches(IEnumerable<int> tokens, MaskedBatchesOptions options)
    {
        options.Check();
        (this.tokens, this.options, kept) = ([.. tokens], options, [.. options.Kept]);
        if (this.tokens.Length < options.Length) throw Errors.TooFew(Operation, "tokens", options.Length, this.tokens.Length);
        if (!this.tokens.Any(IsHideable)) throw Errors.TooFew(Operation, "tokens that may be hidden", 1, 0);
        drawn = [.. Enumerable.Range(0, options.Vocabulary).Where(IsHideable)];
    }

    /// <summary>The updates that use about as many tokens as the text has.</summary>
    public int Count => Math.Max(1, tokens.Length / (options.BatchSize * options.Length));

    /// <inheritdoc/>
    public string Description =>
        Invariant($"batch size {options.BatchSize}, windows of {options.Length} of {tokens.Length} tokens, {options.Part:0.##} hidden");

    /// <summary>The windows of an update.</summary>
    /// <param name="seed">The seed of the run.</param>
    /// <param name="update">The update's number, from 0.</param>
    /// <returns>int32 inputs [B, T], the places of the hidden tokens [M] as row · T + position, and the tokens that belong
    /// there [M]; the items are the hidden tokens.</returns>
    public Batch At(ulong seed, int update)
    {
        Generator generator = new Generator(seed).Split(1).Split((ulong)update);
        int[] starts = [.. Enumerable.Range(0, options.BatchSize).Select(_ => generator.NextInt(tokens.Length - options.Length + 1))];
        return Hide(starts, generator);
    }

    /// <summary>All of the text, window after window without overlap, with the same tokens hidden each time; a rest is left out.</summary>
    /// <returns>The batches.</returns>
    public IEnumerable<Batch> InOrder()
    {
        int windows = tokens.Length / options.Length;
        for (int first = 0; first < windows; first += EvaluationWindows)
        {
            IEnumerable<int> whole = Enumerable.Range(first, Math.Min(EvaluationWindows, windows - first));
            int[] starts = [.. whole.Select(window => window * options.Length)];
            yield return Hide(starts, new Generator(0).Split((ulong)first));
        }
    }

    private Batch Hide(int[] starts, Generator generator)
    {
        int length = options.Length;
        int[] inputs = new int[starts.Length * length];
        List<int> places = [], targets = [];
        for (int row = 0; row < starts.Length; row++) tokens.AsSpan(starts[row], length).CopyTo(inputs.AsSpan(row * length));
        for (int place = 0; place < inputs.Length; place++)
            if (IsHideable(inputs[place]) && generator.NextDouble() < options.Part) places.Add(place);
        if (places.Count == 0) places.Add(Math.Max(0, Array.FindIndex(inputs, IsHideable))); // a loss needs one
        foreach (int place in places)
        {
            targets.Add(inputs[place]);
            double part = generator.NextDouble();
            if (part < MaskedPart) inputs[place] = options.MaskToken;
            else if (part < MaskedPart + RandomPart) inputs[place] = drawn[generator.NextInt(drawn.Length)];
        }

        return new(
            places.Count, Tensor.From(inputs, starts.Length, length), Tensor.From(places.ToArray()), Tensor.From(targets.ToArray()));
    }

    private bool IsHideable(int token) => token != options.MaskToken && !kept.Contains(token);
}

/// <summary>How <see cref="MaskedBatches"/> hides tokens.</summary>
public sealed class MaskedBatchesOptions
{
    /// <summary>V, the number of tokens, the mask among them.</summary>
    public required int Vocabulary { get; init; }

    /// <summary>The token that hides another.</summary>
    public required int MaskToken { get; init; }

    /// <summary>Tokens that are never hidden, nor put in the place of another: unknown words, ends of lines.</summary>
    public IReadOnlyCollection<int> Kept { get; init; } = [];

    /// <summary>T, the tokens of a window, 1 or more.</summary>
    public int Length { get; init; } = 64;

    /// <summary>B, the windows of a batch, 1 or more.</summary>
    public int BatchSize { get; init; } = 32;

    /// <summary>The probability with which a token is chosen, above 0 and at most 1.</summary>
    public double Part { get; init; } = 0.15;

    internal void Check()
    {
        if (Vocabulary < 2) throw Errors.Option(MaskedBatches.Operation, nameof(Vocabulary), "2 or more", Vocabulary);
        if (MaskToken < 0 || MaskToken >= Vocabulary)
            throw Errors.Option(MaskedBatches.Operation, nameof(MaskToken), Invariant($"from 0 to {Vocabulary - 1}"), MaskToken);
        if (Length < 1) throw Errors.Option(MaskedBatches.Operation, nameof(Length), "1 or more", Length);
        if (BatchSize < 1) throw Errors.Option(MaskedBatches.Operation, nameof(BatchSize), "1 or more", BatchSize);
        if (!(Part is > 0 and <= 1)) throw Errors.Option(MaskedBatches.Operation, nameof(Part), "above 0 and at most 1", Part);
    }
}

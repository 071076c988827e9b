using Crucible.Tensors;
using Crucible.Text;
using static System.FormattableString;

namespace Crucible.Training;

/// <summary>
/// Windows of T tokens from one stretch of a text, each with its targets, the token behind every one of them. Windows
/// are read from the sequence as they are asked for: nothing is copied beforehand. To train on, they are batches of
/// windows from random places.
/// </summary>
public sealed class TokenWindows : IBatches
{
    private const int UsualBatch = 12;
    private const int EvaluationTokens = 8192; // a batch: enough to keep the kernels busy, little memory

    private readonly TokenSequence tokens;
    private readonly int start;

    /// <summary>The windows of a whole sequence.</summary>
    /// <param name="tokens">The text.</param>
    /// <param name="length">T, the tokens of a window, 1 or more.</param>
    /// <param name="batchSize">B, the windows of a batch, 1 or more.</param>
    /// <exception cref="OptionException">A number is below 1.</exception>
    /// <exception cref="DataException">The text has no window and its targets: fewer than T + 1 tokens.</exception>
    public TokenWindows(TokenSequence tokens, int length, int batchSize = UsualBatch)
        : this(tokens, 0, tokens.Count, length, batchSize, "text")
    {
    }

    private TokenWindows(TokenSequence tokens, int start, int count, int length, int batchSize, string what)
    {
        if (length < 1) throw Errors.Option("windows", nameof(length), "1 or more", length);
        BatchSize = batchSize >= 1 ? batchSize : throw Errors.Option("windows", nameof(batchSize), "1 or more", batchSize);
        if (count <= length) throw Errors.TextTooShort(what, count, length);
        (this.tokens, this.start, TokenCount, Length) = (tokens, start, count, length);
    }

    /// <summary>T, the tokens of a window.</summary>
    public int Length { get; }

    /// <summary>B, the windows of a batch to train on.</summary>
    public int BatchSize { get; }

    /// <summary>The tokens of the stretch.</summary>
    public int TokenCount { get; }

    /// <summary>The targets of the stretch: every token but the first.</summary>
    public int TargetCount => TokenCount - 1;

    /// <summary>Cuts a text in two stretches: the first trains, the rest validates.</summary>
    /// <param name="tokens">The text.</param>
    /// <param name="length">T, the tokens of a window, 1 or more.</param>
    /// <param name="trainingPart">The part that trains, above 0 and below 1.</param>
    /// <param name="batchSize">B, the windows of a batch, 1 or more.</param>
    /// <returns>The windows of both: <c>let training, validation = TokenWindows.Split(tokens, 64)</c>.</returns>
    /// <exception cref="OptionException">A number is out of range.</exception>
    /// <exception cref="DataException">One of them has no window and its targets.</exception>
    public static Tuple<TokenWindows, TokenWindows> Split(
        TokenSequence tokens, int length, double trainingPart = 0.9, int batchSize = UsualBatch)
    {
        if (!(trainingPart is > 0 and < 1)) throw Errors.Option("windows", nameof(trainingPart), "above 0 and below 1", trainingPart);
        int cut = (int)(tokens.Count * trainingPart);
        return Tuple.Create(
            new TokenWindows(tokens, 0, cut, length, batchSize, "training text"),
            new TokenWindows(tokens, cut, tokens.Count - cut, length, batchSize, "validation text"));
    }

    /// <summary>The updates that use about as many tokens as the stretch has.</summary>
    public int Count => (int)Math.Max(1, TokenCount / ((long)BatchSize * Length));

    /// <inheritdoc/>
    public string Description => Invariant($"batch size {BatchSize}, windows of {Length} of {TokenCount} tokens");

    /// <summary>The windows of an update: <see cref="BatchSize"/> of them from random places.</summary>
    /// <param name="seed">The seed of the run.</param>
    /// <param name="update">The update's number, from 0.</param>
    /// <returns>int32 inputs and targets, both [B, T]; the items are tokens.</returns>
    public Batch At(ulong seed, int update) => ToBatch(Drawn(new Generator(seed).Split(1).Split((ulong)update), BatchSize));

    /// <inheritdoc/>
    public IEnumerable<Batch> InOrder() => Consecutive(Math.Max(1, EvaluationTokens / Length)).Select(ToBatch);

    /// <summary>Windows from random places, drawn independently.</summary>
    /// <param name="generator">Where the places come from.</param>
    /// <param name="count">B, how many.</param>
    /// <returns>int32 inputs and targets, both [B, T]: <c>let x, y = windows.Random(generator, 4)</c>.</returns>
    public Tuple<Tensor, Tensor> Random(Generator generator, int count) => Drawn(generator, count).ToTuple();

    private (Tensor Inputs, Tensor Targets) Drawn(Generator generator, int count)
    {
        int[] places = new int[count];
        for (int i = 0; i < count; i++) places[i] = generator.NextInt(TokenCount - Length);
        return Read(places, Length);
    }

    /// <summary>
    /// All of the stretch, window after window without overlap: every token but the first is a target once. The last
    /// window may be shorter and comes alone.
    /// </summary>
    /// <param name="count">B, the windows of a batch; the last batch may have fewer.</param>
    /// <returns>int32 inputs and targets, [B, T].</returns>
    public IEnumerable<(Tensor Inputs, Tensor Targets)> Consecutive(int count)
    {
        if (count < 1) throw Errors.Option("windows", nameof(count), "1 or more", count);
        return Batches();

        IEnumerable<(Tensor Inputs, Tensor Targets)> Batches()
        {
            int whole = TargetCount / Length;
            for (int first = 0; first < whole; first += count)
                yield return Read([.. Enumerable.Range(first, Math.Min(count, whole - first)).Select(window => window * Length)], Length);
            if (TargetCount > whole * Length) yield return Read([whole * Length], TargetCount - (whole * Length));
        }
    }

    private static Batch ToBatch((Tensor Inputs, Tensor Targets) windows) =>
        new(windows.Inputs.ElementCount, windows.Inputs, windows.Targets);

    private (Tensor Inputs, Tensor Targets) Read(int[] places, int length)
    {
        int[] inputs = new int[places.Length * length], targets = new int[places.Length * length];
        for (int i = 0; i < places.Length; i++)
        {
            tokens.CopyTo(start + places[i], inputs.AsSpan(i * length, length));
            tokens.CopyTo(start + places[i] + 1, targets.AsSpan(i * length, length));
        }

        return (Tensor.From(inputs, places.Length, length), Tensor.From(targets, places.Length, length));
    }
}

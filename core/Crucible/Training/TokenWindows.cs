using Crucible.Tensors;
using Crucible.Text;

namespace Crucible.Training;

/// <summary>
/// Windows of T tokens from one stretch of a text, each with its targets, the token behind every one of them. Windows are read from the sequence as they are
/// asked for: nothing is copied beforehand.
/// </summary>
public sealed class TokenWindows
{
    private readonly TokenSequence tokens;
    private readonly int start;

    /// <summary>The windows of a whole sequence.</summary>
    /// <param name="tokens">The text.</param>
    /// <param name="length">T, the tokens of a window, 1 or more.</param>
    /// <exception cref="OptionException">The length is below 1.</exception>
    /// <exception cref="DataException">The text has no window and its targets: fewer than T + 1 tokens.</exception>
    public TokenWindows(TokenSequence tokens, int length)
        : this(tokens, 0, tokens.Count, length, "text")
    {
    }

    private TokenWindows(TokenSequence tokens, int start, int count, int length, string what)
    {
        if (length < 1) throw Errors.Option("windows", nameof(length), "1 or more", length);
        if (count <= length) throw Errors.TextTooShort(what, count, length);
        (this.tokens, this.start, TokenCount, Length) = (tokens, start, count, length);
    }

    /// <summary>T, the tokens of a window.</summary>
    public int Length { get; }

    /// <summary>The tokens of the stretch.</summary>
    public int TokenCount { get; }

    /// <summary>The targets of the stretch: every token but the first.</summary>
    public int TargetCount => TokenCount - 1;

    /// <summary>Cuts a text in two stretches: the first trains, the rest validates.</summary>
    /// <param name="tokens">The text.</param>
    /// <param name="length">T, the tokens of a window, 1 or more.</param>
    /// <param name="trainingPart">The part that trains, above 0 and below 1.</param>
    /// <returns>The windows of both.</returns>
    /// <exception cref="OptionException">A number is out of range.</exception>
    /// <exception cref="DataException">One of them has no window and its targets.</exception>
    public static (TokenWindows Training, TokenWindows Validation) Split(TokenSequence tokens, int length, double trainingPart = 0.9)
    {
        if (!(trainingPart is > 0 and < 1)) throw Errors.Option("windows", nameof(trainingPart), "above 0 and below 1", trainingPart);
        var cut = (int)(tokens.Count * trainingPart);
        return (new(tokens, 0, cut, length, "training text"), new(tokens, cut, tokens.Count - cut, length, "validation text"));
    }

    /// <summary>Windows from random places, drawn independently.</summary>
    /// <param name="generator">Where the places come from.</param>
    /// <param name="count">B, how many.</param>
    /// <returns>int32 inputs and targets, both [B, T].</returns>
    public (Tensor Inputs, Tensor Targets) Random(Generator generator, int count)
    {
        var places = new int[count];
        for (var i = 0; i < count; i++) places[i] = generator.NextInt(TokenCount - Length);
        return Read(places, Length);
    }

    /// <summary>All of the stretch, window after window without overlap: every token but the first is a target once. The last window may be shorter and comes alone.</summary>
    /// <param name="count">B, the windows of a batch; the last batch may have fewer.</param>
    /// <returns>int32 inputs and targets, [B, T].</returns>
    public IEnumerable<(Tensor Inputs, Tensor Targets)> Consecutive(int count)
    {
        if (count < 1) throw Errors.Option("windows", nameof(count), "1 or more", count);
        return Batches();

        IEnumerable<(Tensor Inputs, Tensor Targets)> Batches()
        {
            var whole = TargetCount / Length;
            for (var first = 0; first < whole; first += count)
                yield return Read([.. Enumerable.Range(first, Math.Min(count, whole - first)).Select(window => window * Length)], Length);
            if (TargetCount > whole * Length) yield return Read([whole * Length], TargetCount - (whole * Length));
        }
    }

    private (Tensor Inputs, Tensor Targets) Read(int[] places, int length)
    {
        int[] inputs = new int[places.Length * length], targets = new int[places.Length * length];
        for (var i = 0; i < places.Length; i++)
        {
            tokens.CopyTo(start + places[i], inputs.AsSpan(i * length, length));
            tokens.CopyTo(start + places[i] + 1, targets.AsSpan(i * length, length));
        }

        return (Tensor.From(inputs, places.Length, length), Tensor.From(targets, places.Length, length));
    }
}

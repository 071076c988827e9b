namespace Crucible.Text;

/// <summary>How a beam search works: <c>BeamSearchOptions(Width = 4, LengthPenalty = 0.6)</c>.</summary>
public sealed class BeamSearchOptions
{
    /// <summary>How many continuations are kept at every step, 1 or more; 1 is greedy.</summary>
    public int Width { get; init; } = 4;

    /// <summary>The tokens to make at most, 1 or more.</summary>
    public int MaxTokens { get; init; } = 100;

    /// <summary>
    /// α of the score log P / ((5 + length) / 6)^α (Wu et al. 2016, §7): 0 compares probabilities, which favours short texts; larger favours longer ones. 0 or more.
    /// </summary>
    public double LengthPenalty { get; init; } = 0.6;

    /// <summary>Tokens that end a continuation, and are not part of its text; without any, all run to <see cref="MaxTokens"/>.</summary>
    public IReadOnlyList<int> StopTokens { get; init; } = [];

    /// <summary>Ends the search early: what was found until then is the result.</summary>
    public CancellationToken Cancellation { get; init; }
}

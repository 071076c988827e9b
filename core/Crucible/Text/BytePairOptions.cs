namespace Crucible.Text;

/// <summary>What <see cref="BytePairTokenizer.Train(IEnumerable{string}, BytePairOptions?)"/> learns.</summary>
public sealed class BytePairOptions
{
    /// <summary>Ids in all: the 256 bytes, one for each merge, and the special tokens; 1024 by default. Training ends earlier when no pair is left.</summary>
    public int VocabularySize { get; init; } = 1024;

    /// <summary>How text is cut into the pieces that merges never reach across; GPT-2's way by default.</summary>
    public SplitPattern Split { get; init; } = SplitPattern.Gpt2;

    /// <summary>A pair must occur at least so often to be merged; 2 by default.</summary>
    public int MinimumCount { get; init; } = 2;

    /// <summary>Tokens that no text becomes unless it is allowed to, such as <c>&lt;|endoftext|&gt;</c>; none by default. They get the last ids.</summary>
    public IReadOnlyList<string> SpecialTokens { get; init; } = [];
}

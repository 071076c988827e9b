namespace Crucible.Text;

/// <summary>What a tiktoken rank file does not say about its encoding.</summary>
public sealed class TiktokenEncoding
{
    /// <summary>GPT-2's encoding, r50k_base: 50 256 ranks and <c>&lt;|endoftext|&gt;</c>.</summary>
    public static TiktokenEncoding Gpt2 { get; } = new()
    {
        Split = SplitPattern.Gpt2,
        SpecialTokens = new Dictionary<string, int> { ["<|endoftext|>"] = 50_256 },
        RankCount = 50_256,
    };

    /// <summary>The encoding of GPT-3.5 and GPT-4, cl100k_base: 100 256 ranks and five special tokens; id 100256 and 15 more mean nothing.</summary>
    public static TiktokenEncoding Cl100k { get; } = new()
    {
        Split = SplitPattern.Cl100k,
        SpecialTokens = new Dictionary<string, int>
        {
            ["<|endoftext|>"] = 100_257,
            ["<|fim_prefix|>"] = 100_258,
            ["<|fim_middle|>"] = 100_259,
            ["<|fim_suffix|>"] = 100_260,
            ["<|endofprompt|>"] = 100_276,
        },
        RankCount = 100_256,
    };

    /// <summary>How text is cut into pieces; GPT-2's way by default.</summary>
    public SplitPattern Split { get; init; } = SplitPattern.Gpt2;

    /// <summary>The special tokens and their ids, none of which the file may have; none by default.</summary>
    public IReadOnlyDictionary<string, int> SpecialTokens { get; init; } = new Dictionary<string, int>();

    /// <summary>The number of lines of the file, by which a truncated one is noticed; null when it is not known.</summary>
    public int? RankCount { get; init; }
}

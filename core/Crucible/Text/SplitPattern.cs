namespace Crucible.Text;

/// <summary>How a byte-pair tokenizer cuts text into the pieces that its merges never reach across.</summary>
public enum SplitPattern
{
    /// <summary>The whole text is one piece: merges may cross every boundary, as in P. Gage's compression (1994).</summary>
    None,

    /// <summary>
    /// GPT-2's pieces: a contraction, or a run of letters, digits or other signs with the space before it, or white space:
    /// <c>'(?:[sdmt]|ll|ve|re)| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+</c> (Radford et al., 2019).
    /// </summary>
    Gpt2,

    /// <summary>
    /// The pieces of OpenAI's cl100k_base (GPT-3.5 and GPT-4): contractions in either case, at most three digits, line ends kept together:
    /// <c>'(?i:[sdmt]|ll|ve|re)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+</c>.
    /// </summary>
    Cl100k,
}

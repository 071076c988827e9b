namespace Crucible.Text;

/// <summary>One rule of a byte-pair vocabulary: wherever the left token stands before the right one, the two become one token.</summary>
/// <param name="Left">The id of the left token.</param>
/// <param name="Right">The id of the right token.</param>
/// <param name="Token">The id of the token they become.</param>
public readonly record struct BytePairMerge(int Left, int Right, int Token);

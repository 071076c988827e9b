namespace Crucible.Text;

/// <summary>One continuation that a beam search found.</summary>
/// <param name="Text">The continuation as text.</param>
/// <param name="Tokens">Its tokens, without the one that ended it.</param>
/// <param name="LogProbability">The sum of the natural logarithms of its tokens' probabilities, that of the ending token too.</param>
/// <param name="Score">What the search ranks by: log P with the length penalty.</param>
public sealed record Beam(string Text, IReadOnlyList<int> Tokens, double LogProbability, double Score);

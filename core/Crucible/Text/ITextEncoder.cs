namespace Crucible.Text;

/// <summary>Encodes one piece of text after the other; may remember what it has seen, so each thread has its own.</summary>
internal interface ITextEncoder
{
    /// <summary>Adds the ids of ordinary text, which holds no half surrogate pairs.</summary>
    /// <param name="text">The text.</param>
    /// <param name="offset">Its position in the whole, for messages.</param>
    /// <param name="tokens">What the ids are added to.</param>
    void Encode(ReadOnlySpan<char> text, long offset, List<int> tokens);

    /// <summary>True when text may always be cut between two such characters without any change to the ids.</summary>
    bool IsBoundary(char before, char after);
}

namespace Crucible.Text;

/// <summary>What a word tokenizer does with capital letters.</summary>
public enum LetterCase
{
    /// <summary>Keeps them: <c>The</c> and <c>the</c> are two words.</summary>
    Keep,

    /// <summary>Makes them small, so that decoded text is small too.</summary>
    Lower,
}

/// <summary>What a word tokenizer does with punctuation, which is every character but letters, digits, combining marks and white space.</summary>
public enum Punctuation
{
    /// <summary>Each sign is a token of its own; an apostrophe between two letters belongs to the word.</summary>
    Separate,

    /// <summary>Signs stay with the word they touch: <c>end.</c> is another word than <c>end</c>.</summary>
    Attached,

    /// <summary>Signs are left out, and so are missing from decoded text; between two words a space is left. An apostrophe between two letters stays.</summary>
    Dropped,
}

/// <summary>What a word tokenizer does with a word that is not in its vocabulary.</summary>
public enum UnknownWord
{
    /// <summary>Spells it with a token for each byte of its UTF-8, so that every text can be encoded and decoded.</summary>
    Spell,

    /// <summary>Puts the token <c>&lt;unk&gt;</c> in its place, or <c>␣&lt;unk&gt;</c> when a space stands before the word.</summary>
    Token,

    /// <summary>Throws a <see cref="DataException"/> with the word and its position.</summary>
    Reject,
}

/// <summary>What <see cref="WordTokenizer.Train(IEnumerable{string}, WordOptions?)"/> learns.</summary>
public sealed class WordOptions
{
    /// <summary>Ids in all, at most: the words and the tokens for unknown and special ones; 10 000 by default. The most frequent words stay.</summary>
    public int VocabularySize { get; init; } = 10_000;

    /// <summary>What becomes of capital letters; they are kept by default.</summary>
    public LetterCase Case { get; init; }

    /// <summary>What becomes of punctuation; each sign is a token by default.</summary>
    public Punctuation Punctuation { get; init; }

    /// <summary>What becomes of words outside the vocabulary; they are spelled by default.</summary>
    public UnknownWord Unknown { get; init; }

    /// <summary>Tokens that no text becomes unless it is allowed to; none by default. They get the last ids.</summary>
    public IReadOnlyList<string> SpecialTokens { get; init; } = [];
}

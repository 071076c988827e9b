using System.Text;
using static System.FormattableString;

namespace Crucible.Text;

/// <summary>
/// One token for each character (Unicode code point) of the training text, with ids in the order of their code points,
/// as nanoGPT numbers them. Any other character has no token: encoding it is an error.
/// </summary>
public sealed class CharacterTokenizer : Tokenizer, ITextEncoder
{
    internal const string Title = "characters";

    private readonly int[] basic = new int[char.MaxValue + 1]; // ids of the characters of one UTF-16 unit; -1 where there is none
    private readonly Dictionary<int, int> beyond = [];

    private CharacterTokenizer(IReadOnlyList<string> characters, IReadOnlyDictionary<string, int> specialTokens)
        : base(Title, [.. characters.Select(Encoding.UTF8.GetBytes)], specialTokens)
    {
        Characters = characters;
        Array.Fill(basic, -1);
        for (int id = 0; id < characters.Count; id++)
        {
            int codePoint = Rune.GetRuneAt(characters[id], 0).Value;
            if (codePoint < basic.Length) basic[codePoint] = id;
            else beyond[codePoint] = id;
        }
    }

    internal CharacterTokenizer(TokenizerContent content)
        : this(CharactersOf(content), content.SpecialTokens)
    {
    }

    /// <summary>The characters, each at the index that is its id.</summary>
    public IReadOnlyList<string> Characters { get; }

    /// <summary>Learns the characters of some texts.</summary>
    /// <param name="texts">The texts.</param>
    /// <param name="specialTokens">
    /// Tokens that ordinary text is never encoded as, unless allowed; none by default. They get the last ids.
    /// </param>
    /// <returns>The tokenizer.</returns>
    /// <exception cref="DataException">A text has an unpaired surrogate.</exception>
    /// <exception cref="OptionException">A special token is empty or repeated.</exception>
    public static CharacterTokenizer Train(IEnumerable<string> texts, IReadOnlyList<string>? specialTokens = null)
    {
        CharacterSet found = new();
        foreach (string text in texts) found.Add(text);
        return From(found, specialTokens);
    }

    /// <summary>Learns the characters of a UTF-8 file of any size.</summary>
    /// <param name="path">The file.</param>
    /// <param name="specialTokens">
    /// Tokens that ordinary text is never encoded as, unless allowed; none by default. They get the last ids.
    /// </param>
    /// <returns>The tokenizer.</returns>
    /// <exception cref="DataException">The file cannot be read or is not UTF-8.</exception>
    /// <exception cref="OptionException">A special token is empty or repeated.</exception>
    public static CharacterTokenizer TrainFile(string path, IReadOnlyList<string>? specialTokens = null)
    {
        CharacterSet found = new();
        using TextBlocks blocks = new(Title, path, CharacterSet.IsBoundary);
        while (blocks.Read()) found.Add(blocks.Text);
        return From(found, specialTokens);
    }

    /// <inheritdoc/>
    void ITextEncoder.Encode(ReadOnlySpan<char> text, long offset, List<int> tokens)
    {
        for (int i = 0; i < text.Length; i++)
        {
            int id = basic[text[i]];
            if (char.IsHighSurrogate(text[i]) && !beyond.TryGetValue(char.ConvertToUtf32(text[i], text[i + 1]), out id)) id = -1;
            if (id < 0) throw Missing(text, i, offset);
            if (char.IsHighSurrogate(text[i])) i++;
            tokens.Add(id);
        }
    }

    /// <inheritdoc/>
    bool ITextEncoder.IsBoundary(char before, char after) => CharacterSet.IsBoundary(before, after);

    internal override ITextEncoder CreateEncoder() => this;

    private protected override void Write(TokenizerWriter writer) => writer.List("characters", Characters);

    private static CharacterTokenizer From(CharacterSet found, IReadOnlyList<string>? specialTokens)
    {
        string[] characters = found.InOrder();
        return new(characters, Text.SpecialTokens.Number(Title, specialTokens ?? [], characters.Length));
    }

    private static List<string> CharactersOf(TokenizerContent content)
    {
        content.Need("characters");
        return content.Tokens;
    }

    private DataException Missing(ReadOnlySpan<char> text, int index, long offset)
    {
        Rune rune = Rune.GetRuneAt(text[index..].ToString(), 0);
        string shown = Invariant($"'{Utf16.Show(Encoding.UTF8.GetBytes(rune.ToString()))}' (U+{rune.Value:X4})");
        string mustBe = Invariant($"text must consist of the {Characters.Count} characters of the training text");
        return Errors.NoToken(Title, mustBe, offset + index, shown);
    }
}

/// <summary>The distinct characters of texts.</summary>
internal sealed class CharacterSet
{
    private readonly bool[] basic = new bool[char.MaxValue + 1];
    private readonly HashSet<int> beyond = [];

    /// <summary>False in the middle of a surrogate pair.</summary>
    internal static bool IsBoundary(char before, char after) => !char.IsLowSurrogate(after);

    /// <summary>Adds a text's characters.</summary>
    internal void Add(ReadOnlySpan<char> text)
    {
        Utf16.Check(CharacterTokenizer.Title, text);
        for (int i = 0; i < text.Length; i++)
        {
            if (char.IsHighSurrogate(text[i])) beyond.Add(char.ConvertToUtf32(text[i], text[++i]));
            else basic[text[i]] = true;
        }
    }

    /// <summary>The characters in the order of their code points.</summary>
    internal string[] InOrder() =>
        [.. Enumerable.Range(0, basic.Length).Where(code => basic[code]).Concat(beyond.Order()).Select(code => new Rune(code).ToString())];
}

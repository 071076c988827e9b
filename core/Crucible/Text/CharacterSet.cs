using System.Text;

namespace Crucible.Text;

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

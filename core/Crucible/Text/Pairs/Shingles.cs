using System.Globalization;

namespace Crucible.Text;

/// <summary>
/// The shingles of sentences, numbered: the pairs of adjacent words, with the sentence's beginning and end as words. A word
/// is a run of letters and marks in lower case, and with signs also a run of digits, or any other sign.
/// </summary>
/// <param name="withSigns">Whether digits and signs count as words.</param>
internal sealed class Shingles(bool withSigns)
{
    private const string Edge = "";

    private readonly Dictionary<(string, string), int> ids = [];

    /// <summary>The number of different shingles.</summary>
    internal int Count => ids.Count;

    /// <summary>The different shingles of a sentence, new ones numbered.</summary>
    internal int[] Add(string sentence)
    {
        HashSet<int> found = [];
        foreach ((string, string) pair in Pairs(sentence))
        {
            if (!ids.TryGetValue(pair, out int id)) ids.Add(pair, id = ids.Count);
            found.Add(id);
        }
        return [.. found];
    }

    /// <summary>The different shingles of a sentence that have numbers, and how many it has in all.</summary>
    internal (int[] Known, int Count) Find(string sentence)
    {
        HashSet<(string, string)> pairs = [.. Pairs(sentence)];
        return ([.. pairs.Where(ids.ContainsKey).Select(pair => ids[pair])], pairs.Count);
    }

    private IEnumerable<(string, string)> Pairs(string sentence)
    {
        string before = Edge;
        for (int start = 0, end; start < sentence.Length; start = end)
        {
            CharacterClass kind = ClassAt(sentence, start, out int length);
            end = start + length;
            bool isRun = kind is CharacterClass.Letter or CharacterClass.Number;
            while (isRun && end < sentence.Length && ClassAt(sentence, end, out length) == kind) end += length;
            if (kind == CharacterClass.Space || (kind != CharacterClass.Letter && !withSigns)) continue;
            string word = sentence[start..end].ToLowerInvariant();
            yield return (before, word);
            before = word;
        }
        // A sentence without words is a shingle of its own.
        yield return before.Length > 0 ? (before, Edge) : (Edge, sentence);
    }

    private static CharacterClass ClassAt(string sentence, int index, out int length)
    {
        CharacterClass kind = Character.At(sentence, index, out length);
        bool isMark = kind == CharacterClass.Other && Character.CategoryAt(sentence, index, out _)
            is UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark or UnicodeCategory.EnclosingMark;
        return isMark ? CharacterClass.Letter : kind;
    }
}

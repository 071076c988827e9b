using System.Collections.ObjectModel;

namespace Crucible.Text;

/// <summary>The special tokens of a tokenizer: names, ids, and where a text holds one.</summary>
internal sealed class SpecialTokens
{
    /// <summary>More ids than any vocabulary has; keeps a wrong one from asking for the whole memory.</summary>
    internal const int Most = 1 << 24;

    private readonly string tokenizer;

    internal SpecialTokens(string tokenizer, IReadOnlyDictionary<string, int> ids, IReadOnlyList<byte[]?> ordinary)
    {
        this.tokenizer = tokenizer;
        HashSet<int> seen = [];
        foreach (var (name, id) in ids)
        {
            if (name.Length == 0) throw Errors.Option(tokenizer, "a special token", "at least one character long", "empty");
            Utf16.Check(tokenizer, name);
            bool free = id is >= 0 and < Most && (id >= ordinary.Count || ordinary[id] is null);
            if (!free || !seen.Add(id)) throw Errors.Option(tokenizer, $"the id of special token '{name}'", Errors.Text($"at least 0, below {Most} and that of no other token"), id);
        }
        Ids = new ReadOnlyDictionary<string, int>(new Dictionary<string, int>(ids, StringComparer.Ordinal));
        End = seen.Count == 0 ? 0 : seen.Max() + 1;
    }

    /// <summary>The ids by name.</summary>
    internal IReadOnlyDictionary<string, int> Ids { get; }

    /// <summary>One more than the largest id; 0 when there are none.</summary>
    internal int End { get; }

    /// <summary>Ids in the order of the names, from <paramref name="first"/> on.</summary>
    internal static Dictionary<string, int> Number(string tokenizer, IReadOnlyList<string> names, int first)
    {
        Dictionary<string, int> ids = new(StringComparer.Ordinal);
        foreach (string name in names)
        {
            if (!ids.TryAdd(name, first + ids.Count)) throw Errors.Option(tokenizer, "specialTokens", "different from each other", $"'{name}' twice");
        }
        return ids;
    }

    /// <summary>The allowed tokens that the text holds, from left to right; where several start at one place, the longest.</summary>
    internal IEnumerable<(int Index, string Name)> Find(string text, IEnumerable<string>? allowed)
    {
        string[] names = allowed?.Distinct().OrderByDescending(name => name.Length).ToArray() ?? [];
        if (Array.Find(names, name => !Ids.ContainsKey(name)) is { } stranger) throw Errors.UnknownSpecial(tokenizer, stranger, Ids.Keys);
        if (names.Length == 0) yield break;
        // Where each name comes next; looked up again only when the search has passed it.
        int[] places = new int[names.Length];
        Array.Fill(places, -1);
        int start = 0;
        while (true)
        {
            int first = -1;
            for (int i = 0; i < names.Length; i++)
            {
                if (places[i] < start && places[i] != int.MaxValue)
                {
                    int found = text.IndexOf(names[i], start, StringComparison.Ordinal);
                    places[i] = found < 0 ? int.MaxValue : found;
                }
                if (places[i] != int.MaxValue && (first < 0 || places[i] < places[first])) first = i;
            }
            if (first < 0) yield break;
            yield return (places[first], names[first]);
            start = places[first] + names[first].Length;
        }
    }
}

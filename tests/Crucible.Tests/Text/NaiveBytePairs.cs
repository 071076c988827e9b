using System.Text;
using Crucible.Text;

namespace Crucible.Tests.Text;

/// <summary>Byte-pair training as the definition says it: count all pairs, merge the best, start over.</summary>
internal static class NaiveBytePairs
{
    internal static (List<BytePairMerge> Merges, List<(string Text, List<int> Tokens)> Pieces) Train(
        IEnumerable<string> texts, SplitPattern split, int mergeCount)
    {
        List<(string piece, List<int>)> pieces = texts.SelectMany(text => Pieces(text, split))
            .Select(piece => (piece, Encoding.UTF8.GetBytes(piece).Select(b => (int)b).ToList())).ToList();
        List<BytePairMerge> merges = [];
        while (merges.Count < mergeCount)
        {
            List<KeyValuePair<(int First, int Second), int>> counts = pieces.SelectMany(piece => piece.Item2.Zip(piece.Item2.Skip(1)))
                .CountBy(pair => pair).Where(pair => pair.Value > 1).ToList();
            if (counts.Count == 0) break;
            (int left, int right) = counts.OrderByDescending(pair => pair.Value).ThenBy(pair => pair.Key).First().Key;
            merges.Add(new(left, right, 256 + merges.Count));
            foreach ((string _, List<int>? tokens) in pieces) Merge(tokens, merges[^1]);
        }
        return (merges, pieces);
    }

    internal static IEnumerable<string> Pieces(string text, SplitPattern split)
    {
        Splitter splitter = Splitter.From(split);
        for (int start = 0, end; start < text.Length; start = end)
        {
            end = splitter.End(text, start);
            yield return text[start..end];
        }
    }

    private static void Merge(List<int> tokens, BytePairMerge merge)
    {
        for (int i = 0; i + 1 < tokens.Count; i++)
        {
            if ((tokens[i], tokens[i + 1]) != (merge.Left, merge.Right)) continue;
            tokens[i] = merge.Token;
            tokens.RemoveAt(i + 1);
        }
    }
}

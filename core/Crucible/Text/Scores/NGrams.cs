using System.Text.RegularExpressions;

namespace Crucible.Text;

/// <summary>How often each n-gram of a sentence occurs, for several orders n.</summary>
internal sealed class NGrams
{
    private readonly Dictionary<string, int>[] counts; // by n - 1

    private NGrams(string text, IReadOnlyList<(int Start, int End)> units, int orders)
    {
        Length = units.Count;
        counts = new Dictionary<string, int>[orders];
        for (int order = 0; order < orders; order++)
        {
            counts[order] = new(StringComparer.Ordinal);
            Dictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> lookup = counts[order].GetAlternateLookup<ReadOnlySpan<char>>();
            for (int i = 0; i + order < units.Count; i++)
            {
                ReadOnlySpan<char> gram = text.AsSpan(units[i].Start..units[i + order].End);
                lookup.TryGetValue(gram, out int count);
                lookup[gram] = count + 1;
            }
        }
    }

    /// <summary>The words or characters of the sentence.</summary>
    internal int Length { get; }

    /// <summary>Those of words, which hold no white space.</summary>
    internal static NGrams OfWords(IReadOnlyList<string> words, int orders)
    {
        List<(int, int)> units = [];
        int start = 0;
        foreach (string word in words)
        {
            units.Add((start, start + word.Length));
            start += word.Length + 1;
        }
        return new(string.Join(' ', words), units, orders);
    }

    /// <summary>Those of the characters of Unicode.</summary>
    internal static NGrams OfCharacters(string text, int orders)
    {
        List<(int, int)> units = [];
        for (int start = 0, length; start < text.Length; start += length)
        {
            length = char.IsSurrogatePair(text, start) ? 2 : 1;
            units.Add((start, start + length));
        }
        return new(text, units, orders);
    }

    /// <summary>The n-grams of n = <paramref name="order"/> + 1.</summary>
    internal int Total(int order) => Math.Max(0, Length - order);

    /// <summary>Those that a reference has too, each as often as the reference that has most of it.</summary>
    internal int Matches(int order, params ReadOnlySpan<NGrams> references)
    {
        int matches = 0;
        foreach ((string gram, int count) in counts[order])
        {
            int most = 0;
            foreach (NGrams reference in references) most = Math.Max(most, reference.counts[order].GetValueOrDefault(gram));
            matches += Math.Min(count, most);
        }
        return matches;
    }
}

/// <summary>The words of sentences as BLEU sees them.</summary>
internal static partial class BleuWords
{
    /// <summary>The words of a sentence.</summary>
    internal static string[] Of(string sentence, BleuTokenization tokenization) => tokenization switch
    {
        BleuTokenization.Mteval13a => Split(Mteval13a(TrimEnd(sentence))),
        BleuTokenization.Characters => [.. Split(sentence).SelectMany(word => word.EnumerateRunes()).Select(rune => rune.ToString())],
        _ => Split(sentence),
    };

    /// <summary>What stands between white space, which has four more characters in Python than in .NET.</summary>
    internal static string[] Split(string sentence)
    {
        List<string> words = [];
        for (int start = 0, end; start < sentence.Length; start = end)
        {
            for (; start < sentence.Length && IsSpace(sentence[start]); start++) ;
            for (end = start; end < sentence.Length && !IsSpace(sentence[end]); end++) ;
            if (end > start) words.Add(sentence[start..end]);
        }
        return [.. words];
    }

    private static string TrimEnd(string sentence)
    {
        int end = sentence.Length;
        for (; end > 0 && IsSpace(sentence[end - 1]); end--) ;
        return sentence[..end];
    }

    private static bool IsSpace(char character) => char.IsWhiteSpace(character) || character is >= '\x1C' and <= '\x1F';

    private static string Mteval13a(string line)
    {
        line = line.Replace("<skipped>", "", StringComparison.Ordinal).Replace("-\n", "", StringComparison.Ordinal).Replace('\n', ' ')
            .Replace("&quot;", "\"", StringComparison.Ordinal).Replace("&amp;", "&", StringComparison.Ordinal)
            .Replace("&lt;", "<", StringComparison.Ordinal).Replace("&gt;", ">", StringComparison.Ordinal);
        line = Signs().Replace($" {line} ", " $1 ");
        line = AfterNoDigit().Replace(line, "$1 $2 ");
        line = BeforeNoDigit().Replace(line, " $1 $2");
        return DigitAndHyphen().Replace(line, "$1 $2 ");
    }

    [GeneratedRegex(@"([{-~\[-` -&(-+:-@/])")]
    private static partial Regex Signs();

    [GeneratedRegex(@"([^0-9])([.,])")]
    private static partial Regex AfterNoDigit();

    [GeneratedRegex(@"([.,])([^0-9])")]
    private static partial Regex BeforeNoDigit();

    [GeneratedRegex(@"([0-9])(-)")]
    private static partial Regex DigitAndHyphen();
}

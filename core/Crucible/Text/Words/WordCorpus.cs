using System.Runtime.InteropServices;

namespace Crucible.Text;

/// <summary>
/// A text as words in lower case, without signs; an apostrophe between letters belongs to its word. Words that are rarer
/// than the least count are left out, as if they did not stand there. An empty line ends a paragraph.
/// </summary>
public sealed class WordCorpus
{
    /// <summary>What stands between two paragraphs.</summary>
    internal const int ParagraphEnd = -1;

    private const string Operation = "words";

    private readonly Dictionary<string, int> ids = new(StringComparer.Ordinal);

    private WordCorpus(Reader reader, int minCount, string source)
    {
        WordCount = reader.Counts.Sum();
        int[] kept = [.. Enumerable.Range(0, reader.Counts.Count)
            .Where(word => reader.Counts[word] >= minCount)
            .OrderByDescending(word => reader.Counts[word])
            .ThenBy(word => reader.Words[word], StringComparer.Ordinal)];
        if (kept.Length < 2) throw Errors.NoWords(source, minCount, kept.Length);
        Words = [.. kept.Select(word => reader.Words[word])];
        Counts = [.. kept.Select(word => reader.Counts[word])];
        for (int i = 0; i < kept.Length; i++) ids[Words[i]] = i;
        int[] numbers = new int[reader.Words.Count];
        Array.Fill(numbers, int.MinValue);
        for (int i = 0; i < kept.Length; i++) numbers[kept[i]] = i;
        Tokens = [.. reader.Tokens.Select(token => token == ParagraphEnd ? ParagraphEnd : numbers[token])
            .Where(token => token != int.MinValue)];
    }

    /// <summary>The words, the most frequent first, equally frequent ones by their code units. A word's place is its number.</summary>
    public IReadOnlyList<string> Words { get; }

    /// <summary>How often each word occurs.</summary>
    public IReadOnlyList<long> Counts { get; }

    /// <summary>The words of the text, those that are left out among them.</summary>
    public long WordCount { get; }

    /// <summary>The numbers of the words of the text, and <see cref="ParagraphEnd"/> between paragraphs.</summary>
    internal int[] Tokens { get; }

    /// <summary>Reads a UTF-8 file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="minCount">How often a word must occur, 1 or more; gensim and word2vec.c take 5.</param>
    /// <returns>The words.</returns>
    /// <exception cref="DataException">The file cannot be read or is not UTF-8, or fewer than two words are frequent enough.</exception>
    /// <exception cref="OptionException">The count is below 1.</exception>
    public static WordCorpus ReadFile(string path, int minCount = 5)
    {
        Check(minCount);
        Reader reader = new();
        using TextBlocks blocks = new(Operation, path, reader.IsBoundary);
        while (blocks.Read()) reader.Add(blocks.Text, path);
        return new(reader, minCount, path);
    }

    /// <summary>Takes the words of a text.</summary>
    /// <param name="text">The text.</param>
    /// <param name="minCount">How often a word must occur, 1 or more.</param>
    /// <returns>The words.</returns>
    /// <exception cref="DataException">The text has an unpaired surrogate, or fewer than two words are frequent enough.</exception>
    /// <exception cref="OptionException">The count is below 1.</exception>
    public static WordCorpus Of(string text, int minCount = 5)
    {
        Check(minCount);
        Reader reader = new();
        reader.Add(text, "the text");
        return new(reader, minCount, "the text");
    }

    /// <summary>The number of a word, or -1 where it is left out or does not occur.</summary>
    /// <param name="word">The word in lower case.</param>
    public int IndexOf(string word) => ids.GetValueOrDefault(word, -1);

    private static void Check(int minCount)
    {
        if (minCount < 1) throw Errors.Option(Operation, nameof(minCount), "1 or more", minCount);
    }

    /// <summary>Numbers words in the order of their first occurrence.</summary>
    private sealed class Reader
    {
        private readonly WordSplitter splitter = new(LetterCase.Lower, Punctuation.Dropped);
        private readonly Dictionary<string, int> numbers = new(StringComparer.Ordinal);
        private int lineEnds;

        internal List<string> Words { get; } = [];

        internal List<long> Counts { get; } = [];

        internal List<int> Tokens { get; } = [];

        internal bool IsBoundary(char before, char after) => splitter.IsBoundary(before, after);

        internal void Add(ReadOnlySpan<char> text, string source)
        {
            Utf16.Check(Operation, text);
            Dictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> lookup = numbers.GetAlternateLookup<ReadOnlySpan<char>>();
            for (int start = 0; start < text.Length;)
            {
                ReadOnlySpan<char> piece = splitter.Next(text, ref start);
                ReadOnlySpan<char> word = piece.Trim();
                if (word.IsEmpty)
                {
                    if (piece is "\n" && ++lineEnds == 2) Tokens.Add(ParagraphEnd);
                    continue;
                }

                lineEnds = 0;
                if (!lookup.TryGetValue(word, out int number))
                {
                    number = Words.Count;
                    lookup[word] = number;
                    Words.Add(word.ToString());
                    Counts.Add(0);
                }

                CollectionsMarshal.AsSpan(Counts)[number]++;
                if (Tokens.Count >= Array.MaxLength - 1) throw Errors.TooManyTokens(source);
                Tokens.Add(number);
            }
        }
    }
}

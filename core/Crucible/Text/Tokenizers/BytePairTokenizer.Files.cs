using System.Globalization;
using System.Text;
using static System.FormattableString;

namespace Crucible.Text;

public sealed partial class BytePairTokenizer
{
    private const long LargestTokens = 1L << 24; // bytes of all tokens, which a small file may have too

    internal BytePairTokenizer(TokenizerContent content)
        : this(TableOf(content), content.Choice<SplitPattern>("split"), content.SpecialTokens)
    {
    }

    private protected override void Write(TokenizerWriter writer)
    {
        writer.Property("split", Split.ToString());
        writer.Property("bytes", table.ByteTokens);
        writer.List("merges", Merges.Select(merge => new[] { merge.Left, merge.Right, merge.Token }));
    }

    private static BytePairTable TableOf(TokenizerContent content)
    {
        content.Need("split", "bytes", "merges");
        (int count, int different) = (content.ByteTokens.Count, content.ByteTokens.Distinct().Count());
        if ((count, different) != (256, 256))
            throw content.Bad("bytes", "the bytes must be 256 distinct ids,"
                + Invariant($" but there are {count}, of which {different} are distinct"));
        byte[]?[] bytes = new byte[]?[content.Merges.Select(entry => entry.Merge.Token).Concat(content.ByteTokens).Max() + 1];
        for (int value = 0; value < 256; value++) bytes[content.ByteTokens[value]] = [(byte)value];
        BytePairTable table = new(bytes, [.. content.ByteTokens]);
        long total = 0;
        foreach ((BytePairMerge merge, long position) in content.Merges)
        {
            (int left, int right, int token) = merge;
            if (left >= bytes.Length || right >= bytes.Length || bytes[left] is not { } head || bytes[right] is not { } tail)
            {
                throw content.Bad(position, Invariant($"a merge must join tokens made before it, but [{left}, {right}, {token}] does not"));
            }
            // Merges of merges double: a few lines could claim more memory than there is.
            total += head.Length + tail.Length;
            if (total > LargestTokens + (64L * content.Length))
            {
                throw content.Bad(position, "the tokens' bytes must be in proportion to"
                    + Invariant($" the file's {content.Length}, but are {total} so far"));
            }
            byte[] joined = [.. head, .. tail];
            // Two merges may make one token, from different parts, but only with the same bytes.
            if (bytes[token] is { } other && !other.AsSpan().SequenceEqual(joined))
            {
                throw content.Bad(position, "an id must be one token,"
                    + Invariant($" but {token} is '{Utf16.Show(other)}' and '{Utf16.Show(joined)}'"));
            }
            bytes[token] = joined;
            if (!table.TryAdd(merge)) throw content.Bad(position, Invariant($"merges must be distinct, but [{left}, {right}] is repeated"));
        }
        return table.Complete();
    }
}

/// <summary>
/// tiktoken's rank files: a line for each token, its bytes in base 64, a space, and its id, which is also the rank of
/// its merge.
/// </summary>
public sealed partial class BytePairTokenizer
{
    /// <summary>Reads a tiktoken rank file, such as <c>cl100k_base.tiktoken</c>.</summary>
    /// <param name="path">The file.</param>
    /// <param name="encoding">
    /// What the file does not say: <see cref="TiktokenEncoding.Gpt2"/>, <see cref="TiktokenEncoding.Cl100k"/>,
    /// <see cref="TiktokenEncoding.O200k"/> or your own.
    /// </param>
    /// <returns>The tokenizer, with exactly the ids of the file.</returns>
    /// <exception cref="DataException">The file cannot be read, is damaged or is truncated.</exception>
    public static BytePairTokenizer LoadTiktoken(string path, TiktokenEncoding encoding)
    {
        TextLines file = TextLines.Read(path);
        int lines = file.Lines.Count;
        if (encoding.RankCount is { } count && lines != count)
            throw file.BadEnd(Invariant($"the encoding must have {count} tokens, but the file has {lines}"));
        (byte[] Bytes, int Id)[] ranks = new (byte[] Bytes, int Id)[lines];
        for (int i = 0; i < ranks.Length; i++) ranks[i] = Rank(file, i);
        byte[]?[] bytes = new byte[]?[ranks.Length == 0 ? 0 : ranks.Max(rank => rank.Id) + 1];
        int[] byteTokens = new int[256];
        Array.Fill(byteTokens, -1);
        for (int i = 0; i < ranks.Length; i++)
        {
            (byte[]? token, int id) = ranks[i];
            if (bytes[id] is not null) throw file.Bad(i, Invariant($"ids must be distinct, but {id} is repeated from an earlier line"));
            bytes[id] = token;
            if (token.Length != 1) continue;
            if (byteTokens[token[0]] >= 0)
                throw file.Bad(i, Invariant($"tokens must be distinct, but '{Utf16.Show(token)}' is repeated from an earlier line"));
            byteTokens[token[0]] = id;
        }
        if (Array.IndexOf(byteTokens, -1) is >= 0 and int missing)
            throw file.BadEnd(Invariant($"each of the 256 bytes must be a token, but \\x{missing:X2} is not"));
        return new(Mergeable(file, ranks, new(bytes, byteTokens)), encoding.Split, encoding.SpecialTokens);
    }

    /// <summary>
    /// Writes a tiktoken rank file, which includes neither the split pattern nor the special tokens:
    /// <see cref="TiktokenEncoding"/> gives them when it is read.
    /// </summary>
    /// <param name="path">The file; it appears when it is complete.</param>
    /// <exception cref="OptionException">The ids do not follow the order of the merges, which this format needs.</exception>
    /// <exception cref="DataException">The file cannot be written.</exception>
    public void SaveTiktoken(string path)
    {
        for (int i = 1; i < Merges.Count; i++)
        {
            (int token, int before) = (Merges[i].Token, Merges[i - 1].Token);
            if (token <= before)
            {
                string actual = Invariant($"{token} after {before}; use SaveGpt2");
                throw Errors.Option(Title, "the ids of a rank file", "in the order of the merges", actual);
            }
        }
        StringBuilder text = new();
        for (int id = 0; id < table.Bytes.Length; id++)
        {
            if (table.Bytes[id] is { } token) text.Append(CultureInfo.InvariantCulture, $"{Convert.ToBase64String(token)} {id}\n");
        }
        TokenizerFiles.Write(path, text.ToString());
    }

    private static (byte[] Bytes, int Id) Rank(TextLines file, int index)
    {
        string line = file.Lines[index];
        int space = line.Contains('\0', StringComparison.Ordinal) ? -1 : line.IndexOf(' ', StringComparison.Ordinal); // "1\0" parses as 1
        byte[] bytes = new byte[line.Length];
        if (space <= 0 || !Convert.TryFromBase64Chars(line.AsSpan(0, space), bytes, out int length)
            || !int.TryParse(line.AsSpan(space + 1), NumberStyles.None, CultureInfo.InvariantCulture, out int id))
        {
            throw file.Bad(index, $"a line must be a token in base 64, a space and an id, but is '{TokenizerFiles.Short(line)}'");
        }
        if (id >= Text.SpecialTokens.Most) throw file.Bad(index, Invariant($"an id must be below {Text.SpecialTokens.Most}, but is {id}"));
        if (id >= Text.SpecialTokens.MostOf(file.Length)) throw file.Bad(index, Text.SpecialTokens.OutOfProportion(id, file.Length));
        return (bytes[..length], id);
    }

    // The merge that made a token is what its bytes are after all earlier merges: two tokens.
    private static BytePairTable Mergeable(TextLines file, (byte[] Bytes, int Id)[] ranks, BytePairTable table)
    {
        int[] order = [.. Enumerable.Range(0, ranks.Length)];
        Array.Sort(order, (a, b) => ranks[a].Id.CompareTo(ranks[b].Id));
        BytePairMerger merger = new(table);
        foreach (int line in order)
        {
            (byte[]? bytes, int id) = ranks[line];
            if (bytes.Length == 1) continue;
            ReadOnlySpan<int> parts = merger.Merge(bytes);
            if (parts is not [int left, int right])
            {
                throw file.Bad(line, "a token must be two tokens of smaller ids joined,"
                    + Invariant($" but '{Utf16.Show(bytes)}' is {parts.Length}"));
            }
            table.TryAdd(new(left, right, id));
        }
        return table.Complete();
    }
}

/// <summary>What a tiktoken rank file does not say about its encoding.</summary>
public sealed class TiktokenEncoding
{
    /// <summary>GPT-2's encoding, r50k_base: 50 256 ranks and <c>&lt;|endoftext|&gt;</c>.</summary>
    public static TiktokenEncoding Gpt2 { get; } = new()
    {
        Split = SplitPattern.Gpt2,
        SpecialTokens = new Dictionary<string, int> { ["<|endoftext|>"] = 50_256 },
        RankCount = 50_256,
    };

    /// <summary>
    /// The encoding of GPT-3.5 and GPT-4, cl100k_base: 100 256 ranks and five special tokens; id 100256 and 15 more are
    /// unused.
    /// </summary>
    public static TiktokenEncoding Cl100k { get; } = new()
    {
        Split = SplitPattern.Cl100k,
        SpecialTokens = new Dictionary<string, int>
        {
            ["<|endoftext|>"] = 100_257,
            ["<|fim_prefix|>"] = 100_258,
            ["<|fim_middle|>"] = 100_259,
            ["<|fim_suffix|>"] = 100_260,
            ["<|endofprompt|>"] = 100_276,
        },
        RankCount = 100_256,
    };

    /// <summary>
    /// The encoding of GPT-4o and after, o200k_base: 199 998 ranks and two special tokens; id 199998 and 18 more are
    /// unused.
    /// </summary>
    public static TiktokenEncoding O200k { get; } = new()
    {
        Split = SplitPattern.O200k,
        SpecialTokens = new Dictionary<string, int>
        {
            ["<|endoftext|>"] = 199_999,
            ["<|endofprompt|>"] = 200_018,
        },
        RankCount = 199_998,
    };

    /// <summary>How text is split into pieces; GPT-2's pattern by default.</summary>
    public SplitPattern Split { get; init; } = SplitPattern.Gpt2;

    /// <summary>The special tokens and their ids, which the file must not contain; none by default.</summary>
    public IReadOnlyDictionary<string, int> SpecialTokens { get; init; } = new Dictionary<string, int>();

    /// <summary>The number of lines of the file, to detect a truncated one; null when it is not known.</summary>
    public int? RankCount { get; init; }
}

using System.Globalization;
using System.Text;

namespace Crucible.Text;

/// <summary>tiktoken's rank files: a line for each token, its bytes in base 64, a space, and its id, which is also the rank of its merge.</summary>
public sealed partial class BytePairTokenizer
{
    /// <summary>Reads a tiktoken rank file, such as <c>cl100k_base.tiktoken</c>.</summary>
    /// <param name="path">The file.</param>
    /// <param name="encoding">What the file does not say: <see cref="TiktokenEncoding.Gpt2"/>, <see cref="TiktokenEncoding.Cl100k"/> or one's own.</param>
    /// <returns>The tokenizer, with exactly the ids of the file.</returns>
    /// <exception cref="DataException">The file cannot be read, is damaged or is truncated.</exception>
    public static BytePairTokenizer LoadTiktoken(string path, TiktokenEncoding encoding)
    {
        TextLines file = TextLines.Read(path);
        int lines = file.Lines.Count;
        if (encoding.RankCount is { } count && lines != count) throw file.BadEnd(Errors.Text($"the encoding must have {count} tokens, but the file has {lines}"));
        var ranks = new (byte[] Bytes, int Id)[lines];
        for (int i = 0; i < ranks.Length; i++) ranks[i] = Rank(file, i);
        byte[]?[] bytes = new byte[]?[ranks.Length == 0 ? 0 : ranks.Max(rank => rank.Id) + 1];
        int[] byteTokens = new int[256];
        Array.Fill(byteTokens, -1);
        for (int i = 0; i < ranks.Length; i++)
        {
            var (token, id) = ranks[i];
            if (bytes[id] is not null) throw file.Bad(i, Errors.Text($"an id must come once, but {id} is also that of an earlier line"));
            bytes[id] = token;
            if (token.Length != 1) continue;
            if (byteTokens[token[0]] >= 0) throw file.Bad(i, Errors.Text($"a token must come once, but '{Utf16.Show(token)}' is also that of an earlier line"));
            byteTokens[token[0]] = id;
        }
        if (Array.IndexOf(byteTokens, -1) is >= 0 and int missing) throw file.BadEnd(Errors.Text($"each of the 256 bytes must be a token, but \\x{missing:X2} is none"));
        return new(Mergeable(file, ranks, new(bytes, byteTokens)), encoding.Split, encoding.SpecialTokens);
    }

    /// <summary>Writes a tiktoken rank file. It holds neither the way text is split nor the special tokens: <see cref="TiktokenEncoding"/> says them when it is read.</summary>
    /// <param name="path">The file; it appears when it is complete.</param>
    /// <exception cref="OptionException">The ids do not follow the order of the merges, which this format needs.</exception>
    /// <exception cref="DataException">The file cannot be written.</exception>
    public void SaveTiktoken(string path)
    {
        for (int i = 1; i < Merges.Count; i++)
        {
            var (token, before) = (Merges[i].Token, Merges[i - 1].Token);
            if (token <= before) throw Errors.Option(Title, "the ids of a rank file", "in the order of the merges", Errors.Text($"{token} after {before}; use SaveGpt2"));
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
        int space = line.IndexOf(' ', StringComparison.Ordinal);
        byte[] bytes = new byte[line.Length];
        if (space <= 0 || !Convert.TryFromBase64Chars(line.AsSpan(0, space), bytes, out int length)
            || !int.TryParse(line.AsSpan(space + 1), NumberStyles.None, CultureInfo.InvariantCulture, out int id))
        {
            throw file.Bad(index, $"a line must be a token in base 64, a space and an id, but is '{TokenizerFiles.Short(line)}'");
        }
        if (id >= Text.SpecialTokens.Most) throw file.Bad(index, Errors.Text($"an id must be below {Text.SpecialTokens.Most}, but is {id}"));
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
            var (bytes, id) = ranks[line];
            if (bytes.Length == 1) continue;
            ReadOnlySpan<int> parts = merger.Merge(bytes);
            if (parts is not [int left, int right])
            {
                throw file.Bad(line, Errors.Text($"a token must be two tokens of smaller ids joined, but '{Utf16.Show(bytes)}' is {parts.Length}"));
            }
            table.TryAdd(new(left, right, id));
        }
        return table.Complete();
    }
}

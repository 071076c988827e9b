namespace Crucible.Text;

public sealed partial class BytePairTokenizer
{
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
        var (count, different) = (content.ByteTokens.Count, content.ByteTokens.Distinct().Count());
        if ((count, different) != (256, 256)) throw content.Bad("bytes", Errors.Text($"the bytes must be 256 different ids, but are {count}, of which {different} differ"));
        byte[]?[] bytes = new byte[]?[content.Merges.Select(entry => entry.Merge.Token).Concat(content.ByteTokens).Max() + 1];
        for (int value = 0; value < 256; value++) bytes[content.ByteTokens[value]] = [(byte)value];
        BytePairTable table = new(bytes, [.. content.ByteTokens]);
        foreach (var (merge, position) in content.Merges)
        {
            var (left, right, token) = merge;
            if (left >= bytes.Length || right >= bytes.Length || bytes[left] is not { } head || bytes[right] is not { } tail)
            {
                throw content.Bad(position, Errors.Text($"a merge must join tokens made before it, but [{left}, {right}, {token}] does not"));
            }
            byte[] joined = [.. head, .. tail];
            // Two merges may make one token, from different parts, but only with the same bytes.
            if (bytes[token] is { } other && !other.AsSpan().SequenceEqual(joined))
            {
                throw content.Bad(position, Errors.Text($"an id must be one token, but {token} is '{Utf16.Show(other)}' and '{Utf16.Show(joined)}'"));
            }
            bytes[token] = joined;
            if (!table.TryAdd(merge)) throw content.Bad(position, Errors.Text($"a merge must come once, but [{left}, {right}] comes again"));
        }
        return table.Complete();
    }
}

using System.Buffers.Binary;
using System.IO.Compression;
using Crucible.Lab.Data;
using Crucible.Text;

namespace Crucible.Fuzz;

/// <summary>Files of data that are no tables: pairs of sentences, and arrays of bytes as MNIST has them.</summary>
internal static class DataFiles
{
    private static readonly string[] Pieces = ["a", "é", "日", "𝔸", "{0}", " ", "\"", ".", "1"];

    public static IEnumerable<FileReader> Readers => [new("pairs", Pairs), new("idx", Idx)];

    private static FileCase Pairs(Random random)
    {
        string end = random.Next(2) == 0 ? "\n" : "\r\n";
        SentencePair[] pairs =
            [.. Enumerable.Range(0, random.Next(1, 6)).Select(_ => new SentencePair(Sentence(random), Sentence(random)))];
        string text = string.Join(end, pairs.Select(pair => $"{pair.Source}\t{pair.Target}")) + (random.Next(2) == 0 ? end : "");
        byte[] bytes = [.. random.Next(4) == 0 ? "\uFEFF"u8 : [], .. System.Text.Encoding.UTF8.GetBytes(text)];
        // A text of any size is read in blocks of a megabyte.
        return FileCase.Of(new("a.tsv", bytes), path =>
        {
            SentencePair[] read = PairFile.Read(path);
            return () => string.Join('\n', read.Select(pair => $"{pair.Source}|{pair.Target}"));
        }, string.Join('\n', pairs.Select(pair => $"{pair.Source}|{pair.Target}")),
            "Crucible.Text.PairFile.Read(path \"a.tsv\") |> printfn \"%A\"") with
        { Base = 12 << 20 };
    }

    /// <summary>Letters around a text, so that no white space is at its ends.</summary>
    private static string Sentence(Random random) =>
        $"x{string.Concat(Enumerable.Range(0, random.Next(8)).Select(_ => Pieces[random.Next(Pieces.Length)]))}y";

    private static FileCase Idx(Random random)
    {
        int[] sizes = [.. Enumerable.Range(0, random.Next(1, 4)).Select(_ => random.Next(6))];
        byte[] values = new byte[sizes.Aggregate(1, (product, size) => product * size)];
        random.NextBytes(values);
        byte[] header = new byte[4 + (4 * sizes.Length)];
        (header[2], header[3]) = (8, (byte)sizes.Length);
        for (int axis = 0; axis < sizes.Length; axis++) BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4 + (4 * axis)), sizes[axis]);
        bool isPacked = random.Next(2) == 0;
        // Damage behind the checksum of what is packed, or before.
        FuzzFile file = new("a.idx", [header, values], parts => isPacked ? Packed([.. parts[0], .. parts[1]]) : [.. parts[0], .. parts[1]]);
        return FileCase.Of(file, path =>
        {
            IdxArray read = IdxFile.Read(path);
            return () => Tell(read.Sizes, read.Values);
        }, Tell(sizes, values), "Crucible.Lab.Data.IdxFile.Read(path \"a.idx\") |> printfn \"%A\"") with
        {
            PerByte = 5000, // a byte is unpacked into a thousand
        };

        static string Tell(IReadOnlyList<int> sizes, byte[] values) => $"{string.Join('x', sizes)}: {Convert.ToHexString(values)}";
    }

    private static byte[] Packed(byte[] bytes)
    {
        using MemoryStream packed = new();
        using (GZipStream zip = new(packed, CompressionLevel.Fastest)) zip.Write(bytes);
        return packed.ToArray();
    }
}

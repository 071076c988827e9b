using System.Buffers.Binary;
using System.IO.Compression;
using Crucible.Lab.Data;
using StbImageSharp;
using static System.FormattableString;

namespace Crucible.Fuzz;

/// <summary>Pictures: PNG of every kind, and JPEG of even blocks, whose shades do not depend on how cosines are summed.</summary>
internal static class PictureFiles
{
    private static readonly (int Kind, int Channels, int[] Depths)[] Kinds =
        [(0, 1, [1, 2, 4, 8, 16]), (2, 3, [8, 16]), (3, 1, [1, 2, 4, 8]), (4, 2, [8, 16]), (6, 4, [8, 16])];

    // Adam7: the first column and row of each pass, and the steps between them.
    private static readonly int[][] Passes =
        [[0, 0, 8, 8], [4, 0, 8, 8], [0, 4, 4, 8], [2, 0, 4, 4], [0, 2, 2, 4], [1, 0, 2, 2], [0, 1, 1, 2]];

    public static IEnumerable<FileReader> Readers => [new("png", Png), new("jpeg", Jpeg)];

    private static FileCase Png(Random random)
    {
        (int kind, int channels, int[] depths) = Kinds[random.Next(Kinds.Length)];
        int depth = depths[random.Next(depths.Length)], width = random.Next(1, 12), height = random.Next(1, 12);
        // [height, width, channels]; what is not opaque is wholly transparent, and so white.
        int[][][] samples = [.. Enumerable.Range(0, height).Select(_ => Enumerable.Range(0, width).Select(_ => Pixel()).ToArray())];
        byte[] palette = new byte[3 << (kind == 3 ? depth : 0)];
        random.NextBytes(palette);
        bool isInterlaced = random.Next(3) == 0;
        byte[] header = [0, 0, 0, (byte)width, 0, 0, 0, (byte)height, (byte)depth, (byte)kind, 0, 0, (byte)(isInterlaced ? 1 : 0)];
        byte[] rows = [.. (isInterlaced ? Passes : [[0, 0, 1, 1]]).SelectMany(pass => Rows(samples, pass, depth, random))];
        int pieces = random.Next(1, 4);
        FuzzFile file = new("a.png", [header, kind == 3 ? palette : [], rows], parts => File(parts, pieces));
        byte[] colours = [.. samples.SelectMany(row => row).SelectMany(Colours)];
        return Case(file, colours, height, width, perByte: 5000); // a byte is unpacked into a thousand

        int[] Pixel() => [.. Enumerable.Range(0, channels)
            .Select(i => i == channels - 1 && kind >= 4 ? ((1 << depth) - 1) * random.Next(2) : random.Next(1 << depth))];

        IEnumerable<byte> Colours(int[] pixel)
        {
            int Shade(int sample) => depth == 16 ? sample >> 8 : sample * (255 / ((1 << depth) - 1));
            if (kind >= 4 && pixel[^1] == 0) return [255, 255, 255];
            if (kind == 3) return palette.Skip(3 * pixel[0]).Take(3);
            return kind is 0 or 4 ? Enumerable.Repeat((byte)Shade(pixel[0]), 3) : pixel.Take(3).Select(sample => (byte)Shade(sample));
        }
    }

    /// <summary>The rows of one pass, each behind its filter.</summary>
    private static IEnumerable<byte> Rows(int[][][] samples, int[] pass, int depth, Random random)
    {
        int bytes = Math.Max(1, samples[0][0].Length * depth / 8); // from a byte to the one at its left
        byte[]? before = null;
        foreach (int[][] all in samples.Where((_, row) => row >= pass[1] && (row - pass[1]) % pass[3] == 0))
        {
            int[] row = [.. all.Where((_, column) => column >= pass[0] && (column - pass[0]) % pass[2] == 0).SelectMany(pixel => pixel)];
            if (row.Length == 0) yield break;
            byte[] packed = Packed(row, depth), up = before ?? new byte[packed.Length];
            int filter = random.Next(5);
            yield return (byte)filter;
            for (int i = 0; i < packed.Length; i++)
            {
                (int left, int above, int corner) = (i < bytes ? 0 : packed[i - bytes], up[i], i < bytes ? 0 : up[i - bytes]);
                int[] nearest = [left, above, corner];
                int guess = filter switch
                {
                    0 => 0,
                    1 => left,
                    2 => above,
                    3 => (left + above) / 2,
                    _ => nearest.MinBy(one => Math.Abs(left + above - corner - one)), // the first of those that are alike
                };
                yield return (byte)(packed[i] - guess);
            }

            before = packed;
        }
    }

    /// <summary>Numbers of some bits, the highest first, filled up to whole bytes.</summary>
    private static byte[] Packed(int[] numbers, int bits) =>
        Bytes(numbers.SelectMany(number => Enumerable.Range(0, bits).Select(bit => (number >> (bits - 1 - bit)) & 1)), filling: 0);

    private static byte[] Bytes(IEnumerable<int> bits, int filling) =>
        [.. bits.Chunk(8).Select(eight => (byte)Enumerable.Range(0, 8).Sum(i => (i < eight.Length ? eight[i] : filling) << (7 - i)))];

    private static byte[] File(byte[][] parts, int pieces)
    {
        using MemoryStream packed = new();
        using (ZLibStream zip = new(packed, CompressionLevel.Fastest)) zip.Write(parts[2]);
        byte[] data = packed.ToArray();
        int size = Math.Max(1, (data.Length + pieces - 1) / pieces); // of no rows nothing is made
        return
        [
            0x89, .. "PNG\r\n"u8, 0x1a, (byte)'\n', .. Chunk("IHDR"u8, parts[0]), .. parts[1].Length > 0 ? Chunk("PLTE"u8, parts[1]) : [],
            .. data.Chunk(size).SelectMany(piece => Chunk("IDAT"u8, piece)), .. Chunk("IEND"u8, []),
        ];
    }

    private static byte[] Chunk(ReadOnlySpan<byte> type, byte[] data)
    {
        byte[] whole = [.. type, .. data];
        return [.. Number(data.Length, 4), .. whole, .. Number((int)~Remainder(whole), 4)];
    }

    private static uint Remainder(byte[] bytes) => bytes.Aggregate(uint.MaxValue, (sum, one) =>
        Enumerable.Range(0, 8).Aggregate(sum ^ one, (rest, _) => (rest & 1) == 0 ? rest >> 1 : (rest >> 1) ^ 0xEDB88320));

    private static byte[] Number(int value, int bytes)
    {
        byte[] number = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(number, value);
        return number[^bytes..];
    }

    /// <summary>
    /// Blocks of one shade each: gray, or brightness beside two kinds of colour that are none. At once, or the last bit of the
    /// shades in a scan of its own.
    /// </summary>
    private static FileCase Jpeg(Random random)
    {
        int width = random.Next(1, 40), height = random.Next(1, 40), components = random.Next(2) == 0 ? 1 : 3, last = random.Next(2);
        bool isProgressive = last == 1 || random.Next(2) == 0;
        (int across, int down) = components == 1 ? (1, 1) : (random.Next(1, 3), random.Next(1, 3)); // blocks of brightness a unit
        int units = (width + (8 * across) - 1) / (8 * across), bands = (height + (8 * down) - 1) / (8 * down);
        byte[][] shades = [.. Enumerable.Range(0, bands * down).Select(_ => new byte[units * across])];
        foreach (byte[] row in shades) random.NextBytes(row);
        // In the order of the scan; of a block of one shade the mean alone is not 0, eight times the shade from 128 on.
        int[][] blocks = [.. from band in Enumerable.Range(0, bands) from unit in Enumerable.Range(0, units)
            select (int[])[.. from y in Enumerable.Range(0, down) from x in Enumerable.Range(0, across)
                select 8 * (shades[(band * down) + y][(unit * across) + x] - 128)]];
        byte[] frame = [8, .. Number(height, 2), .. Number(width, 2), (byte)components, 1, (byte)((across << 4) | down), 0,
            .. components == 1 ? [] : new byte[] { 2, 0x11, 0, 3, 0x11, 0 }];
        IEnumerable<byte> tables = Enumerable.Range(1, components).SelectMany(i => new byte[] { (byte)i, 0 });
        byte[] scan = [(byte)components, .. tables, 0, (byte)(isProgressive ? 0 : 63)];
        FuzzFile file = new(
            "a.jpg",
            [
                [0, .. Enumerable.Repeat((byte)1, 64)], // of each frequency the step
                [0, 0, 0, 0, 12, .. new byte[12], .. Enumerable.Range(0, 12).Select(i => (byte)i)], // 12 sizes of means, 4 bits each
                [0x10, 1, 1, .. new byte[14], 0, 0xf0], // the end of a block, 1 bit, and 16 zeros, 2 bits
                frame, [.. scan, (byte)last], Entropy(isRefined: false), [.. scan, 0x10], Entropy(isRefined: true),
            ],
            parts =>
            [
                0xff, 0xd8, .. Segment(0xdb, parts[0]), .. Segment(0xc4, parts[1]), .. Segment(0xc4, parts[2]),
                .. Segment(isProgressive ? 0xc2 : 0xc0, parts[3]), .. Segment(0xda, parts[4]), .. Stuffed(parts[5]),
                .. last == 1 ? [.. Segment(0xda, parts[6]), .. Stuffed(parts[7])] : Array.Empty<byte>(), 0xff, 0xd9,
            ]);
        byte[] colours = [.. from y in Enumerable.Range(0, height) from x in Enumerable.Range(0, width)
            from colour in Enumerable.Repeat(shades[y / 8][x / 8], 3) select colour];
        return Case(file, colours, height, width, perByte: 25_000); // a bit can be a block of 64 pixels, which takes 3000 bytes

        byte[] Entropy(bool isRefined)
        {
            List<int> bits = [];
            int before = 0;
            foreach (int[] unit in blocks)
            {
                foreach (int mean in unit)
                {
                    if (isRefined) bits.Add(mean & 1);
                    else Add(bits, (mean >> last) - before);
                    before = mean >> last;
                }

                for (int colour = 1; colour < components; colour++)
                {
                    if (isRefined) bits.Add(0);
                    else Add(bits, 0);
                }
            }

            return Bytes(bits, filling: 1);
        }

        void Add(List<int> bits, int difference)
        {
            int size = 32 - int.LeadingZeroCount(Math.Abs(difference)), number = difference < 0 ? difference + (1 << size) - 1 : difference;
            for (int bit = 3; bit >= 0; bit--) bits.Add((size >> bit) & 1);
            for (int bit = size - 1; bit >= 0; bit--) bits.Add((number >> bit) & 1);
            if (!isProgressive) bits.Add(0); // the end of the block
        }
    }

    private static byte[] Segment(int marker, byte[] data) => [0xff, (byte)marker, .. Number(data.Length + 2, 2), .. data];

    private static IEnumerable<byte> Stuffed(byte[] bytes) =>
        bytes.SelectMany(value => value == 0xff ? new byte[] { 0xff, 0 } : [value]);

    /// <summary>A picture, and the shades from 0 to 255 that it must have, [height, width, 3].</summary>
    private static FileCase Case(FuzzFile file, byte[] colours, int height, int width, long perByte) => FileCase.Of(file, path =>
    {
        int before = StbImage.NativeAllocations;
        Tensors.Tensor? picture = null;
        DataException? refusal = null;
        try
        {
            picture = PictureFile.Read(path, 3);
        }
        catch (DataException error)
        {
            refusal = error;
        }

        if (StbImage.NativeAllocations != before) throw new InvalidOperationException("memory of the decoder is not given back");
        if (picture is null) throw refusal!;
        IEnumerable<byte> shades = picture.Permute(1, 2, 0).ToArray().Select(value => (byte)Math.Round(255 * value));
        return () => Tell(picture.Shape[1], picture.Shape[2], shades);
    }, Tell(height, width, colours), Invariant($"Crucible.Lab.Data.PictureFile.Read(path \"{file.Name}\", 3) |> printfn \"%A\"")) with
    {
        PerByte = perByte,
    };

    private static string Tell(int height, int width, IEnumerable<byte> colours) =>
        Invariant($"{height}×{width}: {Convert.ToHexString([.. colours])}");
}

using System.IO.Compression;
using Crucible.Files;
using Crucible.Tensors;
using StbImageSharp;
using static System.FormattableString;

namespace Crucible.Lab.Data;

/// <summary>
/// Picture files: PNG and JPEG are read, PNG is written. A picture is a tensor [channels, height, width] from 0 (dark) to
/// 1, 1 channel for gray and 3 for red, green and blue; what is transparent lies on white.
/// </summary>
public static class PictureFile
{
    /// <summary>The most pixels of a picture: more are refused before memory is taken for them.</summary>
    public const int MostPixels = 50_000_000;

    private const int LargestFile = 200_000_000; // bytes

    /// <summary>Reads a picture.</summary>
    /// <param name="path">The file.</param>
    /// <param name="channels">1 for gray, 3 for colours.</param>
    /// <returns>float32 [channels, height, width].</returns>
    /// <exception cref="DataException">The file cannot be read, is no picture, is damaged, or has no or too many pixels.</exception>
    /// <exception cref="OptionException">The channels are neither 1 nor 3.</exception>
    public static Tensor Read(string path, int channels = 1)
    {
        if (channels is not (1 or 3)) throw new OptionException(Invariant($"picture: channels must be 1 or 3, but is {channels}"));
        byte[] content = Content(path);
        using MemoryStream stream = new(content);
        CheckSize(path, content, stream);
        ImageResult image;
        try
        {
            image = ImageResult.FromStream(stream, ColorComponents.RedGreenBlueAlpha);
        }
        catch (Exception error) when (error is not OutOfMemoryException) // the decoder throws what its damage leads to
        {
            throw PictureErrors.NoPicture(path, Invariant($"is damaged ({error.Message})"));
        }

        DataFiles.Note(path);
        int plane = image.Width * image.Height;
        float[] values = new float[channels * plane];
        for (int pixel = 0; pixel < plane; pixel++)
        {
            ReadOnlySpan<byte> four = image.Data.AsSpan(4 * pixel, 4);
            float alpha = four[3] / 255f, white = 1 - alpha;
            (float red, float green, float blue) = (four[0] / 255f, four[1] / 255f, four[2] / 255f);
            if (channels == 1)
            {
                float gray = red == green && green == blue ? red : (0.299f * red) + (0.587f * green) + (0.114f * blue); // BT.601
                values[pixel] = (alpha * gray) + white;
                continue;
            }

            values[pixel] = (alpha * red) + white;
            values[plane + pixel] = (alpha * green) + white;
            values[(2 * plane) + pixel] = (alpha * blue) + white;
        }

        return Tensor.From(values, channels, image.Height, image.Width);
    }

    /// <summary>Writes a picture as PNG with 8 bits a channel; what is below 0 or above 1 is cut off, and NaN is 0.</summary>
    /// <param name="path">The file; it is replaced as a whole.</param>
    /// <param name="picture">[height, width], or [1 or 3, height, width].</param>
    /// <exception cref="ShapeException">The tensor is of another shape, or empty.</exception>
    public static void Write(string path, Tensor picture)
    {
        byte[] content = ToPng(picture);
        AtomicFile.Write(path, stream => stream.Write(content));
    }

    /// <summary>A picture as the content of a PNG file.</summary>
    internal static byte[] ToPng(Tensor picture)
    {
        (int channels, int height, int width) = picture.Rank switch
        {
            2 => (1, picture.Shape[0], picture.Shape[1]),
            3 when picture.Shape[0] is 1 or 3 => (picture.Shape[0], picture.Shape[1], picture.Shape[2]),
            _ => throw PictureErrors.NotOne(picture.Shape),
        };
        if (height * width == 0) throw PictureErrors.NotOne(picture.Shape);
        float[] values = picture.To(DType.Float32).ToArray<float>();
        byte[] rows = new byte[height * (1 + (width * channels))]; // each begins with the filter 0: none
        for (int row = 0; row < height; row++)
        {
            for (int column = 0; column < width; column++)
            {
                for (int channel = 0; channel < channels; channel++)
                {
                    float value = values[(((channel * height) + row) * width) + column];
                    rows[(row * (1 + (width * channels))) + 1 + (column * channels) + channel] =
                        float.IsNaN(value) ? (byte)0 : (byte)Math.Round(255 * Math.Clamp(value, 0f, 1f));
                }
            }
        }

        return Png.File(width, height, isColored: channels == 3, rows);
    }

    private static byte[] Content(string path)
    {
        try
        {
            using FileStream file = RegularFile.OpenRead(path);
            if (file.Length > LargestFile)
                throw PictureErrors.NoPicture(path, Invariant($"has {file.Length} bytes, more than {LargestFile}"));
            byte[] content = new byte[file.Length];
            file.ReadExactly(content);
            return content;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw PictureErrors.Unreadable(path, error);
        }
    }

    /// <summary>Refuses what is no picture, or none of a possible size, by its header.</summary>
    private static void CheckSize(string path, byte[] content, MemoryStream stream)
    {
        if (content.Length == 0) throw PictureErrors.NoPicture(path, "is empty");
        (long width, long height) = Png.SizeOf(content) ?? SizeOfJpeg();
        if (width < 1 || height < 1 || width > MostPixels || height > MostPixels / width)
            throw PictureErrors.PictureSize(path, width, height);

        (long, long) SizeOfJpeg()
        {
            bool isJpeg = content is [0xff, 0xd8, 0xff, ..];
            if (!isJpeg) throw PictureErrors.NoPicture(path, "begins as neither of them does");
            try
            {
                ImageInfo? info = ImageInfo.FromStream(stream);
                stream.Position = 0;
                return info is { } known ? (known.Width, known.Height) : throw PictureErrors.NoPicture(path, "its size cannot be read");
            }
            catch (Exception error) when (error is not OutOfMemoryException and not DataException)
            {
                throw PictureErrors.NoPicture(path, Invariant($"is damaged ({error.Message})"));
            }
        }
    }
}

/// <summary>PNG files (ISO/IEC 15948), as far as writing plain ones takes.</summary>
internal static class Png
{
    private static readonly byte[] Signature = [0x89, (byte)'P', (byte)'N', (byte)'G', 13, 10, 26, 10];

    /// <summary>The size that the header tells; null when it is no PNG file.</summary>
    internal static (long Width, long Height)? SizeOf(ReadOnlySpan<byte> content) =>
        content.Length >= 24 && content.StartsWith(Signature) && content.Slice(12, 4).SequenceEqual("IHDR"u8)
            ? (ReadNumber(content[16..]), ReadNumber(content[20..]))
            : null;

    /// <summary>A file of rows with 8 bits a channel, each behind the byte of its filter.</summary>
    internal static byte[] File(int width, int height, bool isColored, byte[] rows)
    {
        using MemoryStream file = new();
        file.Write(Signature);
        byte[] header = [.. Number(width), .. Number(height), 8, (byte)(isColored ? 2 : 0), 0, 0, 0];
        Chunk(file, "IHDR"u8, header);
        using MemoryStream packed = new();
        using (ZLibStream packing = new(packed, CompressionLevel.Optimal, leaveOpen: true)) packing.Write(rows);
        Chunk(file, "IDAT"u8, packed.ToArray());
        Chunk(file, "IEND"u8, []);
        return file.ToArray();
    }

    private static void Chunk(MemoryStream file, ReadOnlySpan<byte> type, byte[] data)
    {
        byte[] whole = [.. type, .. data];
        file.Write(Number(data.Length));
        file.Write(whole);
        file.Write(Number((int)Checksum(whole)));
    }

    private static byte[] Number(int value) => [(byte)(value >> 24), (byte)(value >> 16), (byte)(value >> 8), (byte)value];

    private static long ReadNumber(ReadOnlySpan<byte> bytes) => System.Buffers.Binary.BinaryPrimitives.ReadUInt32BigEndian(bytes);

    /// <summary>CRC-32, bit by bit: chunks of small pictures are short.</summary>
    private static uint Checksum(byte[] bytes)
    {
        uint sum = uint.MaxValue;
        foreach (byte one in bytes)
        {
            sum ^= one;
            for (int bit = 0; bit < 8; bit++) sum = (sum >> 1) ^ (0xEDB88320 & (0 - (sum & 1)));
        }

        return ~sum;
    }
}

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
    private const int MostScans = 500; // of a JPEG picture, which has about 10

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
        using BoundedStream stream = new(content);
        Check(path, content, stream);
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

    /// <summary>Refuses what is no picture, none of a possible size, or not as much as its header says, before it is decoded.</summary>
    private static void Check(string path, byte[] content, MemoryStream stream)
    {
        if (content.Length == 0) throw PictureErrors.NoPicture(path, "is empty");
        (long, long)? sizeOfPng = Png.SizeOf(content);
        (long width, long height) = sizeOfPng ?? SizeOfJpeg();
        if (width < 1 || height < 1 || width > MostPixels || height > MostPixels / width)
            throw PictureErrors.PictureSize(path, width, height);
        if ((sizeOfPng is null ? FaultOfJpeg() : Png.Fault(content)) is { } fault) throw PictureErrors.NoPicture(path, fault);

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

        // Each 8×8 block of a JPEG picture takes a bit or more, and each scan time for all of the picture.
        string? FaultOfJpeg() =>
            8L * content.Length < (width + 7) / 8 * ((height + 7) / 8)
                ? Invariant($"has only {content.Length} bytes for {width}×{height} pixels")
            : content.AsSpan().Count<byte>([0xff, 0xda]) is > MostScans and int scans
                ? Invariant($"has {scans} scans, more than {MostScans}")
            : null;
    }
}

/// <summary>A file in memory, of which no place is behind the end: there the decoder would wait for the end for ever.</summary>
internal sealed class BoundedStream(byte[] content) : MemoryStream(content)
{
    /// <inheritdoc/>
    public override long Seek(long offset, SeekOrigin loc) => Position = Math.Min(base.Seek(offset, loc), Length);
}

/// <summary>PNG files (ISO/IEC 15948), as far as writing plain ones takes, and bounding what others take.</summary>
internal static class Png
{
    private const int HeaderSize = 13;
    private const int Around = 12; // a chunk's data: its length and type before, its checksum behind

    // Of Adam7's seven passes: the first column and row, and the steps between them.
    private static readonly (int Column, int Row, int Across, int Down)[] Passes =
        [(0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)];

    private static readonly byte[] Signature = [0x89, (byte)'P', (byte)'N', (byte)'G', 13, 10, 26, 10];

    /// <summary>The size that the header tells; null when it is no PNG file.</summary>
    internal static (long Width, long Height)? SizeOf(ReadOnlySpan<byte> content) =>
        content.Length >= 24 && content.StartsWith(Signature) && content.Slice(12, 4).SequenceEqual("IHDR"u8)
            ? (ReadNumber(content[16..]), ReadNumber(content[20..]))
            : null;

    /// <summary>Why a file does not hold exactly the pixels that its header tells; null when it does.</summary>
    internal static string? Fault(byte[] content)
    {
        const string CutOff = "is cut off";
        if (content.Length < Signature.Length + Around + HeaderSize) return CutOff;
        using MemoryStream packed = new();
        ReadOnlySpan<byte> type = default;
        for (int place = Signature.Length; !type.SequenceEqual("IEND"u8);)
        {
            long left = content.Length - (long)place - Around;
            if (left < 0) return CutOff;
            long length = ReadNumber(content.AsSpan(place));
            if (length > left) return CutOff;
            type = content.AsSpan(place + 4, 4);
            if (type.SequenceEqual("IDAT"u8)) packed.Write(content, place + 8, (int)length);
            place += Around + (int)length;
        }

        packed.Position = 0;
        long expected = BytesOfRows(content), unpacked = 0;
        try
        {
            using ZLibStream rows = new(packed, CompressionMode.Decompress);
            byte[] buffer = new byte[1 << 14];
            for (int more = 1; more > 0 && unpacked <= expected; unpacked += more) more = rows.Read(buffer);
        }
        catch (InvalidDataException error)
        {
            return Invariant($"is damaged ({error.Message})");
        }

        return unpacked == expected ? null
            : unpacked > expected ? Invariant($"its pixels take more than the {expected} bytes of its size")
            : Invariant($"its pixels take only {unpacked} of the {expected} bytes of its size");
    }

    /// <summary>How many bytes the rows are, each behind the byte of its filter, when they are unpacked.</summary>
    private static long BytesOfRows(byte[] content)
    {
        (long width, long height) = SizeOf(content)!.Value;
        (int depth, int kind, bool isInterlaced) = (content[24], content[25], content[28] != 0);
        int bits = depth * kind switch { 2 => 3, 4 => 2, 6 => 4, _ => 1 }; // colours, gray and alpha, colours and alpha, gray or palette
        return isInterlaced
            ? Passes.Sum(pass => Rows(Steps(width - pass.Column, pass.Across), Steps(height - pass.Row, pass.Down)))
            : Rows(width, height);

        static long Steps(long size, int step) => (size + step - 1) / step;
        long Rows(long across, long down) => across == 0 ? 0 : down * (1 + (((across * bits) + 7) / 8));
    }

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

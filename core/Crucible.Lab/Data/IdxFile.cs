using System.IO.Compression;
using Crucible.Files;
using Crucible.Tensors;

namespace Crucible.Lab.Data;

/// <summary>
/// Files in the IDX format, in which MNIST is published: a header of sizes, then bytes, the last axis fastest. As they are
/// or packed by gzip, which the content tells.
/// </summary>
public static class IdxFile
{
    private const int ByteElements = 8; // what the third byte calls them
    private const int MostAxes = 4;
    private const int LargestRatio = 1040; // of gzip: no byte of a packed file makes more of them

    /// <summary>Reads a file whole. It takes no more memory than what is really in the file.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="DataException">
    /// The file cannot be read, is no IDX file of bytes, is damaged, or holds fewer or more bytes than its header says.
    /// </exception>
    public static IdxArray Read(string path)
    {
        try
        {
            using FileStream file = RegularFile.OpenRead(path);
            long most = file.Length;
            Span<byte> first = stackalloc byte[2];
            bool isPacked = file.ReadAtLeast(first, 2, throwOnEndOfStream: false) == 2 && first[0] == 0x1f && first[1] == 0x8b;
            file.Position = 0;
            DataFiles.Note(path);
            if (!isPacked) return Read(path, file, most);
            using GZipStream unpacked = new(file, CompressionMode.Decompress);
            return Read(path, unpacked, most * LargestRatio);
        }
        catch (InvalidDataException error)
        {
            throw PictureErrors.Damaged(path, error);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw PictureErrors.Unreadable(path, error);
        }
    }

    private static IdxArray Read(string path, Stream stream, long most)
    {
        Span<byte> header = stackalloc byte[4 + (4 * MostAxes)];
        int read = stream.ReadAtLeast(header[..4], 4, throwOnEndOfStream: false);
        if (read < 4 || header[0] != 0 || header[1] != 0 || header[2] != ByteElements || header[3] is 0 or > MostAxes)
            throw PictureErrors.NotIdx(path, read == 0 ? "nothing" : string.Join(", ", header[..read].ToArray()));
        int axes = header[3];
        if (stream.ReadAtLeast(header.Slice(4, 4 * axes), 4 * axes, throwOnEndOfStream: false) < 4 * axes)
            throw PictureErrors.NotIdx(path, "less than a header");
        int[] sizes = new int[axes];
        for (int axis = 0; axis < axes; axis++)
            sizes[axis] = System.Buffers.Binary.BinaryPrimitives.ReadInt32BigEndian(header[(4 + (4 * axis))..]);
        long count = Count(sizes);
        if (count > most) throw PictureErrors.Length(path, sizes, count, "the file is too short for that");

        byte[] values = new byte[Math.Min(count, 1 << 16)];
        int filled = 0;
        while (filled < count)
        {
            if (filled == values.Length) Array.Resize(ref values, (int)Math.Min(count, 2L * values.Length));
            int more = stream.Read(values, filled, values.Length - filled);
            if (more == 0) throw PictureErrors.Length(path, sizes, count, FormattableString.Invariant($"ends after {filled}"));
            filled += more;
        }

        // Reading on also makes gzip compare its checksum.
        return stream.ReadByte() < 0 ? new(sizes, values) : throw PictureErrors.Length(path, sizes, count, "goes on behind them");
    }

    /// <summary>How many bytes an array has, 0 where an axis is 0; <see cref="long.MaxValue"/> where no array holds so many.</summary>
    private static long Count(int[] sizes)
    {
        if (sizes.Any(int.IsNegative)) return long.MaxValue;
        if (sizes.Contains(0)) return 0;
        long count = 1;
        foreach (int size in sizes)
        {
            count *= size;
            if (count > Array.MaxLength) return long.MaxValue;
        }

        return count;
    }
}

/// <summary>What an IDX file holds.</summary>
/// <param name="Sizes">The sizes along the axes.</param>
/// <param name="Values">The bytes, the last axis fastest.</param>
public sealed record IdxArray(IReadOnlyList<int> Sizes, byte[] Values)
{
    /// <summary>The bytes as numbers from 0 to 1: value / 255.</summary>
    /// <returns>float32 in the file's sizes.</returns>
    public Tensor ToFractions()
    {
        float[] fractions = new float[Values.Length];
        for (int i = 0; i < fractions.Length; i++) fractions[i] = Values[i] / 255f;
        return Tensor.From(fractions, [.. Sizes]);
    }

    /// <summary>The bytes as whole numbers.</summary>
    /// <returns>int32 in the file's sizes.</returns>
    public Tensor ToIntegers() => Tensor.From(Array.ConvertAll(Values, value => (int)value), [.. Sizes]);
}

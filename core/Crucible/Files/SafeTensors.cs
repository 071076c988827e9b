using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text.Json;
using Crucible.Tensors;
using static System.FormattableString;

namespace Crucible.Files;

/// <summary>
/// Named tensors and text in one file, in the safetensors format (8 bytes of header length, a JSON header, the data),
/// which PyTorch, candle and others read. Files are written completely or not at all, and include the SHA-256 of their
/// data, so that damage is detected.
/// </summary>
public static class SafeTensors
{
    private const string MetadataKey = "__metadata__";
    private const string HashKey = "crucible.sha256";
    private const int LongestHeader = 100_000_000;

    /// <summary>
    /// Writes a file. It appears under its name only when it is complete and on disk; until then an older file is
    /// unchanged.
    /// </summary>
    /// <param name="path">The file.</param>
    /// <param name="tensors">The tensors by name.</param>
    /// <param name="metadata">Texts by name, or null for none.</param>
    /// <exception cref="CheckpointException">The file cannot be written.</exception>
    public static void Save(
        string path, IEnumerable<KeyValuePair<string, Tensor>> tensors, IReadOnlyDictionary<string, string>? metadata = null)
    {
        KeyValuePair<string, Tensor>[] entries = tensors.OrderBy(entry => entry.Key, StringComparer.Ordinal).ToArray();
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach ((string _, Tensor? tensor) in entries) hash.AppendData(Bytes(tensor));
        byte[] header = Header(entries, metadata, Convert.ToHexStringLower(hash.GetHashAndReset()));
        try
        {
            AtomicFile.Write(path, stream =>
            {
                byte[] length = new byte[sizeof(ulong)];
                BinaryPrimitives.WriteUInt64LittleEndian(length, (ulong)header.Length);
                stream.Write(length);
                stream.Write(header);
                foreach ((string _, Tensor? tensor) in entries) stream.Write(Bytes(tensor));
            });
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            throw Errors.Checkpoint(path, "cannot be written", error.Message, error);
        }
    }

    /// <summary>Reads a file.</summary>
    /// <param name="path">The file.</param>
    /// <returns>The tensors and the metadata. float16 and bfloat16 are read as float32, int64 as int32.</returns>
    /// <exception cref="CheckpointException">The file is missing, truncated, damaged or of another format.</exception>
    public static (IReadOnlyDictionary<string, Tensor> Tensors, IReadOnlyDictionary<string, string> Metadata) Load(string path)
    {
        byte[] file;
        try
        {
            file = File.ReadAllBytes(path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            throw Errors.Checkpoint(path, "cannot be read", error.Message, error);
        }

        if (file.Length < sizeof(ulong))
            throw Errors.Checkpoint(path, "is truncated", Invariant($"it has {file.Length} bytes, fewer than the 8 of the header length"));
        ulong length = BinaryPrimitives.ReadUInt64LittleEndian(file);
        if (length is 0 or > LongestHeader)
            throw Errors.Checkpoint(path, "is not in the safetensors format", Invariant($"its header length is {length}"));
        if (length > (ulong)(file.Length - sizeof(ulong)))
        {
            int left = file.Length - sizeof(ulong);
            throw Errors.Checkpoint(path, "is truncated", Invariant($"its header has {length} bytes, but {left} are left"));
        }

        Memory<byte> data = file.AsMemory(sizeof(ulong) + (int)length);
        try
        {
            using JsonDocument header = JsonDocument.Parse(file.AsMemory(sizeof(ulong), (int)length));
            return Read(path, header.RootElement, data);
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException or FormatException or KeyNotFoundException)
        {
            throw Errors.Checkpoint(path, "is damaged", Invariant($"its header cannot be read: {error.Message}"), error);
        }
    }

    private static (Dictionary<string, Tensor> Tensors, Dictionary<string, string> Metadata) Read(
        string path, JsonElement header, ReadOnlyMemory<byte> data)
    {
        Dictionary<string, Tensor> tensors = new(StringComparer.Ordinal);
        Dictionary<string, string> metadata = new(StringComparer.Ordinal);
        long covered = 0L;
        foreach (JsonProperty entry in header.EnumerateObject())
        {
            if (entry.Name == MetadataKey)
            {
                foreach (JsonProperty text in entry.Value.EnumerateObject()) metadata[text.Name] = text.Value.GetString() ?? string.Empty;
                continue;
            }

            (long from, long to) =
                (entry.Value.GetProperty("data_offsets")[0].GetInt64(), entry.Value.GetProperty("data_offsets")[1].GetInt64());
            if (from < 0 || from > to) throw Errors.Checkpoint(path, "is damaged", Invariant($"{entry.Name} is at bytes {from} to {to}"));
            if (to > data.Length)
            {
                string problem = Invariant($"{entry.Name} ends at byte {to} of the data, but there are {data.Length}");
                throw Errors.Checkpoint(path, "is truncated", problem);
            }

            covered = Math.Max(covered, to);
            long[] sizes = [.. entry.Value.GetProperty("shape").EnumerateArray().Select(size => size.GetInt64())];
            if (!IsPlausible(sizes, to - from))
            {
                string problem = Invariant($"{entry.Name} has shape [{string.Join(", ", sizes)}], but {to - from} bytes");
                throw Errors.Checkpoint(path, "is damaged", problem);
            }

            tensors[entry.Name] = Decode(path, entry.Name, entry.Value.GetProperty("dtype").GetString(),
                Shape.From(sizes.Select(size => (int)size)), data.Span[(int)from..(int)to]);
        }

        if (covered != data.Length)
            throw Errors.Checkpoint(path, "is damaged", Invariant($"its tensors take {covered} bytes, but there are {data.Length}"));
        if (metadata.Remove(HashKey, out string? expected) && expected != Convert.ToHexStringLower(SHA256.HashData(data.Span)))
            throw Errors.Checkpoint(path, "is damaged", "its data does not have the SHA-256 that was written with it");
        return (tensors, metadata);
    }

    /// <summary>
    /// Whether a shape can be that of so many bytes: a claim beyond them must not be believed, multiplied out or
    /// allocated.
    /// </summary>
    private static bool IsPlausible(long[] sizes, long bytes)
    {
        if (Array.Exists(sizes, size => size is < 0 or > int.MaxValue)) return false;
        if (Array.Exists(sizes, size => size == 0)) return true;
        long elements = 1L;
        foreach (long size in sizes)
            if ((elements *= size) > bytes) return false;
        return true;
    }

    private static Tensor Decode(string path, string name, string? type, Shape shape, ReadOnlySpan<byte> bytes)
    {
        int size = type switch
        {
            "F64" or "I64" => 8,
            "F32" or "I32" => 4,
            "F16" or "BF16" => 2,
            "BOOL" => 1,
            _ => throw Errors.Checkpoint(path, "has an element type that cannot be read", Invariant($"{name} is {type}")),
        };
        long needed = (long)size * shape.ElementCount;
        if (needed != bytes.Length)
        {
            string problem = Invariant($"{name} {shape} needs {needed} bytes of {type}, but has {bytes.Length}");
            throw Errors.Checkpoint(path, "is damaged", problem);
        }

        switch (type)
        {
            case "F64": return Copy<double>(bytes, shape);
            case "F32": return Copy<float>(bytes, shape);
            case "I32": return Copy<int>(bytes, shape);
            case "BOOL": return Copy<bool>(bytes, shape);
        }

        Tensor result = Tensor.Allocate(shape, type == "I64" ? DType.Int32 : DType.Float32);
        for (int i = 0; i < shape.ElementCount; i++)
        {
            ReadOnlySpan<byte> element = bytes.Slice(i * size, size);
            result.SetElement(i, type switch
            {
                "I64" => BinaryPrimitives.ReadInt64LittleEndian(element),
                "F16" => (double)BinaryPrimitives.ReadHalfLittleEndian(element),
                _ => BitConverter.UInt32BitsToSingle((uint)BinaryPrimitives.ReadUInt16LittleEndian(element) << 16),
            });
        }

        return result;
    }

    private static Tensor Copy<T>(ReadOnlySpan<byte> bytes, Shape shape)
        where T : unmanaged
    {
        Tensor result = Tensor.Allocate(shape, DTypeExtensions.From<T>());
        bytes.CopyTo(MemoryMarshal.AsBytes(result.Data<T>()));
        return result;
    }

    private static byte[] Header(KeyValuePair<string, Tensor>[] entries, IReadOnlyDictionary<string, string>? metadata, string hash)
    {
        using MemoryStream buffer = new();
        using (Utf8JsonWriter json = new(buffer))
        {
            json.WriteStartObject();
            json.WriteStartObject(MetadataKey);
            foreach ((string? key, string? text) in (metadata ?? new Dictionary<string, string>())
                .OrderBy(pair => pair.Key, StringComparer.Ordinal))
                json.WriteString(key, text);
            json.WriteString(HashKey, hash);
            json.WriteEndObject();
            long start = 0L;
            foreach ((string? name, Tensor? tensor) in entries)
            {
                json.WriteStartObject(name);
                json.WriteString("dtype",
                    tensor.DType switch { DType.Float32 => "F32", DType.Float64 => "F64", DType.Int32 => "I32", _ => "BOOL" });
                json.WriteStartArray("shape");
                foreach (int size in tensor.Shape) json.WriteNumberValue(size);
                json.WriteEndArray();
                json.WriteStartArray("data_offsets");
                json.WriteNumberValue(start);
                json.WriteNumberValue(start += Bytes(tensor).Length);
                json.WriteEndArray();
                json.WriteEndObject();
            }

            json.WriteEndObject();
        }

        // The format asks for data that starts at a multiple of 8; spaces are allowed behind the header.
        while (buffer.Length % 8 != 0) buffer.WriteByte((byte)' ');
        return buffer.ToArray();
    }

    private static ReadOnlySpan<byte> Bytes(Tensor tensor) => tensor.DType switch
    {
        DType.Float32 => MemoryMarshal.AsBytes(tensor.Data<float>()),
        DType.Float64 => MemoryMarshal.AsBytes(tensor.Data<double>()),
        DType.Int32 => MemoryMarshal.AsBytes(tensor.Data<int>()),
        _ => MemoryMarshal.AsBytes(tensor.Data<bool>()),
    };
}

/// <summary>A model that has more to say in its files than its weights: what it is made of.</summary>
public interface IFileMetadata
{
    /// <summary>Texts by name, for a file's metadata.</summary>
    IReadOnlyDictionary<string, string> FileMetadata { get; }
}

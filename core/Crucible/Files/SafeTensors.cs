using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Crucible.Kernels;
using Crucible.Tensors;
using static System.FormattableString;

namespace Crucible.Files;

/// <summary>
/// Named tensors and text in one file, in the safetensors format (8 bytes of header length, a JSON header, the data),
/// which PyTorch, candle and others read. Files are written completely or not at all, and include the SHA-256 of
/// everything in them, so that damage is detected.
/// </summary>
/// <remarks>
/// The hash is the text <c>crucible.file.sha256</c> of the metadata. A program that changes such a file must leave it out:
/// files without it are read too, and so are older ones, whose <c>crucible.sha256</c> covers the data but not the header.
/// Save them once more to have all of them covered.
/// </remarks>
public static class SafeTensors
{
    private const string MetadataKey = "__metadata__";
    private const string HashKey = "crucible.file.sha256";
    private const string DataHashKey = "crucible.sha256"; // in older files: of the data alone
    private const int LongestHeader = 100_000_000;
    private static readonly string HashPlace = new('0', 2 * SHA256.HashSizeInBytes);

    /// <summary>
    /// Writes a file. It appears under its name only when it is complete and on disk; until then an older file is
    /// unchanged.
    /// </summary>
    /// <param name="path">The file.</param>
    /// <param name="tensors">The tensors by name.</param>
    /// <param name="metadata">Texts by name, or null for none.</param>
    /// <exception cref="CheckpointException">The file cannot be written.</exception>
    /// <exception cref="OptionException">Two tensors have one name, or the name is <c>__metadata__</c>.</exception>
    public static void Save(
        string path, IEnumerable<KeyValuePair<string, Tensor>> tensors, IReadOnlyDictionary<string, string>? metadata = null)
    {
        KeyValuePair<string, Tensor>[] entries = tensors.OrderBy(entry => entry.Key, StringComparer.Ordinal).ToArray();
        for (int i = 0; i < entries.Length; i++)
        {
            string name = entries[i].Key;
            if (name == MetadataKey || (i > 0 && name == entries[i - 1].Key))
                throw Errors.Option("safetensors", "a tensor's name", $"distinct and not {MetadataKey}", $"\"{name}\"");
        }

        byte[] length = new byte[sizeof(ulong)];
        byte[] header = Header(entries, metadata);
        BinaryPrimitives.WriteUInt64LittleEndian(length, (ulong)header.Length);
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(length);
        hash.AppendData(header);
        foreach ((string _, Tensor? tensor) in entries) hash.AppendData(Bytes(tensor));
        byte[] hashed = HashEntry(Convert.ToHexStringLower(hash.GetHashAndReset()));
        hashed.CopyTo(header.AsSpan(header.AsSpan().IndexOf(HashEntry(HashPlace))));
        try
        {
            AtomicFile.Write(path, stream =>
            {
                stream.Write(length);
                stream.Write(header);
                foreach ((string _, Tensor? tensor) in entries) stream.Write(Bytes(tensor));
            });
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or NotSupportedException or ArgumentException)
        {
            throw Errors.Checkpoint(path, "cannot be written", error.Message, error);
        }
    }

    /// <summary>Reads a file.</summary>
    /// <param name="path">The file.</param>
    /// <returns>The tensors and the metadata. float16 is read as float32, int64 as int32.</returns>
    /// <exception cref="CheckpointException">
    /// The file is missing, truncated, damaged or of another format; the message names the tensor. Nothing is allocated for
    /// tensors before the whole header is checked: their bytes must follow each other without overlap or gap.
    /// </exception>
    public static (IReadOnlyDictionary<string, Tensor> Tensors, IReadOnlyDictionary<string, string> Metadata) Load(string path)
    {
        byte[] file;
        try
        {
            file = RegularFile.ReadAllBytes(path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or NotSupportedException or ArgumentException)
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

        try
        {
            JsonDocumentOptions distinct = new() { AllowDuplicateProperties = false };
            using JsonDocument header = JsonDocument.Parse(file.AsMemory(sizeof(ulong), (int)length), distinct);
            return Read(path, header.RootElement, file, sizeof(ulong) + (int)length);
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            throw Errors.Checkpoint(path, "is damaged", Invariant($"its header cannot be read: {error.Message}"), error);
        }
    }

    private static (Dictionary<string, Tensor> Tensors, Dictionary<string, string> Metadata) Read(
        string path, JsonElement header, byte[] file, int dataStart)
    {
        ReadOnlySpan<byte> data = file.AsSpan(dataStart);
        Dictionary<string, string> metadata = new(StringComparer.Ordinal);
        List<TensorEntry> entries = [];
        foreach (JsonProperty property in header.EnumerateObject())
        {
            if (property.Name != MetadataKey)
            {
                entries.Add(TensorEntry.Read(path, property.Name, property.Value, data.Length));
                continue;
            }

            foreach (JsonProperty text in property.Value.EnumerateObject()) metadata[text.Name] = text.Value.GetString() ?? string.Empty;
        }

        TensorEntry.CheckLayout(path, entries, data.Length);
        if (metadata.Remove(HashKey, out string? hash) && hash != HashOf(file, dataStart, hash))
            throw Errors.Checkpoint(path, "is damaged", "it does not have the SHA-256 that was written with it");
        if (metadata.Remove(DataHashKey, out hash) && hash != Convert.ToHexStringLower(SHA256.HashData(data)))
            throw Errors.Checkpoint(path, "is damaged", "its data does not have the SHA-256 that was written with it");
        Dictionary<string, Tensor> tensors = new(StringComparer.Ordinal);
        foreach (TensorEntry entry in entries) tensors[entry.Name] = Decode(path, entry, data[entry.From..entry.To]);
        return (tensors, metadata);
    }

    /// <summary>
    /// The SHA-256 of a whole file in which the digits of the hash itself count as zeros; empty when the header does not
    /// hold them as they were written.
    /// </summary>
    private static string HashOf(ReadOnlySpan<byte> file, int dataStart, string hash)
    {
        byte[] entry = HashEntry(hash);
        int at = hash.Length == HashPlace.Length ? file[..dataStart].IndexOf(entry) : -1;
        if (at < 0) return string.Empty;
        int end = at + entry.Length - 1; // the quote behind the digits
        using IncrementalHash sum = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        sum.AppendData(file[..(end - hash.Length)]);
        sum.AppendData(Encoding.UTF8.GetBytes(HashPlace));
        sum.AppendData(file[end..]);
        return Convert.ToHexStringLower(sum.GetHashAndReset());
    }

    private static byte[] HashEntry(string hash) => Encoding.UTF8.GetBytes($"\"{HashKey}\":\"{hash}\"");

    private static Tensor Decode(string path, TensorEntry entry, ReadOnlySpan<byte> bytes)
    {
        switch (entry.Type)
        {
            case "F64": return Copy<double>(bytes, entry.Shape);
            case "F32": return Copy<float>(bytes, entry.Shape);
            case "I32": return Copy<int>(bytes, entry.Shape);
            case "BF16": return Copy<BFloat16>(bytes, entry.Shape);
            case "BOOL" when bytes.IndexOfAnyExcept((byte)0, (byte)1) is int at && at >= 0:
                string problem = Invariant($"element {at} of {entry.Name} must be the bool 0 or 1, but is {bytes[at]}");
                throw Errors.Checkpoint(path, "is damaged", problem);
            case "BOOL": return Copy<bool>(bytes, entry.Shape);
        }

        int size = bytes.Length / Math.Max(1, entry.Shape.ElementCount);
        Tensor result = Tensor.Allocate(entry.Shape, entry.Type == "I64" ? DType.Int32 : DType.Float32);
        for (int i = 0; i < entry.Shape.ElementCount; i++)
        {
            ReadOnlySpan<byte> element = bytes.Slice(i * size, size);
            result.SetElement(i, entry.Type switch
            {
                "I64" => Int32(path, entry.Name, i, BinaryPrimitives.ReadInt64LittleEndian(element)),
                _ => (double)BinaryPrimitives.ReadHalfLittleEndian(element), // F16
            });
        }

        return result;
    }

    private static int Int32(string path, string name, int index, long value) => value is >= int.MinValue and <= int.MaxValue
        ? (int)value
        : throw Errors.Checkpoint(path, "cannot be read", Invariant($"element {index} of {name} must fit in an int32, but is {value}"));

    private static Tensor Copy<T>(ReadOnlySpan<byte> bytes, Shape shape)
        where T : unmanaged
    {
        Tensor result = Tensor.Allocate(shape, DTypeExtensions.From<T>());
        bytes.CopyTo(MemoryMarshal.AsBytes(result.Data<T>()));
        return result;
    }

    private static byte[] Header(KeyValuePair<string, Tensor>[] entries, IReadOnlyDictionary<string, string>? metadata)
    {
        using MemoryStream buffer = new();
        using (Utf8JsonWriter json = new(buffer))
        {
            json.WriteStartObject();
            json.WriteStartObject(MetadataKey);
            foreach ((string? key, string? text) in (metadata ?? new Dictionary<string, string>())
                .Where(pair => pair.Key is not (HashKey or DataHashKey)).OrderBy(pair => pair.Key, StringComparer.Ordinal))
                json.WriteString(key, text);
            json.WriteString(HashKey, HashPlace);
            json.WriteEndObject();
            long start = 0L;
            foreach ((string? name, Tensor? tensor) in entries)
            {
                json.WriteStartObject(name);
                json.WriteString("dtype", NameOf(tensor.DType));
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

    private static string NameOf(DType dtype) => dtype switch
    {
        DType.Float32 => "F32",
        DType.Float64 => "F64",
        DType.Int32 => "I32",
        DType.BFloat16 => "BF16",
        _ => "BOOL",
    };

    private static ReadOnlySpan<byte> Bytes(Tensor tensor) => tensor.DType switch
    {
        DType.Float32 => MemoryMarshal.AsBytes(tensor.Data<float>()),
        DType.Float64 => MemoryMarshal.AsBytes(tensor.Data<double>()),
        DType.Int32 => MemoryMarshal.AsBytes(tensor.Data<int>()),
        DType.BFloat16 => MemoryMarshal.AsBytes(tensor.Data<BFloat16>()),
        _ => MemoryMarshal.AsBytes(tensor.Data<bool>()),
    };
}

/// <summary>A model that has more to say in its files than its weights: what it is made of.</summary>
public interface IFileMetadata
{
    /// <summary>Texts by name, for a file's metadata.</summary>
    IReadOnlyDictionary<string, string> FileMetadata { get; }
}

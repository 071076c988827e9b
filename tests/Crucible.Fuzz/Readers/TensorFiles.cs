using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Crucible.Files;
using Crucible.Tensors;

namespace Crucible.Fuzz;

/// <summary>Files in the safetensors format, written by this project's own few lines, so that the library's are not believed.</summary>
internal static class TensorFiles
{
    /// <summary>What the library protects a file with.</summary>
    public static readonly byte[] Seal = [.. "\"crucible.file.sha256\""u8];

    private static readonly string[] Types = ["F64", "F32", "I64", "I32", "F16", "BF16", "BOOL"];
    private static readonly string[] Names = ["w", "0.weight", "ä\"\\", "日本 𝔸", "a/b", "__metadata", "\n"];

    public static IEnumerable<FileReader> Readers => [new("safetensors", Tensors)];

    /// <summary>A tensor in a file.</summary>
    public sealed record Entry(string Name, string Type, int[] Shape, byte[] Bytes);

    /// <summary>The entry of a tensor, in the format's own element type.</summary>
    public static Entry Of(string name, Tensor tensor) => new(name, tensor.DType switch
    {
        DType.Float32 => "F32",
        DType.Float64 => "F64",
        DType.Int32 => "I32",
        _ => "BOOL",
    }, [.. tensor.Shape], [.. tensor.ToArray().SelectMany(value => tensor.DType switch
    {
        DType.Float32 => BitConverter.GetBytes((float)value),
        DType.Float64 => BitConverter.GetBytes(value),
        DType.Int32 => BitConverter.GetBytes((int)value),
        _ => BitConverter.GetBytes(value != 0),
    })]);

    /// <summary>
    /// A file of header and data, which are damaged one by one: the length before them is always right. A text of the metadata
    /// that is itself JSON can be a third part.
    /// </summary>
    public static FuzzFile File(
        string name, IReadOnlyList<Entry> entries, IReadOnlyDictionary<string, string>? metadata, string? part = null, int padding = 0)
    {
        const string place = "\"@\"";
        JsonObject header = [];
        if (metadata is not null)
            header["__metadata__"] = new JsonObject(metadata.Select(pair =>
                KeyValuePair.Create(pair.Key, (JsonNode?)(pair.Key == part ? "@" : pair.Value))));
        int start = 0;
        foreach (Entry entry in entries)
        {
            JsonArray offsets = [start, start += entry.Bytes.Length];
            header[entry.Name] = new JsonObject
            {
                ["dtype"] = entry.Type,
                ["shape"] = new JsonArray([.. entry.Shape.Select(size => (JsonNode)size)]),
                ["data_offsets"] = offsets,
            };
        }

        byte[] head = Encoding.UTF8.GetBytes(header.ToJsonString() + new string(' ', padding));
        byte[] data = [.. entries.SelectMany(entry => entry.Bytes)];
        byte[][] parts = part is null ? [head, data] : [head, data, Encoding.UTF8.GetBytes(metadata![part])];
        return new(name, parts, parts =>
        {
            byte[] joined = parts[0];
            if (parts.Length > 2 && joined.AsSpan().IndexOf(Encoding.UTF8.GetBytes(place)) is >= 0 and int at)
            {
                byte[] text = JsonSerializer.SerializeToUtf8Bytes(Encoding.UTF8.GetString(parts[2]));
                joined = [.. joined[..at], .. text, .. joined[(at + place.Length)..]];
            }

            byte[] length = new byte[8];
            BinaryPrimitives.WriteInt64LittleEndian(length, joined.Length);
            return [.. length, .. joined, .. parts[1]];
        });
    }

    /// <summary>What a file that the library wrote holds, as one of ours without the seal.</summary>
    public static FuzzFile Unsealed(string name, byte[] saved, string? part = null)
    {
        (IReadOnlyDictionary<string, Tensor> tensors, IReadOnlyDictionary<string, string> metadata) = Loaded(saved);
        return File(name, [.. tensors.Select(entry => Of(entry.Key, entry.Value))], metadata, part);
    }

    /// <summary>What the library writes into a file.</summary>
    public static byte[] Saved(Action<string> save)
    {
        string path = FileSearch.NewPlace();
        save(path);
        byte[] bytes = System.IO.File.ReadAllBytes(path);
        System.IO.File.Delete(path);
        return bytes;
    }

    private static (IReadOnlyDictionary<string, Tensor> Tensors, IReadOnlyDictionary<string, string> Metadata) Loaded(byte[] saved)
    {
        string path = FileSearch.NewPlace();
        System.IO.File.WriteAllBytes(path, saved);
        try
        {
            return SafeTensors.Load(path);
        }
        finally
        {
            System.IO.File.Delete(path);
        }
    }

    /// <summary>Every value of tensors, in the order of their names.</summary>
    public static string Tell(IEnumerable<KeyValuePair<string, Tensor>> tensors) => string.Join("; ", tensors
        .OrderBy(entry => entry.Key, StringComparer.Ordinal)
        .Select(entry => $"{entry.Key} {entry.Value.DType.ToName()} {entry.Value.Shape} {Tell(entry.Value.ToArray())}"));

    /// <summary>Numbers to the last bit, but for the bits of NaN.</summary>
    public static string Tell(IEnumerable<double> values) =>
        string.Join(' ', values.Select(value => value.ToString("R", CultureInfo.InvariantCulture)));

    private static FileCase Tensors(Random random)
    {
        string[] names = [.. Names.OrderBy(_ => random.Next()).Take(random.Next(5))];
        Entry[] entries = [.. names.Select(name => Draw(name, random))];
        Dictionary<string, string>? metadata = random.Next(2) == 0 ? null : new() { ["format"] = "pt", ["ä"] = "\"x\"" };
        string expected = string.Join("; ", entries.OrderBy(entry => entry.Name, StringComparer.Ordinal).Select(Tell))
            + " with " + string.Join(", ", metadata ?? []);
        FuzzFile file = File("a.safetensors", entries, metadata, padding: random.Next(9));
        bool isSealed = random.Next(4) == 0 && entries.All(entry => entry.Type is "F64" or "F32" or "I32" or "BOOL" or "BF16");
        if (isSealed)
        {
            (IReadOnlyDictionary<string, Tensor> tensors, _) = Loaded(file.Bytes);
            file = new(file.Name, Saved(to => SafeTensors.Save(to, tensors, metadata)));
        }

        return FileCase.Of(file, path =>
        {
            (IReadOnlyDictionary<string, Tensor> tensors, IReadOnlyDictionary<string, string> texts) = SafeTensors.Load(path);
            return () => $"{Tell(tensors)} with {string.Join(", ", texts)}";
        }, expected, "SafeTensors.Load(path \"a.safetensors\") |> printfn \"%A\"") with
        { Seal = isSealed ? Seal : null };
    }

    private static Entry Draw(string name, Random random)
    {
        string type = Types[random.Next(Types.Length)];
        int[] shape = [.. Enumerable.Range(0, random.Next(4)).Select(_ => random.Next(12) == 0 ? 0 : random.Next(1, 4))];
        int size = type switch { "F64" or "I64" => 8, "F32" or "I32" => 4, "BOOL" => 1, _ => 2 };
        byte[] bytes = new byte[size * shape.Aggregate(1, (product, length) => product * length)];
        random.NextBytes(bytes);
        for (int i = 0; i < bytes.Length; i++)
        {
            if (type == "BOOL") bytes[i] &= 1;
            if (type == "I64") bytes[i] = i % 8 < 4 ? bytes[i] : (byte)((bytes[i - (i % 4) - 1] & 128) > 0 ? 255 : 0); // an int32
        }

        return new(name, type, shape, bytes);
    }

    private static string Tell(Entry entry)
    {
        int count = entry.Shape.Aggregate(1, (product, length) => product * length);
        double[] values = [.. Enumerable.Range(0, count).Select(i => entry.Type switch
        {
            "F64" => BitConverter.ToDouble(entry.Bytes, 8 * i),
            "F32" => BitConverter.ToSingle(entry.Bytes, 4 * i),
            "I64" => BitConverter.ToInt64(entry.Bytes, 8 * i),
            "I32" => BitConverter.ToInt32(entry.Bytes, 4 * i),
            "F16" => (double)BitConverter.ToHalf(entry.Bytes, 2 * i),
            "BF16" => BitConverter.Int32BitsToSingle(BitConverter.ToUInt16(entry.Bytes, 2 * i) << 16),
            _ => entry.Bytes[i],
        })];
        DType read = entry.Type switch
        {
            "F64" => DType.Float64,
            "I64" or "I32" => DType.Int32,
            "BOOL" => DType.Bool,
            "BF16" => DType.BFloat16,
            _ => DType.Float32,
        };
        return $"{entry.Name} {read.ToName()} {Shape.From(entry.Shape)} {Tell(values)}";
    }
}

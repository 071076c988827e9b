using System.Text.Json;
using Crucible.Tensors;
using static System.FormattableString;

namespace Crucible.Files;

/// <summary>What a safetensors header says of one tensor.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Type">Its element type, as <c>F32</c>.</param>
/// <param name="Shape">Its sizes.</param>
/// <param name="From">Its first byte in the data.</param>
/// <param name="To">The byte behind its last.</param>
internal sealed record TensorEntry(string Name, string Type, Shape Shape, int From, int To)
{
    private const int Longest = 60; // of a value in a message

    /// <summary>
    /// Reads an entry: each claim is compared with the bytes there are before it is believed, multiplied out or allocated.
    /// </summary>
    /// <exception cref="CheckpointException">A part is missing or impossible.</exception>
    internal static TensorEntry Read(string path, string name, JsonElement entry, int dataLength)
    {
        CheckpointException Damaged(string problem) => Errors.Checkpoint(path, "is damaged", $"{name} {problem}");
        if (entry.ValueKind != JsonValueKind.Object || !entry.TryGetProperty("dtype", out JsonElement dtype)
            || !entry.TryGetProperty("shape", out JsonElement shape) || !entry.TryGetProperty("data_offsets", out JsonElement offsets))
            throw Damaged($"must have a dtype, a shape and data_offsets, but is {Shown(entry)}");
        string type = dtype.ValueKind == JsonValueKind.String ? dtype.GetString()! : Shown(dtype);
        if (Integers(offsets) is not [long from, long to])
            throw Damaged($"must have two data_offsets, its first byte and the one behind its last, but has {Shown(offsets)}");
        if (from < 0 || from > to) throw Damaged(Invariant($"is at bytes {from} to {to}"));
        if (to > dataLength)
            throw Errors.Checkpoint(path, "is truncated", Invariant($"{name} ends at byte {to} of the data, but there are {dataLength}"));
        if (Integers(shape) is not { } sizes) throw Damaged($"must have a shape of integers, but has {Shown(shape)}");
        if (!IsPlausible(sizes, to - from)) throw Damaged(Invariant($"has shape [{string.Join(", ", sizes)}], but {to - from} bytes"));
        try
        {
            TensorEntry read = new(name, type, Tensors.Shape.From(sizes.Select(size => (int)size)), (int)from, (int)to);
            long needed = (long)SizeOf(path, name, type) * read.Shape.ElementCount;
            if (needed != to - from) throw Damaged(Invariant($"{read.Shape} needs {needed} bytes of {type}, but has {to - from}"));
            return read;
        }
        catch (ShapeException error)
        {
            throw Damaged($"has a shape that no tensor can have: {error.Message}");
        }
    }

    /// <summary>Throws unless the tensors follow each other from the first byte of the data to the last.</summary>
    /// <exception cref="CheckpointException">Two overlap, or bytes belong to none.</exception>
    internal static void CheckLayout(string path, IEnumerable<TensorEntry> entries, int dataLength)
    {
        TensorEntry? before = null;
        int covered = 0;
        foreach (TensorEntry entry in entries.OrderBy(entry => entry.From).ThenBy(entry => entry.To))
        {
            if (entry.From < covered)
            {
                string problem = Invariant($"{entry.Name}, at bytes {entry.From} to {entry.To}, overlaps")
                    + Invariant($" {before!.Name}, at {before.From} to {before.To}");
                throw Errors.Checkpoint(path, "is damaged", problem);
            }
            if (entry.From > covered)
            {
                string problem = Invariant($"the bytes {covered} to {entry.From} of the data, before {entry.Name}, belong to no tensor");
                throw Errors.Checkpoint(path, "is damaged", problem);
            }
            (before, covered) = (entry, entry.To);
        }

        if (covered != dataLength)
            throw Errors.Checkpoint(path, "is damaged", Invariant($"its tensors take {covered} bytes, but there are {dataLength}"));
    }

    private static int SizeOf(string path, string name, string type) => type switch
    {
        "F64" or "I64" => 8,
        "F32" or "I32" => 4,
        "F16" or "BF16" => 2,
        "BOOL" => 1,
        _ => throw Errors.Checkpoint(path, "has an element type that cannot be read", $"{name} is {type}"),
    };

    private static bool IsPlausible(long[] sizes, long bytes)
    {
        if (Array.Exists(sizes, size => size is < 0 or > int.MaxValue)) return false;
        if (Array.Exists(sizes, size => size == 0)) return true;
        long elements = 1L;
        foreach (long size in sizes)
            if ((elements *= size) > bytes) return false;
        return true;
    }

    /// <summary>The elements of an array of integers; null when it is something else.</summary>
    private static long[]? Integers(JsonElement array)
    {
        if (array.ValueKind != JsonValueKind.Array) return null;
        long[] integers = new long[array.GetArrayLength()];
        int count = 0;
        foreach (JsonElement element in array.EnumerateArray())
        {
            if (element.ValueKind != JsonValueKind.Number || !element.TryGetInt64(out long integer)) return null;
            integers[count++] = integer;
        }

        return integers;
    }

    private static string Shown(JsonElement value)
    {
        string text = value.GetRawText();
        return text.Length <= Longest ? text : text[..Longest] + "…";
    }
}

using Crucible.Tensors;
using static System.FormattableString;

namespace Crucible.Layers;

/// <summary>
/// Keys and values of the positions that a model has seen, for each of its attention layers, so that a text is
/// continued by computing its new positions only. The outputs are the same bits as when everything is computed again.
/// For evaluation: no derivative passes through it.
/// </summary>
/// <example><code>
/// let cache = KeyValueCache 64                                          // F#
/// model.Forward(prompt, Pass.Evaluation.With cache) |> ignore           // [B, T]
/// let logits = model.Forward(next, Pass.Evaluation.With cache)          // [B, 1]: position T
/// </code></example>
public sealed class KeyValueCache
{
    private readonly Dictionary<Layer, Entry> entries = [];

    /// <summary>An empty cache.</summary>
    /// <param name="capacity">The most positions, 1 or more; the model's context is the most that is useful.</param>
    /// <exception cref="OptionException">The capacity is below 1.</exception>
    public KeyValueCache(int capacity) =>
        Capacity = capacity >= 1 ? capacity : throw Errors.Option("keyValueCache", nameof(capacity), "1 or more", capacity);

    /// <summary>The most positions.</summary>
    public int Capacity { get; }

    /// <summary>The positions that every layer has seen.</summary>
    public int Length => entries.Count == 0 ? 0 : entries.Values.Min(entry => entry.Length);

    /// <summary>Forgets all positions, but keeps the memory for the next text of as many examples.</summary>
    public void Clear()
    {
        foreach (Entry entry in entries.Values)
        {
            entry.Length = 0;
            entry.Rows.Storage.Version++; // the next text writes over them
        }

        foreach ((Layer? layer, Entry? entry) in entries.Where(pair => pair.Value.IsMemory).ToArray()) entries.Remove(layer);
    }

    /// <summary>Keeps some examples, in any order and number, as a search does with its beams: example i is what rows[i] was.</summary>
    /// <param name="rows">Numbers of examples, from 0; the same may come many times.</param>
    /// <exception cref="OptionException">There is no such example.</exception>
    public void Select(ReadOnlySpan<int> rows) => Select(rows, isMemorySame: false);

    /// <summary>As <see cref="Select(ReadOnlySpan{int})"/>; a memory that stays the same for every example is left as it is.</summary>
    internal void Select(ReadOnlySpan<int> rows, bool isMemorySame)
    {
        bool isSame = true;
        for (int i = 0; i < rows.Length; i++) isSame &= rows[i] == i;
        foreach (Entry entry in entries.Values)
        {
            if ((isSame && entry.Rows.Shape[0] == rows.Length) || (entry.IsMemory && isMemorySame)) continue;
            Tensor before = entry.Rows;
            foreach (int row in rows)
                if ((uint)row >= (uint)before.Shape[0])
                    throw Errors.Option("keyValueCache", nameof(rows), Invariant($"from 0 to {before.Shape[0] - 1}"), row);
            entry.Rows = before.DType == DType.Float32 ? Selected<float>(entry, rows) : Selected<double>(entry, rows);
            before.Release();
        }
    }

    private static Tensor Selected<T>(Entry entry, ReadOnlySpan<int> rows)
        where T : unmanaged
    {
        Shape shape = entry.Rows.Shape;
        Tensor selected = Tensor.Allocate(shape.With(0, rows.Length), entry.Rows.DType);
        global::System.Span<T> from = entry.Rows.Data<T>();
        global::System.Span<T> to = selected.Data<T>();
        (int example, int used) = (shape[1] * shape[2], Math.Min(entry.Length, shape[1]) * shape[2]);
        for (int i = 0; i < rows.Length; i++) from.Slice(rows[i] * example, used).CopyTo(to[(i * example)..]);
        return selected;
    }

    /// <summary>The number of positions that a layer has seen.</summary>
    internal int LengthOf(Layer layer) => entries.TryGetValue(layer, out Entry? entry) ? entry.Length : 0;

    /// <summary>
    /// Takes up the last channels of x [B, T, channels], keys beside values, and returns those of all positions, [B,
    /// capacity, count].
    /// </summary>
    internal Tensor Append(Layer layer, Tensor x, int count)
    {
        (int batch, int rows, int channels) = (x.Shape[0], x.Shape[1], x.Shape[2]);
        if (!entries.TryGetValue(layer, out Entry? entry))
            entries[layer] = entry = new(Tensor.Zeros([batch, Capacity, count], x.DType).Detach());
        if (entry.Rows.Shape[0] != batch) throw Errors.CacheBatch(entry.Rows.Shape[0], batch);
        if (entry.Length + rows > Capacity) throw Errors.CacheFull(Capacity, entry.Length + rows);
        if (x.DType == DType.Float32) Copy<float>();
        else Copy<double>();
        entry.Length += rows;
        return entry.Rows;

        void Copy<T>()
            where T : unmanaged
        {
            global::System.Span<T> from = x.Data<T>();
            global::System.Span<T> to = entry.Rows.Data<T>();
            for (int b = 0; b < batch; b++)
            {
                for (int row = 0; row < rows; row++)
                    from.Slice((((b * rows) + row + 1) * channels) - count, count)
                        .CopyTo(to[(((b * Capacity) + entry.Length + row) * count)..]);
            }
        }
    }

    /// <summary>Keys and values of a memory that stays the same: computed once.</summary>
    internal Tensor Remember(Layer layer, Func<Tensor> compute)
    {
        if (!entries.TryGetValue(layer, out Entry? entry))
            entries[layer] = entry = new(compute().Detach()) { IsMemory = true, Length = int.MaxValue };
        return entry.Rows;
    }

    private sealed class Entry(Tensor rows)
    {
        public Tensor Rows { get; set; } = rows;

        public int Length { get; set; }

        public bool IsMemory { get; init; }
    }
}

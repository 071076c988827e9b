using Crucible.Tensors;
using static System.FormattableString;

namespace Crucible.Layers;

/// <summary>
/// What recurrent layers hand on from step to step and from one part of a sequence to the next. Learning reaches back
/// through it as far as it was computed; <see cref="Detach"/> ends that (truncated backpropagation through time).
/// </summary>
/// <param name="hidden">h of every layer, the lowest first, and with two directions each layer's reversed one behind the
/// other: [B, size] each.</param>
/// <param name="cells">c of the same, [B, size] each, for an LSTM; null for others.</param>
public sealed class RecurrentState(IReadOnlyList<Tensor> hidden, IReadOnlyList<Tensor>? cells = null)
{
    /// <summary>
    /// h of every layer, the lowest first, and with two directions each layer's reversed one behind the other: [B, size]
    /// each.
    /// </summary>
    public IReadOnlyList<Tensor> Hidden { get; } = hidden;

    /// <summary>c of the same; empty for layers that have none.</summary>
    public IReadOnlyList<Tensor> Cells { get; } = cells ?? [];

    /// <summary>h of the highest layer, [B, size].</summary>
    public Tensor Top => Hidden[^1];

    /// <summary>The same values outside of any graph: no gradient reaches back through them.</summary>
    /// <returns>The state to go on from.</returns>
    public RecurrentState Detach() => Map(tensor => tensor.Detach());

    /// <summary>The states of some examples in a given order, as a search needs them.</summary>
    /// <param name="examples">Numbers of examples from 0; the same may come many times.</param>
    /// <returns>The state of as many examples.</returns>
    /// <exception cref="ShapeException">A number is out of range.</exception>
    public RecurrentState Rows(params int[] examples) => Map(tensor => tensor.Rows(examples));

    private RecurrentState Map(Func<Tensor, Tensor> change) => new([.. Hidden.Select(change)], [.. Cells.Select(change)]);
}

/// <summary>Walks through the states of a stack's cells and puts the next ones together.</summary>
/// <param name="layer">The layer, for messages.</param>
/// <param name="hasCells">Whether its cells have a cell state.</param>
/// <param name="first">The states to begin from; null for zeros.</param>
/// <param name="count">How many cells there are.</param>
internal sealed class StateBuilder(Layer layer, bool hasCells, RecurrentState? first, int count)
{
    private readonly List<Tensor> hidden = [];
    private readonly List<Tensor> cells = [];

    /// <summary>h of the next cell.</summary>
    public Tensor? Hidden => first?.Hidden[hidden.Count];

    /// <summary>c of the next cell.</summary>
    public Tensor? Cell => first?.Cells[hidden.Count];

    /// <summary>The states that were added.</summary>
    public RecurrentState Result => new(hidden, cells);

    /// <summary>Refuses a state that is another layer's.</summary>
    public void Check()
    {
        if (first is null) return;
        Check("hidden", count, first.Hidden.Count);
        Check("cell", hasCells ? count : 0, first.Cells.Count);
    }

    /// <summary>Takes up the last state of the next cell.</summary>
    public void Add(Tensor nextHidden, Tensor? nextCell = null)
    {
        hidden.Add(nextHidden);
        if (nextCell is not null) cells.Add(nextCell);
    }

    private void Check(string kind, int wanted, int found)
    {
        if (wanted != found)
            throw Errors.Option(layer.Label, "state", Invariant($"one with {wanted} {kind} states, as the layer's own"), found);
    }
}

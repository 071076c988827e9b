using Crucible.Tensors;

namespace Crucible.Layers;

/// <summary>
/// Recurrent layers over whole sequences x [B, T, inputs], batch first: a stack of cells <c>layer[0]</c>,
/// <c>layer[1]</c>, … and, with two directions, <c>reverse[0]</c>, … that read each sequence from its own end, whose
/// outputs stand behind the others': y [B, T, size] or [B, T, 2·size]. Only the steps that a sequence has are
/// computed: what stands behind its length is not read, costs nothing, and shows 0 in y.
/// </summary>
/// <example><code>
/// let encoder = Gru(64, 128, generator, RecurrentOptions(IsBidirectional = true))          // F#
/// let states, last = encoder.Forward(x, null, [| 7; 4; 2 |], pass)                         // [3, 7, 256]
/// </code></example>
public abstract class Recurrent : Layer
{
    private readonly RecurrentCell[] cells;
    private readonly RecurrentCell[] reversed;
    private readonly double dropout;

    private protected Recurrent(int inputs, int size, RecurrentOptions options, Func<int, RecurrentCell> create)
    {
        if (options.Layers < 1) throw Errors.Option(Label, "layers", "1 or more", options.Layers);
        dropout = options.Dropout is >= 0.0 and < 1.0
            ? options.Dropout
            : throw Errors.Option(Label, nameof(dropout), "at least 0 and below 1", options.Dropout);
        (Inputs, Size) = (inputs, size);
        int InputsOf(int layer) => layer == 0 ? inputs : options.IsBidirectional ? 2 * size : size;
        cells = ChildList("layer", Enumerable.Range(0, options.Layers).Select(layer => create(InputsOf(layer))));
        reversed = options.IsBidirectional
            ? ChildList("reverse", Enumerable.Range(0, options.Layers).Select(layer => create(InputsOf(layer))))
            : [];
    }

    /// <summary>Channels of the input.</summary>
    public int Inputs { get; }

    /// <summary>Units of each layer in each direction.</summary>
    public int Size { get; }

    /// <summary>Layers.</summary>
    public int Layers => cells.Length;

    /// <summary>Whether there are two directions.</summary>
    public bool IsBidirectional => reversed.Length > 0;

    /// <summary>Runs over sequences of different lengths, or goes on from where others ended.</summary>
    /// <param name="x">The input [B, T, inputs].</param>
    /// <param name="state">The state before the first step; null for zeros.</param>
    /// <param name="lengths">The steps that each sequence has, from 0 to T; null when all have T.</param>
    /// <param name="pass">Training or evaluation.</param>
    /// <returns>
    /// y [B, T, size], with two directions [B, T, 2·size], 0 at padded steps; and the state after the last step of each
    /// sequence (of a reversed one, after its first), which is the one before where the length is 0.
    /// </returns>
    /// <exception cref="CrucibleException">Input, lengths or state do not fit.</exception>
    public Tuple<Tensor, RecurrentState> Forward(Tensor x, RecurrentState? state, IReadOnlyList<int>? lengths, Pass pass)
    {
        StateBuilder states = new(this, cells[0].HasCellState, state, cells.Length + reversed.Length);
        Tensor outputs = Run(pass, () => Compute(x, states, lengths, pass));
        return Tuple.Create(outputs, states.Result);
    }

    /// <summary>Takes one step, as a decoder does.</summary>
    /// <param name="x">The input [B, inputs].</param>
    /// <param name="state">The state after the step before; null for zeros.</param>
    /// <param name="pass">Training or evaluation.</param>
    /// <returns>The output [B, size] and the state after the step: the same bits as in a whole sequence.</returns>
    /// <exception cref="CrucibleException">Input or state do not fit, or there are two directions.</exception>
    public Tuple<Tensor, RecurrentState> Step(Tensor x, RecurrentState? state, Pass pass)
    {
        return Step(state, pass, states =>
        {
            if (x.Rank != 2) throw Errors.StepInput(Label, Inputs, x.Shape);
            return Compute(x.Unsqueeze(1), states, null, pass).Squeeze(1);
        });
    }

    /// <summary>
    /// What channels of the input, from one on, add to the gates of the lowest layer, with its bias where they are the first:
    /// for <see cref="MappedStep"/>, where they are known before the step.
    /// </summary>
    /// <param name="x">Those channels [… C].</param>
    /// <param name="from">Their first.</param>
    /// <returns>[… gates·size].</returns>
    internal Tensor Map(Tensor x, int from) =>
        x.Linear(cells[0].Weight.Slice(0, from, from + x.Shape[-1]), from == 0 ? cells[0].Bias : null);

    /// <summary>Takes one step from what all channels of the input add to the gates of the lowest layer, [B, gates·size].</summary>
    internal Tuple<Tensor, RecurrentState> MappedStep(Tensor mapped, RecurrentState? state, Pass pass) => Step(state, pass, states =>
    {
        states.Check();
        Tensor lowest = cells[0].MappedSequence(mapped.Unsqueeze(1), states, new(), pass);
        return Above(lowest, 0, states, null, pass).Squeeze(1);
    });

    /// <inheritdoc/>
    protected override Tensor Compute(Tensor x, Pass pass) => Forward(x, null, null, pass).Item1;

    private Tensor Compute(Tensor x, StateBuilder states, IReadOnlyList<int>? lengths, Pass pass)
    {
        if (x.Rank != 3 || x.Shape[2] != Inputs) throw Errors.RecurrentInput(Label, Inputs, x.Shape);
        states.Check();
        return Above(OfLayer(0, x, states, lengths, pass), 0, states, lengths, pass);
    }

    private Tensor OfLayer(int layer, Tensor x, StateBuilder states, IReadOnlyList<int>? lengths, Pass pass)
    {
        Tensor y = cells[layer].Sequence(x, states, new() { Lengths = lengths }, pass);
        return IsBidirectional
            ? Tensor.Concat([y, reversed[layer].Sequence(x, states, new() { Lengths = lengths, IsReversed = true }, pass)], 2)
            : y;
    }

    /// <summary>The layers above one, of its outputs.</summary>
    private Tensor Above(Tensor y, int layer, StateBuilder states, IReadOnlyList<int>? lengths, Pass pass)
    {
        while (++layer < cells.Length)
            y = OfLayer(layer, pass.IsTraining ? y.Dropout(dropout, pass.Generator) : y, states, lengths, pass);
        return y;
    }

    private Tuple<Tensor, RecurrentState> Step(RecurrentState? state, Pass pass, Func<StateBuilder, Tensor> step)
    {
        StateBuilder states = new(this, cells[0].HasCellState, state, cells.Length);
        Tensor output = Run(pass, () => IsBidirectional
            ? throw Errors.Option(Label, "isBidirectional", "false to go step by step", true)
            : step(states));
        return Tuple.Create(output, states.Result);
    }
}

/// <summary>Layers of <see cref="RnnCell"/>s over whole sequences.</summary>
public sealed class Rnn : Recurrent
{
    /// <summary>Layers with fresh parameters.</summary>
    /// <param name="inputs">Channels of the input, 1 or more.</param>
    /// <param name="size">Units of each layer in each direction, 1 or more.</param>
    /// <param name="generator">Where the first values come from; its state moves on.</param>
    /// <param name="options">Layers, directions, dropout, initializers, element type.</param>
    /// <exception cref="OptionException">A number is out of range.</exception>
    public Rnn(int inputs, int size, Generator generator, RecurrentOptions? options = null)
        : base(inputs, size, options ??= new(), from => new RnnCell(from, size, generator, options))
    {
    }
}

/// <summary>Layers of <see cref="LstmCell"/>s over whole sequences.</summary>
public sealed class Lstm : Recurrent
{
    /// <summary>Layers with fresh parameters.</summary>
    /// <param name="inputs">Channels of the input, 1 or more.</param>
    /// <param name="size">Units of each layer in each direction, 1 or more.</param>
    /// <param name="generator">Where the first values come from; its state moves on.</param>
    /// <param name="options">Layers, directions, dropout, initializers, element type.</param>
    /// <exception cref="OptionException">A number is out of range.</exception>
    public Lstm(int inputs, int size, Generator generator, RecurrentOptions? options = null)
        : base(inputs, size, options ??= new(), from => new LstmCell(from, size, generator, options))
    {
    }
}

/// <summary>Layers of <see cref="GruCell"/>s over whole sequences.</summary>
public sealed class Gru : Recurrent
{
    /// <summary>Layers with fresh parameters.</summary>
    /// <param name="inputs">Channels of the input, 1 or more.</param>
    /// <param name="size">Units of each layer in each direction, 1 or more.</param>
    /// <param name="generator">Where the first values come from; its state moves on.</param>
    /// <param name="options">Layers, directions, dropout, initializers, element type.</param>
    /// <exception cref="OptionException">A number is out of range.</exception>
    public Gru(int inputs, int size, Generator generator, RecurrentOptions? options = null)
        : base(inputs, size, options ??= new(), from => new GruCell(from, size, generator, options))
    {
    }
}

/// <summary>Options of <see cref="Rnn"/>, <see cref="Lstm"/> and <see cref="Gru"/>: <c>RecurrentOptions(Layers = 2)</c>.</summary>
public sealed class RecurrentOptions : RecurrentCellOptions
{
    /// <summary>Layers, each of which reads the outputs of the one below, 1 or more.</summary>
    public int Layers { get; init; } = 1;

    /// <summary>Whether a second row of cells reads each sequence from its end to its start.</summary>
    public bool IsBidirectional { get; init; }

    /// <summary>The probability with which an output of any layer but the highest is dropped in training, at least 0 and below 1.</summary>
    public double Dropout { get; init; }
}

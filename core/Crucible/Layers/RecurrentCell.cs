using Crucible.Tensors;
using static System.FormattableString;

namespace Crucible.Layers;

/// <summary>
/// One layer of recurrent units in one direction: <c>weight</c> W [inputs, gates·size], <c>recurrentWeight</c> R [size,
/// gates·size], <c>bias</c> b [gates·size]. The weights begin uniform on ±1/√size, as in PyTorch, biases at 0.
/// </summary>
public abstract class RecurrentCell : Layer
{
    private readonly RecurrentKind kind;

    private protected RecurrentCell(RecurrentKind kind, int inputs, int size, Generator generator, RecurrentCellOptions options)
    {
        if (inputs < 1) throw Errors.Option(Label, nameof(inputs), "1 or more", inputs);
        if (size < 1) throw Errors.Option(Label, nameof(size), "1 or more", size);
        (Inputs, Size) = (inputs, size);
        this.kind = kind;
        int gates = RecurrentCall.GatesOf(kind);
        double bound = 1.0 / Math.Sqrt(size);
        Initializer uniform = Initializer.Uniform(-bound, bound);
        Weight = Parameter("weight", (options.Weight ?? uniform).Create([inputs, gates * size], options.DType, generator));
        RecurrentWeight =
            Parameter("recurrentWeight", (options.RecurrentWeight ?? uniform).Create([size, gates * size], options.DType, generator));
        Bias = Parameter("bias", (options.Bias ?? Initializer.Zeros).Create([gates * size], options.DType, generator));
    }

    /// <summary>Channels of the input.</summary>
    public int Inputs { get; }

    /// <summary>Units: channels of the output.</summary>
    public int Size { get; }

    /// <summary>W [inputs, gates·size].</summary>
    public Tensor Weight { get; }

    /// <summary>R [size, gates·size].</summary>
    public Tensor RecurrentWeight { get; }

    /// <summary>b [gates·size].</summary>
    public Tensor Bias { get; }

    /// <summary>Whether there is a cell state beside the hidden one.</summary>
    internal bool HasCellState => kind == RecurrentKind.Lstm;

    /// <summary>Takes one step.</summary>
    /// <param name="x">The input [B, inputs].</param>
    /// <param name="state">The state after the step before; null for zeros.</param>
    /// <param name="pass">Training or evaluation.</param>
    /// <returns>The state after it, whose <see cref="RecurrentState.Top"/> is the output [B, size].</returns>
    /// <exception cref="CrucibleException">Input or state do not fit.</exception>
    public RecurrentState Step(Tensor x, RecurrentState? state, Pass pass)
    {
        StateBuilder last = new(this, HasCellState, state, 1);
        Run(pass, () =>
        {
            if (x.Rank != 2) throw Errors.StepInput(Label, Inputs, x.Shape);
            last.Check();
            Apply(x.Unsqueeze(1), isMapped: false, last, new());
            return last.Result.Top;
        });
        return last.Result;
    }

    /// <inheritdoc/>
    public override string ToString() => Invariant($"{GetType().Name}({Inputs}, {Size})");

    /// <summary>Runs over sequences [B, T, inputs] from the next state of a builder, which takes the last one up.</summary>
    internal Tensor Sequence(Tensor x, StateBuilder states, RecurrenceOptions options, Pass pass) =>
        Run(pass, () => Apply(x, isMapped: false, states, options));

    /// <summary>The same of inputs that are x·W + b already, [B, T, gates·size].</summary>
    internal Tensor MappedSequence(Tensor mapped, StateBuilder states, RecurrenceOptions options, Pass pass) =>
        Run(pass, () => Apply(mapped, isMapped: true, states, options));

    /// <summary>One step from the state of zeros.</summary>
    /// <param name="x">The input [B, inputs].</param>
    /// <param name="pass">Training or evaluation.</param>
    /// <returns>h [B, size].</returns>
    protected override Tensor Compute(Tensor x, Pass pass) => Step(x, null, pass).Top;

    /// <summary>What the operation takes besides: c before the first step, or the candidate's bias.</summary>
    private protected virtual Tensor? Extra(StateBuilder states) => null;

    private Tensor Apply(Tensor x, bool isMapped, StateBuilder states, RecurrenceOptions options)
    {
        RecurrentCall call = RecurrentCall.Of(
            kind, x, isMapped ? null : (Weight, Bias), RecurrentWeight, states.Hidden, Extra(states), options);
        Tensor all = Recurrence.Forward(call);
        states.Add(call.Last(all, 0), HasCellState ? call.Last(all, 1) : null);
        return call.Outputs(all);
    }
}

/// <summary>One layer of units h′ = tanh(x·W + h·R + b). Elman 1990.</summary>
public sealed class RnnCell : RecurrentCell
{
    /// <summary>A cell with fresh parameters.</summary>
    /// <param name="inputs">Channels of the input, 1 or more.</param>
    /// <param name="size">Units, 1 or more.</param>
    /// <param name="generator">Where the first values come from; its state moves on.</param>
    /// <param name="options">Initializers, element type.</param>
    /// <exception cref="OptionException">A size is below 1.</exception>
    public RnnCell(int inputs, int size, Generator generator, RecurrentCellOptions? options = null)
        : base(RecurrentKind.Rnn, inputs, size, generator, options ?? new())
    {
    }
}

/// <summary>
/// One layer of long short-term memory: with i, f, g, o = x·W + h·R + b side by side, c′ = σ(f)·c + σ(i)·tanh(g) and
/// h′ = σ(o)·tanh(c′). Hochreiter and Schmidhuber 1997; Gers et al. 2000. A bias of 1 for the forget gate
/// (<c>RecurrentCellOptions(Bias = LstmCell.RememberingBias)</c>) lets it remember from the start.
/// </summary>
public sealed class LstmCell : RecurrentCell
{
    /// <summary>A cell with fresh parameters.</summary>
    /// <param name="inputs">Channels of the input, 1 or more.</param>
    /// <param name="size">Units, 1 or more.</param>
    /// <param name="generator">Where the first values come from; its state moves on.</param>
    /// <param name="options">Initializers, element type.</param>
    /// <exception cref="OptionException">A size is below 1.</exception>
    public LstmCell(int inputs, int size, Generator generator, RecurrentCellOptions? options = null)
        : base(RecurrentKind.Lstm, inputs, size, generator, options ?? new())
    {
    }

    /// <summary>1 for the forget gate, 0 for the others. Jozefowicz et al. 2015.</summary>
    public static Initializer RememberingBias { get; } = new("rememberingBias", (shape, dtype, _) =>
        Tensor.Init(shape, index => index[0] / (shape[0] / 4) == 1 ? 1.0 : 0.0, dtype));

    private protected override Tensor? Extra(StateBuilder states) => states.Cell;
}

/// <summary>
/// One layer of gated recurrent units, PyTorch's variant: with r, z, n = x·W + b and r′, z′, n′ = h·R side by side and b′
/// <c>candidateBias</c> [size], ñ = tanh(n + σ(r + r′)·(n′ + b′)) and h′ = (1 - u)·ñ + u·h with u = σ(z + z′). Cho et
/// al. 2014, with the reset gate applied after the product.
/// </summary>
public sealed class GruCell : RecurrentCell
{
    /// <summary>A cell with fresh parameters.</summary>
    /// <param name="inputs">Channels of the input, 1 or more.</param>
    /// <param name="size">Units, 1 or more.</param>
    /// <param name="generator">Where the first values come from; its state moves on.</param>
    /// <param name="options">Initializers, element type.</param>
    /// <exception cref="OptionException">A size is below 1.</exception>
    public GruCell(int inputs, int size, Generator generator, RecurrentCellOptions? options = null)
        : base(RecurrentKind.Gru, inputs, size, generator, options ??= new()) =>
        CandidateBias = Parameter("candidateBias", (options.Bias ?? Initializer.Zeros).Create([size], options.DType, generator));

    /// <summary>b′ [size].</summary>
    public Tensor CandidateBias { get; }

    private protected override Tensor? Extra(StateBuilder states) => CandidateBias;
}

/// <summary>Options of recurrent cells.</summary>
public class RecurrentCellOptions
{
    /// <summary>First values of the weight of the inputs; null for uniform on ±1/√size.</summary>
    public Initializer? Weight { get; init; }

    /// <summary>First values of the weight of the state; null for uniform on ±1/√size.</summary>
    public Initializer? RecurrentWeight { get; init; }

    /// <summary>First values of the biases; null for 0.</summary>
    public Initializer? Bias { get; init; }

    /// <summary>Element type of the parameters: float32 or float64.</summary>
    public DType DType { get; init; } = DType.Float32;
}

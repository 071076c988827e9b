using static System.FormattableString;

namespace Crucible.Tensors;

/// <summary>One application of a recurrent layer: operands, and the order in which their rows are computed.</summary>
internal sealed class RecurrentCall
{
    private RecurrentCall(RecurrentKind kind, bool isMapped, PackedSequences sequences, Tensor[] inputs)
    {
        (Kind, IsMapped, Sequences, Inputs) = (kind, isMapped, sequences, inputs);
        (Batch, Steps, Channels, Size) = (X.Shape[0], X.Shape[1], X.Shape[2], RecurrentWeight.Shape[0]);
    }

    public RecurrentKind Kind { get; }

    /// <summary>Whether x is multiplied by W already, and b added.</summary>
    public bool IsMapped { get; }

    /// <summary>Which rows of the input there are, and in which order.</summary>
    public PackedSequences Sequences { get; }

    /// <summary>
    /// x, R and h before the first step; c before it, or the candidate's bias, where the kind has one; W and b where x is not
    /// mapped.
    /// </summary>
    public Tensor[] Inputs { get; }

    public Tensor X => Inputs[0];

    public Tensor RecurrentWeight => Inputs[1];

    public Tensor Hidden => Inputs[2];

    /// <summary>c before the first step, or the candidate's bias.</summary>
    public Tensor? Extra => Kind == RecurrentKind.Rnn ? null : Inputs[3];

    public Tensor? Weight => IsMapped ? null : Inputs[^2];

    public Tensor? Bias => IsMapped ? null : Inputs[^1];

    public DType DType => X.DType;

    /// <summary>B.</summary>
    public int Batch { get; }

    /// <summary>T.</summary>
    public int Steps { get; }

    /// <summary>C.</summary>
    public int Channels { get; }

    /// <summary>H.</summary>
    public int Size { get; }

    /// <summary>Blocks of H columns of the weights.</summary>
    public int Gates => GatesOf(Kind);

    /// <summary>How many states there are to hand on: h, and c where there is one.</summary>
    public int States => Kind == RecurrentKind.Lstm ? 2 : 1;

    /// <summary>h of every step, and behind them the states after the last one: [B, T + states, H].</summary>
    public Shape OutputShape => Shape.From(Batch, Steps + States, Size);

    /// <summary>The operation's name.</summary>
    public string Name => NameOf(Kind);

    /// <summary>Checks and puts together.</summary>
    /// <param name="kind">The cells.</param>
    /// <param name="x">x [B, T, C]; without a map, what it makes of it, [B, T, gates·H].</param>
    /// <param name="map">W and b.</param>
    /// <param name="recurrentWeight">R.</param>
    /// <param name="hidden">h before the first step; null for zeros.</param>
    /// <param name="extra">c before the first step, null for zeros, or the candidate's bias.</param>
    /// <param name="options">Lengths, direction.</param>
    public static RecurrentCall Of(
        RecurrentKind kind, Tensor x, (Tensor Weight, Tensor Bias)? map, Tensor recurrentWeight, Tensor? hidden, Tensor? extra,
        RecurrenceOptions options)
    {
        string name = NameOf(kind);
        x.RequireFloat(name);
        if (x.Rank != 3) throw Errors.Shape(Invariant($"{name}: the input must be [examples, steps, channels], but is {x.Shape}"));
        if (recurrentWeight.Rank != 2 || recurrentWeight.Shape[1] != GatesOf(kind) * recurrentWeight.Shape[0])
            throw Errors.Shape(Invariant($"{name}: the recurrent weight must be [size, {GatesOf(kind)} times size],")
                + Invariant($" but is {recurrentWeight.Shape}"));
        (int batch, int size, int gates) = (x.Shape[0], recurrentWeight.Shape[0], recurrentWeight.Shape[1]);
        if (map is var (weight, bias))
        {
            Require(name, "the weight", weight, x.DType, x.Shape[2], gates);
            Require(name, "the recurrent weight", recurrentWeight, x.DType, size, gates);
            Require(name, "the bias", bias, x.DType, gates);
        }
        else
        {
            Require(name, "the recurrent weight", recurrentWeight, x.DType, size, gates);
            Require(name, "the mapped input", x, x.DType, batch, x.Shape[1], gates);
        }

        hidden ??= Tensor.Zeros([batch, size], x.DType);
        Require(name, "the hidden state", hidden, x.DType, batch, size);
        PackedSequences sequences = PackedSequences.Of(name, batch, x.Shape[1], options);
        switch (kind)
        {
            case RecurrentKind.Rnn: break;
            case RecurrentKind.Lstm:
                extra ??= Tensor.Zeros([batch, size], x.DType);
                Require(name, "the cell state", extra, x.DType, batch, size);
                break;
            case RecurrentKind.Gru: Require(name, "the candidate's bias", extra!, x.DType, size); break;
            default: throw Naming.NoMember(name, kind);
        }

        Tensor[] states = kind == RecurrentKind.Rnn ? [hidden] : [hidden, extra!];
        Tensor[] mapping = map is var (ofInputs, added) ? [ofInputs, added] : [];
        return new(kind, map is null, sequences, [x, recurrentWeight, .. states, .. mapping]);
    }

    /// <summary>The same call on other tensors of the same sizes.</summary>
    public RecurrentCall With(Tensor[] inputs) => new(Kind, IsMapped, Sequences, inputs);

    /// <summary>The rows of [B·(T + states), H] that the packed rows are.</summary>
    public int[] Places => [.. Sequences.Positions.Select(position => position + (position / Steps * States))];

    /// <summary>The rows of [B·(T + states), H] that hold a state after the last step, in packed order.</summary>
    public int[] LastPlaces(int state) => [.. Sequences.Examples.Select(example => (example * (Steps + States)) + Steps + state)];

    /// <summary>h of every step, [B, T, H].</summary>
    public Tensor Outputs(Tensor states) => states.Slice(1, 0, Steps);

    /// <summary>A state after the last step, [B, H].</summary>
    public Tensor Last(Tensor states, int state) => states.Select(1, Steps + state);

    /// <summary>Blocks of H columns of a kind's weights.</summary>
    public static int GatesOf(RecurrentKind kind) => kind switch
    {
        RecurrentKind.Rnn => Kernels.RnnStep.Gates,
        RecurrentKind.Lstm => Kernels.LstmStep.Gates,
        RecurrentKind.Gru => Kernels.GruStep.Gates,
        _ => throw Naming.NoMember("recurrence", kind),
    };

    private static string NameOf(RecurrentKind kind) => kind switch
    {
        RecurrentKind.Rnn => Kernels.RnnStep.Name,
        RecurrentKind.Lstm => Kernels.LstmStep.Name,
        RecurrentKind.Gru => Kernels.GruStep.Name,
        _ => throw Naming.NoMember("recurrence", kind),
    };

    private static void Require(string name, string what, Tensor tensor, DType dtype, params int[] sizes)
    {
        if (tensor.DType != dtype) throw Errors.DTypes(name, dtype, tensor.DType);
        if (!tensor.Shape.Equals(Shape.From(sizes)))
            throw Errors.Shape(Invariant($"{name}: {what} must be {Shape.From(sizes)}, but is {tensor.Shape}"));
    }
}

/// <summary>
/// Sequences of different lengths without their padding: rows of step 0 of all sequences, the longest first, then those
/// of step 1 of all that are longer than 1, and so on.
/// </summary>
internal sealed class PackedSequences
{
    private PackedSequences(int batch, int steps, int[] lengths, bool isReversed)
    {
        Examples = [.. Enumerable.Range(0, batch).OrderByDescending(example => lengths[example])];
        int longest = batch == 0 ? 0 : lengths[Examples[0]];
        Running = new int[longest];
        First = new int[longest];
        for (int step = 0, running = batch; step < longest; step++)
        {
            while (lengths[Examples[running - 1]] <= step) running--;
            (Running[step], First[step]) = (running, Count);
            Count += running;
        }

        (Positions, Last) = (new int[Count], new int[batch]);
        for (int row = 0; row < batch; row++)
        {
            (int example, int length) = (Examples[row], lengths[Examples[row]]);
            Last[row] = length == 0 ? -1 : First[length - 1] + row;
            for (int step = 0; step < length; step++)
                Positions[First[step] + row] = (example * steps) + (isReversed ? length - 1 - step : step);
        }
    }

    /// <summary>The examples in the order in which they are packed.</summary>
    public int[] Examples { get; }

    /// <summary>How many sequences have each step.</summary>
    public int[] Running { get; }

    /// <summary>The packed row with which each step begins.</summary>
    public int[] First { get; }

    /// <summary>The row of [B·T, …] that each packed row is.</summary>
    public int[] Positions { get; }

    /// <summary>The packed row of the last step of each sequence, in packed order; -1 where there is none.</summary>
    public int[] Last { get; }

    /// <summary>All packed rows.</summary>
    public int Count { get; }

    public static PackedSequences Of(string name, int batch, int steps, RecurrenceOptions options)
    {
        int[] lengths = options.Lengths is null ? [.. Enumerable.Repeat(steps, batch)] : [.. options.Lengths];
        if (lengths.Length != batch)
            throw Errors.Option(name, "lengths", Invariant($"one number for each of the {batch} examples"), lengths.Length);
        foreach (int length in lengths)
            if (length < 0 || length > steps) throw Errors.Option(name, "length", Invariant($"from 0 to {steps}, the steps"), length);
        return new(batch, steps, lengths, options.IsReversed);
    }
}

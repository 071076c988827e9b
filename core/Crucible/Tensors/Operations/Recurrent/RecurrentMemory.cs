using Crucible.Kernels;

namespace Crucible.Tensors;

/// <summary>What a recurrent layer computes for its packed rows, and its derivative reads.</summary>
internal sealed unsafe class RecurrentMemory
{
    private readonly RecurrentCall call;
    private readonly PackedSequences sequences;
    private readonly int[] places; // the row of the outputs [B·(T + states), H] that each packed row is
    private readonly int width; // of a row of gates
    private readonly Tensor? rows; // x [N, C], to map
    private readonly Tensor gates; // [N, width]
    private readonly Tensor hidden; // h before each step [N, H]
    private readonly Tensor? cells; // c after each step [N, H]
    private readonly Tensor? firstCells; // c before the first step, in packed order [B, H]

    public RecurrentMemory(RecurrentCall call)
    {
        (this.call, sequences) = (call, call.Sequences);
        places = call.Places;
        int blocks = call.Kind switch
        {
            RecurrentKind.Rnn => RnnStep.Blocks,
            RecurrentKind.Lstm => LstmStep.Blocks,
            RecurrentKind.Gru => GruStep.Blocks,
            _ => throw Naming.NoMember(call.Name, call.Kind),
        };
        int columns = blocks * call.Size;
        width = call.DType == DType.Float32 ? Kernels.Recurrence.WidthOf<float>(columns) : Kernels.Recurrence.WidthOf<double>(columns);
        rows = call.IsMapped ? null : Allocate(sequences.Count, call.Channels);
        gates = Allocate(sequences.Count, width);
        hidden = Allocate(sequences.Count, call.Size);
        if (call.Kind != RecurrentKind.Lstm) return;
        cells = Allocate(sequences.Count, call.Size);
        firstCells = Allocate(call.Batch, call.Size);
    }

    /// <summary>h of every step and the states after the last one, [B, T + states, H].</summary>
    public Tensor Run() => call.DType == DType.Float32 ? Run<float>() : Run<double>();

    /// <summary>The gradients of the call's inputs that are wanted.</summary>
    public Tensor?[] Gradients(Tensor gradient, bool[] wanted) =>
        call.DType == DType.Float32 ? Gradients<float>(gradient, wanted) : Gradients<double>(gradient, wanted);

    public void Release()
    {
        rows?.Storage.Release();
        gates.Storage.Release();
        hidden.Storage.Release();
        cells?.Storage.Release();
        firstCells?.Storage.Release();
    }

    private Tensor Run<T>()
        where T : unmanaged
    {
        (int count, int size, int columns) = (sequences.Count, call.Size, call.Gates * call.Size);
        Tensor result = Tensor.Allocate(call.OutputShape, call.DType);
        if (count < call.Batch * call.Steps) result.FillInPlace(0.0);
        if (count > 0)
        {
            int running = sequences.Running[0];
            Span<T> first = hidden.Data<T>()[..(running * size)];
            Kernels.Gather.Rows<T>(call.Hidden.Data<T>(), 1, call.Batch, size, sequences.Examples.AsSpan(0, running), first);
        }

        if (firstCells is not null)
            Kernels.Gather.Rows<T>(call.Extra!.Data<T>(), 1, call.Batch, size, sequences.Examples, firstCells.Data<T>());
        Map<T>(count, columns);
        Walk<T>(result, null, null, null, null);
        CopyLast(result.Data<T>(), 0, call.Hidden.Data<T>(), result.Data<T>(), row => places[row]);
        if (cells is not null) CopyLast(result.Data<T>(), 1, call.Extra!.Data<T>(), cells.Data<T>(), row => row);
        return result;
    }

    /// <summary>What the inputs of all steps add to the gates: x·W + b, or x where it is that already.</summary>
    private void Map<T>(int count, int columns)
        where T : unmanaged
    {
        if (rows is null)
        {
            for (int row = 0; row < count; row++)
                call.X.Data<T>().Slice(sequences.Positions[row] * columns, columns).CopyTo(gates.Data<T>()[(row * width)..]);
            return;
        }

        if (count > 0)
            Kernels.Gather.Rows<T>(call.X.Data<T>(), 1, call.Batch * call.Steps, call.Channels, sequences.Positions, rows.Data<T>());
        fixed (T* x = rows.Data<T>(), weight = call.Weight!.Data<T>(), bias = call.Bias!.Data<T>(), to = gates.Data<T>())
            Kernels.MatMul.Multiply(
                count, columns, call.Channels, x, call.Channels, false, weight, columns, false, to, width, bias: bias);
    }

    /// <summary>Copies a state after the last step of each sequence behind its outputs.</summary>
    private void CopyLast<T>(Span<T> result, int state, ReadOnlySpan<T> first, ReadOnlySpan<T> source, Func<int, int> rowOf)
    {
        int size = call.Size;
        int[] to = call.LastPlaces(state);
        for (int row = 0; row < call.Batch; row++)
        {
            int last = sequences.Last[row];
            ReadOnlySpan<T> from =
                last < 0 ? first.Slice(sequences.Examples[row] * size, size) : source.Slice(rowOf(last) * size, size);
            from.CopyTo(result[(to[row] * size)..]);
        }
    }

    private Tensor?[] Gradients<T>(Tensor gradient, bool[] wanted)
        where T : unmanaged
    {
        Tensor gateGradients = Allocate(sequences.Count, width);
        Tensor hiddenGradients = LastGradients<T>(gradient, 0);
        Tensor? cellGradients = cells is null ? null : LastGradients<T>(gradient, 1);
        Walk<T>(null, gradient, gateGradients, hiddenGradients, cellGradients);

        Tensor?[] found = new Tensor?[wanted.Length];
        (int columns, int extra, int weight, int bias) = (call.Gates * call.Size, 3, wanted.Length - 2, wanted.Length - 1);
        bool hasCandidateBias = call.Kind == RecurrentKind.Gru, wantsBias = !call.IsMapped && wanted[bias];
        if (wanted[0]) found[0] = call.IsMapped ? MappedGradient<T>(gateGradients) : InputGradient<T>(gateGradients);
        if (wanted[1]) found[1] = Product<T>(hidden, gateGradients, call.RecurrentWeight.Shape, RecurrentBlock);
        if (wanted[2]) found[2] = Unsorted<T>(hiddenGradients);
        if (cellGradients is not null && wanted[extra]) found[extra] = Unsorted<T>(cellGradients);
        if (rows is not null && wanted[weight]) found[weight] = Product<T>(rows, gateGradients, call.Weight!.Shape, block => block);
        if (wantsBias || (hasCandidateBias && wanted[extra]))
        {
            Tensor sums = gateGradients.Sum(0);
            if (wantsBias) found[bias] = sums.Slice(0, 0, columns);
            if (hasCandidateBias && wanted[extra])
                found[extra] = sums.Slice(0, GruStep.Block(2) * call.Size, (GruStep.Block(2) + 1) * call.Size);
        }

        return found;
    }

    private int RecurrentBlock(int gate) => call.Kind == RecurrentKind.Gru ? GruStep.Block(gate) : gate;

    /// <summary>The gradient of a state after the last step, in packed order [B, H].</summary>
    private Tensor LastGradients<T>(Tensor gradient, int state)
        where T : unmanaged
    {
        Tensor result = Allocate(call.Batch, call.Size);
        int length = call.Batch * (call.Steps + call.States);
        Kernels.Gather.Rows<T>(gradient.Data<T>(), 1, length, call.Size, call.LastPlaces(state), result.Data<T>());
        return result;
    }

    /// <summary>G in its place, [B, T, gates·H]; 0 at padded steps.</summary>
    private Tensor MappedGradient<T>(Tensor gateGradients)
        where T : unmanaged
    {
        Tensor result = Tensor.Zeros(call.X.Shape, call.DType);
        int columns = call.Channels;
        for (int row = 0; row < sequences.Count; row++)
            gateGradients.Data<T>().Slice(row * width, columns).CopyTo(result.Data<T>()[(sequences.Positions[row] * columns)..]);
        return result;
    }

    /// <summary>dx = G·Wᵀ in its place, [B, T, C]; 0 at padded steps.</summary>
    private Tensor InputGradient<T>(Tensor gateGradients)
        where T : unmanaged
    {
        (int count, int columns) = (sequences.Count, call.Gates * call.Size);
        Tensor packed = Allocate(count + 1, call.Channels), result = Tensor.Allocate(call.X.Shape, call.DType);
        packed.Data<T>()[(count * call.Channels)..].Clear(); // what padded steps get
        int[] source = new int[call.Batch * call.Steps];
        Array.Fill(source, count);
        for (int row = 0; row < count; row++) source[sequences.Positions[row]] = row;
        fixed (T* from = gateGradients.Data<T>(), weight = call.Weight!.Data<T>(), to = packed.Data<T>())
            Kernels.MatMul.Multiply(
                count, call.Channels, columns, from, width, false, weight, columns, true, to, call.Channels);
        Kernels.Gather.Rows<T>(packed.Data<T>(), 1, count + 1, call.Channels, source, result.Data<T>());
        return result;
    }

    /// <summary>xᵀ·G over all steps, [… gates·H]: neighbouring blocks of G are one product.</summary>
    private Tensor Product<T>(Tensor x, Tensor gateGradients, Shape shape, Func<int, int> blockOf)
        where T : unmanaged
    {
        Tensor result = Tensor.Allocate(shape, call.DType);
        (int inputs, int size, int columns) = (shape[0], call.Size, shape[1]);
        fixed (T* left = x.Data<T>(), right = gateGradients.Data<T>(), to = result.Data<T>())
        {
            for (int gate = 0, next; gate < call.Gates; gate = next)
            {
                for (next = gate + 1; next < call.Gates && blockOf(next) == blockOf(next - 1) + 1;) next++;
                Kernels.MatMul.Multiply(
                    inputs, (next - gate) * size, sequences.Count, left, inputs, true, right + (blockOf(gate) * size), width, false,
                    to + (gate * size), columns);
            }
        }

        return result;
    }

    /// <summary>Rows [B, H] in packed order, in that of the examples.</summary>
    private Tensor Unsorted<T>(Tensor packed)
        where T : unmanaged
    {
        Tensor result = Tensor.Zeros(packed.Shape, call.DType);
        Kernels.Gather.AddRows<T>(packed.Data<T>(), 1, call.Batch, call.Size, sequences.Examples, result.Data<T>());
        return result;
    }

    /// <summary>Runs the kernel: forward into outputs, or back into gradients.</summary>
    private void Walk<T>(
        Tensor? outputs, Tensor? outputGradients, Tensor? gateGradients, Tensor? hiddenGradients, Tensor? cellGradients)
        where T : unmanaged
    {
        fixed (int* running = sequences.Running, first = sequences.First, place = places)
        fixed (T* weight = call.RecurrentWeight.Data<T>(), gate = gates.Data<T>(), h = hidden.Data<T>(), c = Data<T>(cells),
            firstCell = Data<T>(firstCells), output = Data<T>(outputs), bias = Data<T>(call.Extra))
        fixed (T* outputGradient = Data<T>(outputGradients), gateGradient = Data<T>(gateGradients),
            hiddenGradient = Data<T>(hiddenGradients), cellGradient = Data<T>(cellGradients))
        {
            RecurrenceProblem<T> problem = new()
            {
                Size = call.Size,
                Width = width,
                Steps = sequences.Running.Length,
                Running = running,
                First = first,
                Place = place,
                Weight = weight,
                Bias = bias,
                Gates = gate,
                Hidden = h,
                Cells = c,
                FirstCells = firstCell,
                Outputs = output,
                OutputGradients = outputGradient,
                GateGradients = gateGradient,
                HiddenGradients = hiddenGradient,
                CellGradients = cellGradient,
            };
            Walk(ref problem, isForward: outputs is not null);
        }
    }

    private void Walk<T>(ref RecurrenceProblem<T> problem, bool isForward)
        where T : unmanaged
    {
        switch (call.Kind)
        {
            case RecurrentKind.Rnn: Walk<RnnStep, T>(ref problem, isForward); break;
            case RecurrentKind.Lstm: Walk<LstmStep, T>(ref problem, isForward); break;
            case RecurrentKind.Gru: Walk<GruStep, T>(ref problem, isForward); break;
            default: throw Naming.NoMember(call.Name, call.Kind);
        }
    }

    private static void Walk<TStep, T>(ref RecurrenceProblem<T> problem, bool isForward)
        where TStep : struct, IRecurrentStep
        where T : unmanaged
    {
        if (isForward) Kernels.Recurrence.Forward<TStep, T>(ref problem);
        else Kernels.Recurrence.Backward<TStep, T>(ref problem);
    }

    private static Span<T> Data<T>(Tensor? tensor)
        where T : unmanaged => tensor is null ? default : tensor.Data<T>();

    private Tensor Allocate(int count, int columns) => Tensor.Allocate(Shape.From(count, columns), call.DType);
}

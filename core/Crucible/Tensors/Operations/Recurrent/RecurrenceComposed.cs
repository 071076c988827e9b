namespace Crucible.Tensors;

/// <summary>
/// The derivative of a recurrent layer by tensor operations, for second derivatives: the same steps over the same packed
/// rows.
/// </summary>
internal sealed class RecurrenceComposed
{
    private readonly RecurrentCall call;
    private readonly PackedSequences sequences;
    private readonly Tensor rows; // x [N, C]
    private readonly Step[] steps;

    /// <summary>Runs the steps forward.</summary>
    public RecurrenceComposed(RecurrentCall call)
    {
        (this.call, sequences) = (call, call.Sequences);
        rows = call.X.Reshape(call.Batch * call.Steps, call.Channels).Rows(sequences.Positions);
        Tensor mapped = call.IsMapped ? rows : rows.MatMul(call.Weight!) + call.Bias!; // [N, gates·H]
        Tensor hidden = call.Hidden.Rows(sequences.Examples);
        Tensor? cell = call.Kind == RecurrentKind.Lstm ? call.Extra!.Rows(sequences.Examples) : null;
        steps = new Step[sequences.Running.Length];
        for (int t = 0; t < steps.Length; t++)
        {
            int running = sequences.Running[t];
            Tensor inputs = mapped.Slice(0, sequences.First[t], sequences.First[t] + running);
            steps[t] = Forward(inputs, hidden.Slice(0, 0, running), cell?.Slice(0, 0, running));
            (hidden, cell) = (steps[t].Hidden, steps[t].Cell);
        }
    }

    /// <summary>The gradients of all inputs, as functions of them.</summary>
    /// <param name="gradient">That of outputs and last states, [B, T + states, H].</param>
    public Tensor?[] Gradients(Tensor gradient)
    {
        Tensor flat = gradient.Reshape(call.Batch * (call.Steps + call.States), call.Size);
        Tensor outputs = flat.Rows(call.Places); // [N, H]
        Tensor hidden = flat.Rows(call.LastPlaces(0)); // [B, H]
        Tensor? cell = call.States > 1 ? flat.Rows(call.LastPlaces(1)) : null;
        List<Tensor> ofInputs = [], ofProducts = []; // the gates' gradients, the last step first
        for (int t = steps.Length - 1; t >= 0; t--)
        {
            int running = sequences.Running[t];
            Tensor upstream = hidden.Slice(0, 0, running) + outputs.Slice(0, sequences.First[t], sequences.First[t] + running);
            GateGradients gates = Backward(steps[t], upstream, cell?.Slice(0, 0, running));
            ofInputs.Insert(0, gates.OfInputs);
            ofProducts.Insert(0, gates.OfProducts);
            Tensor before = gates.OfProducts.MatMul(call.RecurrentWeight, transposeB: true);
            hidden = WithRest(gates.Hidden is { } direct ? before + direct : before, hidden);
            if (cell is not null) cell = WithRest(gates.Cell!, cell);
        }

        return Gathered(Joined(ofInputs), Joined(ofProducts), hidden, cell);
    }

    private Tensor?[] Gathered(Tensor ofInputs, Tensor ofProducts, Tensor hidden, Tensor? cell)
    {
        Tensor x = Tensor.Zeros([call.Batch * call.Steps, call.Channels], call.DType)
            .IndexAdd(0, Tensor.From(sequences.Positions), call.IsMapped ? ofInputs : ofInputs.MatMul(call.Weight!, transposeB: true));
        Tensor before = steps.Length == 0
            ? Tensor.Zeros([0, call.Size], call.DType)
            : Tensor.Concat(steps.Select(step => step.HiddenBefore), 0);
        List<Tensor> found = [x.Reshape([.. call.X.Shape]), before.MatMul(ofProducts, transposeA: true), Unsorted(hidden)];
        if (call.Kind == RecurrentKind.Gru) found.Add(Part(ofProducts, 2).Sum(0));
        if (cell is not null) found.Add(Unsorted(cell));
        if (!call.IsMapped) found.AddRange([rows.MatMul(ofInputs, transposeA: true), ofInputs.Sum(0)]);
        return [.. found];
    }

    private Step Forward(Tensor inputs, Tensor hidden, Tensor? cell)
    {
        Tensor product = hidden.MatMul(call.RecurrentWeight);
        switch (call.Kind)
        {
            case RecurrentKind.Rnn:
                Tensor only = (inputs + product).Tanh();
                return new(hidden, cell, [only], only, null);
            case RecurrentKind.Lstm:
                Tensor sum = inputs + product;
                (Tensor input, Tensor forget) = (Part(sum, 0).Sigmoid(), Part(sum, 1).Sigmoid());
                (Tensor value, Tensor output) = (Part(sum, 2).Tanh(), Part(sum, 3).Sigmoid());
                Tensor next = (forget * cell!) + (input * value);
                return new(hidden, cell, [input, forget, value, output], output * next.Tanh(), next);
            case RecurrentKind.Gru:
                Tensor reset = (Part(inputs, 0) + Part(product, 0)).Sigmoid(), update = (Part(inputs, 1) + Part(product, 1)).Sigmoid();
                Tensor inner = Part(product, 2) + call.Extra!;
                Tensor candidate = (Part(inputs, 2) + (reset * inner)).Tanh();
                return new(hidden, cell, [reset, update, candidate, inner], candidate + (update * (hidden - candidate)), null);
            default: throw Naming.NoMember(call.Name, call.Kind);
        }
    }

    private GateGradients Backward(Step step, Tensor gradient, Tensor? cellGradient)
    {
        switch (call.Kind)
        {
            case RecurrentKind.Rnn:
                Tensor only = gradient * (1.0 - (step.Gates[0] * step.Gates[0]));
                return new(only, only, null, null);
            case RecurrentKind.Lstm:
                (Tensor input, Tensor forget, Tensor value, Tensor output) = (step.Gates[0], step.Gates[1], step.Gates[2], step.Gates[3]);
                Tensor tanh = step.Cell!.Tanh();
                Tensor cell = cellGradient! + (gradient * output * (1.0 - (tanh * tanh)));
                Tensor all = Tensor.Concat(
                    [
                        cell * value * input * (1.0 - input),
                        cell * step.CellBefore! * forget * (1.0 - forget),
                        cell * input * (1.0 - (value * value)),
                        gradient * tanh * output * (1.0 - output),
                    ],
                    1);
                return new(all, all, null, cell * forget);
            case RecurrentKind.Gru:
                (Tensor reset, Tensor update) = (step.Gates[0], step.Gates[1]);
                (Tensor candidate, Tensor inner) = (step.Gates[2], step.Gates[3]);
                Tensor direct = gradient * update;
                Tensor ofUpdate = gradient * (step.HiddenBefore - candidate) * update * (1.0 - update);
                Tensor ofCandidate = (gradient - direct) * (1.0 - (candidate * candidate));
                Tensor ofReset = ofCandidate * inner * reset * (1.0 - reset);
                return new(
                    Tensor.Concat([ofReset, ofUpdate, ofCandidate], 1), Tensor.Concat([ofReset, ofUpdate, ofCandidate * reset], 1), direct,
                    null);
            default: throw Naming.NoMember(call.Name, call.Kind);
        }
    }

    private Tensor Part(Tensor gates, int gate) => gates.Slice(1, gate * call.Size, (gate + 1) * call.Size);

    private Tensor Joined(List<Tensor> parts) =>
        parts.Count == 0 ? Tensor.Zeros([0, call.Gates * call.Size], call.DType) : Tensor.Concat(parts, 0);

    /// <summary>The first rows, and the other ones of all.</summary>
    private static Tensor WithRest(Tensor first, Tensor all) =>
        first.Shape[0] == all.Shape[0] ? first : Tensor.Concat([first, all.Slice(0, first.Shape[0])], 0);

    /// <summary>Rows [B, H] in packed order, in that of the examples.</summary>
    private Tensor Unsorted(Tensor packed) => Tensor.Zeros(packed.Shape, call.DType).IndexAdd(0, Tensor.From(sequences.Examples), packed);

    private sealed record Step(Tensor HiddenBefore, Tensor? CellBefore, Tensor[] Gates, Tensor Hidden, Tensor? Cell);

    private sealed record GateGradients(Tensor OfInputs, Tensor OfProducts, Tensor? Hidden, Tensor? Cell);
}

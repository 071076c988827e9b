namespace Crucible.Tensors;

/// <summary>Attention by tensor operations: for second derivatives, and when the weights themselves are wanted.</summary>
internal static class AttentionComposed
{
    /// <summary>
    /// The outputs, and the weights [B, H, T, S] as they were used: zeros where a key is masked or its weight was
    /// dropped.
    /// </summary>
    public static (Tensor Output, Tensor Weights) Forward(AttentionCall call)
    {
        Tensor weights = Dropped(call, Weights(call));
        return (call.Output.Restore(Weighted(weights, Operand(call, 2))), weights);
    }

    /// <summary>The gradients of the call's sources, as functions of them.</summary>
    public static Tensor[] Gradients(AttentionCall call, Tensor gradient)
    {
        (Tensor? query, Tensor? key, Tensor? value, Tensor? outputs) =
            (Operand(call, 0), Operand(call, 1), Operand(call, 2), call.Output.Extract(gradient));
        Tensor weights = Weights(call);
        Tensor weightGradients = Dropped(call, Scores(outputs, value));
        Tensor scoreGradients = weights * (weightGradients - (weights * weightGradients).Sum(-1, keepDims: true)) * call.Scale;
        Tensor[] heads =
        [
            call.Query.Restore(Weighted(scoreGradients, key)),
            call.Key.Restore(WeightedByColumns(scoreGradients, query, call.Key.Heads)),
            call.Value.Restore(WeightedByColumns(Dropped(call, weights), outputs, call.Key.Heads)),
        ];
        return [.. Enumerable.Range(0, call.Sources.Length)
            .Select(source => Tensor.Concat(heads.Where((_, operand) => call.SourceOf[operand] == source), -1))];
    }

    /// <summary>softmax(scale·Q·Kᵀ + bias), [B, H, T, S]; a row whose keys are all masked is 0.</summary>
    private static Tensor Weights(AttentionCall call)
    {
        Tensor scores = Scores(Operand(call, 0), Operand(call, 1)) * call.Scale;
        Tensor? hidden = null;
        if (call.Bias is { } bias)
        {
            scores += bias;
            hidden = bias.EqualTo(double.NegativeInfinity);
        }

        if (call.IsCausal)
        {
            Tensor later = Tensor.Ones([call.Query.Rows, call.Key.Rows], DType.Bool).Triu(1 + call.Key.Rows - call.Query.Rows);
            hidden = hidden is null ? later : hidden.Or(later);
        }

        // A finite number, because a row that is all -∞ would become NaN; its exponential is 0 beside any unmasked
        // score.
        double lowest = call.DType == DType.Float32 ? float.MinValue / 2 : double.MinValue / 2;
        return hidden is null ? scores.Softmax() : scores.MaskedFill(hidden, lowest).Softmax().MaskedFill(hidden, 0.0);
    }

    private static Tensor Operand(AttentionCall call, int operand) =>
        (operand == 0 ? call.Query : operand == 1 ? call.Key : call.Value).Extract(call.Source(operand));

    /// <summary>
    /// Rows times the transpose of columns: [B, H, T, D] and [B, H′, S, D] to [B, H, T, S]. Heads that share a head of
    /// columns are one tall matrix.
    /// </summary>
    private static Tensor Scores(Tensor rows, Tensor columns) =>
        Shared(rows, columns.Shape[1]).MatMul(columns, transposeB: true)
            .Reshape(rows.Shape[0], rows.Shape[1], rows.Shape[2], columns.Shape[2]);

    /// <summary>[B, H, T, S] and [B, H′, S, D] to [B, H, T, D].</summary>
    private static Tensor Weighted(Tensor weights, Tensor rows) =>
        Shared(weights, rows.Shape[1]).MatMul(rows).Reshape(weights.Shape[0], weights.Shape[1], weights.Shape[2], rows.Shape[3]);

    /// <summary>The transpose of [B, H, T, S] times [B, H, T, D], summed over heads that share keys: [B, H′, S, D].</summary>
    private static Tensor WeightedByColumns(Tensor weights, Tensor rows, int heads) =>
        Shared(weights, heads).MatMul(Shared(rows, heads), transposeA: true);

    private static Tensor Shared(Tensor heads, int count) => heads.Shape[1] == count
        ? heads
        : heads.Reshape(heads.Shape[0], count, heads.Shape[1] / count * heads.Shape[2], heads.Shape[3]);

    private static Tensor Dropped(AttentionCall call, Tensor weights)
    {
        if (call.Dropout.Probability == 0.0) return weights;
        Tensor factors = Tensor.Allocate(call.WeightsShape, call.DType);
        int rows = call.WeightsShape.Product(0, 3);
        if (call.DType == DType.Float32) Kernels.Attention.DropoutFactors(call.Dropout, rows, call.Key.Rows, factors.Data<float>());
        else Kernels.Attention.DropoutFactors(call.Dropout, rows, call.Key.Rows, factors.Data<double>());
        return weights * factors;
    }
}

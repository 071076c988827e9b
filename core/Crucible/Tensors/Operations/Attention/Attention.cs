namespace Crucible.Tensors;

/// <summary>Attention.</summary>
public sealed partial class Tensor
{
    /// <summary>
    /// Scaled dot-product attention, O = softmax(Q·Kᵀ/√D + mask)·V, for every head: row t of O is the average of the
    /// rows of V, weighted by how well their keys agree with query t. Memory grows with T + S, not with T·S: the
    /// weights are computed a block of rows at a time, and recomputed in the derivative.
    /// </summary>
    /// <param name="keys">
    /// K [B, H′, S, D]; H′ divides H, and neighbouring heads of queries share one of keys (grouped-query attention).
    /// </param>
    /// <param name="values">V [B, H′, S, D′].</param>
    /// <param name="options">Mask, scale, dropout.</param>
    /// <returns>
    /// O [B, H, T, D′]. This tensor is Q [B, H, T, D]; [H, T, D] is one example, [T, D] one head of one example; O then
    /// has as many axes.
    /// </returns>
    /// <exception cref="ShapeException">The sizes do not fit, or the mask does not broadcast to [B, H, T, S].</exception>
    /// <exception cref="DTypeException">
    /// The operands are not all float32 or all float64, or the mask is neither bool nor of their type.
    /// </exception>
    /// <exception cref="OptionException">An option is out of range.</exception>
    /// <remarks>
    /// A query whose keys are all masked gets zeros. Row t is bitwise the same regardless of the rows computed with it
    /// and of the number of masked keys. Vaswani et al. 2017, §3.2.1; Ainslie et al. 2023 (grouped queries); Dao et al.
    /// 2022 (the derivative).
    /// </remarks>
    public Tensor ScaledDotProductAttention(Tensor keys, Tensor values, AttentionOptions? options = null)
    {
        Tensor output = Attention.Forward(AttentionArguments.Check(this, keys, values, options ?? new()));
        return output.ReshapeTo(Shape.With(Rank - 1, values.Shape[-1]));
    }

    /// <summary>
    /// As <see cref="ScaledDotProductAttention"/>, and the weights too: all of them exist at once, so memory grows with
    /// T·S.
    /// </summary>
    /// <param name="keys">K [B, H′, S, D].</param>
    /// <param name="values">V [B, H′, S, D′].</param>
    /// <param name="options">Mask, scale, dropout.</param>
    /// <returns>O [B, H, T, D′] and the weights [B, H, T, S] as they were used, after dropout; both can be differentiated.</returns>
    /// <exception cref="CrucibleException">As for <see cref="ScaledDotProductAttention"/>.</exception>
    public Tuple<Tensor, Tensor> ScaledDotProductAttentionWithWeights(Tensor keys, Tensor values, AttentionOptions? options = null)
    {
        (Tensor? output, Tensor? weights) = AttentionComposed.Forward(AttentionArguments.Check(this, keys, values, options ?? new()));
        return Tuple.Create(output.ReshapeTo(Shape.With(Rank - 1, values.Shape[-1])),
            weights.ReshapeTo(Shape.With(Rank - 1, keys.Shape[-2])));
    }
}

/// <summary>
/// O = softmax(scale·Q·Kᵀ + mask)·V for every head. With weights P, G the gradient of O, and D the row sums of G∘O: dV
/// = PᵀG, dS = scale·P∘(GVᵀ - D), dQ = dS·K, dK = dSᵀQ. Of the weights only two numbers a row are kept; the derivative
/// computes them again, a block of rows at a time.
/// </summary>
internal sealed unsafe class Attention : Operation
{
    private readonly AttentionCall call;
    private readonly Tensor rowNumbers;

    private Attention(AttentionCall call, Tensor rowNumbers)
        : base(call.Inputs) => (this.call, this.rowNumbers) = (call, rowNumbers);

    /// <summary>The outputs, heads in the layout of the queries: [B, H, T, D] or [B, T, H·D].</summary>
    public static Tensor Forward(AttentionCall call)
    {
        if (call.Bias is { IsRecorded: true }) return AttentionComposed.Forward(call).Output;
        bool isRecorded = false;
        foreach (Tensor source in call.Sources) isRecorded |= source.IsRecorded;
        Tensor result = Tensor.Allocate(call.OutputShape, call.DType);
        Tensor? rowNumbers = isRecorded
            ? Tensor.Allocate(Shape.From(2, call.Query.Batch, call.Query.Heads, call.Query.Rows), call.DType)
            : null;
        if (call.DType == DType.Float32) Forward<float>(call, result, rowNumbers);
        else Forward<double>(call, result, rowNumbers);
        if (rowNumbers is not null) return new Attention(call, rowNumbers).Record(result);
        call.Release();
        return result;
    }

    protected internal override void Backward(Tensor gradient)
    {
        Tensor[] gradients = IsDifferentiatedAgain ? AttentionComposed.Gradients(call, gradient) : Fused(gradient);
        for (int source = 0; source < gradients.Length; source++)
            if (Needs(source)) Accumulate(source, gradients[source]);
    }

    protected override void ReleaseSaved()
    {
        rowNumbers.Storage.Release();
        call.Release();
    }

    private static void Forward<T>(AttentionCall call, Tensor result, Tensor? rowNumbers)
        where T : unmanaged
    {
        if (result.ElementCount == 0) return;
        fixed (T* query = call.Source(0).Data<T>(), key = call.Source(1).Data<T>(), value = call.Source(2).Data<T>())
        fixed (T* bias = Normalization.DataOf<T>(call.Bias), output = result.Data<T>(), numbers = Normalization.DataOf<T>(rowNumbers))
        {
            Kernels.AttentionProblem<T> problem = call.Problem(query, key, value, bias, output, numbers);
            Kernels.Attention.Forward(in problem);
        }
    }

    private Tensor[] Fused(Tensor gradient)
    {
        Tensor[] gradients = [.. call.Sources.Select(source => Tensor.Allocate(source.Shape, source.DType))];
        if (call.DType == DType.Float32) Derivative<float>(gradient, gradients);
        else Derivative<double>(gradient, gradients);
        return gradients;
    }

    private void Derivative<T>(Tensor gradient, Tensor[] gradients)
        where T : unmanaged
    {
        if (gradient.ElementCount == 0)
        {
            foreach (Tensor empty in gradients) empty.FillInPlace(0.0);
            return;
        }

        fixed (T* query = call.Source(0).Data<T>(), key = call.Source(1).Data<T>(), value = call.Source(2).Data<T>())
        fixed (T* bias = Normalization.DataOf<T>(call.Bias), output = Output.Data<T>(), numbers = rowNumbers.Data<T>(),
            outputGradient = gradient.Data<T>())
        fixed (T* queryGradient = gradients[call.SourceOf[0]].Data<T>(), keyGradient = gradients[call.SourceOf[1]].Data<T>(),
            valueGradient = gradients[call.SourceOf[2]].Data<T>())
        {
            Kernels.AttentionProblem<T> problem = call.Problem(query, key, value, bias, output, numbers) with
            {
                OutputGradient = call.Output.At(outputGradient),
                QueryGradient = call.Query.At(queryGradient),
                KeyGradient = call.Key.At(keyGradient),
                ValueGradient = call.Value.At(valueGradient),
            };
            Kernels.Attention.Backward(in problem);
        }
    }
}

/// <summary>Options of <see cref="Tensor.ScaledDotProductAttention"/>: <c>AttentionOptions(IsCausal = true)</c>.</summary>
public sealed class AttentionOptions
{
    /// <summary>
    /// Whether a query attends only to keys up to its own position: with T queries and S keys, query t sees keys 0 … t
    /// + S - T, so the last query sees all.
    /// </summary>
    public bool IsCausal { get; init; }

    /// <summary>
    /// Which keys each query may attend to, broadcast to [B, H, T, S]: bool, true where attention is allowed, or
    /// floating point, added to the scaled scores. A padding mask [B, S] is passed as
    /// <c>padding.Reshape(B, 1, 1, S)</c>. A query whose keys are all masked gets zeros.
    /// </summary>
    public Tensor? Mask { get; init; }

    /// <summary>The scale of the scores, above 0; null for 1/√D.</summary>
    public double? Scale { get; init; }

    /// <summary>
    /// The probability with which a weight is dropped, at least 0 and below 1; the others are divided by 1 - p. For
    /// training only.
    /// </summary>
    public double Dropout { get; init; }

    /// <summary>The random generator of dropout; its state advances. Required when <see cref="Dropout"/> is above 0.</summary>
    public Generator? Generator { get; init; }
}

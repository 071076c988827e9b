namespace Crucible.Tensors;

/// <summary>
/// O = softmax(scale·Q·Kᵀ + mask)·V for every head. With weights P, G the gradient of O, and D the row sums of G∘O: dV = PᵀG, dS = scale·P∘(GVᵀ - D),
/// dQ = dS·K, dK = dSᵀQ. Of the weights only two numbers a row are kept; the derivative computes them again, a block of rows at a time.
/// </summary>
internal sealed unsafe class Attention : Operation
{
    private readonly AttentionCall call;
    private readonly Tensor rowNumbers;

    private Attention(AttentionCall call, Tensor rowNumbers)
        : base(call.Sources) => (this.call, this.rowNumbers) = (call, rowNumbers);

    /// <summary>The outputs, heads in the layout of the queries: [B, H, T, D] or [B, T, H·D].</summary>
    public static Tensor Of(AttentionCall call)
    {
        if (call.Bias is { IsRecorded: true }) return AttentionComposed.Of(call).Output;
        var isRecorded = false;
        foreach (var source in call.Sources) isRecorded |= source.IsRecorded;
        var result = Tensor.Allocate(call.OutputShape, call.DType);
        var rowNumbers = isRecorded ? Tensor.Allocate(Shape.Of(2, call.Query.Batch, call.Query.Heads, call.Query.Rows), call.DType) : null;
        if (call.DType == DType.Float32) Forward<float>(call, result, rowNumbers);
        else Forward<double>(call, result, rowNumbers);
        if (rowNumbers is not null) return new Attention(call, rowNumbers).Record(result);
        call.Release();
        return result;
    }

    protected internal override void Backward(Tensor gradient)
    {
        var gradients = IsDifferentiatedAgain ? AttentionComposed.Gradients(call, gradient) : Fused(gradient);
        for (var source = 0; source < gradients.Length; source++)
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
            var problem = call.Problem(query, key, value, bias, output, numbers);
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
            foreach (var empty in gradients) empty.FillInPlace(0.0);
            return;
        }

        fixed (T* query = call.Source(0).Data<T>(), key = call.Source(1).Data<T>(), value = call.Source(2).Data<T>())
        fixed (T* bias = Normalization.DataOf<T>(call.Bias), output = Output.Data<T>(), numbers = rowNumbers.Data<T>(), outputGradient = gradient.Data<T>())
        fixed (T* queryGradient = gradients[call.SourceOf[0]].Data<T>(), keyGradient = gradients[call.SourceOf[1]].Data<T>(), valueGradient = gradients[call.SourceOf[2]].Data<T>())
        {
            var problem = call.Problem(query, key, value, bias, output, numbers) with
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

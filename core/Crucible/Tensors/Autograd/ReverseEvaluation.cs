
namespace Crucible.Tensors;

/// <summary>One evaluation of a function whose graph is kept, to pull weights of its result back to its argument any number of times.</summary>
internal sealed class ReverseEvaluation : IDisposable
{
    private readonly DerivativeLevel level = new();
    private readonly Tensor variable;
    private readonly bool isRecordedOutside = GradientMode.Current == Recording.Graph;

    public ReverseEvaluation(Func<Tensor, Tensor> function, Tensor x, string operation)
    {
        x.RequireFloat(operation);
        variable = x.AsVariable(level);
        using var on = GradientMode.Use(Recording.Graph);
        Output = function(variable);
        if (!Output.DType.IsFloat()) throw Errors.NotFloatResult(operation, Output.DType);
    }

    /// <summary>What the function gave, still in its graph.</summary>
    public Tensor Output { get; }

    /// <summary>Whether the result depends on nothing that needs a gradient but the argument, so that the graph is this evaluation's own.</summary>
    private bool IsOwn => ReferenceEquals(Output.Level, level);

    /// <summary>Σ weights · ∂output/∂x, in x's shape.</summary>
    /// <param name="weights">In the output's shape and element type.</param>
    /// <param name="isLast">Whether the graph may be dropped.</param>
    public Tensor Pull(Tensor weights, bool isLast = true)
    {
        if (!Output.RequiresGradient) return Tensor.ZerosLike(variable).Detach();
        var createGraph = isRecordedOutside && (!IsOwn || weights.RequiresGradient);
        return BackwardPass.Run(Output, weights, [variable], createGraph, retainGraph: !IsOwn || !isLast)[0] ?? Tensor.ZerosLike(variable).Detach();
    }

    public void Dispose() => level.Dispose();
}


namespace Crucible.Tensors;

/// <summary>One evaluation of a function in which every operation moves its inputs' tangents on to its output and is then dropped: there is no graph.</summary>
internal static class ForwardEvaluation
{
    /// <summary>f(x), and how it moves when x moves along a direction.</summary>
    public static (Tensor Value, Tensor Tangent) Run(Func<Tensor, Tensor> function, Tensor x, Tensor direction, string operation)
    {
        x.RequireFloat(operation);
        Tensor output;
        Tensor? tangent;
        using (var level = new DerivativeLevel())
        {
            // Where nothing is recorded, parameters are constants; only the tangents are carried on.
            using var on = GradientMode.Use(GradientMode.IsOn ? GradientMode.Current : Recording.Tangents);
            output = function(x.AsVariable(level, direction));
            tangent = output.TangentAt(level);
        }

        if (!output.DType.IsFloat()) throw Errors.NotFloatResult(operation, output.DType);
        return (output.Settled(), tangent?.Settled() ?? Tensor.ZerosLike(output).Detach());
    }
}

using System.Numerics;
using Crucible.Kernels;

namespace Crucible.Tensors;

/// <summary>The largest or smallest element along axes. d/dx = 1 / n at each of the n elements that equal it, 0 elsewhere.</summary>
internal sealed class Extremum(Tensor x, AxisRun run, bool isMax) : Operation(x)
{
    public override string Name => NameOf(isMax);

    public static Tensor Max(Tensor x, AxisRun run, bool keepDims) => Of(x, run, keepDims, isMax: true);

    public static Tensor Min(Tensor x, AxisRun run, bool keepDims) => Of(x, run, keepDims, isMax: false);

    protected internal override void Backward(Tensor gradient)
    {
        var shares = Tensor.Allocate(run.Shape, gradient.DType);
        if (gradient.DType == DType.Float32) Share<float>(Input(0).Data<float>(), Output.Data<float>(), shares.Data<float>());
        else Share<double>(Input(0).Data<double>(), Output.Data<double>(), shares.Data<double>());
        Accumulate(0, Reduction.Spread(gradient, run) * shares);
    }

    private static string NameOf(bool isMax) => isMax ? "max" : "min";

    private static Tensor Of(Tensor x, AxisRun run, bool keepDims, bool isMax)
    {
        if (x.DType == DType.Bool) throw Errors.NotNumber(NameOf(isMax));
        run.RequireElements(NameOf(isMax));
        var result = Tensor.Allocate(run.Reduced(keepDims), x.DType);
        var (outer, length, inner) = (run.Outer, run.Length, run.Inner);
        switch (x.DType, isMax)
        {
            case (DType.Float32, true): Reduce.Max<float>(x.Data<float>(), outer, length, inner, result.Data<float>()); break;
            case (DType.Float32, false): Reduce.Min<float>(x.Data<float>(), outer, length, inner, result.Data<float>()); break;
            case (DType.Float64, true): Reduce.Max<double>(x.Data<double>(), outer, length, inner, result.Data<double>()); break;
            case (DType.Float64, false): Reduce.Min<double>(x.Data<double>(), outer, length, inner, result.Data<double>()); break;
            case (_, true): ReduceIntegers.Max(x.Data<int>(), outer, length, inner, result.Data<int>()); break;
            default: ReduceIntegers.Min(x.Data<int>(), outer, length, inner, result.Data<int>()); break;
        }

        return x.IsRecorded ? new Extremum(x, run, isMax).Record(result) : result;
    }

    private void Share<T>(ReadOnlySpan<T> values, ReadOnlySpan<T> extremum, Span<T> shares)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        for (var o = 0; o < run.Outer; o++)
        {
            for (var i = 0; i < run.Inner; i++)
            {
                var best = extremum[(o * run.Inner) + i];
                var (first, ties) = ((o * run.Length * run.Inner) + i, 0);
                for (var l = 0; l < run.Length; l++) ties += values[first + (l * run.Inner)].Equals(best) ? 1 : 0; // Equals also finds NaN
                for (var l = 0; l < run.Length; l++) shares[first + (l * run.Inner)] = values[first + (l * run.Inner)].Equals(best) ? T.One / T.CreateChecked(ties) : T.Zero;
            }
        }
    }
}

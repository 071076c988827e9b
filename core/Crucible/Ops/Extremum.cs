using System.Numerics;
using System.Runtime.CompilerServices;

namespace Crucible.Tensors;

/// <summary>Which of two numbers an extremum prefers; NaN is preferred to every number.</summary>
internal interface IPreference
{
    static abstract string Name { get; }

    /// <summary>Whether the first is strictly preferred to the second.</summary>
    static abstract bool Prefers<T>(T a, T b)
        where T : INumber<T>;
}

/// <summary>The larger of two.</summary>
internal readonly struct Largest : IPreference
{
    public static string Name => "max";

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool Prefers<T>(T a, T b)
        where T : INumber<T> => a > b || (T.IsNaN(a) && !T.IsNaN(b));
}

/// <summary>The smaller of two.</summary>
internal readonly struct Smallest : IPreference
{
    public static string Name => "min";

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool Prefers<T>(T a, T b)
        where T : INumber<T> => a < b || (T.IsNaN(a) && !T.IsNaN(b));
}

/// <summary>The largest or smallest element along axes. d/dx = 1 / n at each of the n elements that equal it, 0 elsewhere.</summary>
internal sealed class Extremum(Tensor x, AxisRun run, string name) : Operation(x)
{
    public override string Name => name;

    public static Tensor Of<TPreference>(Tensor x, AxisRun run, bool keepDims)
        where TPreference : struct, IPreference
    {
        if (x.DType == DType.Bool) throw Errors.NotNumber(TPreference.Name);
        run.RequireElements(TPreference.Name);
        var result = Tensor.Allocate(run.Reduced(keepDims), x.DType);
        switch (x.DType)
        {
            case DType.Float32: Fold<TPreference, float>(x.Data<float>(), run, result.Data<float>()); break;
            case DType.Float64: Fold<TPreference, double>(x.Data<double>(), run, result.Data<double>()); break;
            default: Fold<TPreference, int>(x.Data<int>(), run, result.Data<int>()); break;
        }

        return x.IsRecorded ? new Extremum(x, run, TPreference.Name).Record(result) : result;
    }

    protected internal override void Backward(Tensor gradient)
    {
        var shares = Tensor.Allocate(run.Shape, gradient.DType);
        if (gradient.DType == DType.Float32) Share(Input(0).Data<float>(), Output.Data<float>(), run, shares.Data<float>());
        else Share(Input(0).Data<double>(), Output.Data<double>(), run, shares.Data<double>());
        Accumulate(0, Reduction.Spread(gradient, run) * shares);
    }

    private static void Fold<TPreference, T>(ReadOnlySpan<T> x, AxisRun run, Span<T> result)
        where TPreference : struct, IPreference
        where T : unmanaged, INumber<T>
    {
        for (var o = 0; o < run.Outer; o++)
        {
            var best = result.Slice(o * run.Inner, run.Inner);
            var block = x.Slice(o * run.Length * run.Inner, run.Length * run.Inner);
            block[..run.Inner].CopyTo(best);
            for (var l = 1; l < run.Length; l++)
            {
                var row = block.Slice(l * run.Inner, best.Length);
                for (var i = 0; i < best.Length; i++)
                    if (TPreference.Prefers(row[i], best[i])) best[i] = row[i];
            }
        }
    }

    private static void Share<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> extremum, AxisRun run, Span<T> shares)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        for (var o = 0; o < run.Outer; o++)
        {
            for (var i = 0; i < run.Inner; i++)
            {
                var best = extremum[(o * run.Inner) + i];
                var (first, ties) = ((o * run.Length * run.Inner) + i, 0);
                for (var l = 0; l < run.Length; l++) ties += x[first + (l * run.Inner)].Equals(best) ? 1 : 0; // Equals also finds NaN
                for (var l = 0; l < run.Length; l++) shares[first + (l * run.Inner)] = x[first + (l * run.Inner)].Equals(best) ? T.One / T.CreateChecked(ties) : T.Zero;
            }
        }
    }
}

using Crucible.Kernels;

namespace Crucible.Tensors;

/// <summary>Elementwise kernels with numbers among their operands, and integers.</summary>
internal static partial class Apply
{
    /// <summary>f(x, number) for every element of a floating-point tensor.</summary>
    public static Tensor Unary<TOp>(Tensor x, double number, string operation)
        where TOp : struct, IBinary
    {
        x.RequireFloat(operation);
        var result = Tensor.Allocate(x.Shape, x.DType);
        if (x.DType == DType.Float32) Elementwise.Zip<TOp>(x.Data<float>(), (float)number, result.Data<float>());
        else Elementwise.Zip<TOp>(x.Data<double>(), number, result.Data<double>());
        return result;
    }

    /// <summary>f(x, low, high) for every element of a floating-point tensor.</summary>
    public static Tensor Unary<TOp>(Tensor x, double low, double high, string operation)
        where TOp : struct, ITernary
    {
        x.RequireFloat(operation);
        var result = Tensor.Allocate(x.Shape, x.DType);
        if (x.DType == DType.Float32) Elementwise.Zip3<TOp, float>(x.Data<float>(), (float)low, (float)high, result.Data<float>());
        else Elementwise.Zip3<TOp, double>(x.Data<double>(), low, high, result.Data<double>());
        return result;
    }

    /// <summary>f(a, b, number) for every pair of elements of two floating-point tensors of equal shape.</summary>
    public static Tensor Binary<TOp>(Tensor a, Tensor b, double number)
        where TOp : struct, ITernary
    {
        var result = Tensor.Allocate(a.Shape, a.DType);
        if (a.DType == DType.Float32) Elementwise.Zip3<TOp, float>(a.Data<float>(), b.Data<float>(), (float)number, result.Data<float>());
        else Elementwise.Zip3<TOp, double>(a.Data<double>(), b.Data<double>(), number, result.Data<double>());
        return result;
    }

    /// <summary>f(x) for every element of an int32 tensor.</summary>
    public static Tensor Integers(Tensor x, Func<int, int> function)
    {
        var result = Tensor.Allocate(x.Shape, DType.Int32);
        var source = x.Data<int>();
        var target = result.Data<int>();
        for (var i = 0; i < source.Length; i++) target[i] = function(source[i]);
        return result;
    }
}

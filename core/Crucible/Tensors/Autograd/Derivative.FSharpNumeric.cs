using Microsoft.FSharp.Core;
using Function = Microsoft.FSharp.Core.FSharpFunc<Crucible.Tensors.Tensor, Crucible.Tensors.Tensor>;

namespace Crucible.Tensors;

/// <summary>The numerical twins as curried functions for F#; the step h comes first: <c>numgrad 1e-6 f x</c>.</summary>
public static partial class Derivative
{
    /// <summary>df/dx of a function of one number by central differences.</summary>
    public static FSharpFunc<double, FSharpFunc<Function, FSharpFunc<Tensor, Tensor>>> numdiff { get; } =
        FuncConvert.FromFunc<double, Function, Tensor, Tensor>((h, f, x) => NumDiff(f.Invoke, x, h));

    /// <summary>d²f/dx² of a function of one number by central differences.</summary>
    public static FSharpFunc<double, FSharpFunc<Function, FSharpFunc<Tensor, Tensor>>> numdiff2 { get; } =
        FuncConvert.FromFunc<double, Function, Tensor, Tensor>((h, f, x) => NumDiff2(f.Invoke, x, h));

    /// <summary>dⁿf/dxⁿ of a function of one number by central differences: <c>numdiffn h 3 f x</c>.</summary>
    public static FSharpFunc<double, FSharpFunc<int, FSharpFunc<Function, FSharpFunc<Tensor, Tensor>>>> numdiffn { get; } =
        FuncConvert.FromFunc<double, int, Function, Tensor, Tensor>((h, n, f, x) => NumDiffN(n, f.Invoke, x, h));

    /// <summary>∇f by central differences.</summary>
    public static FSharpFunc<double, FSharpFunc<Function, FSharpFunc<Tensor, Tensor>>> numgrad { get; } =
        FuncConvert.FromFunc<double, Function, Tensor, Tensor>((h, f, x) => NumGrad(f.Invoke, x, h));

    /// <summary>∇f · v by central differences: <c>numgradv h f x v</c>.</summary>
    public static FSharpFunc<double, FSharpFunc<Function, FSharpFunc<Tensor, FSharpFunc<Tensor, Tensor>>>> numgradv { get; } =
        FuncConvert.FromFunc<double, Function, Tensor, Tensor, Tensor>((h, f, x, v) => NumGradV(f.Invoke, x, v, h));

    /// <summary>The Hessian by central differences.</summary>
    public static FSharpFunc<double, FSharpFunc<Function, FSharpFunc<Tensor, Tensor>>> numhessian { get; } =
        FuncConvert.FromFunc<double, Function, Tensor, Tensor>((h, f, x) => NumHessian(f.Invoke, x, h));

    /// <summary>The Hessian times v by central differences: <c>numhessianv h f x v</c>.</summary>
    public static FSharpFunc<double, FSharpFunc<Function, FSharpFunc<Tensor, FSharpFunc<Tensor, Tensor>>>> numhessianv { get; } =
        FuncConvert.FromFunc<double, Function, Tensor, Tensor, Tensor>((h, f, x, v) => NumHessianV(f.Invoke, x, v, h));

    /// <summary>∇f and the Hessian by central differences.</summary>
    public static FSharpFunc<double, FSharpFunc<Function, FSharpFunc<Tensor, Tuple<Tensor, Tensor>>>> numgradhessian { get; } =
        FuncConvert.FromFunc<double, Function, Tensor, Tuple<Tensor, Tensor>>((h, f, x) => NumGradHessian(f.Invoke, x, h).ToTuple());

    /// <summary>The Jacobian by central differences.</summary>
    public static FSharpFunc<double, FSharpFunc<Function, FSharpFunc<Tensor, Tensor>>> numjacobian { get; } =
        FuncConvert.FromFunc<double, Function, Tensor, Tensor>((h, f, x) => NumJacobian(f.Invoke, x, h));

    /// <summary>The Jacobian times v by central differences: <c>numjacobianv h f x v</c>.</summary>
    public static FSharpFunc<double, FSharpFunc<Function, FSharpFunc<Tensor, FSharpFunc<Tensor, Tensor>>>> numjacobianv { get; } =
        FuncConvert.FromFunc<double, Function, Tensor, Tensor, Tensor>((h, f, x, v) => NumJacobianV(f.Invoke, x, v, h));

    /// <summary>The transposed Jacobian times v by central differences: <c>numjacobianTv h f x v</c>.</summary>
    public static FSharpFunc<double, FSharpFunc<Function, FSharpFunc<Tensor, FSharpFunc<Tensor, Tensor>>>> numjacobianTv { get; } =
        FuncConvert.FromFunc<double, Function, Tensor, Tensor, Tensor>((h, f, x, v) => NumJacobianTv(f.Invoke, x, v, h));

    /// <summary>The Laplacian by central differences.</summary>
    public static FSharpFunc<double, FSharpFunc<Function, FSharpFunc<Tensor, Tensor>>> numlaplacian { get; } =
        FuncConvert.FromFunc<double, Function, Tensor, Tensor>((h, f, x) => NumLaplacian(f.Invoke, x, h));

    /// <summary>The curl by central differences.</summary>
    public static FSharpFunc<double, FSharpFunc<Function, FSharpFunc<Tensor, Tensor>>> numcurl { get; } =
        FuncConvert.FromFunc<double, Function, Tensor, Tensor>((h, f, x) => NumCurl(f.Invoke, x, h));

    /// <summary>The divergence by central differences.</summary>
    public static FSharpFunc<double, FSharpFunc<Function, FSharpFunc<Tensor, Tensor>>> numdivergence { get; } =
        FuncConvert.FromFunc<double, Function, Tensor, Tensor>((h, f, x) => NumDivergence(f.Invoke, x, h));

    /// <summary>The curl and the divergence by central differences.</summary>
    public static FSharpFunc<double, FSharpFunc<Function, FSharpFunc<Tensor, Tuple<Tensor, Tensor>>>> numcurldivergence { get; } =
        FuncConvert.FromFunc<double, Function, Tensor, Tuple<Tensor, Tensor>>((h, f, x) => NumCurlDivergence(f.Invoke, x, h).ToTuple());
}

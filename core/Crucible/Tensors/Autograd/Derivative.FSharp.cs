using Microsoft.FSharp.Core;
using Function = Microsoft.FSharp.Core.FSharpFunc<Crucible.Tensors.Tensor, Crucible.Tensors.Tensor>;

namespace Crucible.Tensors;

/// <summary>
/// The same as curried functions for F#, with DiffSharp's names; after <c>open type Crucible.Tensors.Derivative</c>:
/// <c>grad f x</c>, <c>x |&gt; grad f</c>, <c>diff (diff sin)</c>. C#'s methods of the same name say what each
/// computes, in which shapes, and what it throws.
/// </summary>
public static partial class Derivative
{
    /// <summary>df/dx of a function of one number.</summary>
    public static FSharpFunc<Function, FSharpFunc<Tensor, Tensor>> diff { get; } =
        FuncConvert.FromFunc<Function, Tensor, Tensor>((f, x) => Diff(f.Invoke, x));

    /// <summary>f(x) and df/dx.</summary>
    public static FSharpFunc<Function, FSharpFunc<Tensor, Tuple<Tensor, Tensor>>> fdiff { get; } =
        FuncConvert.FromFunc<Function, Tensor, Tuple<Tensor, Tensor>>((f, x) => FDiff(f.Invoke, x).ToTuple());

    /// <summary>d²f/dx² of a function of one number.</summary>
    public static FSharpFunc<Function, FSharpFunc<Tensor, Tensor>> diff2 { get; } =
        FuncConvert.FromFunc<Function, Tensor, Tensor>((f, x) => Diff2(f.Invoke, x));

    /// <summary>f(x) and d²f/dx².</summary>
    public static FSharpFunc<Function, FSharpFunc<Tensor, Tuple<Tensor, Tensor>>> fdiff2 { get; } =
        FuncConvert.FromFunc<Function, Tensor, Tuple<Tensor, Tensor>>((f, x) => FDiff2(f.Invoke, x).ToTuple());

    /// <summary>dⁿf/dxⁿ of a function of one number: <c>diffn 3 f x</c>.</summary>
    public static FSharpFunc<int, FSharpFunc<Function, FSharpFunc<Tensor, Tensor>>> diffn { get; } =
        FuncConvert.FromFunc<int, Function, Tensor, Tensor>((n, f, x) => DiffN(n, f.Invoke, x));

    /// <summary>f(x) and dⁿf/dxⁿ.</summary>
    public static FSharpFunc<int, FSharpFunc<Function, FSharpFunc<Tensor, Tuple<Tensor, Tensor>>>> fdiffn { get; } =
        FuncConvert.FromFunc<int, Function, Tensor, Tuple<Tensor, Tensor>>((n, f, x) => FDiffN(n, f.Invoke, x).ToTuple());

    /// <summary>∇f.</summary>
    public static FSharpFunc<Function, FSharpFunc<Tensor, Tensor>> grad { get; } =
        FuncConvert.FromFunc<Function, Tensor, Tensor>((f, x) => Grad(f.Invoke, x));

    /// <summary>f(x) and ∇f.</summary>
    public static FSharpFunc<Function, FSharpFunc<Tensor, Tuple<Tensor, Tensor>>> fgrad { get; } =
        FuncConvert.FromFunc<Function, Tensor, Tuple<Tensor, Tensor>>((f, x) => FGrad(f.Invoke, x).ToTuple());

    /// <summary>∇f · v: <c>gradv f x v</c>.</summary>
    public static FSharpFunc<Function, FSharpFunc<Tensor, FSharpFunc<Tensor, Tensor>>> gradv { get; } =
        FuncConvert.FromFunc<Function, Tensor, Tensor, Tensor>((f, x, v) => GradV(f.Invoke, x, v));

    /// <summary>f(x) and ∇f · v.</summary>
    public static FSharpFunc<Function, FSharpFunc<Tensor, FSharpFunc<Tensor, Tuple<Tensor, Tensor>>>> fgradv { get; } =
        FuncConvert.FromFunc<Function, Tensor, Tensor, Tuple<Tensor, Tensor>>((f, x, v) => FGradV(f.Invoke, x, v).ToTuple());

    /// <summary>The Hessian.</summary>
    public static FSharpFunc<Function, FSharpFunc<Tensor, Tensor>> hessian { get; } =
        FuncConvert.FromFunc<Function, Tensor, Tensor>((f, x) => Hessian(f.Invoke, x));

    /// <summary>f(x) and the Hessian.</summary>
    public static FSharpFunc<Function, FSharpFunc<Tensor, Tuple<Tensor, Tensor>>> fhessian { get; } =
        FuncConvert.FromFunc<Function, Tensor, Tuple<Tensor, Tensor>>((f, x) => FHessian(f.Invoke, x).ToTuple());

    /// <summary>The Hessian times v: <c>hessianv f x v</c>.</summary>
    public static FSharpFunc<Function, FSharpFunc<Tensor, FSharpFunc<Tensor, Tensor>>> hessianv { get; } =
        FuncConvert.FromFunc<Function, Tensor, Tensor, Tensor>((f, x, v) => HessianV(f.Invoke, x, v));

    /// <summary>f(x) and the Hessian times v.</summary>
    public static FSharpFunc<Function, FSharpFunc<Tensor, FSharpFunc<Tensor, Tuple<Tensor, Tensor>>>> fhessianv { get; } =
        FuncConvert.FromFunc<Function, Tensor, Tensor, Tuple<Tensor, Tensor>>((f, x, v) => FHessianV(f.Invoke, x, v).ToTuple());

    /// <summary>∇f and the Hessian.</summary>
    public static FSharpFunc<Function, FSharpFunc<Tensor, Tuple<Tensor, Tensor>>> gradhessian { get; } =
        FuncConvert.FromFunc<Function, Tensor, Tuple<Tensor, Tensor>>((f, x) => GradHessian(f.Invoke, x).ToTuple());

    /// <summary>f(x), ∇f and the Hessian.</summary>
    public static FSharpFunc<Function, FSharpFunc<Tensor, Tuple<Tensor, Tensor, Tensor>>> fgradhessian { get; } =
        FuncConvert.FromFunc<Function, Tensor, Tuple<Tensor, Tensor, Tensor>>((f, x) => FGradHessian(f.Invoke, x).ToTuple());

    /// <summary>The Jacobian.</summary>
    public static FSharpFunc<Function, FSharpFunc<Tensor, Tensor>> jacobian { get; } =
        FuncConvert.FromFunc<Function, Tensor, Tensor>((f, x) => Jacobian(f.Invoke, x));

    /// <summary>f(x) and the Jacobian.</summary>
    public static FSharpFunc<Function, FSharpFunc<Tensor, Tuple<Tensor, Tensor>>> fjacobian { get; } =
        FuncConvert.FromFunc<Function, Tensor, Tuple<Tensor, Tensor>>((f, x) => FJacobian(f.Invoke, x).ToTuple());

    /// <summary>The Jacobian times v: <c>jacobianv f x v</c>.</summary>
    public static FSharpFunc<Function, FSharpFunc<Tensor, FSharpFunc<Tensor, Tensor>>> jacobianv { get; } =
        FuncConvert.FromFunc<Function, Tensor, Tensor, Tensor>((f, x, v) => JacobianV(f.Invoke, x, v));

    /// <summary>f(x) and the Jacobian times v.</summary>
    public static FSharpFunc<Function, FSharpFunc<Tensor, FSharpFunc<Tensor, Tuple<Tensor, Tensor>>>> fjacobianv { get; } =
        FuncConvert.FromFunc<Function, Tensor, Tensor, Tuple<Tensor, Tensor>>((f, x, v) => FJacobianV(f.Invoke, x, v).ToTuple());

    /// <summary>The transposed Jacobian times v: <c>jacobianTv f x v</c>.</summary>
    public static FSharpFunc<Function, FSharpFunc<Tensor, FSharpFunc<Tensor, Tensor>>> jacobianTv { get; } =
        FuncConvert.FromFunc<Function, Tensor, Tensor, Tensor>((f, x, v) => JacobianTv(f.Invoke, x, v));

    /// <summary>f(x) and the transposed Jacobian times v.</summary>
    public static FSharpFunc<Function, FSharpFunc<Tensor, FSharpFunc<Tensor, Tuple<Tensor, Tensor>>>> fjacobianTv { get; } =
        FuncConvert.FromFunc<Function, Tensor, Tensor, Tuple<Tensor, Tensor>>((f, x, v) => FJacobianTv(f.Invoke, x, v).ToTuple());

    /// <summary>The Laplacian.</summary>
    public static FSharpFunc<Function, FSharpFunc<Tensor, Tensor>> laplacian { get; } =
        FuncConvert.FromFunc<Function, Tensor, Tensor>((f, x) => Laplacian(f.Invoke, x));

    /// <summary>f(x) and the Laplacian.</summary>
    public static FSharpFunc<Function, FSharpFunc<Tensor, Tuple<Tensor, Tensor>>> flaplacian { get; } =
        FuncConvert.FromFunc<Function, Tensor, Tuple<Tensor, Tensor>>((f, x) => FLaplacian(f.Invoke, x).ToTuple());

    /// <summary>The curl.</summary>
    public static FSharpFunc<Function, FSharpFunc<Tensor, Tensor>> curl { get; } =
        FuncConvert.FromFunc<Function, Tensor, Tensor>((f, x) => Curl(f.Invoke, x));

    /// <summary>f(x) and the curl.</summary>
    public static FSharpFunc<Function, FSharpFunc<Tensor, Tuple<Tensor, Tensor>>> fcurl { get; } =
        FuncConvert.FromFunc<Function, Tensor, Tuple<Tensor, Tensor>>((f, x) => FCurl(f.Invoke, x).ToTuple());

    /// <summary>The divergence.</summary>
    public static FSharpFunc<Function, FSharpFunc<Tensor, Tensor>> divergence { get; } =
        FuncConvert.FromFunc<Function, Tensor, Tensor>((f, x) => Divergence(f.Invoke, x));

    /// <summary>f(x) and the divergence.</summary>
    public static FSharpFunc<Function, FSharpFunc<Tensor, Tuple<Tensor, Tensor>>> fdivergence { get; } =
        FuncConvert.FromFunc<Function, Tensor, Tuple<Tensor, Tensor>>((f, x) => FDivergence(f.Invoke, x).ToTuple());

    /// <summary>The curl and the divergence.</summary>
    public static FSharpFunc<Function, FSharpFunc<Tensor, Tuple<Tensor, Tensor>>> curldivergence { get; } =
        FuncConvert.FromFunc<Function, Tensor, Tuple<Tensor, Tensor>>((f, x) => CurlDivergence(f.Invoke, x).ToTuple());

    /// <summary>f(x), the curl and the divergence.</summary>
    public static FSharpFunc<Function, FSharpFunc<Tensor, Tuple<Tensor, Tensor, Tensor>>> fcurldivergence { get; } =
        FuncConvert.FromFunc<Function, Tensor, Tuple<Tensor, Tensor, Tensor>>((f, x) => FCurlDivergence(f.Invoke, x).ToTuple());
}

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

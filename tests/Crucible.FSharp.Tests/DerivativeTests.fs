module Crucible.FSharp.Tests.DerivativeTests

open Crucible
open Crucible.Tensors
open type Crucible.Tensors.Derivative
open Xunit

// A few roundings in float64; central differences as Derivative.Numeric.cs says.
let private rounding = 12
let private differences = 5

let private number (x: float) = Tensor.Scalar(x, DType.Float64)
let private vector (values: float list) = Tensor.Of(values, DType.Float64)
let private check (expected: float list) (digits: int) (actual: Tensor) =
    Assert.Equal(expected.Length, actual.ElementCount)
    for wanted, found in List.zip expected (List.ofArray (actual.ToArray())) do Assert.Equal(wanted, found, digits)

let private f (x: Tensor) = x[0] ** 4.0 + x[0] ** 2.0 * x[1] ** 2.0 - x[1] ** 2.0 + x[1] ** 4.0 + 6.0
let private field (p: Tensor) = Tensor.Stack [ p[0] * p[1]; p[1] * p[2] * p[2]; p[0] * p[0] ]
let private one, up = vector [ 1.0; 1.0 ], vector [ 0.0; 1.0 ]
let private space = vector [ 0.5; -1.25; 2.0 ]

[<Fact>]
let ``Functions_AreCurriedAndPipe`` () =
    check [ 6.0; 4.0 ] rounding (grad f one) // 4x³ + 2xy², 2x²y - 2y + 4y³
    check [ 6.0; 4.0 ] rounding (one |> grad f)
    let slope = diff sin
    check [ cos 0.3 ] rounding (slope (number 0.3))
    check [ -sin 0.3 ] rounding (diff (diff sin) (number 0.3))
    check [ 14.0; 4.0; 4.0; 12.0 ] rounding ([ one ] |> List.map (hessian f) |> List.head)
    check [ 6.0; 4.0 ] rounding (Derivative.Grad((fun x -> f x), one))

[<Fact>]
let ``FForms_GiveTuplesToTakeApart`` () =
    let value, gradient = fgrad f one
    check [ 8.0 ] rounding value
    check [ 6.0; 4.0 ] rounding gradient
    let value, gradient, hessian = fgradhessian f one
    check [ 8.0 ] rounding value
    check [ 6.0; 4.0 ] rounding gradient
    check [ 14.0; 4.0; 4.0; 12.0 ] rounding hessian
    check [ 8.0 ] rounding (fst (fhessian f one))
    check [ 6.0; 4.0 ] rounding (fst (gradhessian f one))
    check [ sin 0.3 ] rounding (fst (fdiff sin (number 0.3)))
    check [ -sin 0.3 ] rounding (snd (fdiff2 sin (number 0.3)))
    check [ -cos 0.3 ] rounding (snd (fdiffn 3 sin (number 0.3)))
    check [ 4.0 ] rounding (snd (fgradv f one up))
    check [ 4.0; 12.0 ] rounding (snd (fhessianv f one up))
    check [ 26.0 ] rounding (snd (flaplacian f one))
    check [ 1.0; 1.0 ] rounding (fst (fjacobian id one))
    check [ 0.0; 2.0 ] rounding (snd (fjacobianv (fun x -> x * x) one up))
    check [ 0.0; 2.0 ] rounding (snd (fjacobianTv (fun x -> x * x) one up))

[<Fact>]
let ``Directions_AreTheLastArgument`` () =
    check [ 4.0 ] rounding (gradv f one up)
    check [ 4.0; 12.0 ] rounding (hessianv f one up)
    check [ 0.0; 2.0 ] rounding (jacobianv (fun x -> x * x) one up)
    check [ 0.0; 2.0 ] rounding (jacobianTv (fun x -> x * x) one up)
    check [ -cos 0.3 ] rounding (diffn 3 sin (number 0.3))
    check [ -sin 0.3 ] rounding (diff2 sin (number 0.3))
    check [ 26.0 ] rounding (laplacian f one)
    check [ 2.0; 0.0; 0.0; 2.0 ] rounding (jacobian (fun x -> x * x) one)

[<Fact>]
let ``Fields_HaveCurlAndDivergence`` () =
    check [ 5.0; -1.0; -0.5 ] rounding (curl field space)
    check [ 2.75 ] rounding (divergence field space)
    let around, apart = curldivergence field space
    check [ 5.0; -1.0; -0.5 ] rounding around
    check [ 2.75 ] rounding apart
    let value, around, apart = fcurldivergence field space
    check [ -0.625; -5.0; 0.25 ] rounding value
    check [ 5.0; -1.0; -0.5 ] rounding around
    check [ 2.75 ] rounding apart
    check [ 5.0; -1.0; -0.5 ] rounding (snd (fcurl field space))
    check [ 2.75 ] rounding (snd (fdivergence field space))

[<Fact>]
let ``Twins_TakeTheirStepFirst`` () =
    let h = 1e-4
    check [ 6.0; 4.0 ] differences (numgrad h f one)
    check [ 4.0 ] differences (numgradv h f one up)
    check [ 14.0; 4.0; 4.0; 12.0 ] differences (numhessian h f one)
    check [ 4.0; 12.0 ] differences (numhessianv h f one up)
    check [ 6.0; 4.0 ] differences (fst (numgradhessian h f one))
    check [ 2.0; 0.0; 0.0; 2.0 ] differences (numjacobian h (fun x -> x * x) one)
    check [ 0.0; 2.0 ] differences (numjacobianv h (fun x -> x * x) one up)
    check [ 0.0; 2.0 ] differences (numjacobianTv h (fun x -> x * x) one up)
    check [ 26.0 ] differences (numlaplacian h f one)
    check [ 5.0; -1.0; -0.5 ] differences (numcurl h field space)
    check [ 2.75 ] differences (numdivergence h field space)
    check [ 2.75 ] differences (snd (numcurldivergence h field space))
    check [ cos 0.3 ] differences (numdiff h sin (number 0.3))
    check [ -sin 0.3 ] differences (numdiff2 h sin (number 0.3))
    check [ -cos 0.3 ] 3 (numdiffn 1e-2 3 sin (number 0.3)) // truncation h²/2 · f⁽⁵⁾

[<Fact>]
let ``Nesting_DoesNotConfusePerturbations`` () =
    check [ 1.0 ] rounding (diff (fun x -> x * diff (fun y -> x + y) x) (number 1.0))
    check [ 6.0 ] rounding (grad (fun x -> x * diff (fun y -> x * y) x) (number 3.0))
    check [ 6.0 ] rounding (diff (fun x -> x * grad (fun y -> x * y) x) (number 3.0))

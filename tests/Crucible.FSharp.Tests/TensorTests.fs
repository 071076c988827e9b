module Crucible.FSharp.Tests.TensorTests

open Crucible
open Crucible.Tensors
open Xunit

let private values (t: Tensor) = t.ToArray() |> List.ofArray

[<Fact>]
let ``Of_FSharpLists_HaveTheirShape`` () =
    let t = Tensor.Of [ [ 1.0; 2.0; 3.0 ]; [ 4.0; 5.0; 6.0 ] ]
    Assert.Equal("[2, 3]", string t.Shape)
    Assert.Equal<float list>([ 1.0; 2.0; 3.0; 4.0; 5.0; 6.0 ], values t)
    Assert.Equal("[3]", string (Tensor.Of(seq { 1..3 })).Shape)
    Assert.Equal("[1, 2]", string (Tensor.Of(array2D [ [ 1.0f; 2.0f ] ])).Shape)

[<Fact>]
let ``From_FSharpArray_HasOneAxis`` () =
    let rows = [| 1 |]
    Assert.Equal("[1]", string (Tensor.From rows).Shape)
    Assert.Equal("[1, 1]", string (Tensor.From(rows, 1, 1)).Shape)
    Assert.Equal("[]", string (Tensor.From(rows, Array.empty<int>)).Shape)
    Assert.Equal("[1, 2]", string ((Tensor.Of [ [ 1.0; 2.0 ]; [ 3.0; 4.0 ] ]).IndexSelect(0, Tensor.From rows)).Shape)
    Assert.Equal("[2]", string (Tensor.From [| for row in 0..1 -> float32 row |]).Shape)

[<Fact>]
let ``Operators_TakeScalarsOnEitherSide`` () =
    let t = Tensor.Of [ 1.0; 2.0 ]
    Assert.Equal<float list>([ 3.0; 5.0 ], values (2.0 * t + 1.0))
    Assert.Equal<float list>([ 0.0; -1.0 ], values (1.0 - t))
    Assert.Equal<float list>([ 2.0; 1.0 ], values (2.0 / t))
    Assert.Equal<float list>([ -1.0; -2.0 ], values -t)
    Assert.Equal<float list>([ 1.0; 8.0 ], values (t ** 3.0))

[<Fact>]
let ``Slices_TakeNegativeAndOpenEnds`` () =
    let t = (Tensor.Arange 12).Reshape(3, 4)
    Assert.Equal<float list>([ 4.0; 5.0; 6.0; 7.0; 8.0; 9.0; 10.0; 11.0 ], values t[1..2, *])
    Assert.Equal<float list>([ 2.0; 3.0 ], values t[0, 2..])
    Assert.Equal<float list>([ 4.0; 8.0 ], values t[-2.., 0])
    Assert.Equal<float list>([ 0.0; 1.0; 2.0 ], values t[0, .. -2])
    Assert.Equal("[3, 2]", string t[*, 1..2].Shape)
    Assert.Equal(6.0, float t[1, 2])

[<Fact>]
let ``Functions_OfFSharp_WorkOnTensors`` () =
    let t = Tensor.Of([ 0.5 ], DType.Float64)
    let check (expected: float) (actual: Tensor) = Assert.Equal(expected, float actual[0], 14)
    check (exp 0.5) (exp t)
    check (log 0.5) (log t)
    check (log10 0.5) (log10 t)
    check (sqrt 0.5) (sqrt t)
    check (sin 0.5) (sin t)
    check (cos 0.5) (cos t)
    check (tan 0.5) (tan t)
    check (tanh 0.5) (tanh t)
    check (sinh 0.5) (sinh t)
    check (cosh 0.5) (cosh t)
    check (asin 0.5) (asin t)
    check (acos 0.5) (acos t)
    check (atan 0.5) (atan t)
    check 0.5 (abs -t)
    check 0.0 (floor t)
    check 1.0 (ceil t)
    check 0.0 (round t)
    check 0.0 (truncate t)

[<Fact>]
let ``List_SumAndAverage_WorkOnTensors`` () =
    let tensors = [ Tensor.Of [ 1.0; 2.0 ]; Tensor.Of [ 3.0; 4.0 ] ]
    Assert.Equal<float list>([ 4.0; 6.0 ], values (List.sum tensors))
    Assert.Equal<float list>([ 2.0; 3.0 ], values (List.average tensors))

[<Fact>]
let ``Comparisons_AreElementwiseOperators`` () =
    let t = Tensor.Of [ 1.0; 2.0; 3.0 ]
    Assert.Equal<float list>([ 0.0; 0.0; 1.0 ], values (t .> 2.0))
    Assert.Equal<float list>([ 0.0; 1.0; 1.0 ], values (t .>= 2.0))
    Assert.Equal<float list>([ 1.0; 0.0; 0.0 ], values (t .< 2.0))
    Assert.Equal<float list>([ 1.0; 1.0; 0.0 ], values (t .<= 2.0))
    Assert.Equal<float list>([ 0.0; 1.0; 0.0 ], values (t .= 2.0))
    Assert.Equal<float list>([ 1.0; 0.0; 1.0 ], values (t .<> 2.0))
    Assert.Equal<float list>([ 0.0; 1.0; 0.0 ], values ((t .> 1.0) .&& (t .< 3.0)))
    Assert.Equal<float list>([ 1.0; 0.0; 1.0 ], values ((t .< 2.0) .|| (t .> 2.0)))

[<Fact>]
let ``Printing_ShowsValuesShapeAndType`` () =
    let t = Tensor.Of [ 1.0; 2.0 ]
    Assert.Equal("tensor([1.0000, 2.0000], [2] float32)", sprintf "%A" t)
    Assert.Equal("tensor([1.0000, 2.0000], [2] float32)", sprintf "%O" t)
    Assert.Equal("tensor([1.0000, 2.0000], [2] float32)", $"{t}")

[<Fact>]
let ``Pipelines_ReadLikeFSharp`` () =
    let total =
        [ 1.0; 2.0; 3.0 ]
        |> Tensor.Of
        |> exp
        |> log
        |> fun t -> t.Sum()
    Assert.Equal(6.0, float total, 5)

[<Fact>]
let ``Derivatives_FlowThroughFSharpFunctions`` () =
    let w = (Tensor.Of([ 2.0 ], DType.Float64)).AsParameter "w"
    (w ** 3.0 + exp w).Sum().Backward()
    Assert.Equal(12.0 + exp 2.0, float (nonNull w.Gradient), 12)

[<Fact>]
let ``NoGrad_IsAScope`` () =
    let w = (Tensor.Ones 1).AsParameter()
    let inside =
        use _ = Tensor.NoGrad()
        w * 2.0
    Assert.False inside.RequiresGradient
    Assert.True((w * 2.0).RequiresGradient)

[<Fact>]
let ``Shapes_AreCheckedWithARemedy`` () =
    let multiply () = (Tensor.Zeros(32, 64)).MatMul(Tensor.Zeros(128, 64)) |> string |> Assert.NotNull
    let error = Assert.Throws<ShapeException> multiply
    Assert.Equal(
        "matmul: inner sizes must agree, but a is [32, 64] and b is [128, 64] (a axis 1 = 64, b axis 0 = 128). b transposed would fit.",
        error.Message
    )

module Crucible.FSharp.Tests.ComparisonTests

open Crucible
open Crucible.Tensors
open Xunit

let private truths (t: Tensor) = t.ToArray<bool>() |> List.ofArray
let private values (t: Tensor) = t.ToArray() |> List.ofArray
let private a = Tensor.Of [ 1.0; 2.0; 3.0 ]
let private b = Tensor.Of [ 2.0; 2.0; 2.0 ]

[<Fact>]
let ``ComparisonOperators_TakeTensorsAndNumbersOnEitherSide`` () =
    Assert.Equal<bool list>([ false; true; false ], truths (a .= b))
    Assert.Equal<bool list>([ false; true; false ], truths (a .= 2.0))
    Assert.Equal<bool list>([ false; true; false ], truths (2.0 .= a))
    Assert.Equal<bool list>([ true; false; true ], truths (a .<> b))
    Assert.Equal<bool list>([ true; false; true ], truths (a .<> 2.0))
    Assert.Equal<bool list>([ true; false; true ], truths (2.0 .<> a))
    Assert.Equal<bool list>([ true; false; false ], truths (a .< b))
    Assert.Equal<bool list>([ true; false; false ], truths (a .< 2.0))
    Assert.Equal<bool list>([ false; false; true ], truths (2.0 .< a))
    Assert.Equal<bool list>([ true; true; false ], truths (a .<= b))
    Assert.Equal<bool list>([ true; true; false ], truths (a .<= 2.0))
    Assert.Equal<bool list>([ false; true; true ], truths (2.0 .<= a))
    Assert.Equal<bool list>([ false; false; true ], truths (a .> b))
    Assert.Equal<bool list>([ false; false; true ], truths (a .> 2.0))
    Assert.Equal<bool list>([ true; false; false ], truths (2.0 .> a))
    Assert.Equal<bool list>([ false; true; true ], truths (a .>= b))
    Assert.Equal<bool list>([ false; true; true ], truths (a .>= 2.0))
    Assert.Equal<bool list>([ true; true; false ], truths (2.0 .>= a))

[<Fact>]
let ``LogicOperators_CombineComparisonsInParentheses`` () =
    Assert.Equal<bool list>([ false; true; false ], truths ((a .> 1.5) .&& (a .< 2.5)))
    Assert.Equal<bool list>([ true; false; true ], truths ((a .< 1.5) .|| (a .> 2.5)))

[<Fact>]
let ``Masks_ChooseElements`` () =
    Assert.Equal<float list>([ 0.0; 2.0; 3.0 ], values (Tensor.Where(a .> 1.5, a, 0.0)))
    Assert.Equal<float list>([ 2.0; 3.0 ], values (a.MaskedSelect(a .> 1.5)))
    Assert.Equal(2.0, float ((a .> 1.5).Sum()))

[<Fact>]
let ``Reductions_TakeListsOfAxesAndNamedArguments`` () =
    let t = (Tensor.Arange 24).Reshape(2, 3, 4)
    Assert.Equal("[3]", string (t.Mean [ 0; 2 ]).Shape)
    Assert.Equal("[1, 3, 1]", string (t.Max([ 0; 2 ], keepDims = true)).Shape)
    Assert.Equal(1.25, float (t.Var(2, correction = 0)).[0, 0])
    Assert.Equal(2.0, float ((Tensor.Of [ 1.0; 1.0; 1.0; 1.0 ]).Norm()))

[<Fact>]
let ``Sort_GivesATupleToTakeApart`` () =
    let sorted, indices = a.Sort(descending = true)
    Assert.Equal<float list>([ 3.0; 2.0; 1.0 ], values sorted)
    Assert.Equal<float list>([ 2.0; 1.0; 0.0 ], values indices)
    let u, s, vt = (Tensor.Eye 2).SVD()
    Assert.Equal<float list>([ 1.0; 1.0 ], values s)
    Assert.Equal<float list>([ 1.0; 0.0; 0.0; 1.0 ], values (u.MatMul vt))

[<Fact>]
let ``Einsum_TakesAnyNumberOfOperands`` () =
    Assert.Equal(12.0, float (Tensor.Einsum("i,i->", a, b)))
    Assert.Equal(24.0, float (Tensor.Einsum("i,i,i->", a, b, b)))

/// What F# users type first: numbers of any type, lists, ranges, loops.
module Crucible.FSharp.Tests.NumberTests

open Crucible
open Crucible.Tensors
open Xunit

let private values (t: Tensor) = t.ToArray() |> List.ofArray

let private vector (dtype: DType) = (Tensor.Of [ 1; 2; 4 ]).To dtype

[<Theory>]
[<InlineData(DType.Float32)>]
[<InlineData(DType.Float64)>]
let ``Operators_TakeNumbersOfEveryType`` (dtype: DType) =
    let t = vector dtype

    let check (expected: float list) (actual: Tensor) =
        Assert.Equal<float list>(expected, values actual)
        Assert.Equal(dtype, actual.DType)

    for actual in [ 2 * t; t * 2; 2.0f * t; t * 2.0f; 2.0 * t; t + t ] do
        check [ 2.0; 4.0; 8.0 ] actual

    for actual in [ 1 + t; t + 1; 1.0f + t; t + 1.0f ] do
        check [ 2.0; 3.0; 5.0 ] actual

    for actual in [ t - 1; t - 1.0f; -(1 - t); -(1.0f - t) ] do
        check [ 0.0; 1.0; 3.0 ] actual

    for actual in [ t / 2; t / 2.0f ] do
        check [ 0.5; 1.0; 2.0 ] actual

    for actual in [ 4 / t; 4.0f / t ] do
        check [ 4.0; 2.0; 1.0 ] actual

    for actual in [ t ** 2; t ** 2.0f; t ** 2.0 ] do
        check [ 1.0; 4.0; 16.0 ] actual

    check [ 1.0; 1.0; 1.0 ] (t ** 0)

[<Fact>]
let ``Operators_OfIntegers_StayIntegers`` () =
    let t = vector DType.Int32

    for actual in [ 2 * t; t * 2; t * 2.0f ] do
        Assert.Equal<float list>([ 2.0; 4.0; 8.0 ], values actual)
        Assert.Equal(DType.Int32, actual.DType)

    let error = Assert.Throws<DTypeException>(fun () -> t * 0.5f |> ignore)
    Assert.Equal("tensor: an int32 tensor cannot hold 0.5; round it or use float32", error.Message)
    Assert.Equal(16777217.0, float (Tensor.From [| 16777216 |] + 1)) // no float32 is in between

[<Theory>]
[<InlineData(DType.Float32)>]
[<InlineData(DType.Float64)>]
[<InlineData(DType.Int32)>]
let ``Comparisons_TakeNumbersOfEveryType`` (dtype: DType) =
    let t = vector dtype

    let check (expected: float list) (actual: Tensor) =
        Assert.Equal<float list>(expected, values actual)

    for actual in
        [
            t .> 1
            t .> 1.0f
            1 .< t
            1.0f .< t
            t .<> 1
            t .<> 1.0f
            1 .<> t
            1.0f .<> t
        ] do
        check [ 0.0; 1.0; 1.0 ] actual

    for actual in [ t .<= 2; t .<= 2.0f; 2 .>= t; 2.0f .>= t ] do
        check [ 1.0; 1.0; 0.0 ] actual

    for actual in [ t .= 2; t .= 2.0f; 2 .= t; 2.0f .= t ] do
        check [ 0.0; 1.0; 0.0 ] actual

    for actual in [ t .< 4; t .< 4.0f; 4 .> t; 4.0f .> t; t .< 2.5 ] do
        Assert.Equal(1.0, (values actual)[0])
        Assert.Equal(0.0, (values actual)[2])

    for actual in [ t .>= 2; t .>= 2.0f; 2 .<= t; 2.0f .<= t ] do
        check [ 0.0; 1.0; 1.0 ] actual

[<Theory>]
[<InlineData(DType.Float32)>]
[<InlineData(DType.Float64)>]
[<InlineData(DType.Int32)>]
let ``Sums_OfFSharp_HaveTheElementType`` (dtype: DType) =
    let t = vector dtype

    for sum in
        [
            List.sum [ t; t ]
            Seq.sumBy (fun (x: Tensor) -> x + x) [ t ]
            Array.sum [| t; t |]
        ] do
        Assert.Equal(dtype, sum.DType)
        Assert.Equal<float list>([ 2.0; 4.0; 8.0 ], values sum)

    Assert.Equal(dtype, (List.sum [ List.sum []; t; List.sum (List.map List.sum [ []; [] ]) ]).DType)

[<Theory>]
[<InlineData(DType.Float32)>]
[<InlineData(DType.Float64)>]
let ``Averages_OfFSharp_HaveTheElementType`` (dtype: DType) =
    let t = vector dtype

    for mean in [ List.average [ t; t * 3 ]; Seq.averageBy (fun (x: Tensor) -> x * 2) [ t; t ] ] do
        Assert.Equal(dtype, mean.DType)
        Assert.Equal<float list>([ 2.0; 4.0; 8.0 ], values mean)

[<Fact>]
let ``Average_OfIntegers_IsRefusedAsTheirMeanIs`` () =
    let error =
        Assert.Throws<DTypeException>(fun () -> List.average [ vector DType.Int32 ] |> ignore)

    Assert.Equal("average: elements must be float32 or float64, but are int32; convert with To", error.Message)

[<Theory>]
[<InlineData(DType.Float32)>]
[<InlineData(DType.Float64)>]
let ``Pown_HasTheElementType`` (dtype: DType) =
    let t = vector dtype

    let powers =
        [
            1, [ 1.0; 2.0; 4.0 ]
            2, [ 1.0; 4.0; 16.0 ]
            5, [ 1.0; 32.0; 1024.0 ]
            -1, [ 1.0; 0.5; 0.25 ]
        ]

    for (power, expected) in powers do
        Assert.Equal(dtype, (pown t power).DType)
        Assert.Equal<float list>(expected, values (pown t power))
    // F# knows no tensor when it asks for One: a scalar, which takes the type and, broadcast, the shape of others.
    Assert.Equal("[]", string (pown t 0).Shape)
    Assert.Equal(dtype, (pown t 0 * t).DType)

[<Theory>]
[<InlineData(DType.Float32)>]
[<InlineData(DType.Float64)>]
let ``ZeroAndOne_LetGradientsThrough_AndGiveNewTensors`` (dtype: DType) =
    let w = (vector dtype).AsParameter()
    let y = List.sum [ w; w ] + pown w -1
    y.Sum().Backward()
    Assert.Equal<float list>([ 1.0; 1.75; 1.9375 ], values (nonNull w.Gradient)) // 2 - 1/w²
    let sum = Tensor.Zero + w
    Assert.NotSame(w, sum)
    sum.Sum().Backward()
    Assert.Null sum.Gradient
    Assert.Equal<float list>([ 2.0; 2.75; 2.9375 ], values (nonNull w.Gradient))
    let v = Tensor.Zero.AsParameter()
    (v * w.Detach()).Sum().Backward()
    Assert.Equal((7.0, DType.Float32), (float (nonNull v.Gradient), (nonNull v.Gradient).DType))

[<Fact>]
let ``ZeroAndOne_ByThemselves_AreFloat32`` () =
    Assert.Equal("tensor(0.0000, [] float32)", string Tensor.Zero)
    Assert.Equal("tensor(1.0000, [] float32)", sprintf "%A" Tensor.One)
    Assert.Equal(DType.Float32, (Tensor.Zero + 1.0).DType)
    Assert.Equal(DType.Int32, (Tensor.One - Tensor.From [| 1 |]).DType)

    Assert.Throws<DTypeException>(fun () -> Tensor.Zero + Tensor.Of true |> ignore)
    |> ignore
    // Only these two constants take the other's type.
    let mixed () =
        Tensor.Scalar 0.0 + vector DType.Float64 |> ignore

    Assert.Throws<DTypeException> mixed |> ignore

[<Fact>]
let ``Shapes_AreListsWhereverTheyAreNumbers`` () =
    Assert.Equal("[2, 3]", string (Tensor.Zeros [ 2; 3 ]).Shape)
    Assert.Equal("[2, 3]", string (Tensor.Ones [| 2; 3 |]).Shape)
    Assert.Equal("[3]", string (Tensor.Ones 3).Shape)
    Assert.Equal(DType.Float64, (Tensor.Zeros([ 2; 3 ], DType.Float64)).DType)
    let t = Tensor.Zeros(1, 3)
    Assert.Equal("[1, 3]", string (Tensor.Zeros t.Shape).Shape)
    Assert.Equal("[3, 1]", string (t.Permute [ 1; 0 ]).Shape)
    Assert.Equal("[4, 3]", string (t.Expand [ 4; -1 ]).Shape)
    Assert.Equal("[2, 6]", string (t.Tile [ 2; 2 ]).Shape)
    Assert.Equal("[3, 1]", string (t.Reshape [ 3; -1 ]).Shape)
    Assert.Equal<float list>([ 2.0; 1.0 ], values ((Tensor.Of [ 1.0; 2.0 ]).Flip [ 0 ]))
    Assert.Equal("[5, 3]", string (t.Rows [ for _ in 1..5 -> 0 ]).Shape)
    Assert.Equal<float list>(Tensor.Rand(Generator 1, 2, 3) |> values, Tensor.Rand(Generator 1, [ 2; 3 ]) |> values)
    Assert.Equal<float list>(Tensor.Randn(Generator 1, 2, 3) |> values, Tensor.Randn(Generator 1, [ 2; 3 ]) |> values)

[<Fact>]
let ``Generator_TakesAnInt`` () =
    Assert.Equal((Generator 7UL).State, (Generator 7).State)
    let error = Assert.Throws<OptionException>(fun () -> Generator -1 |> ignore)
    Assert.Equal("generator: seed must be 0 or more, but is -1", error.Message)

[<Fact>]
let ``AnyAndAll_AreConditions`` () =
    let t = vector DType.Float32
    Assert.Equal("some", (if (t .> 3).Any() then "some" else "none"))
    Assert.Equal("some", (if not ((t .> 3).All()) then "some" else "all"))
    Assert.Equal("all", (if (t .> 0).All() && (t .< 5).All() then "all" else "some"))

[<Fact>]
let ``For_GoesAlongTheFirstAxis`` () =
    let t = (Tensor.Arange 6).Reshape(3, 2)
    let mutable sums = []

    for row in t do
        sums <- float (row.Sum()) :: sums

    Assert.Equal<float list>([ 9.0; 5.0; 1.0 ], sums)
    Assert.Equal<float list>([ 1.0; 5.0; 9.0 ], [ for row in t -> float (row.Sum()) ])
    Assert.Equal(0, List.length [ for row in Tensor.Zeros(0, 2) -> row ])

[<Fact>]
let ``Slices_BeyondTheEnd_AreEmptyAsOfLists`` () =
    let t, list = Tensor.Arange 3, [ 0.0; 1.0; 2.0 ]
    Assert.Equal<float list>(list[7..], values t[7..])
    Assert.Equal<float list>(list[1..9], values t[1..9])
    Assert.Equal<float list>(list[2..1], values t[2..1])
    Assert.Equal<float list>(list[..7], values t[..7])
    Assert.Equal<float list>(list, values t[-7 ..])
    let matrix = Tensor.Zeros(3, 4)
    Assert.Equal("[0, 4]", string matrix[7..].Shape)
    Assert.Equal("[3, 0]", string matrix[*, 7..].Shape)

[<Fact>]
let ``Slices_OfFiveAxes_AreLikeThoseOfFewer`` () =
    let t = (Tensor.Arange 720).Reshape(2, 3, 4, 5, 6)
    Assert.Equal(719.0, float t[1, 2, 3, 4, 5])
    Assert.Equal("[2, 4, 4]", string t[0, 1.., *, 2, ..3].Shape)
    Assert.Equal("[2, 3, 4, 5]", string t[*, *, *, *, -1].Shape)
    Assert.Equal<float list>(values ((((t[1])[2])[0])[1..2]), values t[1, 2, 0, 1..2, *])
    Assert.Equal<float list>(values (t.Select(4, 3).Slice(1, 1, 3)), values t[*, 1..2, *, *, 3])

[<Fact>]
let ``Shape_PrintsAsOne`` () =
    let shape = (Tensor.Zeros(4, 5)).Shape
    Assert.Equal("[4, 5]", sprintf "%A" shape)
    Assert.Equal("[4, 5]", sprintf "%O" shape)
    Assert.Equal("([4, 5], [])", sprintf "%A" (shape, (Tensor.Scalar 1).Shape))

[<Fact>]
let ``Inference_StillFindsTheOperators`` () =
    let t = vector DType.Float32
    let inline polynomial x = x * x + x
    let fold = List.fold (fun sum x -> sum + x) t [ t; t ]
    let scale (x: Tensor) = x * 2.0 - 1.0
    let product (x: Tensor) y = x * y
    Assert.Equal<float list>([ 2.0; 6.0; 20.0 ], values (polynomial t))
    Assert.Equal<float list>([ 3.0; 6.0; 12.0 ], values fold)
    Assert.Equal<float list>([ 1.0; 3.0; 7.0 ], values (scale t))
    Assert.Equal<float list>([ 1.0; 4.0; 16.0 ], values (product t t))
    Assert.Equal<float list>([ 2.0; 4.0; 8.0 ], values (List.reduce (+) [ t; t ]))

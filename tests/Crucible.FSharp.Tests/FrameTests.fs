module Crucible.FSharp.Tests.FrameTests

open Crucible.Lab.Tables
open Crucible.Statistics
open Crucible.Tensors
open Deedle
open Xunit

let houses = Houses.Load()

[<Fact>]
let ``our functions stand beside Deedle's in Frame`` () =
    let features = houses.Frame |> Frame.without [ "medv" ] |> Frame.take 10
    Assert.Equal("[10, 13]", (features |> Frame.toTensor).Shape.ToString())
    let prices = houses.Frame |> Frame.take 2 |> Frame.toVector "medv"
    Assert.Equal<float seq>([ 24.0; 21.6 ], prices.ToArray())
    let back = features |> Frame.toTensor |> Frame.ofTensor houses.Features
    Assert.Equal<string seq>(features.ColumnKeys, back.ColumnKeys)
    Assert.Equal(10, Frame.countRows back)

[<Fact>]
let ``a frame is split and scaled in one call each`` () =
    let train, test = houses.Frame |> Frame.split (300, 206, Generator 0UL)
    let scaled = test |> Frame.scale (StandardScaler.Fit(Frame.toTensor train))
    Assert.Equal((300, 206), (train.RowCount, scaled.RowCount))
    Assert.Equal<int seq>(test.RowKeys, scaled.RowKeys)
    Assert.Equal(0.0, (Frame.standardize train)?rm |> Stats.mean, 12)

[<Fact>]
let ``a column that is not there is refused with the nearest`` () =
    let error = Assert.Throws<Crucible.DataException>(fun () -> houses.Frame |> Frame.select [ "rms" ] |> ignore)
    Assert.EndsWith("but is none of them; did you mean 'rm'?", error.Message)

module SineTests

open Xunit

[<Fact>]
let ``A trained network is closer to the sine than a guess of 0`` () =
    let model = Sine.train 0UL 100 16 50
    Assert.InRange(Sine.error model, 0.0, 0.5)

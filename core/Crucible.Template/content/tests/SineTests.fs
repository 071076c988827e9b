module SineTests

open Xunit

[<Fact>]
let ``A trained network is closer to the sine than a guess of 0`` () =
    let model = SineNetwork.train 0UL 100 16 50
    Assert.InRange(SineNetwork.error model, 0.0, 0.5)

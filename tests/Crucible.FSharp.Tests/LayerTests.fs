module Crucible.FSharp.Tests.LayerTests

open Crucible
open Crucible.Layers
open Crucible.Models
open Crucible.Optimizers
open Crucible.Tensors
open Crucible.Training
open Xunit

/// x + scale·tanh(inner(row(x))): what a script writes for a layer of its own.
type Residual(size: int, generator: Generator) =
    inherit Layer()
    let inner = base.Child("inner", Linear(size, size, generator))
    let row = base.ChildList("row", [ for _ in 1..2 -> Linear(size, size, generator) --> Tanh() ])
    let scale = base.Parameter("scale", Tensor.Ones size)

    override _.Compute(x, pass) =
        let y = row |> Array.fold (fun y layer -> layer.Forward(y, pass)) x
        x + scale * tanh (inner.Forward(y, pass))

let private square (x: Tensor) = x * x

[<Fact>]
let ``Arrow_LayersAndFunctions_ComposeIntoOneFlatModel`` () =
    let g = Generator 1UL
    let output = Dropout 0.1 --> Linear(4, 1, g)
    let model = Linear(3, 4, g) --> Relu() --> Linear(4, 4, g) --> square --> (fun x -> tanh x) --> output
    Assert.Equal(7, model.Layers.Count)
    let names = [ for p in model.Parameters -> string p.Name ]
    Assert.Equal<string list>([ "0.weight"; "0.bias"; "2.weight"; "2.bias"; "6.weight"; "6.bias" ], names)
    Assert.Equal("[5, 1]", string (Tensor.Ones(5, 3) |> model.Forward).Shape)
    Assert.Equal("[5, 1]", string ((square --> model).Forward(Tensor.Ones(5, 3))).Shape)

[<Fact>]
let ``CustomLayer_InFSharp_IsNamedSummarizedAndLocated`` () =
    let model = Linear(3, 4, Generator 1UL) --> Residual(4, Generator 2UL)

    let expected =
        [ "            layer         output  parameters"
          "0           Linear(3, 4)  [2, 4]          16"
          "1           Residual      [2, 4]           4"
          "1.inner     Linear(4, 4)  [2, 4]          20"
          "1.row[0].0  Linear(4, 4)  [2, 4]          20"
          "1.row[0].1  Tanh          [2, 4]           0"
          "1.row[1].0  Linear(4, 4)  [2, 4]          20"
          "1.row[1].1  Tanh          [2, 4]           0"
          "            total                         80" ]

    Assert.Equal<string list>(expected, (model.Summary [ 2; 3 ]).Split '\n' |> List.ofArray)
    let wrong () = (Residual(4, Generator 1UL)).Forward(Tensor.Ones(2, 3)) |> ignore
    let error = Assert.Throws<ShapeException> wrong
    Assert.StartsWith("residual.row[0].0: linear: ", error.Message)

[<Fact>]
let ``TrainingLoop_InFSharp_NeedsNoIgnore`` () =
    let generator = Generator 7UL
    let model = Mlp([ 2; 16; 1 ], (fun () -> Tanh()), generator, dropout = 0.0)
    let options = AdamOptions(LearningRate = 1e-2, WeightDecay = 1e-3)
    let optimizer = AdamW(ParameterGroup.DecayMatricesOnly model.Parameters, options)
    let schedule = Schedule.Cosine(1e-2, 300).WithWarmUp 10
    let x = Tensor.Randn(generator, 32, 2)
    let y = x[*, 0..0] * x[*, 1..1]
    let mutable first, last = nan, nan

    for step in 0..299 do
        optimizer.LearningRate <- schedule.At step
        optimizer.ZeroGradients()
        let loss = Loss.MeanSquaredError(model.Forward(x, Pass.Training generator), y)
        loss.Backward()
        optimizer.Step()
        if step = 0 then first <- float loss
        last <- float loss

    Assert.True(last < first / 20.0, $"from {first} to {last}")

[<Fact>]
let ``Options_AreSetByName`` () =
    let g = Generator 1UL
    let linear = Linear(2, 3, g, LinearOptions(HasBias = false, Weight = Initializer.HeNormal, DType = DType.Float64))
    Assert.Null linear.Bias
    let ramp = Initializer("ramp", fun shape dtype _ -> Tensor.Linspace(0.0, 1.0, shape[0], dtype))
    Assert.Equal<float list>([ 0.0; 0.5; 1.0 ], ramp.Create([ 3 ], DType.Float64, g).ToArray() |> List.ofArray)
    let sgd = Sgd(linear.Parameters, SgdOptions(LearningRate = 0.5, Momentum = 0.9, Nesterov = true))
    Assert.Equal(0.5, sgd.LearningRate)
    let custom = Schedule(fun step -> 1.0 / float (step + 1))
    Assert.Equal(0.25, custom.At 3)
    let padded = Loss.CrossEntropy(Tensor.Zeros(3, 2), Tensor.Of [ 0; 1; -1 ], ignoredIndex = -1)
    Assert.Equal(log 2.0, float padded, 6)

[<Fact>]
let ``Gpt_InFSharp_ContinuesFromItsCacheAndShowsItsMaps`` () =
    let rotary = PositionKind.Rotary
    let options = GptOptions(Vocabulary = 11, Context = 8, Layers = 2, Heads = 2, Width = 16, Positions = rotary)
    let model = Gpt(options, Generator 1UL)
    let tokens = Tensor.Of(array2D [ [ 3; 1; 4; 1; 5 ] ])
    let cache, maps = KeyValueCache 8, AttentionMaps()
    model.NextLogits(tokens[*, ..3], Pass.Evaluation.With cache) |> ignore
    let next = model.NextLogits(tokens[*, 4..], Pass.Evaluation.With(cache).With maps)
    let whole = model.NextLogits(tokens, Pass.Evaluation)
    Assert.Equal("[1, 11]", string whole.Shape)
    // Asking for the weights computes them in another order, so the last bits may differ.
    Assert.True((next - whole).Abs().Max().ToDouble() < 1e-6)
    Assert.Equal<string list>([ "[1, 2, 1, 5]"; "[1, 2, 1, 5]" ], [ for map in maps.Weights -> string map.Shape ])

[<Fact>]
let ``Attention_InFSharp_TakesItsOptionsAndGivesItsWeights`` () =
    let x = Tensor.Randn(Generator 1UL, 2, 3, 5, 4)
    let output, weights = x.ScaledDotProductAttentionWithWeights(x, x, AttentionOptions(IsCausal = true))
    Assert.Equal("[2, 3, 5, 4]", string output.Shape)
    Assert.Equal<float[]>(weights.ToArray(), weights.Tril().ToArray())

[<Fact>]
let ``Loss_InALambda_NeedsNoTypes`` () =
    let generator = Generator 3UL
    let x = Tensor.Randn(generator, 20, 2)
    let model = Linear(2, 1, generator)
    let optimizer = Adam(model.Parameters, AdamOptions(LearningRate = 1e-2))
    let fit (trainer: Trainer) = trainer.Fit(RowBatches(x, x[*, 0..0], 5), TrainerOptions(Epochs = 2))
    let inLambda = Trainer(model, optimizer, fun p t -> Loss.MeanSquaredError(p, t))
    let smooth p t = Loss.Huber(p, t, delta = 0.5)
    let named = Trainer(model, optimizer, smooth)
    Assert.True((fit inLambda).FinalLoss > 0.0)
    Assert.True((fit named).FinalLoss > 0.0)
    let batches = RowBatches(x, x[*, 0..0])
    Assert.True(Evaluation.Loss(model, batches, fun p t -> Loss.MeanAbsoluteError(p, t)) > 0.0)

[<Fact>]
let ``RecurrentLayers_InFSharp_EncodeSentencesAndDecodeStepByStep`` () =
    let g = Generator 1UL
    let encoder = Gru(8, 16, g, RecurrentOptions(IsBidirectional = true))
    let decoder = Lstm(8 + 32, 16, g)
    let attention = AdditiveAttention(16, 32, 12, g)
    let pass = Pass.Evaluation
    let states, last = encoder.Forward(Tensor.Randn(g, 3, 7, 8), null, [| 7; 4; 2 |], pass)
    let mask = Tensor.Of(array2D [ for n in [ 7; 4; 2 ] -> [ for t in 0..6 -> t < n ] ])
    let keys = attention.Keys(states, pass)
    let start = RecurrentState([ last.Hidden[0] ], [ Tensor.Zeros(3, 16) ])
    let context = attention.Forward(start.Top, states, keys, mask, pass)
    let output, next = decoder.Step(Tensor.Concat([ Tensor.Zeros(3, 8); context ], 1), start, pass)
    Assert.Equal("[3, 7, 32] [3, 32] [3, 16]", $"{states.Shape} {context.Shape} {output.Shape}")
    Assert.Equal<float[]>(output.ToArray(), next.Detach().Rows(0, 1, 2).Top.ToArray())

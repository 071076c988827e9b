/// A sine seen through noise, and a network that learns it: what the script and its test share.
module SineNetwork

open Crucible.Layers
open Crucible.Optimizers
open Crucible.Tensors
open Crucible.Training

/// Points from -3 to 3 and their sines with noise, a row each.
let points (rows: int) (generator: Generator) =
    let x = 6.0 * Tensor.Rand(generator, rows, 1) - 3.0
    x, sin x + 0.1 * Tensor.Randn(generator, rows, 1)

/// A network of one hidden layer, trained on noisy points.
let train (seed: uint64) rows hidden epochs : Layer =
    let generator = Generator seed
    let x, y = points rows generator
    let model = Linear(1, hidden, generator) --> Tanh() --> Linear(hidden, 1, generator)
    let adam = Adam(model.Parameters, AdamOptions(LearningRate = 0.01))
    let trainer = Trainer(model, adam, fun prediction actual -> Loss.MeanSquaredError(prediction, actual))
    trainer.Fit(RowBatches(x, y, 20), TrainerOptions(Epochs = epochs, Seed = seed)) |> ignore
    model

/// Places from -3 to 3, the network's values there and the sine's.
let compare (model: Layer) =
    let x = Tensor.Linspace(-3.0, 3.0, 61).Reshape(61, 1)
    x, Tensor.Evaluate(fun () -> model.Forward x), sin x

/// The network's mean squared error.
let error (model: Layer) =
    let _, learned, actual = compare model
    float (Loss.MeanSquaredError(learned, actual))

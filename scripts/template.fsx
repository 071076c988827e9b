// A beginning for an experiment of your own: copy this file, then change the question, the data and the model.
// Here the data are points of a sine with noise; `help` lists the options, and the report has the rest.
#load "crucible.fsx"
open Plotly.NET
open Crucible.Lab.Reports
open Crucible.Lab.Scripting
open Crucible.Layers
open Crucible.Optimizers
open Crucible.Tensors
open Crucible.Training

type Options = { [<Option("passes over the rows", Min = 1, Max = 1000000)>] Epochs: int }

Experiment.Run("How closely does a small network learn a sine from noisy points?", { Epochs = 200 }, fun lab ->
    let rows, generator = lab.Pick(200, 100), Generator lab.Seed
    let x = 6.0 * Tensor.Rand(generator, rows, 1) - 3.0
    let y = sin x + 0.1 * Tensor.Randn(generator, rows, 1)
    let model = Linear(1, 32, generator) --> Tanh() --> Linear(32, 1, generator)
    let adam = Adam(model.Parameters, AdamOptions(LearningRate = 0.01))
    let trainer = Trainer(model, adam, fun prediction actual -> Loss.MeanSquaredError(prediction, actual))
    trainer.Fit(RowBatches(x, y, 20), TrainerOptions(Epochs = lab.Options.Epochs, Seed = lab.Seed)) |> ignore

    let test = Tensor.Linspace(-3.0, 3.0, 61).Reshape(61, 1)
    let learned = Tensor.Evaluate(fun () -> model.Forward test)
    let error = float (Loss.MeanSquaredError(learned, sin test))
    let curve name (values: Tensor) = Chart.Line(test.ToArray(), values.ToArray(), Name = name)
    let chart = Chart.combine [ curve "sine" (sin test); curve "network" learned ]
    lab.Metric("test_mse", error, isHeadline = true, title = "test error (MSE)")
    let answer = $"Its mean squared error is %.5f{error}; guessing 0 has 0.51."
    lab.Answer(answer, [ Estimate("test error (MSE)", error) ], chart)
    lab.CheckAtMost("test error (MSE)", error, 0.1))

// Question  How closely does a small network learn a sine from noisy points?
// Data      200 points of a sine with normal noise of 0.1, drawn anew for each seed.
// Method    One hidden layer of tanh, trained with Adam; its error is measured against the sine without noise.
// Expected  A mean squared error below 0.1; guessing 0 has 0.51. A few seconds.
#r "nuget: Crucible.Lab, CRUCIBLE_VERSION"
#load "SineNetwork.fs"

open Crucible.Lab.Reports
open Crucible.Lab.Scripting
open Plotly.NET

type Options =
    { [<Option("passes over the points", Min = 1, Max = 1000000)>]
      Epochs: int
      [<Option("units of the hidden layer", Min = 1, Max = 10000)>]
      Hidden: int }

let question = "How closely does a small network learn a sine from noisy points?"

Experiment.Run(question, { Epochs = 200; Hidden = 32 }, fun lab ->
    let options = lab.Options
    let model = SineNetwork.train lab.Seed (lab.Pick(200, 100)) options.Hidden options.Epochs
    let x, learned, actual = SineNetwork.compare model
    let error = SineNetwork.error model

    let curve name (values: Crucible.Tensors.Tensor) = Chart.Line(x.ToArray(), values.ToArray(), Name = name)
    let chart = Chart.combine [ curve "sine" actual; curve "network" learned ]
    lab.Metric("test_mse", error, isHeadline = true, title = "test error (MSE)")
    let answer = $"Its mean squared error is %.5f{error}; guessing 0 has 0.51."
    lab.Answer(answer, [ Estimate("test error (MSE)", error) ], chart)
    lab.CheckAtMost("test error (MSE)", error, 0.1))

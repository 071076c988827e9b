// Question  Small batches repair networks that failed on raw house data (activations.fsx). Is it because they make more
//           updates, or because their gradients are noisy?
// Data      Boston housing, 300 rows that train and 206 that test, raw features, another split for every run.
// Method    Five pairs of hidden activations, 13-40-40-1, Adam: one update an epoch, as documented; ten an epoch, of 32
//           rows each; and the control, as many updates as that, each of all rows. Medians of three splits.
// Expected  By their number: with as many updates of all rows four pairs of five do better than documented, and small
//           batches do better still for only one. 10 s.
#load "../crucible.fsx"
#load "activation-networks.fsx"

open System
open Crucible.Lab.Reports
open Crucible.Lab.Scripting
open Crucible.Lab.Tables
open Crucible.Statistics

type Options =
    { [<Option("passes over the training rows of the documented network", Min = 1, Max = 1000000)>] Epochs: int
      [<Option("splits and first weights (3; --quick 1)", Min = 1, Max = 10000)>] Seeds: int option }

let question = "Do small batches help on raw house data by their number of updates, or by their noise?"

Experiment.Run(question, { Epochs = 1000; Seeds = None }, fun lab ->
    let seeds = defaultArg lab.Options.Seeds (lab.Pick(3, 1))
    lab.Config {| Seeds = seeds; LearningRate = 1e-3; Hidden = [ 40; 40 ] |}
    let ways = [ raw; updates; control ]
    let runs = trainPairs lab (Houses.Load()) lab.Options.Epochs ways seeds
    let test pair variant = medianOf _.TestMse (runs pair variant)

    let helped = pairs |> List.filter (fun pair -> test pair control < test pair raw) |> List.length
    let better = pairs |> List.filter (fun pair -> test pair updates < test pair control) |> List.length
    let over = if seeds = 1 then "One split" else $"Medians of {seeds} splits"
    let updatesOf variant = (runs sigmoids variant).Head.Updates
    let verdict =
        if 2 * helped <= pairs.Length then "Not by their number alone"
        elif 2 * better > pairs.Length then "By both"
        else "By their number"
    lab.Answer(
        $"{verdict}. With {Numeral.Of(updatesOf control: int)} updates of all {trainRows} rows instead of \
            {Numeral.Of(updatesOf raw: int)}, the test \
            error is below the documented one for {helped} of {pairs.Length} pairs; as many updates of 32 rows do \
            better still for {better} of {pairs.Length}.",
        [ for variant in ways ->
            let error = intervalOf _.TestMse (runs sigmoids variant)
            Estimate($"sigmoid-sigmoid, {variant.Says}: test error", error.Estimate, "($1000s)²", error.HalfWidth) ],
        byPair "Test error on raw features of each pair of hidden activations" "mean squared error ($1000s)²" ways test,
        $"{over}; lower is better.")

    lab.Report.Section "How"
    lab.Report.Text $"More updates: ten an epoch, of 32 rows each. As many, of all rows: ten times the epochs of one \
        update. Both are compared with the network of {source}; nothing else differs."
    let columns = [ "pair"; "as documented"; "more updates, batch 32"; "as many updates, batch 300" ]
    let rows = [ for pair in pairs -> [ box pair.Name; for way in ways do box (Math.Round(test pair way, 2)) ] ]
    lab.Report.Table(columns, rows, $"Test MSE on raw features in ($1000s)². {over}")
    lab.Table(columns, rows)
    for pair in pairs do
        let title = $"{pair.Name}, as many updates of all rows: test error, MSE in ($1000s)²"
        lab.Metric($"{pair.Name}.control.test_mse", test pair control, (pair.Name = sigmoids.Name), title))

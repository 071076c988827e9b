// What a study of settings comes to: a prediction by networks with the best of them. Shared, no script itself.
[<AutoOpen>]
module HousesWinner

open Crucible.Lab.Reports
open Crucible.Lab.Scripting
open Crucible.Lab.Studies
open Crucible.Lab.Tables
open Crucible.Tensors

type Winner = { Best: FrozenTrial[]; Networks: TableNetwork[]; Predict: Tensor -> Tensor; TestMse: float }

/// The settings of the best ten trials, each trained on all training rows from several starts, make one prediction, and
/// only that meets the test rows. Several, because the best of many noisy values was also lucky.
let winnerOf (lab: ExperimentRun) houses (study: Study) =
    let complete = study.Trials |> Seq.filter (fun trial -> trial.State = TrialState.Complete)
    let best = complete |> Seq.sortBy _.Value |> Seq.truncate (lab.Pick(10, 2)) |> Array.ofSeq
    let all = [ for start in 1 .. lab.Pick(4, 2) do for trial in best -> trial, start ]
    let networks =
        lab.InParallel("winner", all, fun (trial, start) ->
            let options = setting lab (trial.Again()) (lab.SeedOf(2, start)) lab.Token
            TableNetwork.Train(houses.Train, houses.Prices, options))
    let predict rows = TableNetwork.PredictMean(networks, rows)
    { Best = best; Networks = networks; Predict = predict; TestMse = mse (predict houses.Test) houses.TestPrices }

let reportWinner (lab: ExperimentRun) houses (winner: Winner) =
    let best, networks = winner.Best[0], winner.Networks.Length
    lab.Report.Section "The winner"
    lab.Report.Text $"The prediction is the mean of {networks} networks: the settings of the {winner.Best.Length} best \
        trials, each trained on all 300 rows from {networks / winner.Best.Length} starts. Several settings instead of \
        one, because the best of many noisy values was also lucky. The test rows met nothing else of this search."
    let caption = $"The settings of the best, trial {best.Number}, with a cross-validated MSE of %.2f{best.Value}"
    lab.Report.Table([ "setting"; "value" ], [ for p in best.Parameters -> p.Key, p.Value ], caption)
    let fold, curve = houses.Folds[0], ResizeArray()
    let part (rows: int[]) = houses.Train.Rows rows, houses.Prices.Rows rows
    let (training, prices), (validation, validationPrices) = part fold.Training, part fold.Validation
    let options =
        (setting lab (best.Again()) (lab.SeedOf 3) lab.Token)
            .Watched(validation, validationPrices, fun record network ->
                let validated = mse (network.Predict validation) validationPrices
                curve.Add(record.Epoch, mse (network.Predict training) prices, validated))
    let network = TableNetwork.Train(training, prices, options)
    let steps, trained, validated = curve.ToArray() |> Array.unzip3
    lab.Report.LearningCurves(
        "Error of one network with the best settings after every epoch", "($1000s)", steps,
        dict [ "training", trained; "validation", validated ])
    lab.Report.Diagnosis network.Diagnosis
    let predicted rows (prices: Tensor) = (winner.Predict rows).ToArray(), prices.ToArray()
    lab.Report.Predictions("($1000s)", predicted houses.Train houses.Prices, predicted houses.Test houses.TestPrices)

// The settings of a network for the houses that a study chooses among, and how it judges them: no script itself.
[<AutoOpen>]
module HousesStudy

open System
open System.IO
open Crucible.Lab.Scripting
open Crucible.Lab.Studies
open Crucible.Lab.Tables
open Crucible.Statistics
open Crucible.Tensors

let boston = Houses.Load()

/// The search space, and the settings of a trial.
let setting (lab: ExperimentRun) (trial: Trial) (seed: uint64) token =
    let layers = trial.SuggestInt("layers", 1, 4)
    let width = trial.SuggestInt("width", 8, 96, log = true)
    let isEqual = trial.SuggestCategorical("equally wide", [ true; false ])
    let widthOf layer = if isEqual then width else trial.SuggestInt($"width of layer {layer}", 8, 96, log = true)
    let hidden = width :: List.map widthOf [ 2 .. layers ]
    let optimizer = trial.SuggestCategorical("optimizer", [ "adamW"; "adam"; "sgd"; "rmsProp" ])
    let decays = optimizer = "adamW" || optimizer = "sgd"
    let others =
        match optimizer with
        | "adam" -> dict [ ("epsilon", 1e-7) ]
        | "sgd" -> dict [ ("momentum", 0.9) ]
        | _ -> dict []
    let epochs = lab.Pick(200, 40)
    TableNetworkOptions(
        Hidden = hidden,
        Activation = trial.SuggestCategorical("activation", [ "relu"; "tanh"; "sigmoid"; "gelu"; "silu" ]),
        Epochs = trial.SuggestInt("epochs", epochs / 8, epochs, log = true),
        BatchSize = trial.SuggestInt("batch size", 16, 240, log = true),
        Optimizer = optimizer, OptimizerOptions = others,
        LearningRate = trial.SuggestFloat("learning rate", 1e-4, 1e-1, log = true),
        WeightDecay = (if decays then trial.SuggestFloat("weight decay", 1e-5, 1.0, log = true) else 0.0),
        Scaling = trial.SuggestCategorical("scaling", Enum.GetValues<FeatureScaling>()),
        HasLogs = trial.SuggestCategorical("logs of skewed features", [ false; true ]),
        HasLogTarget = trial.SuggestCategorical("log target", [ false; true ]),
        Seed = seed, Cancellation = token, ColumnNames = boston.Features)

/// The rows that train, in folds, and the rows that test.
type HouseRows = { Train: Tensor; Prices: Tensor; Folds: Fold[]; Test: Tensor; TestPrices: Tensor }

let split (seed: uint64) =
    let rows = boston.Split(300, Generator seed)
    { Train = rows.TrainX; Prices = rows.TrainY; Test = rows.TestX; TestPrices = rows.TestY
      Folds = Array.ofSeq (KFold.Folds(300, 5, (Generator seed).Split 1UL)) }

/// A network on four fifths of the training rows.
let trainFold (houses: HouseRows) (options: TableNetworkOptions) (fold: Fold) =
    let network = TableNetwork.Train(houses.Train.Rows fold.Training, houses.Prices.Rows fold.Training, options)
    options.Cancellation.ThrowIfCancellationRequested() // it ended too early to count
    network

/// How many networks make each prediction: the error of one alone depends too much on its start.
let starts = 2

/// The objective: the mean error over the folds, known after each a little better.
let crossValidate (lab: ExperimentRun) (houses: HouseRows) (trial: Trial) =
    let mutable total = 0.0
    for i, fold in Array.indexed houses.Folds do
        let options start = setting lab trial (lab.SeedOf(1, start, i)) trial.Token
        let networks = [ for start in 1 .. starts -> trainFold houses (options start) fold ]
        let predicted = TableNetwork.PredictMean(networks, houses.Train.Rows fold.Validation)
        total <- total + mse predicted (houses.Prices.Rows fold.Validation)
        trial.Report(step = i, value = total / float (i + 1))
        if i + 1 < houses.Folds.Length && trial.ShouldPrune() then trial.Prune()
    total / float houses.Folds.Length

/// The study of the houses, which scripts share: it is of this file's source, and not of theirs.
let searchOf (lab: ExperimentRun) options =
    let own = Path.Combine(__SOURCE_DIRECTORY__, __SOURCE_FILE__)
    Search(lab, options, "houses", lab.Pick(200, 24), reports = 5,
           value = "cross-validated MSE", source = own)

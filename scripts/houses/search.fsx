// How settings of a network for the houses are searched, and how errors are measured: no script itself.
[<AutoOpen>]
module HousesSearch

open Crucible.Lab.Scripting
open Crucible.Lab.Tables
open Crucible.Statistics
open Crucible.Tensors

let mse (predicted: Tensor) (actual: Tensor) = RegressionError.MeanSquared(predicted, actual)
let median (values: seq<float>) = Summary.Quantile(values, 0.5)

/// A network trained with a setting from other first weights, and with another order of the rows.
let train (setting: TableNetworkOptions) seed (x: Tensor) (y: Tensor) = TableNetwork.Train(x, y, setting.WithSeed seed)

/// Two to four layers of 40, tanh or ReLU, plain or with logarithms of skewed features and of the target.
let candidates (lab: ExperimentRun) (given: int list) activation setting =
    [ for hidden in (if given.IsEmpty then [ for layers in 2 .. 4 -> List.replicate layers 40 ] else [ given ]) do
          for activation in (match activation with Some name -> [ name ] | None -> [ "tanh"; "relu" ]) do
              for logs, logTarget in [ false, false; true, false; true, true ] do
                  yield setting hidden activation logs logTarget ]
    |> List.truncate (lab.Pick(100, 6))

/// Every setting with its error over the folds, each trained on the other four fifths of the rows; the best first.
let rank (lab: ExperimentRun) (folds: Fold[]) (settings: TableNetworkOptions list) (x: Tensor) (y: Tensor) =
    let errors =
        lab.InParallel("cross-validation", List.allPairs settings [ 0 .. folds.Length - 1 ], fun (setting, i) ->
            let network = train setting (lab.SeedOf(1, i)) (x.Rows folds[i].Training) (y.Rows folds[i].Training)
            mse (network.Predict(x.Rows folds[i].Validation)) (y.Rows folds[i].Validation))
    let means = errors |> Seq.chunkBySize folds.Length |> Seq.map Array.average
    Seq.zip settings means |> Seq.sortBy snd |> List.ofSeq

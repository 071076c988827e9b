// Networks for the houses with chosen hidden activations, and the ways to train them: shared, no script itself.
[<AutoOpen>]
module HousesActivations

open System
open Crucible.Diagnostics
open Crucible.Lab.Scripting
open Crucible.Lab.Tables
open Crucible.Layers
open Crucible.Optimizers
open Crucible.Statistics
open Crucible.Tensors
open Crucible.Training
open Plotly.NET

/// Who saw the bands, and said what they came from.
let source = theReport "three"

/// The functions behind the two hidden layers.
type Pair = { Name: string; First: unit -> Layer; Second: unit -> Layer; IsCurved: bool }

let pairs =
    let relu () : Layer = Relu()
    let tanh () : Layer = Tanh()
    let sigmoid () : Layer = Sigmoid()
    [ { Name = "sigmoid-sigmoid"; First = sigmoid; Second = sigmoid; IsCurved = true }
      { Name = "tanh-tanh"; First = tanh; Second = tanh; IsCurved = true }
      { Name = "tanh-relu"; First = tanh; Second = relu; IsCurved = true }
      { Name = "relu-tanh"; First = relu; Second = tanh; IsCurved = true }
      { Name = "relu-relu"; First = relu; Second = relu; IsCurved = false } ]

let sigmoids, tanhs, relus = pairs[0], pairs[1], pairs[4]

/// A way to train: as documented, or with causes removed.
type Variant = { Key: string; Says: string; IsStandardized: bool; BatchSize: int; EpochFactor: int }

let trainRows = 300
let raw = { Key = "raw"; Says = "as documented"; IsStandardized = false; BatchSize = trainRows; EpochFactor = 1 }
let std = { raw with Key = "std"; Says = "standardized features"; IsStandardized = true }
let updates = { raw with Key = "updates"; Says = "more updates"; BatchSize = 32 }
let both = { updates with Key = "both"; Says = "both"; IsStandardized = true }
let variants = [ raw; std; updates; both ]

/// As many updates as batches of 32 give, each of all rows.
let control = { raw with Key = "control"; Says = "as many, of all rows"; EpochFactor = (trainRows + 31) / 32 }

/// What came of one network. Predictions are of the training rows, which the report drew; Distinct counts those that
/// differ by 0.01 ($10) or more.
type Outcome =
    { TrainMse: float; TestMse: float; Distinct: float; Deviation: float; Updates: int
      Predicted: float[]; Actual: float[]; Diagnosis: TrainingDiagnostics }

let rounded (prices: float[]) = prices |> Array.map (fun price -> Math.Round(price, 2))

/// 13-40-40-1 with Keras' settings, as documented: Glorot-uniform weights and zero biases (those of Linear), Adam at
/// 1e-3 with ε = 1e-7.
let trainPair (lab: ExperimentRun) (houses: RegressionTable) epochs (pair: Pair) (variant: Variant) i =
    let rows = houses.Split(trainRows, Generator(lab.Seed + uint64 i))
    let seed = lab.SeedOf i
    let scaler = StandardScaler.Fit rows.TrainX
    let toFeatures (x: Tensor) = (if variant.IsStandardized then scaler.Transform x else x).To DType.Float32
    let x, y = toFeatures rows.TrainX, rows.TrainY.To(DType.Float32).Reshape(trainRows, 1)

    let generator = Generator seed
    let model =
        Linear(13, 40, generator) --> pair.First() --> Linear(40, 40, generator) --> pair.Second()
        --> Linear(40, 1, generator)
    let loss prediction target = Loss.MeanSquaredError(prediction, target)
    let epochs = epochs * variant.EpochFactor
    let total = epochs * ((trainRows + variant.BatchSize - 1) / variant.BatchSize)
    let looks = DiagnosticsOptions(Every = max 1 (total / 25), ColumnNames = houses.Features)
    let diagnosis = TrainingDiagnostics(model, x, y, loss, looks)
    let adam = Adam(model.Parameters, AdamOptions(LearningRate = 1e-3, Epsilon = 1e-7))
    let options =
        TrainerOptions(
            Epochs = epochs, Seed = seed, ShowProgress = false, Cancellation = lab.Token,
            OnUpdate = fun update _ -> diagnosis.Observe update)
    let history = Trainer(model, adam, loss).Fit(RowBatches(x, y, variant.BatchSize), options)

    let predict (x: Tensor) = Tensor.Evaluate(fun () -> model.Forward(toFeatures x)).ToArray()
    let predicted, actual = predict rows.TrainX, rows.TrainY.ToArray()
    { TrainMse = RegressionError.MeanSquared(predicted, actual)
      TestMse = RegressionError.MeanSquared(predict rows.TestX, rows.TestY.ToArray())
      Distinct = float (Array.distinct (rounded predicted)).Length
      Deviation = Summary.Of(predicted).StandardDeviation
      Updates = history.Updates; Predicted = predicted; Actual = actual; Diagnosis = diagnosis }

/// Every pair in every way from as many splits and first weights: of a pair and a way, its outcomes in their order.
let trainPairs (lab: ExperimentRun) houses epochs variants seeds =
    let work =
        [ for variant in List.rev variants do // the longest first
            for pair in pairs do
                for i in 0 .. seeds - 1 -> pair, variant, i ]
    let outcomes =
        lab.InParallel("networks", work, fun (pair, variant, i) ->
            (pair.Name, variant.Key, i), trainPair lab houses epochs pair variant i)
        |> Map
    fun (pair: Pair) variant -> [ for i in 0 .. seeds - 1 -> outcomes[pair.Name, variant.Key, i] ]

/// The run as documented whose number of distinct predictions is in the middle, and the same split and first weights
/// repaired.
let shown (runs: Pair -> Variant -> Outcome list) pair =
    let documented = runs pair raw
    let order = List.indexed documented |> List.sortBy (fun (i, outcome) -> outcome.Distinct, i) |> List.map fst
    let i = order[order.Length / 2]
    documented[i], (runs pair both)[i]

let medianOf (measure: Outcome -> float) outcomes = Summary.Quantile(List.map measure outcomes, 0.5)

/// The median with its 95 % interval, for an answer; few runs have none.
let intervalOf (measure: Outcome -> float) outcomes = Interval.OfMedian(List.map measure outcomes |> List.toArray)

let withInterval (median: Interval) =
    let between = if Double.IsFinite median.Low then $" (%.1f{median.Low} to %.1f{median.High})" else ""
    $"%.1f{median.Estimate}{between}"

/// A column for every pair and way.
let byPair (title: string) (axis: string) ways (value: Pair -> Variant -> float) =
    let keys = [ for pair in pairs -> pair.Name.Replace("-", "-\n") ] // upright on a telephone too
    Chart.combine
        [ for variant in ways ->
            Chart.Column([ for pair in pairs -> value pair variant ], Keys = keys, Name = variant.Says) ]
    |> Chart.withTitle title
    |> Chart.withYAxisStyle axis

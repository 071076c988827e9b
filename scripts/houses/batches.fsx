// Networks for the houses, trained with batches of different sizes, and how their errors are compared: shared, no
// script itself.
[<AutoOpen>]
module HousesBatches

open System
open System.Diagnostics
open Crucible
open Crucible.Lab.Scripting
open Crucible.Lab.Tables
open Crucible.Layers
open Crucible.Models
open Crucible.Optimizers
open Crucible.Statistics
open Crucible.Tensors
open Crucible.Training
open Plotly.NET

/// Who says how batch sizes should be chosen.
let source = theReport "three"

let batchSizes = [ 1; 4; 16; 32; 64; 128; 300 ]
let trainRows, referenceBatch = 300, 32
let updatesAnEpoch batch = (trainRows + batch - 1) / batch

// ---- Data and network ----------------------------------------------------------------------------------------------

/// The rows of one seed, standardized by those that train, and what a squared error of the standardized target is in
/// $1000².
type Rows = { X: Tensor; Y: Tensor; TestX: Tensor; TestY: Tensor; Variance: float }

let split (boston: RegressionTable) (seed: uint64) =
    let rows = boston.Split(trainRows, Generator seed)
    let standardize (train: Tensor) (test: Tensor) =
        let scaler = StandardScaler.Fit train
        (scaler.Transform train).To DType.Float32, (scaler.Transform test).To DType.Float32
    let column (y: Tensor) = y.Reshape(y.ElementCount, 1)
    let x, testX = standardize rows.TrainX rows.TestX
    let y, testY = standardize (column rows.TrainY) (column rows.TestY)
    { X = x; Y = y; TestX = testX; TestY = testY
      Variance = Summary.Of(rows.TrainY.ToArray()).StandardDeviation ** 2.0 }

/// As many splits of the houses, another for every seed.
let splitsOf (lab: ExperimentRun) count =
    let boston = Houses.Load()
    Array.init count (fun seed -> split boston (lab.SeedOf(0, seed)))

let adam rate (model: Layer) : Optimizer = Adam(model.Parameters, AdamOptions(LearningRate = rate))
let sgd rate (model: Layer) : Optimizer = Sgd(model.Parameters, SgdOptions(LearningRate = rate))

/// 13-40-40-1, ReLU, being trained: one call of `Train` after the other goes on where the last one stopped.
type Learner(rows: Rows, seed: uint64, optimizerOf: Layer -> Optimizer, token: Threading.CancellationToken) =
    let model = Mlp([ 13; 40; 40; 1 ], (fun () -> Relu()), Generator seed)
    let optimizer = optimizerOf model
    let loss prediction target = Loss.MeanSquaredError(prediction, target)
    let mutable phases = 0UL

    member _.Model = model

    /// The mean squared error in $1000², of the training and the test rows.
    member _.Errors() =
        let error (x: Tensor) (y: Tensor) =
            rows.Variance * (Tensor.Evaluate(fun () -> loss (model.Forward x) y)).ToDouble()
        error rows.X rows.Y, error rows.TestX rows.TestY

    member _.Train(batch, epochs, ?onUpdate: int -> unit, ?schedule: Schedule) =
        phases <- phases + 1UL
        let watch = defaultArg onUpdate ignore
        let options =
            TrainerOptions(
                Epochs = epochs, Seed = seed + 1000UL * phases, Cancellation = token, Schedule = Option.toObj schedule,
                ShowProgress = false, OnUpdate = fun update _ -> watch update)
        Trainer(model, optimizer, loss).Fit(RowBatches(rows.X, rows.Y, batch), options) |> ignore
        token.ThrowIfCancellationRequested()

/// Microseconds of one update at each batch size: on one thread with nothing beside it, in turn, the median of rounds.
let timeUpdates (lab: ExperimentRun) (rows: Rows) =
    use _ = Threads.Use 1
    let rounds, updates = lab.Pick(7, 3), 300
    let once batch =
        let learner = Learner(rows, 1UL, adam 1e-3, lab.Token)
        let watch = Stopwatch.StartNew()
        let epochs = max 1 (updates / updatesAnEpoch batch)
        learner.Train(batch, epochs)
        watch.Elapsed.TotalMicroseconds / float (epochs * updatesAnEpoch batch)
    use progress = lab.Progress("time of an update", int64 rounds)
    for batch in batchSizes do once batch |> ignore // compiles what they run
    let measured = [ for _ in 1 .. rounds do progress.Step(); List.map once batchSizes ]
    let median i = Summary.Quantile([ for round in measured -> List.item i round ], 0.5)
    Map [ for i, batch in List.indexed batchSizes -> batch, median i ]

// ---- Comparisons ---------------------------------------------------------------------------------------------------

/// The geometric mean over seeds and its 95 % interval; ∞ where a run diverged.
let estimate (errors: float[]) =
    if Array.forall Double.IsFinite errors then Interval.OfGeometricMean errors
    else Interval(infinity, infinity, infinity)

let show (error: Interval) = if Double.IsFinite error.Estimate then string error else "diverged"

/// How much lower or higher the first errors are than the second, over paired seeds, in words.
let versus (first: float[]) (second: float[]) =
    let ratio = Interval.OfRatio(first, second)
    let percent x = $"%+.0f{100.0 * (x - 1.0)}"
    let word = if ratio.High < 1.0 then "lower" elif ratio.Low > 1.0 then "higher" else "not clearly different"
    ratio, $"{word} ({percent ratio.Estimate} %%; {percent ratio.Low} to {percent ratio.High})"

let logarithmic = StyleParam.AxisType.Log

/// Curves within their 95 % intervals: at most four, or the bands would hide each other. Errors are drawn on a
/// logarithmic axis; places where a run diverged are left out.
let within (title: string) (places: string) axis (values: string) (curves: (string * (float * Interval) list) list) =
    Chart.combine
        [ for name, points in curves do
            let points = points |> List.filter (fun (_, error) -> Double.IsFinite error.Estimate)
            let along (part: Interval -> float) = [ for place, error in points -> place, part error ]
            let edge part fill =
                Chart.Line(along part, ShowLegend = false, LineWidth = 0.0)
                |> GenericChart.mapTrace (fun trace ->
                    trace.SetProperty("fill", fill)
                    trace.SetProperty("legendgroup", name) // has the colour of its line
                    trace.SetProperty("hoverinfo", "skip")
                    trace)
            edge _.Low "none"
            edge _.High "tonexty"
            Chart.Line(along _.Estimate, Name = name) ]
    |> Chart.withTitle title
    |> Chart.withXAxisStyle (places, AxisType = axis)
    |> Chart.withYAxisStyle (values, AxisType = logarithmic)
    |> Chart.withLegendStyle (TraceOrder = StyleParam.TraceOrder.Normal)

let errorAxis = "mean squared error ($1000²)"

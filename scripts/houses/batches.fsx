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
open Plotly.NET.LayoutObjects

/// Who says how batch sizes should be chosen.
let source = theReport "three"

let batchSizes = [ 1; 4; 16; 32; 64; 128; 300 ]
let trainRows, referenceBatch = 300, 32
let updatesAnEpoch batch = (trainRows + batch - 1) / batch

// ---- Data and network ----------------------------------------------------------------------------------------------

/// The rows of one seed, standardized by those that train, and what a squared error of the standardized target is in
/// ($1000s)².
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

    /// The mean squared error in ($1000s)², of the training and the test rows.
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

/// A curve within its 95 % interval, in the axes of a number (1 for the first); places where a run diverged are left
/// out.
let private band number (name: string, points: (float * Interval) list) =
    let points = points |> List.filter (fun (_, error) -> Double.IsFinite error.Estimate)
    let placed =
        GenericChart.mapTrace (fun trace ->
            if number > 1 then trace.SetProperty("xaxis", $"x{number}")
            if number > 1 then trace.SetProperty("yaxis", $"y{number}")
            trace)
    Chart.Band(name, points) |> List.map placed

/// A chart a curve, with equal axes: in each the others are thin grey lines. Bands of more than four curves in one
/// chart would hide each other.
let private multiples (places: string) axis (curves: (string * (float * Interval) list) list) =
    let columns = 4
    let rows = (curves.Length + columns - 1) / columns
    let finite =
        [ for place, error in List.collect snd curves do
            if Double.IsFinite error.High then place, error ]
    let ends isLog values =
        let low, high = List.min values, List.max values
        if not isLog then low, high
        else log10 low - 0.03 * log10 (high / low), log10 high + 0.03 * log10 (high / low)
    let across = ends (axis = logarithmic) (List.map fst finite)
    let up = ends true [ for _, error in finite do error.Low; error.High ]
    let part i count = float i / float count
    let axes i =
        let column, row = i % columns, i / columns
        let left, top = part column columns, 1.0 - part row rows
        let isLowest = i + columns >= curves.Length
        let range = StyleParam.Range.MinMax
        let id = if i = 0 then "" else string (i + 1)
        let x =
            LinearAxis.init (
                AxisType = axis, Range = range across, Domain = range (left, left + 0.88 / float columns),
                Title = Title.init (Text = if isLowest then places else ""), ShowTickLabels = isLowest,
                Anchor = StyleParam.LinearAxisId.Y(i + 1))
        let y =
            LinearAxis.init (
                AxisType = logarithmic, Range = range up, Domain = range (top - 0.74 / float rows, top - 0.06),
                ShowTickLabels = (column = 0), Anchor = StyleParam.LinearAxisId.X(i + 1))
        let name =
            Annotation.init (
                X = left, Y = top, XRef = "paper", YRef = "paper", ShowArrow = false, Text = fst curves[i],
                XAnchor = StyleParam.XAnchorPosition.Left, YAnchor = StyleParam.YAnchorPosition.Top)
        $"xaxis{id}", x, $"yaxis{id}", y, name
    let drawn =
        Chart.combine
            [ for i, curve in List.indexed curves do
                for other in curves do
                    if fst other <> fst curve then
                        (band (i + 1) other)[2]
                        |> Chart.withLineStyle (Color = Color.fromHex "#8a94a3", Width = 0.6)
                        |> GenericChart.mapTrace (fun trace -> trace.SetProperty("hoverinfo", "skip"); trace)
                yield! band (i + 1) curve ]
        |> Chart.withLayoutStyle (ShowLegend = false)
        |> Chart.withSize (Height = 90 + 220 * rows)
        |> Chart.withAnnotations [ for i in 0 .. curves.Length - 1 do let _, _, _, _, name = axes i in name ]
    drawn
    |> GenericChart.mapLayout (fun layout ->
        for i in 0 .. curves.Length - 1 do
            let xName, x, yName, y, _ = axes i
            layout.SetProperty(xName, x)
            layout.SetProperty(yName, y)
        layout)

/// Curves within their 95 % intervals, in one chart or, when there are more than four, in one each. Errors are drawn on
/// a logarithmic axis.
let within (title: string) (places: string) axis (values: string) (curves: (string * (float * Interval) list) list) =
    if curves.Length > 4 then multiples places axis curves |> Chart.withTitle $"{title}: {values}"
    else
        Chart.combine (List.collect (band 1) curves)
        |> Chart.withTitle title
        |> Chart.withXAxisStyle (places, AxisType = axis)
        |> Chart.withYAxisStyle (values, AxisType = logarithmic)
        |> Chart.withLegendStyle (TraceOrder = StyleParam.TraceOrder.Normal)

let errorAxis = "mean squared error ($1000s)²"

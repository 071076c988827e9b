// Question  How does the batch size decide what a network has learned after so many epochs, updates or seconds; and is "small batches first, then large" best?
// Data      Boston housing (data/boston.csv): 300 rows train, 206 test, another split for every seed; features and target standardized by the training rows.
// Method    13-40-40-1, ReLU. One run a batch size and seed, read at equal epochs, equal updates and equal seconds; the gradient-noise scale of McCandlish et al.
//           (2018) from the gradients of single rows; three orders of batch sizes that cost the same; learning rates that stay, grow with the root or linearly.
// Expected  At equal epochs the small batches have learned most, at equal updates the large ones; an epoch of batch 1 takes some 50 times as long as one of 300;
//           small first is not confirmed; SGD wants the rate in proportion to the batch, Adam to its root. About 26 s on two cores.
#load "crucible.fsx"

open System
open Argu
open Crucible
open Crucible.Lab.Reports
open Crucible.Lab.Scripting
open Crucible.Lab.Tables
open Crucible.Layers
open Crucible.Models
open Crucible.Optimizers
open Crucible.Statistics
open Crucible.Tensors
open Crucible.Training
open Crucible.Diagnostics
open Plotly.NET
open MathNet.Numerics.Distributions
open MathNet.Numerics.Statistics

type Options =
    | [<Unique>] Seeds of count: int
    | [<Unique>] Learning_Rate of rate: float

    interface IArgParserTemplate with
        member option.Usage =
            match option with
            | Seeds _ -> "runs of every kind, at least 2 (8)"
            | Learning_Rate _ -> "Adam's learning rate at batch 32 (0.001)"

type OptimizerName = Adaptive | Plain with override name.ToString() = match name with Adaptive -> "Adam" | Plain -> "SGD"

let batchSizes = [ 1; 4; 16; 32; 64; 128; 300 ]
let trainRows, referenceBatch = 300, 32

// ---- One network -------------------------------------------------------------------------------------------------------------------------------------

/// The rows of one seed, standardized, and what a squared error of the standardized target is in ($1000)².
type Houses = { X: Tensor; Y: Tensor; TestX: Tensor; TestY: Tensor; Variance: float }

let split (boston: RegressionTable) (seed: uint64) =
    let rows = boston.Split(trainRows, Generator seed)
    let standardize (train: Tensor) (test: Tensor) =
        let scaler = StandardScaler.Fit train
        (scaler.Transform train).To DType.Float32, (scaler.Transform test).To DType.Float32
    let column (y: Tensor) = y.Reshape(y.ElementCount, 1)
    let x, testX = standardize rows.TrainX rows.TestX
    let y, testY = standardize (column rows.TrainY) (column rows.TestY)
    { X = x; Y = y; TestX = testX; TestY = testY; Variance = Summary.Of(rows.TrainY.ToArray()).StandardDeviation ** 2.0 }

let updatesAnEpoch batch = (trainRows + batch - 1) / batch

/// A network that is being trained: one call of `Train` after the other goes on where the last one stopped.
type Learner(houses: Houses, seed: uint64, name: OptimizerName, rate: float, token: Threading.CancellationToken) =
    let model = Mlp([ 13; 40; 40; 1 ], (fun () -> Relu()), Generator seed)
    let optimizer: Optimizer =
        match name with
        | Adaptive -> Adam(model.Parameters, AdamOptions(LearningRate = rate))
        | Plain -> Sgd(model.Parameters, SgdOptions(LearningRate = rate))
    let mseLoss prediction target = Loss.MeanSquaredError(prediction, target)
    let mutable phases = 0UL

    member _.Model = model
    /// The mean squared error in ($1000)² on the training and the test rows.
    member _.Errors() =
        let error (x: Tensor) (y: Tensor) = houses.Variance * (Tensor.Evaluate(fun () -> mseLoss (model.Forward x) y)).ToDouble()
        error houses.X houses.Y, error houses.TestX houses.TestY
    member _.Train(batch, epochs, ?onUpdate: int -> unit, ?schedule: Schedule) =
        phases <- phases + 1UL
        let options =
            TrainerOptions(Epochs = epochs, Seed = seed + 1000UL * phases, Cancellation = token, Schedule = Option.toObj schedule,
                           OnUpdate = (match onUpdate with Some watch -> Action<_, _>(fun update _ -> watch update) | None -> null))
        Trainer(model, optimizer, mseLoss).Fit(RowBatches(houses.X, houses.Y, batch), options) |> ignore
        token.ThrowIfCancellationRequested()

/// A run that left the range of numbers is one whose error is infinite.
let orDiverged work = try work () with :? NonFiniteException -> infinity, infinity

// ---- Statistics over seeds ---------------------------------------------------------------------------------------------------------------------------

/// A geometric mean over seeds and its 95 % confidence interval (Student's t on the logarithms).
type Estimate = { Mean: float; Low: float; High: float }

let interval (values: float[]) =
    let mean, half = values.Mean(), StudentT.InvCDF(0.0, 1.0, float (values.Length - 1), 0.975) * values.StandardDeviation() / sqrt (float values.Length)
    mean, mean - half, mean + half

let estimate (values: float[]) =
    if Array.forall Double.IsFinite values then let mean, low, high = interval (Array.map log values) in { Mean = exp mean; Low = exp low; High = exp high }
    else { Mean = infinity; Low = infinity; High = infinity }

let show (e: Estimate) = if Double.IsFinite e.Mean then $"%.3g{e.Mean} (%.3g{e.Low} to %.3g{e.High})" else "diverged"

/// How much lower or higher the first error is than the second, over paired seeds.
let versus (first: float[]) (second: float[]) =
    let ratio = estimate (Array.map2 (/) first second)
    let percent x = $"%+.0f{100.0 * (x - 1.0)}"
    let word = if ratio.High < 1.0 then "lower" elif ratio.Low > 1.0 then "higher" else "not clearly different"
    ratio, $"{word} ({percent ratio.Mean} %%; {percent ratio.Low} to {percent ratio.High})"

let colors = [ "#d6336c"; "#e8590c"; "#e0a100"; "#5c940d"; "#099268"; "#1c7ed6"; "#7950f2" ]

/// Curves with confidence bands, all positive, on a logarithmic scale of values.
let bands (title: string) (xTitle: string) (yTitle: string) isLogX (curves: (string * string * (float * Estimate) list) list) =
    Chart.combine
        [ for name, color, points in curves do
            let points = points |> List.filter (fun (_, e) -> Double.IsFinite e.Mean)
            let take part = List.map (snd >> part) points
            if not points.IsEmpty then
                Chart.Range(x = List.map fst points, y = take (fun e -> e.Mean), upper = take (fun e -> e.High), lower = take (fun e -> e.Low), mode = StyleParam.Mode.Lines,
                            Name = name, LineColor = Color.fromString color, RangeColor = Color.fromString (color + "33"), ShowLegend = true) ]
    |> Chart.withTitle title
    |> Chart.withXAxisStyle(xTitle, AxisType = (if isLogX then StyleParam.AxisType.Log else StyleParam.AxisType.Linear))
    |> Chart.withYAxisStyle(yTitle, AxisType = StyleParam.AxisType.Log)

// ---- Time --------------------------------------------------------------------------------------------------------------------------------------------

/// Microseconds of one update for each batch size: on one thread with nothing beside it, in turn, the median of some rounds.
let timeUpdates (lab: ExperimentRun) (houses: Houses) =
    use _ = Threads.Use 1
    let rounds, updates = lab.Pick(7, 3), 300
    let once batch =
        let learner = Learner(houses, 1UL, Adaptive, 1e-3, lab.Token)
        let watch = Diagnostics.Stopwatch.StartNew()
        let epochs = max 1 (updates / updatesAnEpoch batch)
        learner.Train(batch, epochs)
        watch.Elapsed.TotalMicroseconds / float (epochs * updatesAnEpoch batch)
    use progress = lab.Progress("time of an update", int64 rounds)
    for batch in batchSizes do once batch |> ignore // compiles what they run
    let measured = [ for _ in 1 .. rounds do progress.Step(); List.map once batchSizes ]
    batchSizes |> List.mapi (fun i batch -> batch, measured |> List.map (fun round -> round[i]) |> Statistics.Median) |> Map.ofList

// ---- One run a batch size and seed, long enough for all three comparisons ------------------------------------------------------------------------------

type Point = { Update: int; Train: float; Test: float }

/// Errors at about 12 places a decade of updates, and at those asked for.
let watched (houses: Houses) seed batch rate (places: int list) token =
    let last = List.max places
    let epochs = (last + updatesAnEpoch batch - 1) / updatesAnEpoch batch
    let places = Seq.append places (Seq.initInfinite (fun i -> int (10.0 ** (float i / 12.0))) |> Seq.takeWhile (fun place -> place <= last)) |> Set.ofSeq
    let learner = Learner(houses, seed, Adaptive, rate, token)
    let points = ResizeArray()
    let note update = if places.Contains update then (let train, test = learner.Errors() in points.Add { Update = update; Train = train; Test = test })
    learner.Train(batch, epochs, onUpdate = note)
    points.ToArray()

// ---- The gradient-noise scale --------------------------------------------------------------------------------------------------------------------------

/// tr(Σ) / |G|²: the variance of single rows' gradients over the squared gradient of all rows (McCandlish et al. 2018, §2.2); the training rows are all there is.
let noiseScale (model: Layer) (houses: Houses) =
    let squared (rows: int[]) =
        let index = Tensor.From rows
        let loss = Loss.MeanSquaredError(model.Forward(houses.X.IndexSelect(0, index)), houses.Y.IndexSelect(0, index))
        loss.Gradients(Array.ofSeq model.Parameters) |> Array.sumBy (fun gradient -> Tensor.Evaluate(fun () -> (gradient * gradient).Sum()).ToDouble())
    let whole = squared [| 0 .. trainRows - 1 |]
    let single = Array.init trainRows (fun row -> squared [| row |]) |> Array.average
    (single - whole) / whole

// ---- Parts of the experiment -----------------------------------------------------------------------------------------------------------------------------

/// Where the three comparisons read the runs of each batch size, in updates.
type Budget = { Epochs: int; Updates: int; Seconds: float; Cost: Map<int, float> }

let placesOf (budget: Budget) batch =
    [ "equal epochs", budget.Epochs * updatesAnEpoch batch
      "equal updates", budget.Updates
      "equal seconds", max 1 (int (budget.Seconds * 1e6 / budget.Cost[batch])) ]

let compareBudgets (lab: ExperimentRun) (splits: Houses[]) rate (budget: Budget) =
    let runs =
        lab.InParallel("batch sizes", List.allPairs batchSizes [ 0 .. splits.Length - 1 ], fun (batch, seed) ->
            (batch, watched splits[seed] (lab.SeedOf(1, seed)) batch rate (List.map snd (placesOf budget batch)) lab.Token))
    let ofBatch batch = [| for b, points in runs do if b = batch then points |]
    let estimates =
        Map [ for batch in batchSizes ->
                let runs = ofBatch batch
                batch, [ for i in 0 .. runs[0].Length - 1 -> runs[0].[i].Update, estimate [| for run in runs -> run[i].Train |], estimate [| for run in runs -> run[i].Test |] ] ]
    // Name of the comparison -> batch size -> training and test errors of the seeds.
    let compared =
        [ for name, _ in placesOf budget batchSizes.Head ->
            name, [ for batch in batchSizes ->
                      let update = placesOf budget batch |> List.find (fst >> (=) name) |> snd
                      let points = ofBatch batch |> Array.map (Array.find (fun point -> point.Update = update))
                      batch, (points |> Array.map (fun point -> point.Train), points |> Array.map (fun point -> point.Test)) ] ]
    let ranked = [ for name, results in compared -> name, [ for batch, (train, test) in results -> batch, (estimate train, estimate test) ] ]

    lab.Report.Section "Batch sizes at equal epochs, updates and seconds"
    let best (part: float[] * float[] -> float[]) results = results |> List.minBy (fun (_, errors) -> (estimate (part errors)).Mean) |> fst
    let winner (part: float[] * float[] -> float[]) results =
        let first = best part results
        let errors = Map.ofList results
        let equals = [ for batch, error in results do if batch <> first && (fst (versus (part error) (part errors[first]))).Low <= 1.0 then string batch ]
        if equals.IsEmpty then $"{first}" else $"""{first} (not clearly lower than {String.Join(", ", equals)})"""
    let sentences = compared |> List.map (fun (name, results) -> $"At {name} the lowest training error is that of batch {winner fst results}, the lowest test error that of {winner snd results}.") |> String.concat " "
    lab.Report.Text $"Adam at the same rate, %g{rate}, for all batch sizes; {splits.Length} seeds. {sentences} Equal epochs are {budget.Epochs}, equal updates {budget.Updates}, equal seconds %.2g{budget.Seconds}: as long as batch 1 takes for half as many epochs."
    let axes =
        [ "epochs", "epochs", (fun batch update -> float update / float (updatesAnEpoch batch)), float budget.Epochs
          "updates", "updates", (fun _ update -> float update), float budget.Updates
          "seconds", "seconds on one thread", (fun batch update -> float update * budget.Cost[batch] / 1e6), budget.Seconds ]
    for what, part in [ "Training error", (fun (_, train, _) -> train); "Test error", (fun (_, _, test) -> test) ] do
        lab.Report.Charts(
            [ for name, title, place, limit in axes ->
                bands $"{what} against {name}" title "mean squared error ($1000)²" true
                    [ for i, batch in List.indexed batchSizes ->
                        $"batch {batch}", colors[i],
                        estimates[batch] |> List.choose (fun (update, a, b) -> let x = place batch update in if x <= limit * 1.0001 then Some(x, part (update, a, b)) else None) ] ],
            "Geometric means over the seeds with 95 % confidence bands; the right end of each chart is where the sizes are compared. Every seed has another split, which widens the bands of the test error most.")
    for what, part in [ "Training", fst; "Test", snd ] do
        lab.Report.Table(
            [ "batch"; yield! List.map fst ranked ],
            [ for i, batch in List.indexed batchSizes -> [ box batch; for _, results in ranked do box (show (part (snd results[i]))) ] ],
            $"{what} error, ($1000)², with 95 %% confidence intervals")
    for name, results in compared do
        let key = name.Replace(" ", "_")
        lab.Metric($"{key}.best_batch_training", float (best fst results), isHeadline = true)
        lab.Metric($"{key}.best_batch_test", float (best snd results))
    ranked

let reportTime (lab: ExperimentRun) (budget: Budget) =
    let epoch batch = budget.Cost[batch] * float (updatesAnEpoch batch) / 1000.0
    let first, last = batchSizes.Head, List.last batchSizes
    lab.Report.Section "Time"
    let verdict =
        if epoch first > epoch last then $"The document says that a small batch size has a faster epoch time. Measured, it is the other way round: an epoch of batch {first} takes %.3g{epoch first / epoch last} times as long as one of batch {last}."
        else $"The document says that a small batch size has a faster epoch time; measured, an epoch of batch {first} takes %.3g{epoch first / epoch last} times as long as one of batch {last}."
    lab.Report.Text $"{verdict} An update of {last} rows takes only %.2g{budget.Cost[last] / budget.Cost[first]} times as long as an update of {first}: that part of its time which does not depend on the rows is paid once."
    lab.Report.Charts(
        [ for title, unit, value in [ "Time of an epoch", "milliseconds", epoch; "Time of an update", "microseconds", (fun batch -> budget.Cost[batch]) ] ->
            Chart.Line(x = batchSizes, y = List.map value batchSizes, Name = title, ShowMarkers = true)
            |> Chart.withTitle title
            |> Chart.withXAxisStyle("batch size (rows)", AxisType = StyleParam.AxisType.Log)
            |> Chart.withYAxisStyle(unit, AxisType = StyleParam.AxisType.Log) ],
        "Medians of several rounds on one thread with nothing else running in this process.")
    lab.Metric($"epoch_ms.batch_{first}", epoch first)
    lab.Metric($"epoch_ms.batch_{last}", epoch last)
    lab.Check($"an epoch takes longer with batch {first} than with batch {last}", $"above %.3g{epoch last} ms", epoch first, epoch first > epoch last)

let reportNoise (lab: ExperimentRun) (splits: Houses[]) rate =
    let stops = lab.Pick([ 0; 1; 2; 4; 8; 16; 32; 64; 128 ], [ 0; 2; 8 ])
    let measured =
        lab.InParallel("gradient noise", [ 0 .. splits.Length - 1 ], fun seed ->
            let learner = Learner(splits[seed], lab.SeedOf(2, seed), Adaptive, rate, lab.Token)
            [| for before, stop in List.pairwise (0 :: stops) do
                if stop > before then learner.Train(referenceBatch, stop - before)
                noiseScale learner.Model splits[seed], fst (learner.Errors()) |])
    let scale = [ for i, stop in List.indexed stops -> stop, estimate [| for run in measured -> fst run[i] |] ]
    let error = [ for i in 0 .. stops.Length - 1 -> (estimate [| for run in measured -> snd run[i] |]).Mean ]
    let start, highest = snd scale.Head, scale |> List.maxBy (fun (_, e) -> e.Mean)
    let course =
        if start.High < (snd highest).Low then "it grows while the network learns, because the common direction of the rows' gradients fades before their differences do. This is what speaks for larger batches later on; whether they pay is measured below"
        else "its growth during training is not certain from these runs"
    lab.Report.Section "How noisy is a gradient?"
    lab.Report.Text $"The gradient-noise scale is the variance of single rows' gradients over the squared length of their mean. Batches much smaller than it hardly see the common direction, so that twice the rows are as good as twice the updates; batches much larger see little else than it, and more rows are wasted. Before training it is %.3g{start.Mean}; it is highest, %.3g{(snd highest).Mean}, after {fst highest} epochs: {course}."
    lab.Report.Chart(
        Chart.combine
            [ bands "Gradient-noise scale" "epochs" "noise scale (rows)" false [ ("noise scale", colors[5], [ for stop, e in scale -> float stop, e ]) ]
              Chart.Line(x = [ 0; List.last stops ], y = [ referenceBatch; referenceBatch ], Name = $"batch {referenceBatch}, which trained the network",
                         LineDash = StyleParam.DrawingStyle.Dash, LineColor = Color.fromString "#8a94a3") ],
        $"Where the curve is above the dashed line, the gradient of a batch of {referenceBatch} is mostly noise; below it, mostly direction.")
    lab.Report.Table([ "epochs"; "noise scale (rows)"; "training error ($1000)²" ], [ for (stop, e), mse in List.zip scale error -> stop, show e, $"%.3g{mse}" ])
    lab.Metric("noise_scale_start", start.Mean)
    lab.Metric("noise_scale_highest", (snd highest).Mean)
    lab.Metric("noise_scale_end", (snd (List.last scale)).Mean)

// ---- Orders of batch sizes at equal cost -------------------------------------------------------------------------------------------------------------

let phases = [ 4; 32; 300 ]

/// Rows an update that need as many updates an epoch as the three phases do on average.
let evenBatch = let updates = phases |> List.averageBy (updatesAnEpoch >> float) in batchSizes |> List.collect (fun b -> [ b .. min 300 (4 * b) ]) |> List.minBy (fun batch -> abs (float (updatesAnEpoch batch) - updates))

let orders =
    let same = [ evenBatch; evenBatch; evenBatch ]
    let arrow = List.map string >> String.concat ", "
    [ $"small to large ({arrow phases})", phases, false
      $"large to small ({arrow (List.rev phases)})", List.rev phases, false
      $"constant ({evenBatch})", same, false
      $"constant ({evenBatch}), rate falling", same, true ]

let compareOrders (lab: ExperimentRun) (splits: Houses[]) rate =
    let lengths = lab.Pick([ 15; 60; 240 ], [ 6; 15 ])
    let items = [ for length in lengths do for order in orders do for seed in 0 .. splits.Length - 1 -> length, order, seed ]
    let errors =
        lab.InParallel("orders of batch sizes", items, fun (length, (_, sizes, falls), seed) ->
            let learner = Learner(splits[seed], lab.SeedOf(3, seed), Adaptive, rate, lab.Token)
            if falls then learner.Train(evenBatch, length, schedule = Schedule.Cosine(rate, length * updatesAnEpoch evenBatch))
            else for size in sizes do learner.Train(size, length / 3)
            learner.Errors())
    let of' length order (part: float * float -> float) = [| for (l, (name, _, _), _), e in Seq.zip items errors do if l = length && name = order then part e |]
    let name i = let name, _, _ = orders[i] in name
    let updates sizes length = sizes |> List.sumBy (fun size -> updatesAnEpoch size * length / 3)
    lab.Report.Section "Small batches first, then large?"
    let claims =
        [ for length in lengths ->
            let against i part = versus (of' length (name 0) part) (of' length (name i) part)
            let (reversed, reversedWords), (even, evenWords) = against 1 snd, against 2 snd
            length, reversed.High < 1.0 && even.High < 1.0,
            $"With {length} epochs its test error is {reversedWords} beside large to small and {evenWords} beside the constant batch; its training error is {snd (against 1 fst)} and {snd (against 2 fst)}." ]
    let verdict =
        match claims |> List.filter (fun (_, holds, _) -> holds) |> List.map (fun (length, _, _) -> string length) with
        | [] -> "The document's advice, small batches first and large ones for the fine-tuning, is not confirmed: at no length is it certainly better on the test rows than both other orders."
        | good when good.Length = lengths.Length -> "The document's advice, small batches first and large ones for the fine-tuning, is confirmed: at every length it is better on the test rows than both other orders."
        | good -> let which = String.Join(", ", good) in $"The document's advice, small batches first and large ones for the fine-tuning, is confirmed for {which} epochs and not for the other lengths."
    let details = claims |> List.map (fun (_, _, words) -> words) |> String.concat " "
    lab.Report.Text $"All orders train with Adam at %g{rate}, each phase a third of the epochs. Small to large and large to small make the same updates on the same number of rows; the constant batch of {evenBatch} comes as near as it can ({updates phases 60} and {updates [ evenBatch; evenBatch; evenBatch ] 60} updates in 60 epochs). {verdict} Small to large, with 95 %% intervals over paired seeds. {details}"
    lab.Report.Charts(
        [ for what, part in [ "Training error", fst; "Test error", snd ] ->
            bands $"{what} by length" "epochs" "mean squared error ($1000)²" true
                [ for i in 0 .. orders.Length - 1 -> name i, colors[[| 0; 5; 3; 2 |][i]], [ for length in lengths -> float length, estimate (of' length (name i) part) ] ] ],
        $"Geometric means over {splits.Length} seeds with 95 %% bands. The last order keeps the batch and lowers the learning rate to 0 along a cosine: the other way to calm the noise.")
    lab.Report.Table(
        [ "epochs"; "order"; "training"; "test"; "test beside small to large" ],
        [ for length in lengths do
            for i in 0 .. orders.Length - 1 ->
                length, name i, show (estimate (of' length (name i) fst)), show (estimate (of' length (name i) snd)),
                (if i = 0 then "" else snd (versus (of' length (name i) snd) (of' length (name 0) snd))) ])
    for length in lengths do
        for i, key in List.indexed [ "small_to_large"; "large_to_small"; "constant"; "falling_rate" ] do
            lab.Metric($"orders.{key}.{length}_epochs.test_mse", (estimate (of' length (name i) snd)).Mean)
    lab.Check("small to large and large to small cost the same updates", updates phases 60, updates (List.rev phases) 60, (updates phases 60 = updates (List.rev phases) 60))
    [ for length in lengths do for i in 0 .. orders.Length - 1 -> length, name i, show (estimate (of' length (name i) fst)), show (estimate (of' length (name i) snd)) ]

// ---- Learning rates ----------------------------------------------------------------------------------------------------------------------------------

let rules = [ "the same", (fun _ -> 1.0); "square root", (fun batch -> sqrt (float batch / float referenceBatch)); "linear", (fun batch -> float batch / float referenceBatch) ]

let compareRates (lab: ExperimentRun) (splits: Houses[]) (rates: (OptimizerName * float) list) =
    let epochs = lab.Pick(50, 8)
    let items = [ for optimizer, rate in rates do for rule, factor in rules do for batch in batchSizes do for seed in 0 .. splits.Length - 1 -> (optimizer, rule, batch), rate * factor batch, seed ]
    let errors =
        lab.InParallel("learning rates", items, fun ((optimizer, _, batch), rate, seed) ->
            orDiverged (fun () ->
                let learner = Learner(splits[seed], lab.SeedOf(4, seed), optimizer, rate, lab.Token)
                learner.Train(batch, epochs)
                learner.Errors()))
    let results = Seq.zip items errors |> Seq.groupBy (fun ((key, _, _), _) -> key) |> Seq.map (fun (key, group) -> key, group |> Seq.map snd |> Array.ofSeq) |> Map.ofSeq
    let of' (part: float * float -> float) optimizer rule batch = results[optimizer, rule, batch] |> Array.map part |> estimate
    lab.Report.Section "How should the learning rate follow the batch size?"
    let spread optimizer rule =
        let means = [ for batch in batchSizes -> (of' fst optimizer rule batch).Mean ]
        List.max means / List.min means
    let sentence (optimizer, rate: float) =
        let spreads = [ for rule, _ in rules -> rule, spread optimizer rule ]
        let words = spreads |> List.map (fun (rule, s) -> if Double.IsFinite s then $"%.2g{s} ({rule})" else $"without bound ({rule}, some run diverged)") |> String.concat ", "
        $"For {optimizer} (rate %g{rate} at batch {referenceBatch}) the rule '{fst (List.minBy snd spreads)}' keeps what is learned most nearly the same: the largest training error over batch sizes is so many times the smallest: {words}."
    let sentences = rates |> List.map sentence |> String.concat " "
    lab.Report.Text $"A larger batch makes fewer updates an epoch. Can a larger rate make up for it? Equal epochs, {epochs}; at batch {referenceBatch} all rules agree. {sentences}"
    for optimizer, _ in rates do
        lab.Report.Charts(
            [ for what, part in [ "training", fst; "test", snd ] ->
                bands $"{optimizer}: {what} error" "batch size (rows)" "mean squared error ($1000)²" true
                    [ for i, (rule, _) in List.indexed rules -> rule, colors[[| 5; 3; 0 |][i]], [ for batch in batchSizes -> float batch, of' part optimizer rule batch ] ] ],
            "A flat curve means that the rule makes the batch size unimportant. Sizes at which a run diverged are left out.")
    lab.Report.Table(
        [ "optimizer"; "batch"; for rule, _ in rules do $"training, {rule}"; $"test, {rule}" ],
        [ for optimizer, _ in rates do
            for batch in batchSizes ->
                [ box (string optimizer)
                  box batch
                  for rule, _ in rules do
                    box (show (of' fst optimizer rule batch))
                    box (show (of' snd optimizer rule batch)) ] ])
    for optimizer, _ in rates do
        for rule, _ in rules do lab.Metric($"""rates.{(string optimizer).ToLower()}.{rule.Replace(" ", "_")}.spread""", spread optimizer rule)

// ---- The script --------------------------------------------------------------------------------------------------------------------------------------

Experiment<Options>.Run("Batch sizes at equal epochs, updates and seconds; gradient noise; orders of batch sizes; learning rates that follow the batch size.", fun (lab: ExperimentRun<ParseResults<Options>>) ->
    let seeds = if lab.Options.Contains Seeds then lab.Options.PostProcessResult(Seeds, fun n -> if n < 2 then failwith $"must be 2 or more, but is {n}." else n) else lab.Pick(8, 3)
    let rate = if lab.Options.Contains Learning_Rate then lab.Options.PostProcessResult(Learning_Rate, fun r -> if r > 0.0 then r else failwith $"must be above 0, but is {r}.") else 1e-3
    let boston = Houses.Load()
    let splits = Array.init (2 * seeds) (fun seed -> split boston (lab.SeedOf(0, seed)))
    let few = splits[.. seeds - 1]
    let epochs, updates, sgdRate = lab.Pick(100, 12), lab.Pick(3000, 300), 0.02
    lab.Config {| Seeds = seeds; LearningRate = rate; SgdLearningRate = sgdRate; Epochs = epochs; Updates = updates |}

    let cost = timeUpdates lab splits[0]
    let budget = { Epochs = epochs; Updates = updates; Seconds = cost[1] * float (trainRows * epochs / 2) / 1e6; Cost = cost }
    let ranked = compareBudgets lab few rate budget
    reportTime lab budget
    reportNoise lab few rate
    let orders = compareOrders lab splits rate
    compareRates lab few [ Adaptive, rate; Plain, sgdRate ]

    lab.Table([ "batch"; for name, _ in ranked do $"training, {name}"; "test" ],
              [ for i, batch in List.indexed batchSizes ->
                  [ box batch
                    for _, results in ranked do
                        let train, test = snd results[i]
                        box $"%.3g{train.Mean}"
                        box $"%.3g{test.Mean}" ] ])
    lab.Table([ "epochs"; "order of batch sizes"; "training"; "test" ], orders)
    let trainAt name batch = ranked |> List.find (fst >> (=) name) |> snd |> List.find (fst >> (=) batch) |> snd |> fst
    let small, all = trainAt "equal epochs" 4, trainAt "equal epochs" 300
    lab.Check("at equal epochs batch 4 has learned more than batch 300", $"below %.3g{all.Mean}", small.Mean, small.Mean < all.Mean)
    let one, whole = trainAt "equal updates" 1, trainAt "equal updates" 300
    lab.Check("at equal updates batch 300 has learned more than batch 1", $"below %.3g{one.Mean}", whole.Mean, whole.Mean < one.Mean))

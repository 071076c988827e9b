// Question  Which batch size has learned most after so many epochs, after so many updates, and after so many seconds?
// Data      Boston housing (data/boston.csv): 300 rows train, 206 test, another split for every seed; features and
//           target standardized by the training rows.
// Method    13-40-40-1, ReLU, Adam at one rate. One run a batch size and seed, read at equal epochs, equal updates and
//           equal seconds on one thread.
// Expected  At equal epochs the small batches have learned most, at equal updates the large ones. 12 s.
// More      epoch-time.fsx (the price of small batches), gradient-noise.fsx, batch-schedule.fsx (small first, then
//           large?), rate-and-batch.fsx (should the rate follow?).
#load "../crucible.fsx"
#load "batches.fsx"

open Crucible.Lab.Reports
open Crucible.Lab.Scripting
open Crucible.Statistics
open Plotly.NET

type Options =
    { [<Option("runs of each batch size (8; --quick 3)", Min = 2, Max = 10000)>] Seeds: int option
      [<Option("Adam's learning rate", Above = 0, Max = 1000)>] LearningRate: float }

type Point = { Update: int; Train: float; Test: float }

/// What the training and the test errors of a comparison are: of each batch size, one a seed.
type Comparison = { Name: string; Train: Map<int, float[]>; Test: Map<int, float[]> }

/// Errors at about 12 places a decade of updates, and at those asked for.
let follow (lab: ExperimentRun) (rows: Rows) seed batch rate (asked: int list) =
    let last = List.max asked
    let decades = Seq.initInfinite (fun i -> int (10.0 ** (float i / 12.0)))
    let places = set (Seq.append asked (Seq.takeWhile (fun place -> place <= last) decades))
    let learner = Learner(rows, seed, adam rate, lab.Token)
    let points = ResizeArray()
    let note update =
        if places.Contains update then
            let train, test = learner.Errors()
            points.Add { Update = update; Train = train; Test = test }
    learner.Train(batch, (last + updatesAnEpoch batch - 1) / updatesAnEpoch batch, onUpdate = note)
    points.ToArray()

let best (errors: Map<int, float[]>) = batchSizes |> List.minBy (fun batch -> (estimate errors[batch]).Estimate)

/// The batch size with the lowest error, and those that are not clearly worse.
let winner (errors: Map<int, float[]>) =
    let first = best errors
    let isEqual batch = batch <> first && (fst (versus errors[batch] errors[first])).Low <= 1.0
    match List.filter isEqual batchSizes with
    | [] -> $"{first}"
    | equals -> $"{first} (not clearly lower than {listed (List.map string equals)})"

let question = "Which batch size learns most in so many epochs, updates or seconds?"

Experiment.Run(question, { Seeds = None; LearningRate = 1e-3 }, fun lab ->
    let seeds, rate = defaultArg lab.Options.Seeds (lab.Pick(8, 3)), lab.Options.LearningRate
    let epochs, updates = lab.Pick(100, 12), lab.Pick(3000, 300)
    lab.Config {| Seeds = seeds; Epochs = epochs; Updates = updates |}
    let splits = splitsOf lab seeds
    let cost = timeUpdates lab splits[0]
    let seconds = cost[1] * float (trainRows * epochs / 2) / 1e6 // half the epochs of batch 1
    let names = [ "equal epochs"; "equal updates"; "equal seconds" ]
    let places batch = [ epochs * updatesAnEpoch batch; updates; max 1 (int (seconds * 1e6 / cost[batch])) ]

    let runs =
        lab.InParallel("batch sizes", List.allPairs batchSizes [ 0 .. seeds - 1 ], fun (batch, seed) ->
            batch, follow lab splits[seed] (lab.SeedOf(1, seed)) batch rate (places batch))
    let ofBatch batch = [| for b, points in runs do if b = batch then points |]
    let comparisons =
        [ for i, name in List.indexed names ->
            let at pick =
                Map [ for batch in batchSizes ->
                        let isPlace (point: Point) = point.Update = (places batch)[i]
                        batch, [| for points in ofBatch batch -> pick (Array.find isPlace points) |] ]
            { Name = name; Train = at _.Train; Test = at _.Test } ]

    let bySize title part =
        within title "batch size (rows)" logarithmic errorAxis
            [ for comparison in comparisons ->
                let errors: Map<int, float[]> = part comparison
                comparison.Name, [ for batch in batchSizes -> float batch, estimate errors[batch] ] ]
    let sentences =
        [ for c in comparisons ->
            $"At {c.Name} the lowest training error is that of batch {winner c.Train}, the lowest test error that of \
                {winner c.Test}." ]
    let learned = [ for c in comparisons -> $"batch {best c.Train} at {c.Name}" ]
    let interval = "with 95 % intervals"
    lab.Answer(
        $"Those that have learned most, by their training error: {listed learned}.",
        [ for c in comparisons -> Estimate($"best batch size at {c.Name}", best c.Train, "rows an update") ],
        bySize "Training error against the batch size" _.Train,
        $"Geometric means over {seeds} seeds {interval}. Equal epochs are {epochs}, equal updates {updates}, equal \
            seconds %.2g{seconds}: as long as batch 1 takes for half as many epochs.")

    lab.Report.Section "At equal epochs, updates and seconds"
    lab.Report.Text $"""Adam at the same rate, %g{rate}, for all batch sizes. {String.concat " " sentences}"""
    lab.Report.Chart(bySize "Test error against the batch size" _.Test)
    for what, part in [ "Training", _.Train; "Test", _.Test ] do
        lab.Report.Table(
            [ "batch"; yield! names ],
            [ for batch in batchSizes ->
                [ box batch; for c in comparisons do box (show (estimate (Map.find batch (part c)))) ] ],
            $"{what} error in ($1000s)², {interval}")

    let axes =
        [ "epochs", "epochs", (fun batch update -> float update / float (updatesAnEpoch batch)), float epochs
          "updates", "updates", (fun _ update -> float update), float updates
          "seconds", "seconds on one thread", (fun batch update -> float update * cost[batch] / 1e6), seconds ]
    let course batch pick =
        let runs = ofBatch batch
        [ for i in 0 .. runs[0].Length - 1 -> runs[0].[i].Update, estimate [| for points in runs -> pick points[i] |] ]
    lab.Report.Section "While they learn"
    for what, pick in [ "Training error", (fun (point: Point) -> point.Train); "Test error", _.Test ] do
        for name, title, place, limit in axes do
            lab.Report.Chart(
                within $"{what} against {name}" title logarithmic errorAxis
                    [ for batch in batchSizes ->
                        let placed = [ for update, error in course batch pick -> place batch update, error ]
                        $"batch {batch}", placed |> List.filter (fun (x, _) -> x <= limit * 1.0001) ],
                $"Geometric means over the seeds {interval}, in grey those of the other sizes; at the right end \
                    the sizes are compared. Every seed has another split, which widens the intervals of the test \
                    error most.")

    let cell (errors: Map<int, float[]>) batch = box $"%.3g{(estimate errors[batch]).Estimate}"
    lab.Table(
        [ "batch"; for name in names do $"training, {name}"; "test" ],
        [ for batch in batchSizes -> [ box batch; for c in comparisons do cell c.Train batch; cell c.Test batch ] ])
    for c in comparisons do
        let key = c.Name.Replace(" ", "_")
        let title error = $"batch size of the lowest {error} error, {c.Name}"
        lab.Metric($"{key}.best_batch_training", best c.Train, true, title "training")
        lab.Metric($"{key}.best_batch_test", best c.Test, title = title "test")
    let trained i batch = (estimate comparisons[i].Train[batch]).Estimate
    let below name value limit = lab.Check(name, $"below %.3g{limit}", value, value < limit)
    below "at equal epochs batch 4 has learned more than batch 300" (trained 0 4) (trained 0 300)
    below "at equal updates batch 300 has learned more than batch 1" (trained 1 300) (trained 1 1))

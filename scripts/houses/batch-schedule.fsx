// Question  Small batches first to come near a minimum, then large ones for fine-tuning: is that the best order?
// Data      Boston housing: 300 rows train, 206 test, another split for every seed; features and target standardized.
// Method    13-40-40-1, ReLU, Adam. Three phases of as many epochs with batches of 4, 32 and 300, up and down, which
//           cost the same; one batch size of nearly as many updates; and that with a rate that falls to 0 along a
//           cosine, the other way to calm the noise.
// Expected  Not confirmed: at no length is it clearly better on the test rows than both other orders. 6 s.
#load "../crucible.fsx"
#load "batches.fsx"

open Crucible.Lab.Reports
open Crucible.Lab.Scripting
open Crucible.Optimizers
open Plotly.NET

type Options =
    { [<Option("half the runs of each order (8; --quick 3)", Min = 2, Max = 10000)>] Seeds: int option
      [<Option("Adam's learning rate", Above = 0, Max = 1000)>] LearningRate: float }

let phases = [ 4; 32; 300 ]

/// Rows an update that need as many updates an epoch as the phases do on average, as nearly as can be.
let evenBatch =
    let updates = phases |> List.averageBy (updatesAnEpoch >> float)
    [ 1 .. trainRows ] |> List.minBy (fun batch -> abs (float (updatesAnEpoch batch) - updates))

type Order = { Name: string; Key: string; Sizes: int list; Falls: bool }

let orders =
    let arrow = List.map string >> String.concat ", "
    let up = { Name = $"small to large ({arrow phases})"; Key = "small_to_large"; Sizes = phases; Falls = false }
    let down = List.rev phases
    let even = { up with Name = $"constant ({evenBatch})"; Key = "constant"; Sizes = List.replicate 3 evenBatch }
    [ up
      { up with Name = $"large to small ({arrow down})"; Key = "large_to_small"; Sizes = down }
      even
      { even with Name = $"constant ({evenBatch}), rate falling"; Key = "falling_rate"; Falls = true } ]

let up, down, even = orders[0], orders[1], orders[2]
let updates (order: Order) length = order.Sizes |> List.sumBy (fun size -> updatesAnEpoch size * length / 3)

let question = "Small batches first, then large ones: is that the best order?"

Experiment.Run(question, { Seeds = None; LearningRate = 1e-3 }, fun lab ->
    let rate, seeds = lab.Options.LearningRate, 2 * defaultArg lab.Options.Seeds (lab.Pick(8, 3))
    let lengths = lab.Pick([ 15; 60; 240 ], [ 6; 15 ])
    lab.Config {| Seeds = seeds / 2; Runs = seeds; Epochs = lengths; EvenBatch = evenBatch |}
    let splits = splitsOf lab seeds
    let items =
        [ for length in lengths do
            for order in orders do
                for seed in 0 .. seeds - 1 -> length, order, seed ]
    let errors =
        lab.InParallel("orders of batch sizes", items, fun (length, order, seed) ->
            let learner = Learner(splits[seed], lab.SeedOf(3, seed), adam rate, lab.Token)
            if order.Falls then
                let schedule = Schedule.Cosine(rate, length * updatesAnEpoch evenBatch)
                learner.Train(evenBatch, length, schedule = schedule)
            else
                for size in order.Sizes do learner.Train(size, length / 3)
            learner.Errors())
    let errorsOf length order (part: float * float -> float) =
        [| for (l, o, _), error in Seq.zip items errors do if l = length && o = order then part error |]
    let error length order part = estimate (errorsOf length order part)

    let against other length part = versus (errorsOf length up part) (errorsOf length other part)
    let beside order length = versus (errorsOf length order snd) (errorsOf length up snd)
    let good =
        [ for length in lengths do
            if (fst (against down length snd)).High < 1.0 && (fst (against even length snd)).High < 1.0 then length ]
    let overLengths what part =
        within $"{what} by length" "epochs" logarithmic errorAxis
            [ for order in orders -> order.Name, [ for length in lengths -> float length, error length order part ] ]
    let longest = List.last lengths
    lab.Answer(
        (if good.IsEmpty then
            "Not confirmed: at no length is small to large clearly better on the test rows than both other orders."
         elif good = lengths then
            "Confirmed: at every length small to large is clearly better on the test rows than both other orders."
         else $"Confirmed for {listed (List.map string good)} epochs, and not for the other lengths."),
        [ for order in orders.Tail ->
            let ratio = fst (beside order longest)
            let rise, half = 100.0 * (ratio.Estimate - 1.0), 50.0 * (ratio.High - ratio.Low)
            Estimate($"{order.Name}: test error beside small to large's, {longest} epochs", rise, "%", half) ],
        Chart.combine
            [ within "Test error beside that of small to large" "epochs" logarithmic "ratio of mean squared errors"
                [ for order in orders.Tail ->
                    order.Name, [ for length in lengths -> float length, fst (beside order length) ] ]
              Chart.Line(
                  [ for length in lengths -> length, 1.0 ], Name = up.Name,
                  LineDash = StyleParam.DrawingStyle.Dash) ],
        $"Below 1 an order is better than small to large. Geometric means of {seeds} pairs with the same split and the \
            same first weights, with 95 %% intervals.")

    lab.Report.Section "How"
    lab.Report.Text $"The advice is that of {source}. All orders train with Adam at %g{rate}, each phase a third of \
        the epochs. Small to large and large to small make the same updates on the same number of rows; the constant \
        batch of {evenBatch} comes as near as it can ({updates up 60} and {updates even 60} updates in 60 epochs)."
    lab.Report.Section "Small to large beside the others"
    for length in lengths do
        lab.Report.Text $"With {length} epochs its test error is {snd (against down length snd)} beside large to small \
            and {snd (against even length snd)} beside the constant batch; its training error is \
            {snd (against down length fst)} and {snd (against even length fst)}."
    lab.Report.Charts(
        [ overLengths "Training error" fst; overLengths "Test error" snd ],
        $"Geometric means over {seeds} seeds with 95 %% intervals, wide because every seed has another split.")
    lab.Report.Table(
        [ "epochs"; "order"; "training"; "test"; "test beside small to large" ],
        [ for length in lengths do
            for order in orders ->
                length, order.Name, show (error length order fst), show (error length order snd),
                (if order = up then "" else snd (beside order length)) ],
        $"Mean squared errors in ($1000s)² with 95 %% intervals, and over paired seeds")
    lab.Table(
        [ "epochs"; "order of batch sizes"; "training"; "test" ],
        [ for length in lengths do
            for order in orders ->
                length, order.Name, show (error length order fst), show (error length order snd) ])

    for length in lengths do
        for order in orders do
            let isHeadline = (length = longest && not order.Falls)
            let title = $"test error, MSE in ($1000s)², {order.Name}, {length} epochs"
            let name = $"orders.{order.Key}.{length}_epochs.test_mse"
            lab.Metric(name, (error length order snd).Estimate, isHeadline, title)
    let isEqual = (updates up 60 = updates down 60)
    lab.Check("small to large and large to small cost the same updates", updates up 60, updates down 60, isEqual))

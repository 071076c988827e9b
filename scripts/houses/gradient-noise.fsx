// Question  How noisy is the gradient of a batch, and does the noise grow while a network learns?
// Data      Boston housing: 300 rows train, 206 test, another split for every seed; features and target standardized.
// Method    13-40-40-1, ReLU, Adam with batches of 32. At several epochs the gradient-noise scale of McCandlish et al.
//           (2018, §2.2) from the gradients of single rows: tr(Σ) / |G|², the variance of a row's gradient over the
//           squared length of the mean of all rows'.
// Expected  It grows from 14 rows before training to 715 after 16 epochs. 2 s.
#load "../crucible.fsx"
#load "batches.fsx"

open Crucible.Lab.Reports
open Crucible.Lab.Scripting
open Crucible.Layers
open Crucible.Statistics
open Crucible.Tensors
open Plotly.NET

type Options =
    { [<Option("networks (8; --quick 3)", Min = 2, Max = 10000)>] Seeds: int option
      [<Option("Adam's learning rate", Above = 0, Max = 1000)>] LearningRate: float }

let noiseScale (model: Layer) (rows: Rows) =
    let squared (chosen: int[]) =
        let index = Tensor.From chosen
        let loss = Loss.MeanSquaredError(model.Forward(rows.X.IndexSelect(0, index)), rows.Y.IndexSelect(0, index))
        loss.Gradients(Array.ofSeq model.Parameters)
        |> Array.sumBy (fun gradient -> Tensor.Evaluate(fun () -> (gradient * gradient).Sum()).ToDouble())
    let whole = squared [| 0 .. trainRows - 1 |]
    let single = Array.init trainRows (fun row -> squared [| row |]) |> Array.average
    (single - whole) / whole

let question = "How noisy is the gradient of a batch, and does the noise grow while a network learns?"

Experiment.Run(question, { Seeds = None; LearningRate = 1e-3 }, fun lab ->
    let seeds, rate = defaultArg lab.Options.Seeds (lab.Pick(8, 3)), lab.Options.LearningRate
    let stops = lab.Pick([ 0; 1; 2; 4; 8; 16; 32; 64; 128 ], [ 0; 2; 8 ])
    lab.Config {| Seeds = seeds; BatchSize = referenceBatch; Epochs = List.last stops |}
    let splits = splitsOf lab seeds
    let measured =
        lab.InParallel("gradient noise", [ 0 .. seeds - 1 ], fun seed ->
            let learner = Learner(splits[seed], lab.SeedOf(2, seed), adam rate, lab.Token)
            [| for before, stop in List.pairwise (0 :: stops) do
                if stop > before then learner.Train(referenceBatch, stop - before)
                noiseScale learner.Model splits[seed], fst (learner.Errors()) |])
    let at (pick: float * float -> float) i = estimate [| for run in measured -> pick run[i] |]
    let scale = [ for i, stop in List.indexed stops -> stop, at fst i ]
    let errors = [ for i in 0 .. stops.Length - 1 -> (at snd i).Estimate ]

    let start, finish = snd scale.Head, snd (List.last scale)
    let peak, highest = scale |> List.maxBy (fun (_, interval) -> interval.Estimate)
    let grows = start.High < highest.Low
    let rows (interval: Interval) = $"rows (%.3g{interval.Low} to %.3g{interval.High})"
    let line =
        Chart.Line(
            [ 0, referenceBatch; List.last stops, referenceBatch ],
            Name = $"batch {referenceBatch}, which trained them",
            LineDash = StyleParam.DrawingStyle.Dash, LineColor = Color.fromHex "#8a94a3")
    lab.Answer(
        $"The noise scale is %.3g{start.Estimate} rows before training and highest, %.3g{highest.Estimate} rows, after \
            {peak} epochs: "
        + (if grows then "it grows while the network learns." else "its growth is not certain from these runs."),
        [ Estimate("noise scale before training", start.Estimate, rows start)
          Estimate($"after {peak} epochs", highest.Estimate, rows highest) ],
        Chart.combine
            [ within "Gradient-noise scale" "epochs" StyleParam.AxisType.Linear "noise scale (rows)"
                [ ("noise scale", [ for stop, interval in scale -> float stop, interval ]) ]
              line ],
        $"Above the dashed line a gradient of {referenceBatch} rows is mostly noise; below it, mostly direction.")

    lab.Report.Section "What it means"
    lab.Report.Text "Batches much smaller than the noise scale hardly see the common direction of the rows' gradients, \
        so that twice the rows are as good as twice the updates; batches much larger see little else, and more rows \
        are wasted."
    if grows then
        lab.Report.Text "It grows because the common direction fades before the rows' differences do. This is what \
            speaks for larger batches later on; whether they pay is measured in scripts/houses/batch-schedule.fsx."
    let columns = [ "epochs"; "noise scale (rows)"; "training error in ($1000s)²" ]
    let rows = [ for (stop, interval), mse in List.zip scale errors -> stop, show interval, $"%.3g{mse}" ]
    lab.Report.Table(columns, rows, $"Geometric means of {seeds} networks, with 95 %% intervals")
    lab.Table(columns, rows)

    lab.Metric("noise_scale_start", start.Estimate, true, "noise scale before training (rows)")
    lab.Metric("noise_scale_highest", highest.Estimate, true, "highest noise scale (rows)")
    lab.Metric("noise_scale_end", finish.Estimate, title = "noise scale at the end (rows)")
    let hasGrown = finish.Estimate > start.Estimate
    lab.Check("the noise scale has grown", $"above %.3g{start.Estimate}", finish.Estimate, hasGrown))

// Question  From which starts does gradient descent reach which minimum, and does Newton's method find the same?
// Data      f(x, y) = x⁴ + x²y² − y² + y⁴ + 6 (function.fsx) and 200 × 200 starts on the square from -2 to 2.
// Method    The documented loop and Newton's method from all starts at once, as one batch: f and its gradient are
//           evaluated for all of them together. Ends are told apart by the places where the gradient vanishes.
// Expected  The loop ends at the minimum on the start's side of y = 0, half of the starts within 1071 evaluations and
//           all within 1258; Newton's method ends at the saddle from 6.75 % of the starts. 2 s.
#load "../crucible.fsx"
#load "function.fsx"
#load "stationary.fsx"

open System
open Crucible.Lab.Reports
open Crucible.Lab.Scripting
open Crucible.Tensors
open Plotly.NET

type Options =
    { [<Option("starts along each side of the square (200; --quick 50)", Min = 2, Max = 4000)>] Grid: int option }

let defaults = { Grid = None }

let drop (lab: ExperimentRun) step tolerance limit starts title (expected: int) =
    use progress = lab.Progress(title, expected)
    let clock = Diagnostics.Stopwatch.StartNew()
    let watch evaluations = progress.Report(int64 (min evaluations (expected - 1)))
    let falls = fall lab.Token step tolerance limit starts watch
    falls, clock.Elapsed.TotalSeconds

/// The number of the stationary point at which each fall ends, or −1.
let endsOf (kinds: Stationary[]) (falls: Fall[]) =
    let endOf e = kinds |> Array.tryFindIndex (fun s -> distance s.Place (e.X, e.Y) < samePlace)
    [| for e in falls -> if e.Evaluations = 0 then -1 else Option.defaultValue -1 (endOf e) |]

let percent (part: int) (whole: int) = 100.0 * float part / float whole

/// Which share ends where, in words.
let sharesOf (kinds: Stationary[]) (ends: int[]) =
    let share i = percent (ends |> Array.filter ((=) i) |> Array.length) ends.Length
    listed
        [ for i, s in Array.indexed kinds do
              if share i > 0.0 then $"from %.3g{share i} %% of the starts at the {s.Kind} {show s.Place}"
          if share -1 > 0.0 then $"from %.3g{share -1} %% nowhere in the square" ]

let map (title: string) side (values: float[]) =
    let matrix = Tensor.Of(values, DType.Float64).Reshape(Array.length side, side.Length)
    Chart.Matrix(matrix, X = side, Y = side, IsUpward = true)
    |> Chart.withTitle title
    |> Chart.withXAxisStyle "x at the start"
    |> Chart.withYAxisStyle "y at the start"

/// Which end each start has, as areas in the colours of the page's palette with a legend.
let areas (title: string) side (kinds: Stationary[]) (ends: int[]) =
    let kind (s: Stationary) = if s.IsMinimum then "minimum" elif s.IsSaddle then "saddle" else "other place"
    let names = [ for s in kinds -> $"{kind s} {show s.Place}" ]
    let present = [ for i in 0 .. Array.length kinds - 1 do if Array.contains i ends then i ]
    let color i = $"palette {i % 7}"
    let count = kinds.Length
    let scale =
        [| for i in 0 .. count - 1 do
               for edge in [ i; i + 1 ] -> [| box (float edge / float count); box (color i) |] |]
    let middles = [| for i in ends -> if i < 0 then nan else float i + 0.5 |]
    let matrix = Tensor.Of(middles, DType.Float64).Reshape(Array.length side, side.Length)
    let style (trace: Trace) =
        trace.SetProperty("colorscale", scale)
        trace.SetProperty("showscale", false)
        trace
    Chart.combine
        [ Chart.Matrix(matrix, X = side, Y = side, IsUpward = true, Range = (0.0, float count))
          |> GenericChart.mapTrace style
          for i in present do
              Chart.Point([ nan, nan ], Name = names[i], MarkerSymbol = StyleParam.MarkerSymbol.Square)
              |> Chart.withMarkerStyle (Size = 12, Color = Color.fromString (color i)) ]
    |> Chart.withTitle title
    |> Chart.withXAxisStyle "x at the start"
    |> Chart.withYAxisStyle "y at the start"

let question = "From which starts does gradient descent reach which minimum, and does Newton's method find the same?"

Experiment.Run(question, defaults, fun lab ->
    let side = defaultArg lab.Options.Grid (lab.Pick(200, 50))
    lab.Config {| Grid = side; Function = formula; IsDocumented = isDocumented |}
    let lattice, starts = latticeOf side low high
    let kinds = Array.ofList (stationaryPoints lab.Token)
    let falls, seconds = drop lab documentedStep 1e-5 20_000 starts "documented loop" 1300
    let newtons, _ = drop lab newtonStep 1e-8 200 starts "Newton's method" 200

    let ends, newtonEnds = endsOf kinds falls, endsOf kinds newtons
    let away = newtonEnds |> Array.filter (fun i -> i >= 0 && not kinds[i].IsMinimum) |> Array.length
    let arrived = [| for e in falls do if e.Evaluations > 0 then float e.Evaluations |]
    let evaluations (falls: Fall[]) = [| for e in falls -> if e.Evaluations = 0 then nan else float e.Evaluations |]
    let middle = if arrived.Length = 0 then nan else MathNet.Numerics.Statistics.Statistics.Median arrived

    lab.Answer(
        $"The loop ends {sharesOf kinds ends}. Newton's method looks for ∇f = 0 and not for a minimum: from \
            %.3g{percent away falls.Length} %% of the starts it runs to something else.",
        [ Estimate("the loop, median over the starts", middle, "evaluations of ∇f")
          Estimate("Newton's method ends at no minimum", percent away falls.Length, "% of the starts") ],
        areas "Where Newton's method ends" lattice kinds newtonEnds)

    lab.Report.Section "The documented loop"
    lab.Report.Text $"{formula}, from every point of a lattice of {side} × {side}, in %.1f{seconds} s. It ends \
        {sharesOf kinds ends}."
    if arrived.Length > 0 then
        lab.Report.Charts(
            [ areas "Where the loop ends" lattice kinds ends; map "Evaluations it takes" lattice (evaluations falls) ],
            $"Evaluations: from {int (Array.min arrived)} to \
                {int (Array.max arrived)}, half of the starts within {int middle}. Bright ridges are starts from which \
                the gradient is small for long.")
        lab.Metric("map_median_evaluations", middle, true, "evaluations of the loop, median over starts")
        lab.Metric("map_most_evaluations", Array.max arrived, title = "evaluations of the loop, most")
    lab.Report.Section "Newton's method"
    lab.Report.Text $"From the same starts it ends {sharesOf kinds newtonEnds}."
    lab.Report.Charts(
        [ areas "Where Newton's method ends" lattice kinds newtonEnds
          map "Evaluations it takes" lattice (evaluations newtons) ],
        "Where colours mix, one long step from a place where the gradient hardly changes has landed far away.")
    lab.Metric("map_seconds", seconds, title = "the loop from all starts (s)")
    let title = "starts from which Newton's method ends at no minimum (%)"
    lab.Metric("newton_not_at_a_minimum_percent", percent away falls.Length, true, title)
    lab.Metric("map_arrived_percent", percent arrived.Length falls.Length, title = "starts from which it ends (%)")

    // The batch is nothing but its points.
    let all = columns starts
    let differences =
        [ for i in 0..4 do
            let place = (i * falls.Length + falls.Length / 2) / 5
            let together = falls[place]
            let alone = (fall lab.Token documentedStep 1e-5 20_000 (points [ all[place] ]) ignore)[0]
            if alone.Evaluations <> together.Evaluations then infinity
            elif alone.Evaluations = 0 then 0.0
            else distance (alone.X, alone.Y) (together.X, together.Y) ]
    let name = "five starts alone and in the batch: difference of the ends, with the same evaluations"
    lab.CheckAtMost(name, List.max differences, 1e-12)
    if isDocumented then
        let isWrong ((_, y), i) = i < 0 || (snd kinds[i].Place > 0.0) <> (y > 0.0)
        let wrong = Seq.zip all ends |> Seq.filter isWrong |> Seq.length
        lab.Check("starts that do not end at the minimum on their side of y = 0", 0, wrong, (wrong = 0)))

// Question  From the same starts at the same learning rate, which of six methods comes to rest first?
// Data      f(x, y) = x⁴ + x²y² − y² + y⁴ + 6 (function.fsx) and its two documented starts.
// Method    Plain descent, momentum and Nesterov's momentum (0.9), RMSprop and Adam at their usual settings and one
//           rate, Newton's method, which has none, and the documented loop, until ‖∇f‖₁ ≤ 1e-8.
// Expected  Newton's method 8 and 10 evaluations. At rate 0.01 Adam needs 1274 from (1, 1), where plain descent needs
//           1758, but 4432 from (-2, -2), where that needs 1761. 1 s.
#load "../crucible.fsx"
#load "function.fsx"
#load "methods.fsx"

open System
open Crucible.Lab.Reports
open Crucible.Lab.Scripting
open Crucible.Tensors
open Plotly.NET

type Options =
    { [<Option("learning rate of every method that has one", Above = 0, Max = 1000)>] LearningRate: float }

let defaults = { LearningRate = 0.01 } // the largest that the documented loop takes

/// What one method did from one start: ‖∇f‖₁ and the place before every step.
type Run = { Way: Method; From: float * float; Evaluations: int; Path: (float * float)[]; Sizes: float[] }

let ways = [ plain; momentum; rmsprop; adam; newton; nesterov; documentedLoop ]
let drawn = List.take 5 ways // a picture of more curves shows less

let follow (lab: ExperimentRun<Options>) limit (way, start) =
    let path, sizes = ResizeArray(), ResizeArray()
    let watch (places: (float * float)[]) (size: float[]) = path.Add places[0]; sizes.Add size[0]
    let evaluations = evaluationsOf lab.Token value way lab.Options.LearningRate (points [ start ]) limit watch
    { Way = way; From = start; Evaluations = evaluations[0]; Path = path.ToArray(); Sizes = sizes.ToArray() }

let evaluationsChart (runs: Run[]) =
    Chart.combine
        [ for start in starts ->
            let mine = [ for run in runs do if run.From = start then run ]
            Chart.Column([ for run in mine -> steps run.Evaluations ], Keys = [ for run in mine -> run.Way.Name ],
                         Name = $"from {show start}") ]
    |> Chart.withTitle "Evaluations of ∇f until it comes to rest"
    |> Chart.withYAxisStyle ("evaluations", AxisType = StyleParam.AxisType.Log)

let vanishing (runs: Run[]) start =
    Chart.combine
        [ for run in runs do
            if run.From = start && List.exists (fun way -> way.Name = run.Way.Name) drawn then
                let curve = thin 300 [| for i, size in Array.indexed run.Sizes do if size > 0.0 then i + 1, size |]
                Chart.Line(curve, Name = run.Way.Name) ]
    |> Chart.withTitle $"How fast the gradient vanishes from {show start}"
    |> Chart.withXAxisStyle ("evaluations of ∇f", AxisType = StyleParam.AxisType.Log)
    |> Chart.withYAxisStyle ("‖∇f‖₁", AxisType = StyleParam.AxisType.Log)

let paths (runs: Run[]) =
    let side, lattice = latticeOf 81 low high
    let heights = (value lattice).ToArray()
    let logarithms = heights |> Array.map (fun z -> log10 (z - Array.min heights + 0.01)) |> Array.chunkBySize 81
    let inside (x: float, y: float) = min x y >= low && max x y <= high // and not NaN
    Chart.combine
        [ for way in drawn do
            let mine = [ for run in runs do if run.Way.Name = way.Name then thin 150 run.Path |> Array.filter inside ]
            Chart.Line(joined mine, Name = way.Name)
          Chart.Contour(logarithms, X = side, Y = side, Opacity = 0.6, ShowScale = false,
                        ColorScale = StyleParam.Colorscale.Greys) ]
    |> Chart.withTitle "Paths over lines of equal height"
    |> Chart.withXAxisStyle ("x", MinMax = (low, high))
    |> Chart.withYAxisStyle ("y", MinMax = (low, high))
    |> Chart.withSize (Height = 620)

let question = "From the same starts at the same learning rate, which of six methods comes to rest first?"

Experiment.Run(question, defaults, fun lab ->
    let rate, limit = lab.Options.LearningRate, lab.Pick(20_000, 5_000)
    lab.Config {| Function = formula; Starts = startNames; IsDocumented = isDocumented |}
    let runs = lab.InParallel("methods", List.allPairs ways starts, follow lab limit)

    let arrived = runs |> Array.filter (fun run -> run.Evaluations > 0)
    let from start = arrived |> Array.filter (fun run -> run.From = start)
    let fastest = [ for start in starts -> from start |> Array.minBy (fun run -> run.Evaluations) ]
    let needs way start =
        let run = runs |> Array.find (fun run -> run.Way.Name = way.Name && run.From = start)
        count run.Evaluations
    let first run = $"{run.Way.Name} from {show run.From}, after {run.Evaluations} evaluations"
    let against start = $"{needs adam start} from {show start}, where plain descent needs {needs plain start}"
    lab.Answer(
        $"At rate {rate} the first to rest are {listed (List.map first fastest)}. Adam needs \
            {listed (List.map against starts)}.",
        [ for run in runs do
            if run.From = starts.Head && List.contains run.Way.Name [ newton.Name; adam.Name; plain.Name ] then
                Estimate($"{run.Way.Name}, from {show run.From}", steps run.Evaluations, "evaluations of ∇f") ],
        evaluationsChart runs)

    lab.Report.Section "How"
    lab.Report.Text $"{formula}, from {listed (List.map show starts)}. Plain descent, momentum and Nesterov's momentum \
        (0.9), RMSprop and Adam at their usual settings, all at rate {rate}; Newton's method has no rate. They stop at \
        ‖∇f‖₁ ≤ 1e-8, and are given up after {limit} evaluations."
    let heading word = [ yield "method"; for start in starts -> $"{word} {show start}" ]
    let rows = [ for way in ways -> [| yield box way.Name; for start in starts -> box (needs way start) |] ]
    lab.Report.Table(heading "evaluations from", rows)
    lab.Table(heading "from", rows)
    lab.Report.Charts(
        List.map (vanishing runs) starts,
        "Nesterov's momentum runs like momentum, the documented loop like plain descent. A straight drop on \
            these axes is a power law, a curve that bends down ever steeper is geometric convergence.")
    lab.Report.Chart(
        paths runs,
        "Shading: log₁₀ of the height above the lowest point. Plain descent crosses the lines at right angles; \
            momentum can overshoot and come back; Adam's first steps go along the diagonals, because it divides each \
            coordinate's gradient by its own size.")

    for run in runs do
        let isMethod = run.Way.Name <> documentedLoop.Name
        let title = $"{run.Way.Name}, from {show run.From}: evaluations"
        if run.Evaluations > 0 && isMethod then
            lab.Metric(nameOf $"{run.Way.Name}_steps" run.From, run.Evaluations, title = title)
    if isDocumented && rate = defaults.LearningRate then
        let isAll = (arrived.Length = runs.Length)
        lab.Check("runs that come to rest at a minimum", runs.Length, arrived.Length, isAll))

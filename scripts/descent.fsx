// Question  Where does gradient descent on f(x, y) = x⁴ + x²y² − y² + y⁴ + 6 end, and after how many evaluations of ∇f?
// Data      None: a function of two variables (descent/function.fsx; put in your own) and its derivatives.
// Method    The documented loop from its two starts, p ← p − ∇f / max(100, ‖∇f‖₁) until ‖∇f‖₁ ≤ 1e-5; every place where
//           the gradient vanishes by Newton's method, and the Hessian there.
// Expected  1071 and 1073 evaluations to (0, 0.707) and (0, -0.707), where f is 5.75; a saddle at the origin, its
//           Hessian diag(0, -2). 1 s.
// More      descent/six-methods.fsx, basins.fsx, learning-rates.fsx and valleys.fsx: which method needs fewer steps?
#load "crucible.fsx"
#load "descent/function.fsx"
#load "descent/stationary.fsx"

open Crucible.Lab.Reports
open Crucible.Lab.Scripting
open Crucible.Tensors
open Plotly.NET
open type Crucible.Tensors.Derivative

[<Moved("scripts/descent/six-methods.fsx", "learning-rate"); Moved("scripts/descent/basins.fsx", "grid")>]
type Options() = class end

type Documented = { Start: float * float; Evaluations: int; X: float; Y: float }

let documented =
    [ { Start = 1.0, 1.0; Evaluations = 1071; X = 9.94526076e-06; Y = 7.07106781e-01 }
      { Start = -2.0, -2.0; Evaluations = 1073; X = -9.97043752e-06; Y = -7.07106781e-01 } ]

/// The documented loop in plain floats with the derivative worked out by hand: what automatic
/// differentiation must match.
let byHand (x0: float, y0: float) =
    let rec go x y evaluations =
        let gx, gy = 4.0 * x * x * x + 2.0 * x * y * y, 2.0 * x * x * y - 2.0 * y + 4.0 * y * y * y
        let size = abs gx + abs gy
        if size <= 1e-5 then x, y, evaluations
        else go (x - gx / max 100.0 size) (y - gy / max 100.0 size) (evaluations + 1)
    go x0 y0 1

/// The places that the loop passes.
let pathFrom start (steps: int) =
    Seq.unfold (fun p -> Some(p, documentedStep gradient p (gradient p))) (points [ start ])
    |> Seq.truncate steps
    |> Seq.map (columns >> Array.head)
    |> Array.ofSeq
    |> thin 150

let nine (x: float) = x.ToString "0.00000000e+00" // as the report prints

/// f over a square as rows of heights, and the places along a side.
let heights least most =
    let side, lattice = latticeOf 81 least most
    side, (value lattice).ToArray() |> Array.chunkBySize 81

let paths over seen = [ for start, path in over -> $"from {show start}", Array.filter seen path ]

let contours runs (found: Stationary list) =
    let side, rows = heights low high
    let lowest = rows |> Array.map Array.min |> Array.min
    let logarithms = rows |> Array.map (Array.map (fun z -> log10 (z - lowest + 0.01)))
    Chart.combine
        [ for name, path in paths runs (fun _ -> true) do Chart.Line(path, Name = name, LineWidth = 3.0)
          for kind, symbol in [ true, StyleParam.MarkerSymbol.Circle; false, StyleParam.MarkerSymbol.X ] do
              let places = [ for point in found do if point.IsMinimum = kind then point.Place ]
              let name = if kind then "minimum" else "saddle or other"
              if not places.IsEmpty then
                  Chart.Point(places, Name = name, MarkerSymbol = symbol) |> Chart.withMarkerStyle (Size = 12)
          Chart.Contour(logarithms, X = side, Y = side, Name = "log₁₀ height", Opacity = 0.6, ShowScale = false,
                        ColorScale = StyleParam.Colorscale.Greys) ]
    |> Chart.withTitle "Two paths of descent over lines of equal height"
    |> Chart.withXAxisStyle ("x", MinMax = (low, high))
    |> Chart.withYAxisStyle ("y", MinMax = (low, high))
    |> Chart.withSize (Height = 520)

let surface runs =
    let least, most = 0.55 * low, 0.55 * high
    let side, rows = heights least most
    Chart.combine
        [ for name, path in paths runs (fun (x, y) -> min x y >= least && max x y <= most) do
              let above = (value (points path)).ToArray() |> Array.map (fun z -> z + 0.03)
              Chart.Line3D(Array.map fst path, Array.map snd path, above, Name = name, LineWidth = 6.0)
          Chart.Surface(rows, X = side, Y = side, Name = "f", Opacity = 0.85, ShowScale = false,
                        ColorScale = StyleParam.Colorscale.Viridis) ]
    |> Chart.withTitle "The middle of the square as a surface; drag to turn it"
    |> Chart.withSize (Height = 620)

let question = "Where does gradient descent on f(x, y) = x⁴ + x²y² − y² + y⁴ + 6 end, and after how many steps?"

Experiment.Run(question, Options(), fun lab ->
    lab.Config {| Function = formula; Starts = startNames; IsDocumented = isDocumented |}

    let loop start = (fall lab.Token documentedStep 1e-5 100_000 (points [ start ]) ignore)[0]
    let ends = [ for start in starts -> start, loop start ]
    let found = stationaryPoints lab.Token
    let runs = [ for start, e in ends -> start, pathFrom start (max 1 e.Evaluations) ]
    let p = Tensor.Of([ 0.3; -0.4 ], DType.Float64)
    let hessianError = float ((hessian value p - numhessian 1e-4 value p).Norm infinity)

    // The answer.
    let minima, saddles = found |> List.filter _.IsMinimum, found |> List.filter _.IsSaddle
    let arrival (start, e: Fall) = $"from {show start} at {show (e.X, e.Y)} after {count e.Evaluations} evaluations"
    let height (e: Fall) = float (value (points [ (e.X, e.Y) ]))
    let places (points: Stationary list) = listed [ for point in points -> show point.Place ]
    lab.Answer(
        $"On {formula} the loop ends {listed (List.map arrival ends)}. The gradient vanishes at {found.Length} \
            places in all: f has minima at {places minima} and a saddle at {places saddles}.",
        [ for start, e in ends do Estimate($"from {show start}", e.Evaluations, "evaluations of ∇f")
          Estimate("f at the first end", height (snd ends.Head)) ],
        contours runs found)

    lab.Report.Section "How"
    lab.Report.Formula formula
    lab.Report.Text $"The loop is that of {source}. It repeats"
    lab.Report.Formula("p ← p − ∇f / max(100, ‖∇f‖₁)", "until ‖∇f‖₁ ≤ 0.00001, where p is the point (x, y), ∇f the \
        gradient there and ‖∇f‖₁ the sum of its absolute values.")
    lab.Report.Text "That is a rate of 1/100 that shrinks on steep slopes, so that no step is longer than 1. The \
        gradient comes from automatic differentiation. The shading of the picture is log₁₀ of the height above the \
        lowest point, so that valleys show beside slopes."
    let rows = [ for start, e in ends -> show start, e.X, e.Y, height e, count e.Evaluations ]
    lab.Report.Table([ "start"; "x at the end"; "y at the end"; "f there"; "evaluations of ∇f" ], rows)
    lab.Table([ "start"; "x at the end"; "y at the end"; "f there"; "evaluations" ], rows)
    lab.Report.Chart(surface runs, "The same paths on the surface, as far as they lie in the middle of the square.")

    lab.Report.Section "Where the gradient vanishes"
    lab.Report.Text "Descent stops wherever ∇f = 0, which need not be a minimum. Newton's method from a lattice of \
        starts finds such places of every kind; the eigenvalues of the Hessian say how f curves there. Along a \
        direction with eigenvalue 0 the first higher derivative that does not vanish decides."
    lab.Report.Table(
        [ "place"; "f"; "smaller eigenvalue"; "larger eigenvalue"; "kind" ],
        [ for s in found -> show s.Place, s.Height, tidy (fst s.Eigenvalues), tidy (snd s.Eigenvalues), s.Kind ])
    for s in saddles do
        lab.Report.Text(
            if fst s.Eigenvalues < -1e-6 then
                $"{show s.Place} is a trap only for a start that misses every way down: along one direction f falls \
                    away (eigenvalue %.3g{fst s.Eigenvalues}), so that any error in that direction grows and the loop \
                    leaves."
            else $"At {show s.Place} no direction is downhill to second order, and a loop leaves it very slowly.")
    lab.Metric("stationary_points", found.Length, title = "places where the gradient vanishes")
    lab.CheckAtMost("Hessian at (0.3, -0.4): largest difference from central differences", hessianError, 1e-5)

    if isDocumented then
        lab.Report.Text $"The numbers of the report come out; its text calls the first minimum (0, -7.07), a slip for \
            (0, -0.707)."
        for (start, e), d in List.zip ends documented do
            let x, y, evaluations = byHand start
            let isSame = abs (e.X - d.X) <= 0.5001e-14 && abs (e.Y - d.Y) <= 0.5001e-9
            let from = show start
            let digits (x: float) (y: float) = $"{nine x}, {nine y}"
            let away = distance (e.X, e.Y) (x, y)
            lab.Metric(nameOf "evaluations" start, e.Evaluations, true, $"evaluations from {from}")
            lab.Check($"evaluations from {from}", d.Evaluations, e.Evaluations, (e.Evaluations = d.Evaluations))
            lab.Check($"end from {from}: the documented nine digits", digits d.X d.Y, digits e.X e.Y, isSame)
            lab.CheckAtMost($"end from {from}: distance to the same loop with derivatives by hand", away, 1e-12)
            let isSame = (evaluations = e.Evaluations)
            lab.Check($"evaluations from {from} with derivatives by hand", evaluations, e.Evaluations, isSame)
        let away (s: Stationary) = let x, y = s.Place in abs x + abs (abs y - sqrt 0.5) + abs (s.Height - 5.75)
        lab.Check("minima found", 2, minima.Length, (minima.Length = 2))
        let furthest = List.max (0.0 :: List.map away minima)
        lab.CheckAtMost("distance of the minima from (0, ±1/√2) and 5.75", furthest, 1e-9)
        lab.Check("saddles found", 1, saddles.Length, (saddles.Length = 1))
        for s in saddles do
            let eigenvalues = abs (fst s.Eigenvalues + 2.0) + abs (snd s.Eigenvalues)
            lab.CheckAtMost("the saddle's distance from the origin", distance s.Place (0.0, 0.0), 1e-9)
            lab.CheckAtMost("the Hessian's eigenvalues at the saddle, distance from -2 and 0", eigenvalues, 1e-9))

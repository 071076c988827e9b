// Question  Where does gradient descent on f(x, y) = x⁴ + x²y² - y² + y⁴ + 6 end, how long does it take, and does a step that adapts itself (Adam) need fewer steps?
// Data      None: a function of two variables and its derivatives. Put your own function below; everything but the documented checks follows it.
// Method    The documented loop; every stationary point by Newton's method and the Hessian there; six methods from the same starts; the loop from 200 × 200 starts at once;
//           every method over many learning rates, and over bowls of growing narrowness.
// Expected  1071 and 1073 evaluations to (0, 0.707) and (0, -0.707); a saddle at the origin, Hessian diag(0, -2). At α = 0.01 Adam needs 1274 evaluations from (1, 1)
//           where plain descent needs 1758, but 4432 from (-2, -2) where that needs 1761; at their best α plain descent wins from both. In narrow bowls Adam wins, and
//           so does momentum alone. About 14 s on two cores.
#load "crucible.fsx"

open System
open Argu
open Crucible
open Crucible.Lab.Reports
open Crucible.Lab.Scripting
open Crucible.Optimizers
open Crucible.Tensors
open type Crucible.Tensors.Derivative

// ---- The function: put in your own ---------------------------------------------------------------------------------------------------------------------
// Written on tensors, element by element, so that the same text serves one point, a batch of points and the whole surface.

let f (x: Tensor) (y: Tensor) = x ** 4.0 + x ** 2.0 * y ** 2.0 - y ** 2.0 + y ** 4.0 + 6.0

let starts = [ 1.0, 1.0; -2.0, -2.0 ]
let low, high = -2.0, 2.0 // the square that is searched and shown, along both axes

// ---- Options -------------------------------------------------------------------------------------------------------------------------------------------

type Options =
    | [<Unique>] Learning_Rate of rate: float
    | [<Unique>] Grid of points: int

    interface IArgParserTemplate with
        member option.Usage =
            match option with
            | Learning_Rate _ -> "the rate of the six methods' first comparison (0.01, the largest that the documented loop takes)"
            | Grid _ -> "starting points along each side of the map (200)"

// ---- What was documented -------------------------------------------------------------------------------------------------------------------------------

type Documented = { Start: float * float; Evaluations: int; X: float; Y: float; Metric: string }

let documented =
    [ { Start = 1.0, 1.0; Evaluations = 1071; X = 9.94526076e-06; Y = 7.07106781e-01; Metric = "evaluations_1_1" }
      { Start = -2.0, -2.0; Evaluations = 1073; X = -9.97043752e-06; Y = -7.07106781e-01; Metric = "evaluations_m2_m2" } ]

/// The documented loop in plain floats with the derivative worked out by hand: what automatic differentiation is checked against.
let byHand (x0: float, y0: float) =
    let rec go x y evaluations =
        let gx, gy = 4.0 * x * x * x + 2.0 * x * y * y, 2.0 * x * x * y - 2.0 * y + 4.0 * y * y * y
        let size = abs gx + abs gy
        if size <= 1e-5 then x, y, evaluations
        else go (x - gx / max 100.0 size) (y - gy / max 100.0 size) (evaluations + 1)
    go x0 y0 1

// ---- Points and derivatives: a batch of n points is a tensor [2, n] ------------------------------------------------------------------------------------

let points (pairs: seq<float * float>) = Tensor.Of([ Seq.map fst pairs; Seq.map snd pairs ], DType.Float64)
let columns (p: Tensor) = let x, y = p[0].ToArray(), p[1].ToArray() in Array.zip x y
let value (p: Tensor) = f p[0] p[1]

/// ∇f at every point of a batch: points do not influence each other, so the gradient of the sum holds them all.
let gradient = grad (fun p -> (value p).Sum())
let size (g: Tensor) = g.Abs().Sum 0

let isDocumented =
    let sample = Tensor.Rand(Generator 1UL, [ 2; 100 ], DType.Float64) * 4.0 - 2.0
    let expected = columns sample |> Array.map (fun (x, y) -> x ** 4.0 + x * x * y * y - y * y + y ** 4.0 + 6.0)
    Array.forall2 (fun (a: float) b -> abs (a - b) <= 1e-12 * abs b) ((value sample).ToArray()) expected

let latticeOf (count: int) (least: float) (most: float) =
    let side = Array.init count (fun i -> least + (most - least) * float i / float (count - 1))
    side, points (seq { for y in side do for x in side -> x, y })

// ---- Falling: the documented loop and Newton's method, for one point and for a batch alike ---------------------------------------------------------------

/// p ← p - g / max(100, ‖g‖₁), the documented step: the rate is 1/100, and less where the step would be longer than 1.
let documentedStep (_: Tensor -> Tensor) (p: Tensor) (g: Tensor) = p - g / (size g).Maximum 100.0

/// Every point's Hessian [[a, b], [b, d]] as a, b and d: its columns are the gradient's slopes along x and y (forward mode over reverse mode).
let hessians (gradient: Tensor -> Tensor) (p: Tensor) =
    let zeros, ones = Tensor.ZerosLike p[0], Tensor.OnesLike p[0]
    let alongX = jacobianv gradient p (Tensor.Stack [ ones; zeros ])
    let alongY = jacobianv gradient p (Tensor.Stack [ zeros; ones ])
    alongX[0], alongX[1], alongY[1]

/// p ← p - H⁻¹ g
let newtonStep (gradient: Tensor -> Tensor) (p: Tensor) (g: Tensor) =
    let a, b, d = hessians gradient p
    p - Tensor.Stack [ d * g[0] - b * g[1]; a * g[1] - b * g[0] ] / (a * d - b * b)

/// The smaller eigenvalue of every point's Hessian: below 0, the point is no minimum.
let curvature gradient p =
    let a, b, d = hessians gradient p
    (a + d) / 2.0 - sqrt (((a - d) / 2.0) ** 2.0 + b * b)

type Fall = { X: float; Y: float; Evaluations: int }

/// Steps until ‖∇f‖₁ ≤ tolerance; `watch` sees the number of evaluations. A point that has arrived leaves the batch; one that never does ends at NaN after 0 evaluations.
let fall (token: Threading.CancellationToken) step tolerance limit (start: Tensor) (watch: int -> unit) =
    let falls = Array.create start.Shape[1] { X = nan; Y = nan; Evaluations = 0 }
    let mutable p, who, evaluations = start.Clone(), [| 0 .. falls.Length - 1 |], 0
    while who.Length > 0 && evaluations < limit do
        token.ThrowIfCancellationRequested()
        evaluations <- evaluations + 1
        let g = gradient p
        let sizes = Tensor.Evaluate(fun () -> size g).ToArray()
        let next = Tensor.Evaluate(fun () -> step gradient p g)
        let mutable rest = next
        if not (Array.forall (fun size -> size > tolerance) sizes) then
            let x, y = p[0].ToArray(), p[1].ToArray()
            who |> Array.iteri (fun i place -> if sizes[i] <= tolerance then falls[place] <- { X = x[i]; Y = y[i]; Evaluations = evaluations })
            let stay = [| 0 .. who.Length - 1 |] |> Array.filter (fun i -> sizes[i] > tolerance) // NaN does not stay either
            who <- stay |> Array.map (fun i -> who[i])
            rest <- next.IndexSelect(1, Tensor.From stay)
            next.Release()
        p.Release() // a large batch would otherwise leave megabytes a step to the garbage collector
        g.Release()
        p <- rest
        watch evaluations
    falls

// ---- Stationary points ----------------------------------------------------------------------------------------------------------------------------------

type Stationary = { Place: float * float; Height: float; Eigenvalues: float * float; Kind: string }

let distance (x: float, y: float) (u: float, v: float) = sqrt ((x - u) ** 2.0 + (y - v) ** 2.0)
let samePlace = (high - low) / 200.0

/// How f goes on along a line on which its first two derivatives vanish: the first derivative that does not decides. 1 up, -1 down, 0 up on one side only.
let rec goesOn (along: Tensor -> Tensor) order =
    if order > 6 then nan
    else
        let derivative = float (diffn order along (Tensor.Scalar(0.0, DType.Float64)))
        if abs derivative <= 1e-6 then goesOn along (order + 1)
        elif order % 2 = 1 then 0.0
        else float (sign derivative)

let stationaryAt (x, y) =
    let p = Tensor.Of([ x; y ], DType.Float64)
    let height, hessian = fhessian value p
    let values, vectors = hessian.SymmetricEigen()
    let eigenvalues = values.ToArray()
    let isFlat = eigenvalues |> Array.map (fun value -> abs value <= 1e-6 * max 1.0 (eigenvalues |> Array.map abs |> Array.max))
    let directions =
        [ for i in 0..1 -> if isFlat[i] then goesOn (fun t -> value (p + vectors[*, i] * t)) 3 else float (sign eigenvalues[i]) ]
    let kind =
        match directions with
        | [ 1.0; 1.0 ] -> "minimum"
        | [ -1.0; -1.0 ] -> "maximum"
        | _ when List.exists Double.IsNaN directions -> "flat"
        | _ -> "saddle"
    { Place = (x, y); Height = float height; Eigenvalues = (eigenvalues[0], eigenvalues[1])
      Kind = (if Array.exists id isFlat && kind <> "flat" then kind + " (by a higher derivative)" else kind) }

/// Newton's method from a lattice of starts, then each different end once.
let stationaryPoints token =
    let _, lattice = latticeOf 21 low high
    let ends = fall token newtonStep 1e-10 200 lattice ignore |> Array.filter (fun e -> e.Evaluations > 0) |> Array.map (fun e -> e.X, e.Y)
    let inside = ends |> Array.filter (fun (x, y) -> min x y >= low && max x y <= high)
    let different = inside |> Array.fold (fun found place -> if List.exists (fun other -> distance place other < samePlace) found then found else place :: found) []
    let polish place = // where the Hessian is singular Newton's method comes near only slowly
        Seq.unfold (fun p -> Some(p, newtonStep gradient p (gradient p))) (points [ place ])
        |> Seq.take 100
        |> Seq.filter (fun p -> p.AllFinite())
        |> Seq.minBy (fun p -> float (size (gradient p)))
        |> columns
        |> Array.head
    different |> List.map (polish >> stationaryAt) |> List.sortBy (fun s -> s.Height, s.Place)

// ---- The methods that are compared -----------------------------------------------------------------------------------------------------------------------

/// One way to descend on an objective from points p, at a rate: a function that moves the points in place and returns the gradient it moved against.
type Method = { Name: string; Colour: string; Prepare: (Tensor -> Tensor) -> float -> Tensor -> (unit -> Tensor) }

let byOptimizer (create: Tensor list -> float -> Optimizer) (objective: Tensor -> Tensor) rate (p: Tensor) =
    let optimizer = create [ p.AsParameter() ] rate
    fun () ->
        optimizer.ZeroGradients()
        (objective p).Sum().Backward()
        let g = (nonNull p.Gradient).Clone() // an optimizer may write over it
        optimizer.Step()
        g

let byStep step (objective: Tensor -> Tensor) (_: float) (p: Tensor) =
    let gradient = grad (fun p -> (objective p).Sum())
    fun () ->
        let g = gradient p
        p.CopyInPlace(step gradient p g)
        g

let plain = { Name = "plain"; Colour = "#2b8cc4"; Prepare = byOptimizer (fun p rate -> Sgd(p, SgdOptions(LearningRate = rate))) }
let momentum = { Name = "momentum"; Colour = "#2ca02c"; Prepare = byOptimizer (fun p rate -> Sgd(p, SgdOptions(LearningRate = rate, Momentum = 0.9))) }
let nesterov = { Name = "Nesterov"; Colour = "#9467bd"; Prepare = byOptimizer (fun p rate -> Sgd(p, SgdOptions(LearningRate = rate, Momentum = 0.9, Nesterov = true))) }
let rmsprop = { Name = "RMSprop"; Colour = "#ff7f0e"; Prepare = byOptimizer (fun p rate -> RmsProp(p, RmsPropOptions(LearningRate = rate))) }
let adam = { Name = "Adam"; Colour = "#d62728"; Prepare = byOptimizer (fun p rate -> Adam(p, AdamOptions(LearningRate = rate))) }
let newton = { Name = "Newton"; Colour = "#7f7f7f"; Prepare = byStep newtonStep }
let documentedLoop = { Name = "documented loop"; Colour = "#17becf"; Prepare = byStep documentedStep }

let tolerance = 1e-8

/// How many evaluations each point needs until ‖∇‖₁ ≤ 1e-8. 0: not within the limit; below 0: as many, but to a place that is no minimum.
/// `watch` sees the points before every step, and their ‖∇‖₁.
let evaluationsOf (token: Threading.CancellationToken) objective way rate (start: Tensor) limit (watch: (float * float)[] -> float[] -> unit) =
    let p = start.Clone()
    let move = way.Prepare objective rate p
    let first = Array.zeroCreate start.Shape[1]
    let places = Array.zeroCreate start.Shape[1]
    let mutable evaluations, isMoving = 0, true
    while isMoving && evaluations < limit do
        token.ThrowIfCancellationRequested()
        evaluations <- evaluations + 1
        let before = columns p
        let sizes = (size (move ())).ToArray()
        watch before sizes
        for i in 0 .. first.Length - 1 do
            if first[i] = 0 then
                places[i] <- before[i]
                if sizes[i] <= tolerance then first[i] <- evaluations
        isMoving <- Seq.exists2 (fun (first: int) (size: float) -> first = 0 && Double.IsFinite size) first sizes
    let curvatures = (curvature (grad (fun p -> (objective p).Sum())) (points places)).ToArray()
    Array.map2 (fun (evaluations: int) curvature -> if curvature < -1e-6 then -evaluations else evaluations) first curvatures

let unwatched _ _ = ()
let steps (evaluations: int) = if evaluations <= 0 then nan else float evaluations
let best (results: seq<float * int>) = results |> Seq.filter (fun (_, evaluations) -> evaluations > 0) |> Seq.sortBy snd |> Seq.tryHead

// ---- Words and pictures ----------------------------------------------------------------------------------------------------------------------------------

let tidy (x: float) = if abs x < 1e-12 then 0.0 else x
let show (x: float, y: float) = $"(%.4g{tidy x}, %.4g{tidy y})"
let count (evaluations: int) = if evaluations = 0 then "never" elif evaluations < 0 then $"{-evaluations}, to no minimum" else string evaluations
let nine (x: float) = x.ToString "0.00000000e+00" // as the document prints
let listed (words: string list) =
    match List.rev words with
    | [] -> "none"
    | [ one ] -> one
    | last :: rest -> String.concat ", " (List.rev rest) + " and " + last

/// At most this many points of a path, more of them at its quick beginning.
let thin most (path: (float * float)[]) =
    if path.Length <= most then path
    else [| for i in 0 .. most - 1 -> path[int (float (path.Length - 1) * (float i / float (most - 1)) ** 2.0)] |] |> Array.distinct

/// As evaluations_m2_m2, a metric's name for the start (-2, -2).
let nameOf (what: string) (x: float, y: float) = $"{what}_{x}_{y}".Replace('-', 'm').ToLowerInvariant()

let tall (chart: Chart) = chart.WithSize(height = 620.0)

let describeLoop (lab: ExperimentRun<ParseResults<Options>>) =
    lab.Report.Section "The documented loop"
    let falls = starts |> List.map (fun start -> start, (fall lab.Token documentedStep 1e-5 100_000 (points [ start ]) ignore)[0])
    let rows = [ for start, e in falls -> show start, nine e.X, nine e.Y, float (value (Tensor.Of([ e.X; e.Y ], DType.Float64))), count e.Evaluations ]
    lab.Report.Text "p moves by -∇f / max(100, ‖∇f‖₁) until ‖∇f‖₁ ≤ 1e-5: a rate of 1/100 that shrinks on steep slopes, so that no step is longer than 1. The gradient comes from automatic differentiation."
    lab.Report.Table([ "start"; "x at the end"; "y at the end"; "f there"; "evaluations of ∇f" ], rows)
    lab.Table([ "start"; "x at the end"; "y at the end"; "f there"; "evaluations" ], rows)
    if isDocumented then
        lab.Report.Text "The document prints these numbers, and calls the first minimum (0, -7.07): a slip for (0, ±0.707)."
        for start, e in falls do
            match documented |> List.tryFind (fun d -> d.Start = start) with
            | None -> ()
            | Some d ->
                let x, y, evaluations = byHand start
                lab.Metric(d.Metric, float e.Evaluations)
                lab.Check($"evaluations from {show start}", d.Evaluations, e.Evaluations, (e.Evaluations = d.Evaluations))
                lab.Check($"end from {show start}: the documented nine digits", $"{nine d.X}, {nine d.Y}", $"{nine e.X}, {nine e.Y}", (abs (e.X - d.X) <= 0.5001e-14 && abs (e.Y - d.Y) <= 0.5001e-9))
                lab.CheckAtMost($"end from {show start}: distance to the same loop with derivatives by hand", distance (e.X, e.Y) (x, y), 1e-12)
                lab.Check($"evaluations from {show start} with derivatives by hand", evaluations, e.Evaluations, (evaluations = e.Evaluations))

let describeStationary (lab: ExperimentRun<ParseResults<Options>>) (found: Stationary list) =
    lab.Report.Section "Where the gradient vanishes"
    lab.Report.Text "Descent stops wherever ∇f = 0, which need not be a minimum. Newton's method from a lattice of starts finds such points of every kind; the eigenvalues of the Hessian say how f curves there. Along a direction with eigenvalue 0, the first higher derivative that does not vanish decides (here by forward mode, nested)."
    lab.Report.Table(
        [ "place"; "f"; "smaller eigenvalue"; "larger eigenvalue"; "kind" ],
        [ for s in found -> show s.Place, s.Height, tidy (fst s.Eigenvalues), tidy (snd s.Eigenvalues), s.Kind ])
    for s in found do
        if s.Kind.StartsWith "saddle" then
            lab.Report.Text(
                if fst s.Eigenvalues < -1e-6 then $"{show s.Place} is a trap only for a start that misses every way down: along one direction f falls away (eigenvalue %.3g{fst s.Eigenvalues}), so that any error in that direction grows and the loop leaves."
                else $"At {show s.Place} no direction is downhill to second order, and a loop leaves it very slowly.")
    let p = Tensor.Of([ 0.3; -0.4 ], DType.Float64)
    lab.CheckAtMost("Hessian at (0.3, -0.4): largest difference from central differences", float ((hessian value p - numhessian 1e-4 value p).Norm infinity), 1e-5)
    lab.Metric("stationary_points", found.Length)

/// What one method did from one start: ‖∇f‖₁ and the place before every step.
type Run = { Way: Method; From: float * float; Evaluations: int; Path: (float * float)[]; Sizes: float[] }

let describeMethods (lab: ExperimentRun<ParseResults<Options>>) rate =
    let ways = [ plain; momentum; nesterov; rmsprop; adam; newton; documentedLoop ]
    let limit = lab.Pick(20_000, 5_000)
    let runs =
        lab.InParallel("methods", List.allPairs ways starts, fun (way, start) ->
            let path, sizes = ResizeArray(), ResizeArray()
            let evaluations = evaluationsOf lab.Token value way rate (points [ start ]) limit (fun places size -> path.Add places[0]; sizes.Add size[0])
            { Way = way; From = start; Evaluations = evaluations[0]; Path = path.ToArray(); Sizes = sizes.ToArray() })
    lab.Report.Section "Six methods, and the documented loop, from the same starts"
    lab.Report.Text $"Plain descent, momentum and Nesterov's momentum (0.9), RMSprop and Adam at their usual settings, all at rate {rate}; Newton's method has no rate. They stop at ‖∇f‖₁ ≤ 1e-8, and are given up after {limit} evaluations."
    let curve (run: Run) =
        let some = thin 300 [| for i, size in Array.indexed run.Sizes -> float (i + 1), (if size > 0.0 then size else nan) |]
        let isFirst = (run.From = starts.Head)
        Chart.Line(Array.map fst some, Array.map snd some, Name = run.Way.Name, LineColor = run.Way.Colour, LineDash = (if isFirst then "solid" else "dot"), ShowLegend = isFirst)
    let fastest = runs |> Array.filter (fun run -> run.Evaluations > 0) |> Array.sortBy (fun run -> run.Evaluations)
    let others = starts.Tail |> List.map show
    lab.Report.Chart(
        Chart.combine (Array.map curve runs)
        |> Chart.withTitle "How fast the gradient vanishes"
        |> Chart.withXAxisStyle ("evaluations of ∇f", IsLog = true)
        |> Chart.withYAxisStyle ("‖∇f‖₁", IsLog = true),
        $"Solid: from {show starts.Head}"
        + (if others.IsEmpty then ". " else $"; dotted: from {listed others}. ")
        + "A straight drop on these axes is a power law, a curve that bends down ever steeper is geometric convergence"
        + (if fastest.Length = 0 then "." else $"; {fastest[0].Way.Name} is the quickest with {fastest[0].Evaluations} evaluations."))
    let row (way: Method) = [| yield box way.Name; for start in starts -> runs |> Array.find (fun run -> run.Way.Name = way.Name && run.From = start) |> fun run -> box (count run.Evaluations) |]
    lab.Report.Table([ yield "method"; for start in starts -> $"evaluations from {show start}" ], [ for way in ways -> row way ])
    lab.Table([ yield "method"; for start in starts -> $"from {show start}" ], [ for way in ways -> row way ])
    for run in runs do
        if run.Evaluations > 0 && run.Way.Name <> documentedLoop.Name then lab.Metric(nameOf $"{run.Way.Name}_steps" run.From, run.Evaluations)
    runs

let describeLandscape (lab: ExperimentRun<ParseResults<Options>>) (runs: Run[]) =
    lab.Report.Section "The landscape and the paths"
    let heights least most =
        let side, lattice = latticeOf 81 least most
        side, (value lattice).ToArray() |> Array.chunkBySize 81
    let lines (inside: float * float -> bool) draw =
        [ for run in runs do
            let path = run.Path |> Array.takeWhile (fun (x, y) -> Double.IsFinite x && Double.IsFinite y) |> thin 150 |> Array.filter inside
            if path.Length > 0 then yield draw run path ]
    let side, wide = heights low high
    let lowest = wide |> Array.map Array.min |> Array.min
    let logarithms = wide |> Array.map (Array.map (fun z -> log10 (z - lowest + 0.01)))
    let inSquare (x, y) = min x y >= low && max x y <= high
    lab.Report.Chart(
        Chart.combine
            [ yield Chart.Contour(logarithms, X = side, Y = side, Name = "log₁₀(f - lowest + 0.01)", ColorScale = "Greys")
              yield! lines inSquare (fun run path ->
                  Chart.Line(Array.map fst path, Array.map snd path, Name = run.Way.Name, LineColor = run.Way.Colour, ShowLegend = (run.From = starts.Head))) ]
        |> Chart.withTitle "Paths over lines of equal height"
        |> Chart.withXAxisStyle ("x", MinMax = (low, high))
        |> Chart.withYAxisStyle ("y", MinMax = (low, high))
        |> tall,
        "Shading: log₁₀ of the height above the lowest point, so that the valleys show beside the slopes. Plain descent crosses the lines at right angles; momentum can overshoot and come back; Adam's first steps go along the diagonals, because it divides each coordinate's gradient by its own size.")
    let nearLow, nearHigh = 0.55 * low, 0.55 * high
    let nearSide, near = heights nearLow nearHigh
    let inNear (x, y) = min x y >= nearLow && max x y <= nearHigh
    lab.Report.Chart(
        Chart.combine
            [ yield Chart.Surface(near, X = nearSide, Y = nearSide, Name = "f", Opacity = 0.85)
              yield! lines inNear (fun run path ->
                  let above = (value (points path)).ToArray() |> Array.map (fun z -> z + 0.03)
                  let name = if run.From = starts.Head then run.Way.Name else null // once in the legend
                  Chart.Scatter3D(Array.map fst path, Array.map snd path, above, Name = name, MarkerColor = run.Way.Colour, MarkerSize = 2.0, ShowLine = true)) ]
        |> Chart.withTitle "The middle of the square as a surface; drag to turn it"
        |> Chart.withXAxisStyle "x"
        |> Chart.withYAxisStyle "y"
        |> Chart.withZAxisStyle "f(x, y)"
        |> tall,
        "The same paths on the surface, as far as they lie in the middle of the square.")

let describeMap (lab: ExperimentRun<ParseResults<Options>>) (found: Stationary list) side =
    let lattice, starts = latticeOf side low high
    let drop step tolerance limit title (expected: int) =
        use progress = lab.Progress(title, expected)
        let clock = Diagnostics.Stopwatch.StartNew()
        let falls = fall lab.Token step tolerance limit starts (fun evaluations -> progress.Report(int64 (min evaluations (expected - 1))))
        falls, clock.Elapsed.TotalSeconds
    let falls, seconds = drop documentedStep 1e-5 20_000 "map" 1300
    let newtons, _ = drop newtonStep 1e-8 200 "map of Newton's method" 200
    let kinds = List.toArray found
    let endOf (e: Fall) = if e.Evaluations = 0 then -1 else kinds |> Array.tryFindIndex (fun s -> distance s.Place (e.X, e.Y) < samePlace) |> Option.defaultValue -1
    let ends, newtonEnds = Array.map endOf falls, Array.map endOf newtons
    let picture (title: string) (values: float[]) =
        Chart.Heatmap(Array.chunkBySize side values, X = lattice, Y = lattice, Name = title)
        |> Chart.withTitle title |> Chart.withXAxisStyle "x at the start" |> Chart.withYAxisStyle "y at the start"
    let numbers ends = ends |> Array.map (fun i -> if i < 0 then nan else float (i + 1))
    let share (all: int[]) i = 100.0 * float (all |> Array.filter ((=) i) |> Array.length) / float all.Length
    let shares (all: int[]) =
        let known = [ for i, s in Array.indexed kinds do if share all i > 0.0 then yield $"%.4g{share all i} %% at {i + 1}, the {s.Kind} {show s.Place}" ]
        listed (if share all -1 > 0.0 then known @ [ $"%.4g{share all -1} %% nowhere in the square" ] else known)
    let arrived = falls |> Array.filter (fun e -> e.Evaluations > 0) |> Array.map (fun e -> float e.Evaluations)
    lab.Report.Section $"Which starts end where: {side} × {side} at once"
    lab.Report.Text $"The documented loop from every point of a lattice, as one batch: f and its gradient are evaluated for all of them together, in %.1f{seconds} s. The loop ends: {shares ends}."
    if arrived.Length > 0 then
        let least, most, middle = Array.min arrived, Array.max arrived, MathNet.Numerics.Statistics.Statistics.Median arrived
        lab.Report.Charts(
            [ picture "Where the loop ends" (numbers ends)
              picture "Evaluations it takes" (falls |> Array.map (fun e -> steps e.Evaluations)) ],
            $"Left: the number of the end. Right: evaluations, from {int least} to {int most}, half of the starts within {int middle}. Bright ridges are starts from which the gradient is small for long.")
        lab.Metric("map_median_evaluations", middle)
        lab.Metric("map_most_evaluations", most)
    let isMinimum i = i >= 0 && kinds[i].Kind.StartsWith "minimum"
    let away = newtonEnds |> Array.filter (fun i -> i >= 0 && not (isMinimum i)) |> Array.length
    lab.Report.Text (
        $"Newton's method from the same starts ends: {shares newtonEnds}. "
        + (if away > 0 then $"It looks for ∇f = 0 and not for a minimum, so from %.3g{100.0 * float away / float falls.Length} %% of the starts it runs to something else: quick is not the same as right." else "From everywhere it found a minimum."))
    lab.Report.Charts(
        [ picture "Where Newton's method ends" (numbers newtonEnds)
          picture "Evaluations it takes" (newtons |> Array.map (fun e -> steps e.Evaluations)) ],
        "The same for Newton's method. Where colours mix, one long step from a place where the gradient hardly changes has landed far away.")
    lab.Metric("map_seconds", seconds)
    lab.Metric("newton_not_at_a_minimum_percent", 100.0 * float away / float falls.Length)
    lab.Metric("map_arrived_percent", 100.0 * float arrived.Length / float falls.Length)

    // The batch is nothing but its points.
    let some = [ for i in 0..4 -> (i * falls.Length + falls.Length / 2) / 5 ]
    let all = columns starts
    let differences =
        [ for i in some ->
            let alone = (fall lab.Token documentedStep 1e-5 20_000 (points [ all[i] ]) ignore)[0]
            if alone.Evaluations <> falls[i].Evaluations then infinity elif alone.Evaluations = 0 then 0.0 else distance (alone.X, alone.Y) (falls[i].X, falls[i].Y) ]
    lab.CheckAtMost("five starts alone and in the batch: difference of the ends, with the same evaluations", List.max differences, 1e-12)
    if isDocumented then
        let wrong = Seq.zip all ends |> Seq.filter (fun ((_, y), i) -> i < 0 || (snd kinds[i].Place > 0.0) <> (y > 0.0)) |> Seq.length
        lab.Check("starts that do not end at the minimum on their side of y = 0", 0, wrong, (wrong = 0))

/// How many evaluations of the best rate, for each method and each point of a batch: (rate, evaluations), or none when no rate arrives.
let sweep (lab: ExperimentRun<ParseResults<Options>>) title objective ways rates start limit =
    let tried = lab.InParallel(title, List.allPairs ways rates, fun (way, rate) -> way.Name, rate, evaluationsOf lab.Token objective way rate start limit unwatched)
    fun (way: Method) place -> [| for name, rate, evaluations in tried do if name = way.Name then rate, evaluations[place] |]

let describeRates (lab: ExperimentRun<ParseResults<Options>>) =
    let ways = [ plain; momentum; nesterov; rmsprop; adam ]
    let rates = lab.Pick([ 0.001; 0.002; 0.005; 0.01; 0.02; 0.05; 0.1; 0.2; 0.5; 1.0 ], [ 0.001; 0.01; 0.1; 1.0 ])
    let limit = lab.Pick(10_000, 3_000)
    let results = sweep lab "rates" value ways rates (points starts) limit
    let documentedSteps = evaluationsOf lab.Token value documentedLoop 0.0 (points starts) limit unwatched
    lab.Report.Section "\"Dynamic α\": does a step that adapts itself need fewer steps?"
    lab.Report.Text "The document says that Adam, whose step adapts itself to the gradients it has seen, needs fewer steps than a fixed α. Whether that is so depends on the α that it is compared at, on the start, and on the shape of the valley. First the α:"
    let chart place start =
        Chart.combine
            [ for way in ways do
                let x, y = results way place |> Array.map (fun (rate, evaluations) -> rate, steps evaluations) |> Array.unzip
                Chart.Line(x, y, Name = way.Name, LineColor = way.Colour, ShowMarkers = true)
              Chart.Line([ List.head rates; List.last rates ], List.replicate 2 (steps documentedSteps[place]), Name = documentedLoop.Name, LineColor = documentedLoop.Colour, LineDash = "dash") ]
        |> Chart.withTitle $"Evaluations from {show start}"
        |> Chart.withXAxisStyle ("learning rate α", IsLog = true)
        |> Chart.withYAxisStyle ("evaluations until ‖∇f‖₁ ≤ 1e-8", IsLog = true)
    lab.Report.Charts(List.mapi chart starts, $"Lower is better; where a curve stops, the method does not arrive within {limit} evaluations: too small a rate crawls, too large a one flies off or never settles.")
    let comparisons =
        [ for place, start in List.indexed starts do
            let pairs = Array.zip (results adam place) (results plain place)
            let atRates good = [ for (rate, adam), (_, plain) in pairs do if good adam plain then $"%g{rate}" ]
            let fewer = atRates (fun adam plain -> adam > 0 && (plain <= 0 || adam < plain))
            let more = atRates (fun adam plain -> plain > 0 && (adam <= 0 || plain <= adam))
            let bests = [ for way in ways do match best (results way place) with Some(rate, evaluations) -> way.Name, rate, evaluations | None -> () ] |> List.sortBy (fun (_, _, evaluations) -> evaluations)
            lab.Report.Text $"From {show start}, Adam needs fewer evaluations than plain descent at α = {listed fewer}, and more at α = {listed more}."
            let trapped = [ for way in ways do for rate, evaluations in results way place do if evaluations < 0 then $"{way.Name} at α = {rate} after {-evaluations} evaluations" ]
            if not trapped.IsEmpty then lab.Report.Text $"Not counted, because they come to rest where ∇f = 0 but f still falls away to a side: {listed trapped}."
            yield start, List.length fewer, List.length more, bests ]
    lab.Report.Table(
        [ "start"; "method"; "its best α"; "evaluations" ],
        [ for start, _, _, bests in comparisons do for name, rate, evaluations in bests -> show start, name, rate, evaluations ],
        "Each method at the rate that suits it best:")
    for start, _, _, bests in comparisons do
        for name, _, evaluations in bests do if name = plain.Name || name = adam.Name then lab.Metric(nameOf $"{name}_best" start, evaluations)
    comparisons

let describeValleys (lab: ExperimentRun<ParseResults<Options>>) =
    let ways = [ plain; momentum; rmsprop; adam ]
    let narrowness = [| 1.0; 3.0; 10.0; 30.0; 100.0; 300.0; 1000.0 |]
    let kappa = Tensor.Of(narrowness, DType.Float64)
    let bowl (u: Tensor) (v: Tensor) = 0.5 * (u * u + kappa * v * v)
    let along (p: Tensor) = bowl p[0] p[1]
    let across (p: Tensor) = bowl ((p[0] + p[1]) / sqrt 2.0) ((p[1] - p[0]) / sqrt 2.0)
    let all value = Array.map (fun _ -> value) narrowness
    let start x y = points (Array.zip (all x) (all y))
    let rates = [ for i in 0 .. lab.Pick(12, 6) -> 10.0 ** (-4.0 + 4.0 * float i / lab.Pick(12.0, 6.0)) ]
    let limit = lab.Pick(5_000, 2_000)
    let u, v = 1.0, 0.6 // in the bowl's own axes; not such that one step of a round rate is just the way to the bottom
    let straight = sweep lab "valleys along the axes" along ways rates (start u v) limit
    let turned = sweep lab "valleys across the axes" across ways rates (start ((u - v) / sqrt 2.0) ((u + v) / sqrt 2.0)) limit
    let bestOf results way = [| for place in 0 .. narrowness.Length - 1 -> match best (results way place) with Some(_, evaluations) -> float evaluations | None -> nan |]
    lab.Report.Text $"Then the shape: bowls ½(u² + κ v²), each from (u, v) = ({u}, {v}), each method at the best of {rates.Length} rates from 0.0001 to 1 for each bowl. In one series u and v lie along x and y; in the other the bowl is turned by 45°."
    lab.Report.Chart(
        Chart.combine
            [ for way in ways do
                Chart.Line(narrowness, bestOf straight way, Name = way.Name, LineColor = way.Colour, ShowMarkers = true)
                Chart.Line(narrowness, bestOf turned way, Name = way.Name + ", turned by 45°", LineColor = way.Colour, LineDash = "dot", ShowMarkers = true) ]
        |> Chart.withTitle "Narrow valleys: evaluations at each method's best rate"
        |> Chart.withXAxisStyle ("κ: how many times steeper the bowl is across than along", IsLog = true)
        |> Chart.withYAxisStyle ("evaluations until ‖∇f‖₁ ≤ 1e-8", IsLog = true),
        $"Solid: the bowl lies along the axes; dotted: turned. A curve stops where no rate arrives within {limit} evaluations. Scaling each coordinate by itself, as RMSprop does, undoes narrowness along the coordinates but cannot see any other.")
    let beatsPlain way results = Array.map2 (fun its plain -> its < plain || (Double.IsNaN plain && not (Double.IsNaN its))) (bestOf results way) (bestOf results plain)
    let names (wins: bool[]) = listed [ for kappa, isWon in Array.zip narrowness wins do if isWon then $"%g{kappa}" ]
    let wins way results = beatsPlain way results |> Array.filter id |> Array.length
    lab.Report.Text $"Adam beats plain descent for κ = {names (beatsPlain adam straight)} along the axes, and for κ = {names (beatsPlain adam turned)} in the turned bowls. Adam is two things at once. Momentum alone, with no adaptive step, beats plain descent in {wins momentum straight} and {wins momentum turned} of {narrowness.Length} bowls; RMSprop, an adaptive step without momentum, in {wins rmsprop straight} along the axes and {wins rmsprop turned} of the turned ones."
    for name, results in [ "straight", straight; "turned", turned ] do
        for way in [ plain; adam ] do
            let evaluations = (bestOf results way)[4]
            if Double.IsFinite evaluations then lab.Metric($"valley_{name}_{way.Name.ToLowerInvariant()}_kappa_100", evaluations)
    wins adam straight, wins adam turned, narrowness.Length

// ---- The script --------------------------------------------------------------------------------------------------------------------------------------------

Experiment<Options>.Run("Gradient descent on a function of two variables: where it ends, how long it takes, and what an adaptive step changes.", fun (lab: ExperimentRun<ParseResults<Options>>) ->
    let rate = lab.Options.GetResult(Learning_Rate, defaultValue = 0.01)
    let side = lab.Options.GetResult(Grid, defaultValue = lab.Pick(200, 50))
    if not (rate > 0.0 && Double.IsFinite rate) then raise (OptionException $"descent: --learning-rate must be above 0, but is {rate}")
    if side < 2 then raise (OptionException $"descent: --grid must be 2 or more, but is {side}")
    lab.Config {| LearningRate = rate; Grid = side; Starts = starts |> List.map show |> String.concat " "; IsDocumented = isDocumented |}

    describeLoop lab
    let runs = describeMethods lab rate
    describeLandscape lab runs
    let found = stationaryPoints lab.Token
    describeStationary lab found
    describeMap lab found side
    let comparisons = describeRates lab
    let straight, turned, bowls = describeValleys lab

    // What to make of "Adam needs fewer steps".
    let quickest = [ for _, _, _, bests in comparisons do match bests with (name, _, _) :: _ -> name | [] -> () ]
    let counted name = quickest |> List.filter ((=) name) |> List.length
    let fewer, more = comparisons |> List.sumBy (fun (_, fewer, _, _) -> fewer), comparisons |> List.sumBy (fun (_, _, more, _) -> more)
    lab.Report.Text $"So: at one and the same α Adam needs fewer evaluations than plain descent in {fewer} of {fewer + more} comparisons on this function. With each method at its own best α, the quickest is {listed (List.distinct quickest)}; Adam is the quickest from {counted adam.Name} of {starts.Length} starts. Bowls along the axes favour Adam over plain descent in {straight} of {bowls} cases, turned bowls in {turned}."
    if isDocumented then
        let minima = found |> List.filter (fun s -> s.Kind.StartsWith "minimum")
        let away = minima |> List.map (fun s -> let x, y = s.Place in abs x + abs (abs y - sqrt 0.5) + abs (s.Height - 5.75)) |> List.append [ 0.0 ] |> List.max
        lab.Check("minima found", 2, minima.Length, (minima.Length = 2))
        lab.CheckAtMost("distance of the minima from (0, ±1/√2) and 5.75", away, 1e-9)
        let saddles = found |> List.filter (fun s -> s.Kind.StartsWith "saddle")
        lab.Check("saddles found", 1, saddles.Length, (saddles.Length = 1))
        for s in saddles do
            lab.CheckAtMost("the saddle's distance from the origin", distance s.Place (0.0, 0.0), 1e-9)
            lab.CheckAtMost("the Hessian's eigenvalues at the saddle, distance from -2 and 0", abs (fst s.Eigenvalues + 2.0) + abs (snd s.Eigenvalues), 1e-9))

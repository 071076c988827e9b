// The function that the scripts of this folder descend on, its derivatives, and two ways down: no script itself.
[<AutoOpen>]
module DescentFunction

open System
open System.Threading
open Crucible.Statistics
open Crucible.Tensors
open type Crucible.Tensors.Derivative

// ---- The function: put in your own -----------------------------------------------------------------------------
// Written on tensors, element by element, so that the same text serves one point, a batch and the whole surface.

let f (x: Tensor) (y: Tensor) = x ** 4.0 + x ** 2.0 * y ** 2.0 - y ** 2.0 + y ** 4.0 + 6.0

let formula = "f(x, y) = x⁴ + x²y² − y² + y⁴ + 6"
let starts = [ 1.0, 1.0; -2.0, -2.0 ]
let startNames = starts |> List.map (fun (x, y) -> $"({x}, {y})") |> String.concat " "
let low, high = -2.0, 2.0 // the square that is searched and shown, along both axes

/// Who documented the loop and its results.
let source = theReport "one"

// ---- Points and derivatives: a batch of n points is a tensor [2, n] --------------------------------------------

let points (pairs: seq<float * float>) = Tensor.Of([ Seq.map fst pairs; Seq.map snd pairs ], DType.Float64)
let columns (p: Tensor) = Array.zip (p[0].ToArray()) (p[1].ToArray())
let value (p: Tensor) = f p[0] p[1]

/// ∇f at every point of a batch: points do not influence each other, so the gradient of the sum holds them all.
let gradient = grad (fun p -> (value p).Sum())

/// ‖g‖₁ of every point.
let size (g: Tensor) = g.Abs().Sum 0

/// The points of a square lattice, row by row from the least y, and the places along one side.
let latticeOf (count: int) (least: float) (most: float) =
    let side = Array.init count (fun i -> least + (most - least) * float i / float (count - 1))
    side, points (seq { for y in side do for x in side -> x, y })

/// Whether f is still the documented function: its checks hold for no other.
let isDocumented =
    let sample = Tensor.Rand(Generator 1UL, [ 2; 100 ], DType.Float64) * 4.0 - 2.0
    let expected = [| for x, y in columns sample -> x ** 4.0 + x * x * y * y - y * y + y ** 4.0 + 6.0 |]
    Array.forall2 (fun (a: float) b -> abs (a - b) <= 1e-12 * abs b) ((value sample).ToArray()) expected

// ---- Two ways down, for one point and for a batch alike --------------------------------------------------------

/// p ← p − g / max(100, ‖g‖₁), the documented step: the rate is 1/100, and less where the step would exceed 1.
let documentedStep (_: Tensor -> Tensor) (p: Tensor) (g: Tensor) = p - g / (size g).Maximum 100.0

/// Every point's Hessian [[a, b], [b, d]] as a, b and d: the gradient's slopes along x and y, forward mode over
/// reverse mode.
let hessians (gradient: Tensor -> Tensor) (p: Tensor) =
    let zeros, ones = Tensor.ZerosLike p[0], Tensor.OnesLike p[0]
    let alongX = jacobianv gradient p (Tensor.Stack [ ones; zeros ])
    let alongY = jacobianv gradient p (Tensor.Stack [ zeros; ones ])
    alongX[0], alongX[1], alongY[1]

/// Newton's method: p ← p − H⁻¹ g
let newtonStep (gradient: Tensor -> Tensor) (p: Tensor) (g: Tensor) =
    let a, b, d = hessians gradient p
    p - Tensor.Stack [ d * g[0] - b * g[1]; a * g[1] - b * g[0] ] / (a * d - b * b)

/// The smaller eigenvalue of every point's Hessian: below 0, the point is no minimum.
let curvature gradient p =
    let a, b, d = hessians gradient p
    (a + d) / 2.0 - sqrt (((a - d) / 2.0) ** 2.0 + b * b)

type Fall = { X: float; Y: float; Evaluations: int }

/// Steps until ‖∇f‖₁ ≤ tolerance; `watch` sees the number of evaluations. A point that has arrived leaves the batch;
/// one that never does ends at NaN after 0 evaluations.
let fall (token: CancellationToken) step tolerance limit (start: Tensor) (watch: int -> unit) =
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
            let ends = columns p
            for i, place in Array.indexed who do
                let x, y = ends[i]
                if sizes[i] <= tolerance then falls[place] <- { X = x; Y = y; Evaluations = evaluations }
            let stay = [| for i in 0 .. who.Length - 1 do if sizes[i] > tolerance then i |] // NaN does not stay either
            who <- [| for i in stay -> who[i] |]
            rest <- next.IndexSelect(1, Tensor.From(stay, stay.Length))
            next.Release()
        p.Release() // a large batch would otherwise leave megabytes a step to the garbage collector
        g.Release()
        p <- rest
        watch evaluations
    falls

// ---- Words -----------------------------------------------------------------------------------------------------

let distance (x: float, y: float) (u: float, v: float) = sqrt ((x - u) ** 2.0 + (y - v) ** 2.0)
let tidy (x: float) = if abs x < 1e-12 then 0.0 else x
let show (x: float, y: float) = $"({Numeral.Of(tidy x)}, {Numeral.Of(tidy y)})"

/// "never" for 0 evaluations; below 0 the method came to rest at no minimum.
let count evaluations =
    match sign evaluations with
    | 0 -> "never"
    | 1 -> string evaluations
    | _ -> $"{-evaluations}, to no minimum"

/// As evaluations_m2_m2, a metric's name for the start (-2, -2).
let nameOf (what: string) (x: float, y: float) = $"{what}_{x}_{y}".Replace('-', 'm').ToLowerInvariant()

/// At most this many points of a path, more of them at its quick beginning.
let thin most (path: 'a[]) =
    let place i = int (float (path.Length - 1) * (float i / float (most - 1)) ** 2.0)
    if path.Length <= most then path else Array.distinct (Array.init most place) |> Array.map (Array.get path)

/// Paths one behind the other, with a gap between: one line of a chart.
let joined (paths: seq<(float * float)[]>) =
    paths |> Seq.map (fun path -> Array.append path [| nan, nan |]) |> Array.concat

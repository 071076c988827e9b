// The methods of descent that scripts of this folder compare, and how many evaluations each needs: no script itself.
[<AutoOpen>]
module DescentMethods

open System
open System.Threading
open Crucible
open Crucible.Lab.Scripting
open Crucible.Optimizers
open Crucible.Tensors
open type Crucible.Tensors.Derivative

/// One way to descend on an objective from points p, at a rate: a function that moves the points in place and returns
/// the gradient it moved against.
type Method = { Name: string; Prepare: (Tensor -> Tensor) -> float -> Tensor -> (unit -> Tensor) }

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

let bySgd options = byOptimizer (fun p rate -> Sgd(p, options rate))
let plain = { Name = "plain"; Prepare = bySgd (fun rate -> SgdOptions(LearningRate = rate)) }
let momentum = { Name = "momentum"; Prepare = bySgd (fun rate -> SgdOptions(LearningRate = rate, Momentum = 0.9)) }
let nesterov =
    { Name = "Nesterov"
      Prepare = bySgd (fun rate -> SgdOptions(LearningRate = rate, Momentum = 0.9, Nesterov = true)) }
let rmsprop =
    { Name = "RMSprop"; Prepare = byOptimizer (fun p rate -> RmsProp(p, RmsPropOptions(LearningRate = rate))) }
let adam = { Name = "Adam"; Prepare = byOptimizer (fun p rate -> Adam(p, AdamOptions(LearningRate = rate))) }
let newton = { Name = "Newton"; Prepare = byStep newtonStep }
let documentedLoop = { Name = "documented loop"; Prepare = byStep documentedStep }

let tolerance = 1e-8

/// How many evaluations each point needs until ‖∇‖₁ ≤ 1e-8. 0: not within the limit; below 0: as many, but to a place
/// that is no minimum. `watch` sees the points before every step, and their ‖∇‖₁.
let evaluationsOf (token: CancellationToken) objective way rate (start: Tensor) limit watch =
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
    Array.map2 (fun evaluations curvature -> if curvature < -1e-6 then -evaluations else evaluations) first curvatures

let unwatched (_: (float * float)[]) (_: float[]) = ()

/// What every method needs at every rate from every point of a batch: of a method and a point, (rate, evaluations).
let sweep (lab: ExperimentRun) title objective ways rates start limit =
    let tried =
        lab.InParallel(title, List.allPairs ways rates, fun (way, rate) ->
            way.Name, rate, evaluationsOf lab.Token objective way rate start limit unwatched)
    fun way place -> [| for name, rate, evaluations in tried do if name = way.Name then rate, evaluations[place] |]

/// NaN, a gap in a chart, where a method does not arrive at a minimum.
let steps evaluations = if evaluations <= 0 then nan else float evaluations

let best (results: seq<float * int>) =
    results |> Seq.filter (fun (_, evaluations) -> evaluations > 0) |> Seq.sortBy snd |> Seq.tryHead

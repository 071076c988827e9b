// Where the gradient of the function vanishes, and what is there: shared by scripts, no script itself.
[<AutoOpen>]
module StationaryPoints

open System
open Crucible.Tensors
open type Crucible.Tensors.Derivative

type Stationary =
    { Place: float * float
      Height: float
      Eigenvalues: float * float // of the Hessian
      Kind: string }

    member point.IsMinimum = point.Kind.StartsWith "minimum"
    member point.IsSaddle = point.Kind.StartsWith "saddle"

let samePlace = (high - low) / 200.0

/// How f goes on along a line on which its first two derivatives vanish: the first derivative that does not decides.
/// 1 up, −1 down, 0 up on one side only.
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
    let largest = eigenvalues |> Array.map abs |> Array.max
    let isFlat = eigenvalues |> Array.map (fun value -> abs value <= 1e-6 * max 1.0 largest)
    let along i (t: Tensor) = value (p + vectors[*, i] * t)
    let directions = [ for i in 0..1 -> if isFlat[i] then goesOn (along i) 3 else float (sign eigenvalues[i]) ]
    let kind =
        match directions with
        | [ 1.0; 1.0 ] -> "minimum"
        | [ -1.0; -1.0 ] -> "maximum"
        | _ when List.exists Double.IsNaN directions -> "flat"
        | _ -> "saddle"
    let how = if Array.exists id isFlat && kind <> "flat" then " (by a higher derivative)" else ""
    { Place = (x, y); Height = float height; Eigenvalues = (eigenvalues[0], eigenvalues[1]); Kind = kind + how }

/// Newton's method from a lattice of starts, then each different end once, from the lowest up.
let stationaryPoints token =
    let ends = fall token newtonStep 1e-10 200 (snd (latticeOf 21 low high)) ignore
    let inside = [ for e in ends do if e.Evaluations > 0 && min e.X e.Y >= low && max e.X e.Y <= high then e.X, e.Y ]
    let isKnown found place = List.exists (fun other -> distance place other < samePlace) found
    let different = inside |> List.fold (fun found place -> if isKnown found place then found else place :: found) []
    let polish place = // where the Hessian is singular Newton's method comes near only slowly
        Seq.unfold (fun p -> Some(p, newtonStep gradient p (gradient p))) (points [ place ])
        |> Seq.take 100
        |> Seq.filter (fun p -> p.AllFinite())
        |> Seq.minBy (fun p -> float (size (gradient p)))
        |> columns
        |> Array.head
    different |> List.map (polish >> stationaryAt) |> List.sortBy (fun s -> s.Height, s.Place)

// A worked example beside what the library's layers give: shared by scripts, no script itself.
[<AutoOpen>]
module Course

open System
open Crucible.Layers
open Crucible.Tensors
open Plotly.NET

/// Who worked the examples by hand.
let source = "\"Introduction to Transformers\", a handwritten course that is not published"

/// One step of an example: what the course prints, what is right, and what the library's layers give.
type Step =
    { What: string
      Course: float list
      Right: float list
      Computed: Tensor
      /// Digits behind the point of what the course prints and of the right values.
      Digits: int * int
      /// Why the course differs, for where it does.
      Slip: string }

let step what digits course right computed slip =
    { What = what; Digits = digits; Course = course; Right = right; Computed = computed; Slip = slip }

let isNear digits (expected: float) (actual: float) =
    expected = actual || abs (expected - actual) <= 0.51 * 10.0 ** float -digits

let isRight (step: Step) = Seq.forall2 (isNear (snd step.Digits)) step.Right (step.Computed.ToArray())

let isSlip (step: Step) =
    not step.Course.IsEmpty && not (Seq.forall2 (isNear (fst step.Digits)) step.Course (step.Computed.ToArray()))

/// Numbers as a matrix would be written, with no more digits than they need.
let show digits (columns: int) (numbers: seq<float>) =
    let number (x: float) = if Double.IsInfinity x then "−∞" else x.ToString("0." + String('#', digits))
    let line row = "[" + String.Join(" ", Array.map number row) + "]"
    String.Join(" ", numbers |> Seq.chunkBySize columns |> Seq.map line)

/// The values of a step as the right and the computed ones are written.
let written (step: Step) (numbers: seq<float>) = show (snd step.Digits) step.Computed.Shape[-1] numbers

/// The step as a row of a table: what, the course, computed, note.
let row (step: Step) =
    let course = if step.Course.IsEmpty then "not given" else show (fst step.Digits) step.Computed.Shape[-1] step.Course
    let note = if isSlip step then "slip: " + step.Slip elif step.Course.IsEmpty then "" else "agrees"
    step.What, course, written step (step.Computed.ToArray()), note

let matrix (rows: float list list) = Tensor.Of(array2D rows, DType.Float64)

/// A matrix with its values; rows look, columns are looked at.
let heat (title: string) (across: string) (rows: string list) (columns: string list) (values: Tensor) =
    Chart.Matrix(values.Reshape(rows.Length, columns.Length), X = columns, Y = rows, Format = ".2f")
    |> Chart.withTitle title
    |> Chart.withXAxisStyle across
    |> Chart.withYAxisStyle "word that looks"

/// Weights that change nothing: the examples have W = I.
let identity =
    let one (index: int[]) (shape: Shape) = if index[0] = index[1] % shape[0] then 1.0 else 0.0
    Initializer("identity", fun shape dtype _ -> Tensor.Init(shape, (fun index -> one index shape), dtype))

let linear size =
    Linear(size, size, Generator 0UL, LinearOptions(Weight = identity, HasBias = false, DType = DType.Float64))

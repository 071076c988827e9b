// Many full adders at once, as a stack of matrices: shared by scripts, no script itself.
[<AutoOpen>]
module AdderStacks

open System
open System.Threading
open Crucible.Layers
open Crucible.Optimizers
open Crucible.Tensors

/// Full adders of one size that differ in their start alone.
/// W1 [networks, hidden, 3], B1 [networks, hidden, 1], W2 [networks, 2, hidden], B2 [networks, 2, 1].
type Stack =
    { W1: Tensor; B1: Tensor; W2: Tensor; B2: Tensor }

    member stack.Parameters = [ stack.W1; stack.B1; stack.W2; stack.B2 ]
    member stack.Count = stack.W1.Shape[0]
    /// [networks, hidden, rows] of x [inputs, rows].
    member stack.Units(x: Tensor) = (stack.W1.MatMul x + stack.B1).Sigmoid()
    /// [networks, 2, rows].
    member stack.Logits(x: Tensor) = stack.W2.MatMul(stack.Units x) + stack.B2
    member stack.Part(networks: int[]) =
        let part (t: Tensor) = t.Detach().IndexSelect(0, Tensor.From(networks, networks.Length))
        { W1 = part stack.W1; B1 = part stack.B1; W2 = part stack.W2; B2 = part stack.B2 }

/// The starts that the documented recipe makes of these seeds.
let startOf hidden (seeds: uint32[]) =
    let draw seed = let twister = MersenneTwister seed in Array.init (5 * hidden) (fun _ -> twister.NextDouble())
    let draws = Array.map draw seeds
    let tensor sizes (value: int[] -> float) = Tensor.Init(Seq.ofList (seeds.Length :: sizes), value, DType.Float64)
    { W1 = tensor [ hidden; 3 ] (fun at -> draws[at[0]].[at[2] * hidden + at[1]])
      B1 = tensor [ hidden; 1 ] (fun _ -> 0.0)
      W2 = tensor [ 2; hidden ] (fun at -> draws[at[0]].[3 * hidden + at[2] * 2 + at[1]])
      B2 = tensor [ 2; 1 ] (fun _ -> 0.0) }

let adderX, adderY = fullAdder.X.Transpose(0, 1), fullAdder.Y.Transpose(0, 1) // [3, 8] and [2, 8]

/// What comes out of network n of a stack for a row of the truth table is on the side of the truth, [networks][rows].
let rightRows (stack: Stack) =
    let logits, truth = Tensor.Evaluate(fun () -> stack.Logits adderX).ToArray(), adderY.ToArray()
    let isRight n row = Seq.forall (fun i -> (logits[n * 16 + i] > 0.0) = (truth[i] > 0.5)) [ row; 8 + row ]
    Array.init stack.Count (fun n -> Array.init 8 (isRight n))

let isRight (stack: Stack) = rightRows stack |> Array.map (Array.forall id)

/// The summed loss of a stack over the truth table.
let stackLoss (stack: Stack) =
    let truth = adderY.Expand([| stack.Count; 2; 8 |])
    Loss.BinaryCrossEntropyWithLogits(stack.Logits adderX, truth, LossReduction.Sum)

/// Trains all networks of a stack in place; returns after how many updates which of them were right.
let train (token: CancellationToken) (stack: Stack) (first: int) (last: int) (every: int) =
    for parameter in stack.Parameters do parameter.RequiresGradient <- true
    let optimizer = Sgd(stack.Parameters, SgdOptions(LearningRate = rate / 8.0)) // the mean over 8 rows
    [| for update in first + 1 .. last do
        token.ThrowIfCancellationRequested()
        optimizer.ZeroGradients()
        (stackLoss stack).Backward() // no network has a part in another's gradient
        optimizer.Step()
        if update % every = 0 then update, isRight stack |]

/// A row of the truth table as a, b and carry in.
let bitsOf row = $"{row >>> 2}{row >>> 1 &&& 1}{row &&& 1}"

/// Which rows the first network of a stack gets wrong, in words.
let describe (stack: Stack) =
    match [ for row, isRight in Array.indexed (rightRows stack).[0] do if not isRight then bitsOf row ] with
    | [] -> "all rows right"
    | [ one ] -> "row wrong: " + one
    | wrong -> "rows wrong: " + String.Join(", ", wrong)

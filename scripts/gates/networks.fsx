// Gates, and the networks that the report documents, trained to the digit: shared by scripts, no script itself.
[<AutoOpen>]
module GateNetworks

open System.Threading
open Crucible.Layers
open Crucible.Optimizers
open Crucible.Tensors

/// Who documented the networks and their weights.
let source = theReport "two"

// ---- Gates -----------------------------------------------------------------------------------------------------

/// A truth table: the inputs in binary counting order, [rows, inputs], and what should come out, [rows, outputs].
type Gate = { Name: string; Inputs: string list; Outputs: string list; X: Tensor; Y: Tensor }

let gate name (inputs: string list) (outputs: string list) (rule: int[] -> int list) =
    let bits row = [| for place in inputs.Length - 1 .. -1 .. 0 -> row >>> place &&& 1 |]
    let rows = [| for row in 0 .. (1 <<< inputs.Length) - 1 -> bits row |]
    let table columns (value: int[] -> int -> int) =
        Tensor.Init([ rows.Length; columns ], (fun at -> float (value rows[at[0]] at[1])), DType.Float64)
    { Name = name; Inputs = inputs; Outputs = outputs
      X = table inputs.Length Array.get
      Y = table outputs.Length (fun bits i -> (rule bits)[i]) }

let andGate = gate "AND" [ "a"; "b" ] [ "a and b" ] (fun bits -> [ bits[0] &&& bits[1] ])
let xorGate = gate "XOR" [ "a"; "b" ] [ "a xor b" ] (fun bits -> [ bits[0] ^^^ bits[1] ])
let fullAdder =
    let rule bits = [ Array.sum bits % 2; Array.sum bits / 2 ]
    gate "full adder" [ "a"; "b"; "carry in" ] [ "sum"; "carry out" ] rule

/// How many inputs of each row are 1: all that a full adder has to know.
let onesOf (gate: Gate) = gate.X.Sum(1).ToArray() |> Array.map int

let ones count = if count = 1 then "1 one" else $"{count} ones"

let rounded (outputs: Tensor) = outputs.ToArray2D() |> Array2D.map (fun p -> if p > 0.5 then 1 else 0)

let wrongRows (gate: Gate) (outputs: Tensor) =
    let expected, actual = rounded gate.Y, rounded outputs
    [ for row in 0 .. expected.GetLength 0 - 1 do if expected[row, *] <> actual[row, *] then row ]

// ---- The documented recipe, with the library's layers ----------------------------------------------------------

let rate, documentedUpdates, documentedSeed = 0.1, 10_000, 42u

/// Sums over the outputs and averages over the rows: this is the mean that gives the documented digits.
let lossOf (gate: Gate) (logits: Tensor) =
    Loss.BinaryCrossEntropyWithLogits(logits, gate.Y, LossReduction.Sum) / float gate.Y.Shape[0]

let fit (token: CancellationToken) (gate: Gate) (logits: Layer) =
    let optimizer = Sgd(logits.Parameters, SgdOptions(LearningRate = rate))
    for _ in 1 .. documentedUpdates do
        token.ThrowIfCancellationRequested()
        optimizer.ZeroGradients()
        (lossOf gate (logits.Forward gate.X)).Backward()
        optimizer.Step()

/// Weights uniform on [0, 1) from NumPy's legacy generator, in the order in which the layers are made; biases 0.
let fromNumPy (seed: uint32) =
    let twister = MersenneTwister seed
    let draw = Initializer("numpy", fun shape dtype _ -> Tensor.Init(shape, (fun _ -> twister.NextDouble()), dtype))
    LinearOptions(DType = DType.Float64, Weight = draw)

let unused = Generator 0UL // the layers ask for a generator, which NumPy's draws do without

let perceptron token gate =
    let layer = Linear(gate.Inputs.Length, gate.Outputs.Length, unused, fromNumPy documentedSeed)
    fit token gate layer
    layer

let predict (perceptron: Linear) x = Tensor.Evaluate(fun () -> (perceptron.Forward x).Sigmoid())

/// A trained network with one hidden layer.
type Network =
    { Hidden: Linear
      Output: Linear }

    member network.Units(x: Tensor) = Tensor.Evaluate(fun () -> (network.Hidden.Forward x).Sigmoid())
    member network.Predict(x: Tensor) = Tensor.Evaluate(fun () -> (network.Output.Forward(network.Units x)).Sigmoid())
    /// W1, b1, W2, b2 one after the other, each row by row.
    member network.Weights =
        [| for parameter in (network.Hidden --> network.Output).Parameters do yield! parameter.ToArray() |]

let network token hidden gate =
    let start = fromNumPy documentedSeed
    let first = Linear(gate.Inputs.Length, hidden, unused, start)
    let second = Linear(hidden, gate.Outputs.Length, unused, start)
    fit token gate (first --> Sigmoid() --> second)
    { Hidden = first; Output = second }

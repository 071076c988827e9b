// Question  Which logic gates can a small network learn, why does a full adder need 3 hidden units and not 4, and are 2 impossible or only unlucky?
// Data      The truth tables of AND, XOR and the full adder (two bits and a carry in, their sum and a carry out); first weights from NumPy's generator, seed 42.
// Method    Sigmoid units, binary cross-entropy, plain gradient descent at rate 0.1, 10 000 updates, float64: the documented recipe to the digit. Then 1 to 6
//           hidden units from 200 starts each, all networks of a size trained as one stack of matrices, and those that failed trained on.
// Expected  The documented weights to 1e-7; every sum of the ripple-carry adder right; of 2 hidden units 132 of 200 right after 10 000 updates and 199 after
//           60 000, of 3 192 and 194, of 4 or more all, of 1 none. About 14 s on two cores.
#load "crucible.fsx"

open System
open Argu
open Crucible.Lab.Reports
open Crucible.Lab.Scripting
open Crucible.Layers
open Crucible.Optimizers
open Crucible.Tensors

type Options =
    | [<Unique>] Add of a: string * b: string
    | [<Unique>] Seeds of count: int

    interface IArgParserTemplate with
        member option.Usage =
            match option with
            | Add _ -> "two numbers in binary digits, to be added by the trained adder (11011 11111)"
            | Seeds _ -> "starts for each number of hidden units (200)"

// ---- Gates -------------------------------------------------------------------------------------------------------------------------------------------

/// A truth table: the inputs in binary counting order, [rows, inputs], and what should come out, [rows, outputs].
type Gate = { Name: string; Inputs: string list; Outputs: string list; X: Tensor; Y: Tensor }

let gate name (inputs: string list) (outputs: string list) (rule: int[] -> int list) =
    let rows = [| for row in 0 .. (1 <<< inputs.Length) - 1 -> [| for place in inputs.Length - 1 .. -1 .. 0 -> row >>> place &&& 1 |] |]
    { Name = name; Inputs = inputs; Outputs = outputs
      X = Tensor.Init([ rows.Length; inputs.Length ], (fun at -> float rows[at[0]].[at[1]]), DType.Float64)
      Y = Tensor.Init([ rows.Length; outputs.Length ], (fun at -> float (rule rows[at[0]]).[at[1]]), DType.Float64) }

let andGate = gate "AND" [ "a"; "b" ] [ "a and b" ] (fun bits -> [ bits[0] &&& bits[1] ])
let xorGate = gate "XOR" [ "a"; "b" ] [ "a xor b" ] (fun bits -> [ bits[0] ^^^ bits[1] ])
let fullAdder = gate "full adder" [ "a"; "b"; "carry in" ] [ "sum"; "carry out" ] (fun bits -> [ Array.sum bits % 2; Array.sum bits / 2 ])

/// How many inputs of each row are 1: all that a full adder has to know.
let onesOf (gate: Gate) = let x = gate.X.ToArray2D() in [| for row in 0 .. x.GetLength 0 - 1 -> [ for i in 0 .. x.GetLength 1 - 1 -> int x[row, i] ] |> List.sum |]

// ---- The documented recipe, with the library's layers --------------------------------------------------------------------------------------------------

let rate, documentedUpdates, documentedSeed = 0.1, 10_000, 42u

/// Sums over the outputs and averages over the rows: this is the mean that gives the documented digits.
let lossOf (gate: Gate) (logits: Tensor) = Loss.BinaryCrossEntropyWithLogits(logits, gate.Y, LossReduction.Sum) / float gate.Y.Shape[0]

let fit (token: Threading.CancellationToken) (gate: Gate) (logits: Layer) =
    let optimizer = Sgd(logits.Parameters, SgdOptions(LearningRate = rate))
    for _ in 1 .. documentedUpdates do
        token.ThrowIfCancellationRequested()
        optimizer.ZeroGradients()
        (lossOf gate (logits.Forward gate.X)).Backward()
        optimizer.Step()

/// Weights uniform on [0, 1) from NumPy's legacy generator, in the order in which the layers are made; biases 0.
let fromNumPy (seed: uint32) =
    let twister = MersenneTwister seed
    LinearOptions(DType = DType.Float64, Weight = Initializer("numpy", fun shape dtype _ -> Tensor.Init(shape, (fun _ -> twister.NextDouble()), dtype)))

let unused = Generator 0UL // the layers ask for a generator, which NumPy's draws do without

let perceptron token gate =
    let layer = Linear(gate.Inputs.Length, gate.Outputs.Length, unused, fromNumPy documentedSeed)
    fit token gate layer
    layer

/// A trained network with one hidden layer.
type Network =
    { Hidden: Linear
      Output: Linear }

    member network.Units(x: Tensor) = Tensor.Evaluate(fun () -> (network.Hidden.Forward x).Sigmoid())
    member network.Predict(x: Tensor) = Tensor.Evaluate(fun () -> (network.Output.Forward(network.Units x)).Sigmoid())
    /// W1, b1, W2, b2 one after the other, each row by row.
    member network.Weights = (network.Hidden --> network.Output).Parameters |> Seq.collect (fun parameter -> parameter.ToArray()) |> Array.ofSeq

let network token hidden gate =
    let start = fromNumPy documentedSeed
    let first = Linear(gate.Inputs.Length, hidden, unused, start)
    let second = Linear(hidden, gate.Outputs.Length, unused, start)
    fit token gate (first --> Sigmoid() --> second)
    { Hidden = first; Output = second }

let documentedXor =
    [ 4.57608671; 6.51164718; 4.578482; 6.52534109; -7.00486476; -2.86347719; -10.32773912; 9.61540107; -4.3991656 ]

let documentedAdder =
    [ 4.5789253; 6.56507871; 3.07597588; 4.5893666; 6.56990101; 3.0765036; 4.57077823; 6.56104004; 3.07551693; -1.99162811; -9.59139061; -7.75543696
      8.56906609; -0.20389258; -10.04391903; 10.43348009; 10.04658779; 3.71168605; -3.92180269; -5.40020348 ]

let documentedAnd = [ 7.41918007; 7.41918041; -11.301366 ]

let maxError (expected: float list) (actual: float[]) = Seq.map2 (fun e a -> abs (e - a)) expected actual |> Seq.max

let rounded (outputs: Tensor) = outputs.ToArray2D() |> Array2D.map (fun p -> if p > 0.5 then 1 else 0)
let wrongRows (gate: Gate) (outputs: Tensor) =
    let expected, actual = rounded gate.Y, rounded outputs
    [ for row in 0 .. expected.GetLength 0 - 1 do if expected[row, *] <> actual[row, *] then row ]

// ---- Many networks at once: a stack of matrices ---------------------------------------------------------------------------------------------------------

/// Full adders of one size that differ in their start alone. W1 [networks, hidden, 3], B1 [networks, hidden, 1], W2 [networks, 2, hidden], B2 [networks, 2, 1].
type Stack =
    { W1: Tensor; B1: Tensor; W2: Tensor; B2: Tensor }

    member stack.Parameters = [ stack.W1; stack.B1; stack.W2; stack.B2 ]
    member stack.Count = stack.W1.Shape[0]
    /// [networks, hidden, rows] of x [inputs, rows].
    member stack.Units(x: Tensor) = (stack.W1.MatMul x + stack.B1).Sigmoid()
    /// [networks, 2, rows].
    member stack.Logits(x: Tensor) = stack.W2.MatMul(stack.Units x) + stack.B2
    member stack.Part(networks: int[]) =
        let part (t: Tensor) = t.Detach().IndexSelect(0, Tensor.From networks)
        { W1 = part stack.W1; B1 = part stack.B1; W2 = part stack.W2; B2 = part stack.B2 }

/// The starts that the documented recipe makes of these seeds.
let startOf hidden (seeds: uint32[]) =
    let draws = seeds |> Array.map (fun seed -> let twister = MersenneTwister seed in Array.init (5 * hidden) (fun _ -> twister.NextDouble()))
    let tensor sizes (value: int[] -> float) = Tensor.Init(Seq.ofList (seeds.Length :: sizes), value, DType.Float64)
    { W1 = tensor [ hidden; 3 ] (fun at -> draws[at[0]].[at[2] * hidden + at[1]])
      B1 = tensor [ hidden; 1 ] (fun _ -> 0.0)
      W2 = tensor [ 2; hidden ] (fun at -> draws[at[0]].[3 * hidden + at[2] * 2 + at[1]])
      B2 = tensor [ 2; 1 ] (fun _ -> 0.0) }

let adderX, adderY = fullAdder.X.Transpose(0, 1), fullAdder.Y.Transpose(0, 1) // [3, 8] and [2, 8]

/// Which rows of each network come out right, [networks][rows].
let rightRows (stack: Stack) =
    let logits, truth = Tensor.Evaluate(fun () -> stack.Logits adderX).ToArray(), adderY.ToArray()
    Array.init stack.Count (fun n -> Array.init 8 (fun row -> Seq.forall (fun i -> (logits[n * 16 + i] > 0.0) = (truth[i] > 0.5)) [ row; 8 + row ]))

let isRight (stack: Stack) = rightRows stack |> Array.map (Array.forall id)

/// Trains all networks of a stack in place; returns after how many updates which of them were right.
let train (token: Threading.CancellationToken) (stack: Stack) (first: int) (last: int) (every: int) =
    for parameter in stack.Parameters do parameter.RequiresGradient <- true
    let truth = adderY.Expand([| stack.Count; 2; 8 |])
    let optimizer = Sgd(stack.Parameters, SgdOptions(LearningRate = rate / 8.0)) // the mean over 8 rows
    [| for update in first + 1 .. last do
        token.ThrowIfCancellationRequested()
        optimizer.ZeroGradients()
        Loss.BinaryCrossEntropyWithLogits(stack.Logits adderX, truth, LossReduction.Sum).Backward() // no network has a part in another's gradient
        optimizer.Step()
        if update % every = 0 then update, isRight stack |]

/// What came of all starts with one number of hidden units: after how many updates which were right, and the stack at the end of the documented updates.
type Size = { Hidden: int; Records: (int * bool[])[]; Rows: bool[][] }

let rightAfter updates (size: Size) = size.Records |> Array.findBack (fun (at, _) -> at <= updates) |> snd
let countRight (right: bool[]) = right |> Array.filter id |> Array.length

/// Trains `seeds` networks of every size as documented, then those of 2 and more hidden units that failed, up to `longest` updates.
let trainSizes (lab: ExperimentRun) (seeds: uint32[]) (longest: int) =
    let perStack = 100
    let first =
        lab.InParallel("1 to 6 hidden units", List.allPairs [ 6 .. -1 .. 1 ] (List.ofArray (Array.chunkBySize perStack seeds)), fun (hidden, seeds) ->
            let stack = startOf hidden seeds
            hidden, stack, train lab.Token stack 0 documentedUpdates 250)
    let join (parts: (int * bool[])[] list) = parts.Head |> Array.mapi (fun i (update, _) -> update, parts |> List.map (fun part -> snd part[i]) |> Array.concat)
    let parts = [ for hidden in 1 .. 6 -> hidden, [ for h, stack, records in first do if h = hidden then stack, records ] ]
    let unfinished =
        [ for hidden, stacks in parts do
            let wrong = [ for stack, _ in stacks -> isRight stack |> Array.indexed |> Array.filter (snd >> not) |> Array.map fst ]
            if hidden > 1 then // one unit cannot do it, whatever the start
                for i, (stack, _) in List.indexed stacks do
                    if wrong[i].Length > 0 then (hidden, i), stack.Part wrong[i], wrong[i] ]
    let continued =
        lab.InParallel("those that failed, trained on", unfinished, fun (place, stack, networks) ->
            place, (networks, train lab.Token stack documentedUpdates longest 500)) |> Map.ofArray
    [ for hidden, stacks in parts ->
        let later i (right: bool[]) =
            match continued.TryFind((hidden, i)) with
            | None -> [| for update in documentedUpdates + 500 .. 500 .. longest -> update, right |]
            | Some(networks, records) -> [| for update, better in records -> update, (let all = Array.copy right in Array.iter2 (Array.set all) networks better; all) |]
        { Hidden = hidden
          Records = join [ for i, (_, records) in List.indexed stacks -> Array.append records (later i (snd (Array.last records))) ]
          Rows = stacks |> List.map (fst >> rightRows) |> Array.concat } ]

/// Wilson's 95 % interval of a share, for which 0 of n and n of n are ordinary cases (Wilson 1927).
let wilson successes trials =
    let z, n = 1.96, float trials
    let p = float successes / n
    let centre, half = p + z * z / (2.0 * n), z * sqrt (p * (1.0 - p) / n + z * z / (4.0 * n * n))
    (centre - half) / (1.0 + z * z / n), (centre + half) / (1.0 + z * z / n)

/// Two hidden units by thought instead of training: sum = ones - 2·carry, so one unit must grow evenly with the ones and the other must jump at the carry.
let byHand =
    let weights sizes values = (Tensor.From(List.toArray values, List.toArray sizes): Tensor)
    { W1 = weights [ 1; 2; 3 ] [ 0.5; 0.5; 0.5; 20.0; 20.0; 20.0 ]
      B1 = weights [ 1; 2; 1 ] [ -0.75; -30.0 ] // both half on at one and a half ones
      W2 = weights [ 1; 2; 2 ] [ 160.0; -40.0; 0.0; 20.0 ]
      B2 = weights [ 1; 2; 1 ] [ -60.0; -10.0 ] }

// ---- Addition ------------------------------------------------------------------------------------------------------------------------------------------

/// Adds numbers of one width, all sums at once: the adder takes the digits from the right, and its carry out is the next one's carry in.
let rippleCarry (adder: Network) (a: int[][]) (b: int[][]) =
    let sums = Array.init a.Length (fun _ -> Array.zeroCreate (a[0].Length + 1))
    let mutable carry = Array.zeroCreate a.Length
    for place in a[0].Length - 1 .. -1 .. 0 do
        let digits = Tensor.Init([ a.Length; 3 ], (fun at -> float (match at[1] with 0 -> a[at[0]].[place] | 1 -> b[at[0]].[place] | _ -> carry[at[0]])), DType.Float64)
        let output = rounded (adder.Predict digits)
        for n in 0 .. a.Length - 1 do sums[n].[place + 1] <- output[n, 0]
        carry <- output[*, 1]
    for n in 0 .. a.Length - 1 do sums[n].[0] <- carry[n]
    sums

let digitsOf (width: int) (text: string) = text.PadLeft(width, '0') |> Seq.map (fun digit -> int digit - int '0') |> Array.ofSeq
let numberOf (digits: int[]) = digits |> Array.fold (fun number digit -> number * 2I + bigint digit) 0I
let toText (digits: int[]) = match (String.Join("", digits)).TrimStart '0' with "" -> "0" | text -> text

let checkBinary (a: string, b: string) =
    for text in [ a; b ] do
        if text = "" || text |> Seq.exists (fun digit -> digit <> '0' && digit <> '1') then failwith $"a number must have the digits 0 and 1 only, but one is '{text}'."
    a, b

let ones count = if count = 1 then "1 one" else $"{count} ones"
let short (value: float) = if value = 0.0 then "0" else value.ToString "0.0e0"

// ---- Pictures ------------------------------------------------------------------------------------------------------------------------------------------

let places = Array.init 41 (fun i -> -0.5 + float i / 20.0)

/// An output over the plane of the inputs a and b, the others fixed; the rows of the truth table are dots where `truth` is 1 and crosses where it is 0.
let boundary title (others: float list) (value: Tensor -> float[]) (truth: float * float -> bool) =
    let x = Tensor.Init([ 41 * 41; 2 + others.Length ], (fun at -> match at[1] with 0 -> places[at[0] % 41] | 1 -> places[at[0] / 41] | i -> others[i - 2]), DType.Float64)
    let dots name symbol isOn =
        let points = [| for a in [ 0.0; 1.0 ] do for b in [ 0.0; 1.0 ] do if truth (a, b) = isOn then a, b |]
        Chart.Point(Array.map fst points, Array.map snd points, Name = name, MarkerColor = "#f5c400", MarkerSize = 13, MarkerSymbol = symbol)
    Chart.combine
        [ Chart.Heatmap(value x |> Array.chunkBySize 41, X = places, Y = places, Name = title, ColorScale = "RdBu", ZMin = 0.0, ZMax = 1.0)
          dots "should be 0" "x" false
          dots "should be 1" "circle" true ]
    |> Chart.withTitle title
    |> Chart.withXAxisStyle("input a", MinMax = (-0.5, 1.5))
    |> Chart.withYAxisStyle("input b", MinMax = (-0.5, 1.5))

let column i (outputs: Tensor) = let values = outputs.ToArray2D() in values[*, i]

let drawNetwork (gate: Gate) (network: Network) =
    let w1, w2 = network.Hidden.Weight.ToArray2D(), network.Output.Weight.ToArray2D()
    let hidden = w1.GetLength 1
    let height count i = float (count - 1) / 2.0 - float i
    let edges fromX toX (w: float[,]) =
        [ for i in 0 .. w.GetLength 0 - 1 do
            for j in 0 .. w.GetLength 1 - 1 do
                let y0, y1, color = height (w.GetLength 0) i, height (w.GetLength 1) j, (if w[i, j] < 0.0 then "#d55e00" else "#0072b2")
                let part = if (i + j) % 2 = 0 then 0.3 else 0.62 // so that crossing lines do not write over each other
                let along part = fromX + part * (toX - fromX), y0 + part * (y1 - y0)
                let (x0, low), (x1, high), (x, y) = along 0.08, along 0.92, along part
                Chart.Line([ x0; x1 ], [ low; high ], LineColor = color, LineWidth = 0.5 + abs w[i, j] / 2.0, ShowLegend = false, Opacity = 0.7)
                Chart.Point([ x ], [ y ], MultiText = [ $"%.2f{w[i, j]}" ], TextPosition = "top center", MarkerColor = color, MarkerSize = 4.0) ]
    let nodes x (texts: string list) =
        Chart.Point(List.map (fun _ -> x) texts, List.init texts.Length (height texts.Length), MultiText = texts, TextPosition = "middle center", MarkerSize = 58.0, MarkerColor = "rgba(130,145,165,0.45)")
    let biased (names: string list) (bias: Tensor) = List.map2 (fun name (b: float) -> $"{name}\n%.2f{b}") names (List.ofArray (bias.ToArray()))
    Chart.combine
        [ yield! edges 0.0 1.0 w1
          yield! edges 1.0 2.0 w2
          nodes 0.0 gate.Inputs
          nodes 1.0 (biased [ for i in 1 .. hidden -> $"unit {i}" ] network.Hidden.Bias)
          nodes 2.0 (biased gate.Outputs network.Output.Bias) ]
    |> Chart.withTitle $"The trained {gate.Name} with its weights"
    |> Chart.withXAxisStyle(MinMax = (-0.3, 2.3))
    |> fun chart -> chart.WithoutAxes().WithLegend false

/// What two hidden units make of the eight rows, and the lines at which the outputs turn from 0 to 1.
let hiddenPlane title (stack: Stack) =
    let units, w, b = Tensor.Evaluate(fun () -> stack.Units adderX).ToArray(), stack.W2.ToArray(), stack.B2.ToArray() // [2, 8], [2, 2], [2]
    let line name i =
        let w1, w2 = w[2 * i], w[2 * i + 1]
        // The line w1·u + w2·v + b = 0, followed along the axis on which it is less steep.
        let ends = [ -0.2; 1.2 ]
        let us, vs = if abs w2 > abs w1 then ends, ends |> List.map (fun u -> -(b[i] + w1 * u) / w2) else ends |> List.map (fun v -> -(b[i] + w2 * v) / w1), ends
        Chart.Line(us, vs, Name = $"{name} turns", LineDash = (if i = 0 then "solid" else "dash"), LineColor = "#8a94a3")
    let rows = Array.indexed (onesOf fullAdder)
    Chart.combine
        [ yield! List.mapi (fun i name -> line name i) fullAdder.Outputs
          for count in 0 .. 3 do
            let chosen = rows |> Array.filter (fun (_, ones) -> ones = count) |> Array.map fst
            yield Chart.Point(chosen |> Array.map (fun row -> units[row]), chosen |> Array.map (fun row -> units[8 + row]), Name = $"{ones count} in", MarkerSize = 12.0) ]
    |> Chart.withTitle title
    |> Chart.withXAxisStyle("hidden unit 1", MinMax = (-0.1, 1.1))
    |> Chart.withYAxisStyle("hidden unit 2", MinMax = (-0.1, 1.1))

// ---- The report ----------------------------------------------------------------------------------------------------------------------------------------

let weightNames (gate: Gate) hidden =
    [ for input in gate.Inputs do
        for unit in 1 .. hidden do $"{input} to unit {unit}"
      for unit in 1 .. hidden do $"unit {unit}, bias"
      for unit in 1 .. hidden do
        for output in gate.Outputs do $"unit {unit} to {output}"
      for output in gate.Outputs do $"{output}, bias" ]

let reportNetwork (lab: ExperimentRun) (gate: Gate) (documented: float list) (network: Network) =
    let hidden = network.Hidden.Weight.Shape[1]
    let x, truth, units, outputs = gate.X.ToArray2D(), gate.Y.ToArray2D(), (network.Units gate.X).ToArray2D(), (network.Predict gate.X).ToArray2D()
    lab.Report.Table(
        [ yield! gate.Inputs
          for unit in 1 .. hidden do $"unit {unit}"
          yield! gate.Outputs
          "should be" ],
        [ for row in 0 .. x.GetLength 0 - 1 ->
            [ for value in x[row, *] do box (int value)
              for value in units[row, *] do box $"%.3f{value}"
              for value in outputs[row, *] do box $"%.0f{value} (%.4f{value})"
              box (String.Join(" ", truth[row, *] |> Array.map int)) ] ],
        $"The truth table of the trained {gate.Name}: inputs, hidden units, outputs (rounded, and as the sigmoid gives them)")
    lab.Report.Chart(drawNetwork gate network, "Blue lines are positive weights, orange ones negative, thicker is stronger; a number in a unit is its bias.")
    lab.Report.Table([ "weight"; "documented"; "trained here"; "difference" ],
                     List.map3 (fun name (expected: float) (actual: float) -> name, $"%.8f{expected}", $"%.8f{actual}", short (abs (expected - actual))) (weightNames gate hidden) documented (List.ofArray network.Weights))

let gateNames = Map [ [ 0; 0; 0; 1 ], "a and b"; [ 0; 1; 1; 1 ], "a or b"; [ 1; 1; 1; 0 ], "not (a and b)"; [ 1; 0; 0; 0 ], "neither"; [ 0; 0; 1; 0 ], "a and not b"; [ 0; 1; 0; 0 ], "b and not a" ]

let reportPerceptrons (lab: ExperimentRun) (ands: Linear) (xors: Linear) =
    let predict (layer: Linear) x = Tensor.Evaluate(fun () -> (layer.Forward x).Sigmoid())
    let weights (layer: Linear) = Array.append (layer.Weight.ToArray()) (layer.Bias.ToArray())
    let largest = weights xors |> Array.maxBy abs |> abs
    let andError = maxError documentedAnd (weights ands)
    let outputs = (predict xors xorGate.X).ToArray()
    let away = outputs |> Array.map (fun p -> abs (p - 0.5)) |> Array.max
    lab.Report.Section "One unit: AND, and not XOR"
    lab.Report.Text $"A perceptron splits the plane of its inputs by one straight line. AND can be split so, and is learned. No line has 01 and 10 on one side and 00 and 11 on the other: the least loss for XOR is to answer one half everywhere. Trained on XOR, the largest weight or bias is {short largest} and no output is further than {short away} from 0.5."
    lab.Report.Charts(
        [ boundary "AND by a perceptron" [] (predict ands >> column 0) (fun (a, b) -> a + b = 2.0)
          boundary "XOR by a perceptron" [] (predict xors >> column 0) (fun (a, b) -> a + b = 1.0) ],
        "Red is an output near 1, blue near 0, grey undecided. One straight line parts the corner 11 from the others, which is AND; no straight line parts the dots of XOR from its crosses.")
    lab.Report.Table([ "gate"; "weight of a"; "weight of b"; "bias"; "documented" ],
                     [ for name, layer, documented in [ "AND", ands, "7.41918007, 7.41918041, -11.301366, from an unknown start"; "XOR", xors, "all below 1e-15" ] ->
                         let w = weights layer in name, $"%.6g{w[0]}", $"%.6g{w[1]}", $"%.6g{w[2]}", documented ])
    lab.Metric("and_max_weight_error", andError)
    lab.Metric("xor_perceptron_max_weight", largest)
    lab.CheckAtMost("AND by a perceptron: distance from the documented weights, whose start is unknown", andError, 0.01)
    lab.Check("AND by a perceptron: rows that are wrong", 0, (wrongRows andGate (predict ands andGate.X)).Length, wrongRows andGate (predict ands andGate.X) = [])
    lab.CheckAtMost("XOR by a perceptron: largest distance of an output from 0.5", away, 1e-6)
    lab.CheckAtMost("XOR by a perceptron: largest weight", largest, 1e-6)

let reportXor (lab: ExperimentRun) (xor: Network) =
    let patterns = let on = rounded (xor.Units xorGate.X) in [ for unit in 0 .. 1 -> List.ofArray on[*, unit] ]
    let name pattern = gateNames.TryFind pattern |> Option.defaultValue (String.Join("", List.map string pattern))
    let verdict =
        if List.sort patterns = [ [ 0; 0; 1; 0 ]; [ 0; 1; 0; 0 ] ] then "That is what the document guessed: one unit for 10, the other for 01."
        else "The document guessed that one unit fires for 10 alone and the other for 01 alone; training found another way."
    lab.Report.Section "Two hidden units: XOR"
    lab.Report.Text $"Rounded, unit 1 computes '{name patterns[0]}' and unit 2 '{name patterns[1]}'. {verdict}"
    lab.Report.Charts(
        [ for unit in 0 .. 1 do
            yield boundary $"Hidden unit {unit + 1}: {name patterns[unit]}" [] (xor.Units >> column unit) (fun (a, b) -> a + b = 1.0)
          yield boundary "Output: a xor b" [] (xor.Predict >> column 0) (fun (a, b) -> a + b = 1.0) ],
        "Each hidden unit draws one straight line; the output joins the two lines to a band that holds 01 and 10. Dots are the rows where XOR is 1, crosses where it is 0.")
    reportNetwork lab xorGate documentedXor xor
    let error = maxError documentedXor xor.Weights
    lab.Metric("xor_max_weight_error", error)
    lab.CheckAtMost("XOR: largest difference from a documented weight", error, 1e-7)
    lab.Check("XOR: rows that are wrong", 0, (wrongRows xorGate (xor.Predict xorGate.X)).Length, wrongRows xorGate (xor.Predict xorGate.X) = [])

/// From how many ones on a hidden unit of an adder is on, if it counts ones at all.
let thresholdOf (network: Network) unit =
    let counts, on = onesOf fullAdder, (rounded (network.Units fullAdder.X))[*, unit]
    let onAt = [ for count in 0 .. 3 -> Array.zip counts on |> Array.filter (fun (ones, _) -> ones = count) |> Array.map snd |> Array.distinct |> List.ofArray ]
    [ 1 .. 3 ] |> List.tryFind (fun least -> onAt = [ for count in 0 .. 3 -> [ (if count >= least then 1 else 0) ] ])

let reportAdder (lab: ExperimentRun) (adder: Network) =
    let thresholds = [ for unit in 0 .. 2 -> thresholdOf adder unit ]
    let says unit = function Some least -> $"unit {unit + 1} is on from {ones least} up" | None -> $"unit {unit + 1} does not count ones"
    let counting =
        if List.sort thresholds = [ Some 1; Some 2; Some 3 ] then
            " Together they count the ones like the column of a thermometer: the sum is 1 for an odd count, which takes all three steps (+, -, +), and the carry is the step at two."
        else ""
    lab.Report.Section "Three hidden units: the full adder"
    let units = thresholds |> List.mapi says |> String.concat ", "
    lab.Report.Text $"A full adder need not know which inputs are 1, only how many. The trained units know it: {units}.{counting}"
    lab.Report.Charts(
        [ for unit in 0 .. 2 do
            for carry in [ 0.0; 1.0 ] do
                boundary $"Hidden unit {unit + 1}, carry in %.0f{carry}" [ carry ] (adder.Units >> column unit) (fun (a, b) -> (a + b + carry) % 2.0 = 1.0) ],
        "Each unit cuts the cube of the three inputs by a plane; here are the cube's two faces, carry in 0 and 1. Dots are the rows whose sum is 1, crosses those whose sum is 0.")
    reportNetwork lab fullAdder documentedAdder adder
    let error = maxError documentedAdder adder.Weights
    lab.Metric("adder_max_weight_error", error, isHeadline = true)
    lab.CheckAtMost("full adder: largest difference from a documented weight", error, 1e-7)
    lab.Check("full adder: rows that are wrong", 0, (wrongRows fullAdder (adder.Predict fullAdder.X)).Length, wrongRows fullAdder (adder.Predict fullAdder.X) = [])

let reportAddition (lab: ExperimentRun) (adder: Network) (a: string, b: string) =
    let width = max a.Length b.Length
    let sum = rippleCarry adder [| digitsOf width a |] [| digitsOf width b |] |> Array.exactlyOne |> toText
    let expected = toText ((numberOf (digitsOf width a) + numberOf (digitsOf width b)).ToString "B" |> digitsOf 1)
    let count = lab.Pick(1000, 100)
    let generator = Generator(lab.SeedOf 3)
    let numbers () = Array.init count (fun _ -> Array.init 32 (fun _ -> int (generator.NextUInt64() >>> 63)))
    let left, right = numbers (), numbers ()
    let good = Array.map3 (fun x y z -> numberOf x + numberOf y = numberOf z) left right (rippleCarry adder left right) |> countRight
    lab.Report.Section "Adding numbers of any width"
    lab.Report.Text $"The trained adder is used once a digit, from the right, each carry out becoming the next carry in: {a} + {b} = {sum}. Of {count} random sums of two 32-digit numbers, {good} came out right. --add 1011 110 adds numbers of your own."
    lab.Metric("random_sums_right", float good / float count)
    lab.Check($"{a} + {b}", expected, sum, (sum = expected))
    lab.Check("random sums of 32 digits that are right", count, good, (good = count))
    sum

let describe (stack: Stack) = (if (isRight stack)[0] then "all rows right" else "rows wrong: " + String.Join(", ", rightRows(stack)[0] |> Array.indexed |> Array.filter (snd >> not) |> Array.map (fun (row, _) -> $"{row >>> 2}{row >>> 1 &&& 1}{row &&& 1}")))

/// The open question of the document: why 3 and not 4, and is 2 impossible or unlucky?
let reportSizes (lab: ExperimentRun) (sizes: Size list) (longest: int) (documentedStart: Stack, early: Stack, records: (int * bool[])[]) =
    let seeds = (snd sizes.Head.Records[0]).Length
    let early10, late = [ for size in sizes -> countRight (rightAfter documentedUpdates size) ], [ for size in sizes -> countRight (rightAfter longest size) ]
    let share count = float count / float seeds
    let firstRight = records |> Array.tryFindIndexBack (fun (_, right) -> not right[0]) |> Option.map ((+) 1) |> Option.defaultValue 0
    let rightFrom = if firstRight < records.Length then Some(fst records[firstRight]) else None
    let interval count = let low, high = wilson count seeds in $"%.1f{100.0 * low} to %.1f{100.0 * high} %%"

    lab.Report.Section "How many hidden units does a full adder need?"
    lab.Report.Text(
        if late[1] > 0 then
            let later =
                match rightFrom with
                | Some update -> $"The document's own start (seed {documentedSeed}) gave after {documentedUpdates} updates: {describe early}. From update {update} on it is right for good."
                | None -> $"The document's own start (seed {documentedSeed}) gave after {documentedUpdates} updates: {describe early}, and after {longest}: {describe documentedStart}."
            $"Is 2 impossible, or only unlucky? Not impossible: {early10[1]} of {seeds} networks with 2 hidden units are right after the documented {documentedUpdates} updates, and {late[1]} after {longest}. {later}"
        else $"Is 2 impossible, or only unlucky? None of {seeds} networks with 2 hidden units came out right in {longest} updates, although the weights below show that it is possible: gradient descent does not find them from these starts.")
    lab.Report.Text(
        let least = [ for size, count in List.zip sizes early10 do if share count > 0.9 then size.Hidden ] |> List.tryHead
        let most =
            match least with
            | Some hidden -> $"{hidden} is the least number of hidden units with which more than nine starts in ten are right after {documentedUpdates} updates"
            | None -> $"With no number of hidden units are nine starts in ten right after {documentedUpdates} updates"
        $"Why 3 and not 4? Three units are enough to count the ones, so a fourth is never needed; it can only make the way easier. {most}: {early10[1]} starts of {seeds} with 2, {early10[2]} with 3, {early10[3]} with 4. Trained on to {longest}, {late[2]} with 3 and {late[3]} with 4 are right.")
    lab.Report.Text $"One hidden unit can never do it: each output would be on one side of a single plane, and no plane parts odd counts of ones from even ones. Measured: {early10[0]} of {seeds}."
    let keys = [ for size in sizes -> string size.Hidden ]
    lab.Report.Charts(
        [ Chart.combine
            [ Chart.Column(List.map (share >> (*) 100.0) early10, Keys = keys, Name = $"after {documentedUpdates} updates")
              Chart.Column(List.map (share >> (*) 100.0) late, Keys = keys, Name = $"after {longest} updates") ]
          |> Chart.withBarMode "group"
          |> Chart.withTitle $"Networks that got all rows right"
          |> Chart.withXAxisStyle "hidden units"
          |> Chart.withYAxisStyle($"share of {seeds} starts (%%)", MinMax = (0.0, 100.0))
          Chart.combine
            [ for size in sizes ->
                Chart.Line(Array.map fst size.Records, size.Records |> Array.map (snd >> countRight >> share >> (*) 100.0), Name = (if size.Hidden = 1 then "1 unit" else $"{size.Hidden} units")) ]
          |> Chart.withTitle "The same while they learn"
          |> Chart.withXAxisStyle("updates", IsLog = true)
          |> Chart.withYAxisStyle($"share of {seeds} starts (%%)", MinMax = (0.0, 101.0)) ],
        $"Left: how many starts end right. Right: when they get there. Networks of 2 and more units that were wrong after {documentedUpdates} updates were trained on to {longest}.")
    lab.Report.Table(
        [ "hidden units"; $"right after {documentedUpdates}"; "95 % interval of the share"; $"right after {longest}"; "95 % interval" ],
        [ for size, a, b in List.zip3 sizes early10 late -> size.Hidden, $"{a} of {seeds}", interval a, (if size.Hidden = 1 then "not trained on" else $"{b} of {seeds}"), (if size.Hidden = 1 then "" else interval b) ])
    let failing = sizes[1].Rows |> Array.filter (Array.contains false)
    if failing.Length > 0 then
        lab.Report.Table(
            [ "a b carry in"; "networks that get it wrong" ],
            [ for row in 0 .. 7 do
                let wrong = failing |> Array.filter (fun rows -> not rows[row]) |> Array.length
                if wrong > 0 then $"{row >>> 2} {row >>> 1 &&& 1} {row &&& 1}", wrong ],
            $"Where the {failing.Length} networks with 2 hidden units that are wrong after {documentedUpdates} updates are wrong")

    lab.Report.Section "How two hidden units can do it"
    lab.Report.Text $"The sum is the number of ones minus twice the carry. So one unit must grow evenly with the ones, in the middle part of its sigmoid, and the other must jump between one and two. Weights written by hand from this: {describe byHand}, with the loss %.4f{(Tensor.Evaluate(fun () -> Loss.BinaryCrossEntropyWithLogits(byHand.Logits adderX, adderY.Expand([| 1; 2; 8 |]), LossReduction.Sum) / 8.0)).ToDouble()}."
    lab.Report.Charts(
        [ hiddenPlane $"Seed {documentedSeed}, {documentedUpdates} updates" early
          hiddenPlane $"Seed {documentedSeed}, {longest} updates" documentedStart
          hiddenPlane "By hand" byHand ],
        $"Where the two hidden units put the eight rows (first {describe early}, then {describe documentedStart}, by hand {describe byHand}). The solid line must have one and three ones on one side, none and two on the other: a zigzag that only a graded unit allows. The dashed line parts the carries.")
    for size, a, b in List.zip3 sizes early10 late do
        lab.Metric($"right_share_{size.Hidden}", share a, isHeadline = (size.Hidden = 2 || size.Hidden = 3))
        lab.Metric($"right_share_{size.Hidden}_longer", share b)
    lab.Metric("starts", seeds)
    lab.Metric("two_units_documented_start_right_from", match rightFrom with Some update -> update | None -> nan)
    lab.Check("full adder, 2 hidden units by hand: rows that are wrong", "all rows right", describe byHand, (isRight byHand)[0])
    lab.Check($"full adder, 1 hidden unit: right of {seeds}", 0, late[0], (late[0] = 0))
    lab.Check($"full adder, 2 hidden units, seed {documentedSeed}, {documentedUpdates} updates (documented: 000 wrong)", "rows wrong: 000", describe early, (describe early = "rows wrong: 000"))
    lab.Check($"full adder, 2 hidden units, seed {documentedSeed}, {longest} updates", "all rows right", describe documentedStart, (isRight documentedStart)[0])
    if seeds >= 20 then
        lab.CheckAtLeast($"full adder, 2 hidden units: share right after {documentedUpdates}", share early10[1], 0.3)
        lab.CheckAtLeast($"full adder, 4 hidden units: share right after {documentedUpdates}", share early10[3], 0.9)
    early10, late

// ---- The script ----------------------------------------------------------------------------------------------------------------------------------------

Experiment<Options>.Run("Logic gates, a full adder and long addition by small networks, to the documented digits; and how many hidden units they need.", fun (lab: ExperimentRun<ParseResults<Options>>) ->
    let numbers = if lab.Options.Contains Add then lab.Options.PostProcessResult(Add, checkBinary) else "11011", "11111"
    let count = if lab.Options.Contains Seeds then lab.Options.PostProcessResult(Seeds, fun n -> if n < 1 then failwith $"must be 1 or more, but is {n}." else n) else lab.Pick(200, 40)
    let longest = lab.Pick(60_000, 20_000)
    lab.Config {| Updates = documentedUpdates; LongestUpdates = longest; LearningRate = rate; DocumentedSeed = int documentedSeed; Starts = count; Add = $"{fst numbers} {snd numbers}" |}

    let sizes = trainSizes lab (Array.init count (fun i -> uint32 lab.Seed * 1000u + uint32 i)) longest
    let networks = lab.InParallel("networks with a hidden layer", [ 3, fullAdder; 2, xorGate ], fun (hidden, gate) -> network lab.Token hidden gate)
    let perceptrons = lab.InParallel("perceptrons", [ andGate; xorGate ], perceptron lab.Token)
    let adder, xor = networks[0], networks[1]
    let twoUnits = startOf 2 [| documentedSeed |]
    let before = train lab.Token twoUnits 0 documentedUpdates 250
    let early = twoUnits.Part [| 0 |]
    let records = Array.append before (train lab.Token twoUnits documentedUpdates longest 250)

    reportPerceptrons lab perceptrons[0] perceptrons[1]
    reportXor lab xor
    reportAdder lab adder
    let sum = reportAddition lab adder numbers
    let early, late = reportSizes lab sizes longest (twoUnits, early, records)
    lab.Table([ "hidden units"; $"right after {documentedUpdates} updates"; $"right after {longest}" ], [ for hidden, a, b in List.zip3 [ 1 .. 6 ] early late -> hidden, $"{a} of {count}", $"{b} of {count}" ])
    lab.Table([ "sum"; "by the trained adder" ], [ ($"{fst numbers} + {snd numbers}", sum) ]))

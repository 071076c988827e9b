// Question  What do the hidden units of the trained gates compute?
// Data      The truth tables of XOR and the full adder, and the documented networks (networks.fsx).
// Method    Every unit's output over the plane of the inputs a and b (for the adder with carry in 0 and 1), and its
//           rounded value on every row of the truth table.
// Expected  XOR: each unit draws one line, and the output keeps the band between them. Full adder: the three units
//           count ones, on from one, two and three up, like the column of a thermometer. 2 s.
#load "../crucible.fsx"
#load "networks.fsx"
#load "pictures.fsx"

open System
open Crucible.Lab.Reports
open Crucible.Lab.Scripting
open Crucible.Tensors
open Plotly.NET

let gateNames =
    Map
        [ [ 0; 0; 0; 1 ], "a and b"
          [ 0; 1; 1; 1 ], "a or b"
          [ 1; 1; 1; 0 ], "not (a and b)"
          [ 1; 0; 0; 0 ], "neither"
          [ 0; 0; 1; 0 ], "a and not b"
          [ 0; 1; 0; 0 ], "b and not a" ]

/// Whether a hidden unit is on, in every row of the truth table.
let patternOf (gate: Gate) (network: Network) unit =
    let on = rounded (network.Units gate.X)
    List.ofArray on[*, unit]

/// From how many ones on a hidden unit of an adder is on, if it counts ones at all.
let thresholdOf (network: Network) unit =
    let rows = Seq.zip (onesOf fullAdder) (patternOf fullAdder network unit)
    let onAt count = [ for ones, on in rows do if ones = count then on ] |> List.distinct
    let isOnFrom least = [ 0..3 ] |> List.forall (fun count -> onAt count = [ (if count >= least then 1 else 0) ])
    List.tryFind isOnFrom [ 1..3 ]

let question = "What do the hidden units of the trained gates compute?"

Experiment.Run(question, fun lab ->
    let networks =
        lab.InParallel("networks", [ 3, fullAdder; 2, xorGate ], fun (hidden, gate) -> network lab.Token hidden gate)
    let adder, xor = networks[0], networks[1]
    let patterns = [ for unit in 0..1 -> patternOf xorGate xor unit ]
    let name pattern = gateNames.TryFind pattern |> Option.defaultValue (String.Join("", List.map string pattern))
    let thresholds = [ for unit in 0..2 -> thresholdOf adder unit ]
    let says unit = function
        | Some least -> $"unit {unit + 1} is on from {least} on"
        | None -> $"unit {unit + 1} does not count ones"
    let counting = thresholds |> List.choose id |> List.length |> float
    let isThermometer = List.sort thresholds = [ Some 1; Some 2; Some 3 ]
    let isGuess = List.sort patterns = [ [ 0; 0; 1; 0 ]; [ 0; 1; 0; 0 ] ]
    let isXor (a, b) = a + b = 1.0

    let counts =
        let units = (adder.Units fullAdder.X).ToArray2D()
        let mean unit count =
            List.average [ for row, ones in Array.indexed (onesOf fullAdder) do if ones = count then units[row, unit] ]
        Chart.combine
            [ for unit in 0..2 ->
                let curve = [ for count in 0..3 -> count, mean unit count ]
                Chart.Line(curve, Name = $"hidden unit {unit + 1}", ShowMarkers = true) ]
        |> Chart.withTitle "Full adder: how far each unit is on"
        |> Chart.withXAxisStyle "ones among the inputs"
        |> Chart.withYAxisStyle ("mean output of the unit", MinMax = (0.0, 1.0))

    let thermometer = if isThermometer then ": together they count ones like the column of a thermometer" else ""
    lab.Answer(
        $"XOR: unit 1 computes '{name patterns[0]}' and unit 2 '{name patterns[1]}'. Full adder, by how many inputs \
            are 1: {listed (List.mapi says thresholds)}{thermometer}.",
        [ Estimate("units of the full adder that count ones", counting, "of 3") ],
        counts)

    lab.Report.Section "XOR: two hidden units"
    lab.Report.Charts(
        [ for unit in 0..1 do
              yield boundary $"Unit {unit + 1}: {name patterns[unit]}" [] (xor.Units >> column unit) isXor
          yield boundary "Output: a xor b" [] (xor.Predict >> column 0) isXor ],
        "Each hidden unit draws one straight line; the output joins the two lines to a band that holds 01 and 10. Red \
            is near 1, blue near 0. Dots are the rows where XOR is 1, crosses where it is 0.")
    lab.Report.Text(
        if isGuess then $"That is what {source} guessed: one unit for 10, the other for 01."
        else $"The guess of {source}, one unit for 10 alone and the other for 01 alone, is not what training found.")
    lab.Report.Section "The full adder: three hidden units"
    lab.Report.Text "A full adder need not know which inputs are 1, only how many. The sum is 1 for an odd count, \
        which takes all three steps of the thermometer (+, −, +); the carry is the step at two."
    for unit in 0..2 do
        lab.Report.Charts(
            [ for carry in [ 0.0; 1.0 ] ->
                let isOdd (a, b) = (a + b + carry) % 2.0 = 1.0
                boundary $"Unit {unit + 1}, carry in %.0f{carry}" [ carry ] (adder.Units >> column unit) isOdd ],
            if unit < 2 then null
            else
                "Each unit cuts the cube of the three inputs by a plane; here are the cube's two faces, carry in 0 and \
                    1. Dots are the rows whose sum is 1, crosses those whose sum is 0.")
    lab.Table([ "network"; "unit"; "computes" ],
              [ for unit in 0..1 do yield "XOR", unit + 1, name patterns[unit]
                for unit in 0..2 do yield "full adder", unit + 1, says unit thresholds[unit] ])
    lab.Metric("adder_units_that_count_ones", counting, true, "units of the full adder that count ones")
    let counted = listed [ for least in List.sort thresholds -> string (Option.defaultValue 0 least) ]
    lab.Check("full adder: the units count ones, on from", "1, 2 and 3", counted, isThermometer))

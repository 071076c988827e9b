// Question  How can two hidden units make a full adder, and does the documented start find the way?
// Data      The truth table of the full adder; the documented start (seed 42) and weights written by hand.
// Method    The documented network with two hidden units trained on to 60 000 updates; weights by thought: the sum is
//           the number of ones minus twice the carry, so one unit grows evenly with the ones and the other jumps at the
//           carry.
// Expected  Row 000 is wrong after 10 000 updates, as documented; from update 10 500 on all rows are right. By hand all
//           rows are right at once. 1 s.
#load "../crucible.fsx"
#load "networks.fsx"
#load "stacks.fsx"

open Crucible.Lab.Reports
open Crucible.Lab.Scripting
open Crucible.Statistics
open Crucible.Tensors
open Plotly.NET

let byHand =
    let weights sizes values = (Tensor.From(List.toArray values, List.toArray sizes): Tensor)
    { W1 = weights [ 1; 2; 3 ] [ 0.5; 0.5; 0.5; 20.0; 20.0; 20.0 ]
      B1 = weights [ 1; 2; 1 ] [ -0.75; -30.0 ] // both half on at one and a half ones
      W2 = weights [ 1; 2; 2 ] [ 160.0; -40.0; 0.0; 20.0 ]
      B2 = weights [ 1; 2; 1 ] [ -60.0; -10.0 ] }

/// What two hidden units make of the eight rows, and the lines at which the outputs turn from 0 to 1.
let hiddenPlane (title: string) (stack: Stack) =
    let units = Tensor.Evaluate(fun () -> stack.Units adderX).ToArray() // [2, 8]
    let w, b = stack.W2.ToArray(), stack.B2.ToArray() // [2, 2], [2]
    let turn i = // w1·u + w2·v + b = 0, followed along the axis on which it is less steep
        let w1, w2 = w[2 * i], w[2 * i + 1]
        let across at = if abs w2 > abs w1 then at, -(b[i] + w1 * at) / w2 else -(b[i] + w2 * at) / w1, at
        [ across -0.2; across 1.2 ]
    let dash i = if i = 0 then StyleParam.DrawingStyle.Solid else StyleParam.DrawingStyle.Dash
    Chart.combine
        [ for count in 0..3 ->
            let chosen =
                [ for row, ones in Array.indexed (onesOf fullAdder) do
                      if ones = count then units[row], units[8 + row] ]
            Chart.Point(chosen, Name = $"{ones count} in") |> Chart.withMarkerStyle (Size = 12)
          for i, name in List.indexed fullAdder.Outputs ->
            Chart.Line(turn i, Name = $"{name} turns", LineDash = dash i, LineColor = Color.fromHex "#8a94a3") ]
    |> Chart.withTitle title
    |> Chart.withXAxisStyle ("hidden unit 1", MinMax = (-0.1, 1.1))
    |> Chart.withYAxisStyle ("hidden unit 2", MinMax = (-0.1, 1.1))

let question = "How can two hidden units make a full adder, and does the documented start find the way?"

Experiment.Run(question, fun lab ->
    let longest: int = lab.Pick(60_000, 20_000)
    lab.Config {| Updates = documentedUpdates; LongestUpdates = longest; DocumentedSeed = int documentedSeed |}
    let stack = startOf 2 [| documentedSeed |]
    let before = train lab.Token stack 0 documentedUpdates 250
    let early = stack.Part [| 0 |]
    let records = Array.append before (train lab.Token stack documentedUpdates longest 250)

    let lastWrong = records |> Array.tryFindIndexBack (fun (_, right) -> not right[0])
    let rightFrom =
        match lastWrong with
        | Some i when i + 1 < records.Length -> Some(fst records[i + 1])
        | Some _ -> None
        | None -> Some(fst records[0])
    let firstRight = rightFrom |> Option.map float |> Option.defaultValue nan
    let loss = (Tensor.Evaluate(fun () -> stackLoss byHand / 8.0)).ToDouble()
    let later =
        match rightFrom with
        | Some update -> $"from update {Numeral.Of(update: int)} on all rows are right for good"
        | None -> $"after {Numeral.Of longest}: {describe stack}"
    lab.Answer(
        $"One unit grows evenly with the ones, the other jumps at the carry. So weighted by hand: {describe byHand}. \
            Trained from the documented start (seed {documentedSeed}), after {Numeral.Of documentedUpdates} updates: \
            {describe early}; {later}.",
        [ Estimate("documented start, right for good from update", firstRight)
          Estimate("loss of the weights by hand", loss, "nats a row") ],
        hiddenPlane "By hand: where the eight rows go" byHand,
        "The solid line has one and three ones on one side, none and two on the other; the dashed one parts carries.")

    lab.Report.Section "The documented start"
    lab.Report.Charts(
        [ hiddenPlane $"Seed {documentedSeed}, {Numeral.Of documentedUpdates} updates" early
          hiddenPlane $"Seed {documentedSeed}, {Numeral.Of longest} updates" stack ])
    lab.Report.Text "Each dot is where the two hidden units put a row of the truth table. The solid line must have one \
        and three ones on one side, none and two on the other: a zigzag that only a graded unit allows. The dashed \
        line parts the carries."
    lab.Report.Text $"The sum is the number of ones minus twice the carry. So one unit must grow evenly with the ones, \
        in the middle part of its sigmoid, and the other must jump between one and two. \
        {source.Substring(0, 1).ToUpper()}{source.Substring 1} concluded that two units are insufficient; \
        scripts/gates/hidden-units.fsx counts over many starts how often they are."
    lab.Table([ "network with two hidden units"; "" ], [ "documented", describe early; "trained \
        on", describe stack; "by hand", describe byHand ])
    let title = "documented start, right for good from update"
    lab.Metric("two_units_documented_start_right_from", firstRight, true, title)
    let isRightNow stack = (isRight stack)[0]
    lab.Check("full adder, 2 hidden units by hand: rows that are wrong", "all rows \
        right", describe byHand, isRightNow byHand)
    let name = $"full adder, 2 hidden units, seed {documentedSeed}"
    lab.Check($"{name}, {Numeral.Of documentedUpdates} updates (documented: 000 wrong)", "row wrong: \
        000", describe early, (describe early = "row wrong: 000"))
    lab.Check($"{name}, {Numeral.Of longest} updates", "all rows right", describe stack, isRightNow stack))

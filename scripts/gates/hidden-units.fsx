// Question  How many hidden units does a full adder need: why 3 and not 4, and are 2 impossible or only unlucky?
// Data      The truth table of the full adder; 200 starts for each number of hidden units.
// Method    1 to 6 hidden units by the documented recipe, all networks of a size trained as one stack of matrices;
//           those of 2 and more units that are wrong after the documented 10 000 updates are trained on to 60 000.
// Expected  Of 2 hidden units 132 of 200 right after 10 000 updates and 199 after 60 000, of 3 192 and 194, of 4 or
//           more all, of 1 none. 4 s.
// More      two-units.fsx: how can two units do it?
#load "../crucible.fsx"
#load "networks.fsx"
#load "stacks.fsx"

open Crucible.Lab.Reports
open Crucible.Lab.Scripting
open Crucible.Statistics
open Plotly.NET

type Options =
    { [<Option("starts for each number of hidden units (200; --quick 40)", Min = 1, Max = 10000)>] Seeds: int option }

/// What came of all starts with one number of hidden units: after how many updates which were right, and which rows
/// were right at the end of the documented updates.
type Size = { Hidden: int; Records: (int * bool[])[]; Rows: bool[][] }

let countRight (right: bool[]) = right |> Array.filter id |> Array.length
let rightAfter updates (size: Size) = size.Records |> Array.findBack (fun (at, _) -> at <= updates) |> snd |> countRight

/// Trains networks of every size as documented, then those of 2 and more hidden units that failed, up to `longest`.
let trainSizes (lab: ExperimentRun) (seeds: uint32[]) (longest: int) =
    let chunks = List.ofArray (Array.chunkBySize 100 seeds)
    let first =
        lab.InParallel("1 to 6 hidden units", List.allPairs [ 6 .. -1 .. 1 ] chunks, fun (hidden, seeds) ->
            let stack = startOf hidden seeds
            hidden, stack, train lab.Token stack 0 documentedUpdates 250)
    let continued =
        lab.InParallel("those that failed, trained on", first, fun (hidden, stack, records) ->
            let wrong = [| for network, isRight in Array.indexed (isRight stack) do if not isRight then network |]
            if hidden = 1 || wrong.Length = 0 then [||] // one unit cannot do it, whatever the start
            else
                [| for update, better in train lab.Token (stack.Part wrong) documentedUpdates longest 500 ->
                    let all = Array.copy (snd (Array.last records))
                    Array.iter2 (Array.set all) wrong better
                    update, all |])
    let whole (records: (int * bool[])[]) later =
        let atEnd = snd (Array.last records)
        let unchanged = [| for update in documentedUpdates + 500 .. 500 .. longest -> update, atEnd |]
        Array.append records (if Array.isEmpty later then unchanged else later)
    [ for hidden in 1..6 ->
        let mine =
            [ for (h, stack, records), later in Array.zip first continued do
                  if h = hidden then stack, whole records later ]
        let at i = Array.concat [ for _, records in mine -> snd records[i] ]
        { Hidden = hidden
          Records = snd mine.Head |> Array.mapi (fun i (update, _) -> update, at i)
          Rows = Array.concat [ for stack, _ in mine -> rightRows stack ] } ]

let question = "How many hidden units does a full adder need, and are 2 impossible or only unlucky?"

Experiment.Run(question, { Seeds = None }, fun lab ->
    let count = defaultArg lab.Options.Seeds (lab.Pick(200, 40))
    let longest = lab.Pick(60_000, 20_000)
    lab.Config {| Updates = documentedUpdates; LongestUpdates = longest; LearningRate = rate; Seeds = count |}
    let documented, atMost = Numeral.Of documentedUpdates, Numeral.Of longest
    let sizes = trainSizes lab [| for i in 0 .. count - 1 -> uint32 lab.Seed * 1000u + uint32 i |] longest

    let early, late = List.map (rightAfter documentedUpdates) sizes, List.map (rightAfter longest) sizes
    let share right = float right / float count
    let interval right =
        let share = Interval.OfShare(right, count)
        $"%.1f{100.0 * share.Low} to %.1f{100.0 * share.High} %%"
    let least = early |> List.tryFindIndex (fun right -> share right > 0.9) |> Option.map ((+) 1)
    let keys = [ for size in sizes -> string size.Hidden ]
    let bars =
        Chart.combine
            [ for right, updates in [ early, documentedUpdates; late, longest ] ->
                let name = $"after {Numeral.Of(updates: int)} updates"
                Chart.Column(List.map (share >> (*) 100.0) right, Keys = keys, Name = name) ]
        |> Chart.withTitle "Networks that got all rows right"
        |> Chart.withXAxisStyle "hidden units"
        |> Chart.withYAxisStyle ($"share of {count} starts (%%)", MinMax = (0.0, 100.0))
    let learning =
        Chart.combine
            [ for size in List.take 5 sizes -> // 6 units are as 5
                let curve = [ for update, right in size.Records -> update, 100.0 * share (countRight right) ]
                Chart.Line(curve, Name = (if size.Hidden = 1 then "1 unit" else $"{size.Hidden} units")) ]
        |> Chart.withTitle "The same while they learn"
        |> Chart.withXAxisStyle ("updates", AxisType = StyleParam.AxisType.Log)
        |> Chart.withYAxisStyle ($"share of {count} starts (%%)", MinMax = (0.0, 101.0))

    let enough =
        match least with
        | Some hidden -> $"{hidden} is the least number with which more than nine starts in ten are right by then"
        | None -> "with no number are nine starts in ten right by then"
    let verdict = if late[1] > 0 then "Two units are not impossible, only unlucky" else "Two units fail"
    lab.Answer(
        $"{verdict}: {early[1]} of {count} starts are right after {documented} updates and {late[1]} after \
            {atMost}. {enough.Substring(0, 1).ToUpper()}{enough.Substring 1}; one unit can never do it.",
        [ for hidden in 2..4 ->
            let share = Interval.OfShare(early[hidden - 1], count)
            let half = 50.0 * (share.High - share.Low)
            let name = $"{hidden} units, right after {documented} updates"
            Estimate(name, 100.0 * share.Estimate, "% of starts", half) ],
        bars)

    lab.Report.Section "How"
    lab.Report.Text $"{source.Substring(0, 1).ToUpper()}{source.Substring 1} found two hidden units insufficient, used \
        three, and left open why three and not four. Here every size is trained from {count} starts by its recipe. \
        Networks of 2 and more units that were wrong after {documented} updates were trained on to {atMost}."
    lab.Report.Text $"Why 3 and not 4? Three units are enough to count the ones, so a fourth is never needed; it can \
        only make the way easier: {early[1]} starts of {count} with 2, {early[2]} with 3, {early[3]} with 4. Trained \
        on to {atMost}, {late[2]} with 3 and {late[3]} with 4 are right. One hidden unit can never do it: each output \
        would be on one side of a single plane, and no plane parts odd counts of ones from even ones. Measured: \
        {early[0]} of {count}."
    lab.Report.Table(
        [ "hidden units"; $"right after {documented}"; "95 % interval of the share"; $"right after \
            {atMost}"; "95 % interval" ],
        [ for size, a, b in List.zip3 sizes early late ->
            let isOne = size.Hidden = 1
            size.Hidden, $"{a} of {count}", interval a, (if isOne then "not trained on" else $"{b} of \
                {count}"), (if isOne then "" else interval b) ])
    lab.Report.Chart(learning, "6 units learn as 5 do and are left out.")
    let failing = sizes[1].Rows |> Array.filter (Array.contains false)
    if failing.Length > 0 then
        lab.Report.Table(
            [ "a, b, carry in"; "networks that get it wrong" ],
            [ for row in 0..7 do
                let wrong = failing |> Array.filter (fun rows -> not rows[row]) |> Array.length
                if wrong > 0 then bitsOf row, wrong ],
            $"Where the {failing.Length} networks with 2 hidden units that are wrong after {documented} updates \
                are wrong:")
    lab.Table(
        [ "hidden units"; $"right after {documented} updates"; $"right after {atMost}" ],
        [ for size, a, b in List.zip3 sizes early late -> size.Hidden, $"{a} of {count}", $"{b} of {count}" ])

    for size, a, b in List.zip3 sizes early late do
        let title updates = $"share right after {Numeral.Of(updates: int)} updates, {size.Hidden} hidden"
        let isHeadline = List.contains size.Hidden [ 2; 3 ]
        lab.Metric($"right_share_{size.Hidden}", share a, isHeadline, title documentedUpdates)
        lab.Metric($"right_share_{size.Hidden}_longer", share b, title = title longest)
    lab.Metric("starts", count, title = "starts of each size")
    lab.Check($"full adder, 1 hidden unit: right of {count}", 0, late[0], (late[0] = 0))
    if count >= 20 then
        lab.CheckAtLeast($"full adder, 2 hidden units: share right after {documented}", share early[1], 0.3)
        lab.CheckAtLeast($"full adder, 4 hidden units: share right after {documented}", share early[3], 0.9))

// Question  Does a step that adapts itself (Adam) need fewer evaluations than plain descent, as the report says?
// Data      f(x, y) = x⁴ + x²y² − y² + y⁴ + 6 (function.fsx) and its two documented starts.
// Method    Plain descent, momentum, Nesterov's momentum, RMSprop and Adam at ten learning rates from 0.001 to 1, until
//           ‖∇f‖₁ ≤ 1e-8; the same rates are compared one by one, then every method at its own best.
// Expected  At the same rate Adam needs fewer in 11 of 18 cases; at their best rates plain descent wins from both
//           starts, 81 and 350 evaluations against 315 and 363. 2 s.
// More      valleys.fsx: does the shape of the valley decide?
#load "../crucible.fsx"
#load "function.fsx"
#load "methods.fsx"

open Crucible.Lab.Reports
open Crucible.Lab.Scripting
open Plotly.NET

let ways = [ plain; momentum; rmsprop; adam; nesterov ]
let drawn = List.take 4 ways // and the documented loop

/// Adam beside plain descent from one start: the rates at which it needs fewer and more evaluations, and every method's
/// best rate, the quickest first.
type Comparison =
    { Start: float * float
      Fewer: float list
      More: float list
      Best: (string * float * int) list }

let compare (results: Method -> int -> (float * int)[]) place start =
    let both = Seq.zip (results adam place) (results plain place)
    let pairs = [ for (rate, adam), (_, plain) in both -> rate, adam, plain ]
    { Start = start
      Fewer = [ for rate, adam, plain in pairs do if adam > 0 && (plain <= 0 || adam < plain) then rate ]
      More = [ for rate, adam, plain in pairs do if plain > 0 && (adam <= 0 || plain <= adam) then rate ]
      Best =
        [ for way in ways do
              match best (results way place) with
              | Some(rate, evaluations) -> way.Name, rate, evaluations
              | None -> () ]
        |> List.sortBy (fun (_, _, evaluations) -> evaluations) }

let numbers rates = listed [ for rate in rates -> $"%g{rate}" ]

let bestOf name comparison =
    comparison.Best |> List.tryPick (fun (n, _, evaluations) -> if n = name then Some evaluations else None)

let quickestOf comparison = comparison.Best |> List.map (fun (name, _, _) -> name) |> List.tryHead

let question = "Does a step that adapts itself (Adam) need fewer evaluations than plain descent?"

Experiment.Run(question, fun lab ->
    let rates = lab.Pick([ 0.001; 0.002; 0.005; 0.01; 0.02; 0.05; 0.1; 0.2; 0.5; 1.0 ], [ 0.001; 0.01; 0.1; 1.0 ])
    let limit = lab.Pick(10_000, 3_000)
    lab.Config {| Function = formula; Starts = startNames; IsDocumented = isDocumented |}
    let results = sweep lab "rates" value ways rates (points starts) limit
    let loop = evaluationsOf lab.Token value documentedLoop 0.0 (points starts) limit unwatched
    let comparisons = List.mapi (compare results) starts

    let chart place start =
        Chart.combine
            [ for way in drawn do
                let curve = [ for rate, evaluations in results way place -> rate, steps evaluations ]
                Chart.Line(curve, Name = way.Name, ShowMarkers = true)
              let across = [ for rate in [ List.head rates; List.last rates ] -> rate, steps loop[place] ]
              Chart.Line(across, Name = documentedLoop.Name, LineDash = StyleParam.DrawingStyle.Dash,
                         LineColor = Color.fromHex "#8a94a3") ]
        |> Chart.withTitle $"Evaluations of ∇f from {show start}"
        |> Chart.withXAxisStyle ("learning rate α", AxisType = StyleParam.AxisType.Log)
        |> Chart.withYAxisStyle ("evaluations until ‖∇f‖₁ ≤ 1e-8", AxisType = StyleParam.AxisType.Log)

    let fewer, more = comparisons |> List.sumBy _.Fewer.Length, comparisons |> List.sumBy _.More.Length
    let winners = comparisons |> List.choose quickestOf
    let quickest = listed (List.distinct winners)
    let first = winners |> List.filter ((=) adam.Name) |> List.length
    lab.Answer(
        $"At one and the same α Adam needs fewer evaluations than plain descent in {fewer} of {fewer + more} \
            comparisons. With each method at its own best α the quickest are {quickest}; Adam is the \
            quickest from {first} of {starts.Length} starts.",
        [ Estimate("Adam needs fewer at one α", fewer, $"of {fewer + more} comparisons")
          for c in comparisons do
            let needs name = bestOf name c |> Option.map float |> Option.defaultValue nan
            let ratio = needs adam.Name / needs plain.Name
            Estimate($"Adam over plain descent at their best α, from {show c.Start}", ratio, "times as many") ],
        chart 0 starts.Head,
        "Where a curve stops, the method does not arrive: too small a rate crawls, too large a one diverges. "
        + "Nesterov's momentum is in the table below.")

    lab.Report.Section "How"
    lab.Report.Text $"{formula}. According to {source} Adam (\"dynamic α\"), whose step adapts itself to the \
        gradients it has seen, needs fewer steps than a fixed α. Whether that is so \
        depends on the α that it is compared at, on the start, and on the shape of the valley. Where a curve stops, \
        the method does not arrive within {limit} evaluations: too small a rate crawls, too large a one diverges \
        or never settles."
    lab.Report.Charts(List.mapi chart starts)
    for c in comparisons do
        lab.Report.Text $"From {show c.Start}, Adam needs fewer evaluations than plain descent at α = \
            {numbers c.Fewer}, and more at α = {numbers c.More}."
        let trapped =
            [ for way in ways do
                for rate, evaluations in results way (List.findIndex ((=) c.Start) starts) do
                    if evaluations < 0 then $"{way.Name} at α = {rate} after {-evaluations} evaluations" ]
        if not trapped.IsEmpty then
            lab.Report.Text $"Not counted, because they come to rest where ∇f = 0 but f still falls away to a side: \
                {listed trapped}."
        for name in [ plain.Name; adam.Name ] do
            let title = $"{name} at its best α, from {show c.Start}: evaluations"
            bestOf name c |> Option.iter (fun n -> lab.Metric(nameOf $"{name}_best" c.Start, n, title = title))
    let columns = [ "start"; "method"; "its best α"; "evaluations" ]
    let rows =
        [ for c in comparisons do
            for name, rate, evaluations in c.Best -> show c.Start, name, rate, evaluations ]
    lab.Report.Table(columns, rows, "Each method at the rate that suits it best:")
    lab.Table(columns, rows)
    if isDocumented && not lab.Quick then
        lab.Check("starts from which Adam is the quickest at its best α", 0, first, (first = 0)))

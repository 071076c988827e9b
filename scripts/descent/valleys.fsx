// Question  Does Adam need fewer evaluations than plain descent in narrow valleys, and is its adaptive step the reason?
// Data      Bowls ½(u² + κ v²), κ = 1 to 1000 times steeper across than along, from (u, v) = (1, 0.6): once with u and
//           v along x and y, once turned by 45°.
// Method    Plain descent, momentum alone, RMSprop (adaptive without momentum) and Adam (both), each at the best of 13
//           rates from 0.0001 to 1 for each bowl, until ‖∇f‖₁ ≤ 1e-8.
// Expected  At κ = 100 Adam needs 360 and, turned, 380 evaluations where plain descent needs 1834 and 1869; so does
//           momentum alone. 2 s.
#load "../crucible.fsx"
#load "function.fsx"
#load "methods.fsx"

open System
open Crucible.Lab.Reports
open Crucible.Lab.Scripting
open Crucible.Tensors
open Plotly.NET

let ways = [ plain; momentum; rmsprop; adam ]
let narrowness = [| 1.0; 3.0; 10.0; 30.0; 100.0; 300.0; 1000.0 |]
let kappa = Tensor.Of(narrowness, DType.Float64)
let u, v = 1.0, 0.6 // in the bowl's own axes; not such that one step of a round rate is just the way to the bottom

let bowl (u: Tensor) (v: Tensor) = 0.5 * (u * u + kappa * v * v)
let along (p: Tensor) = bowl p[0] p[1]
let across (p: Tensor) = bowl ((p[0] + p[1]) / sqrt 2.0) ((p[1] - p[0]) / sqrt 2.0)
let start x y = points [ for _ in narrowness -> x, y ]

let valleys (title: string) (evaluations: Method -> float[]) =
    Chart.combine [ for way in ways -> Chart.Line(narrowness, evaluations way, Name = way.Name, ShowMarkers = true) ]
    |> Chart.withTitle title
    |> Chart.withXAxisStyle ("κ, times steeper across than along", AxisType = StyleParam.AxisType.Log)
    |> Chart.withYAxisStyle ("evaluations until ‖∇f‖₁ ≤ 1e-8", AxisType = StyleParam.AxisType.Log)

let question = "Does Adam need fewer evaluations in narrow valleys, and is its adaptive step the reason?"

Experiment.Run(question, fun lab ->
    let rates = [ for i in 0 .. lab.Pick(12, 6) -> 10.0 ** (-4.0 + 4.0 * float i / lab.Pick(12.0, 6.0)) ]
    let limit = lab.Pick(5_000, 2_000)
    lab.Config {| Rates = rates.Length; Limit = limit |}
    let straight = sweep lab "valleys along the axes" along ways rates (start u v) limit
    let turnedStart = start ((u - v) / sqrt 2.0) ((u + v) / sqrt 2.0)
    let turned = sweep lab "valleys across the axes" across ways rates turnedStart limit

    let bestIn results way =
        [| for place in 0 .. narrowness.Length - 1 ->
            match best (results way place) with
            | Some(_, evaluations) -> float evaluations
            | None -> nan |]
    let beatsPlain results way =
        let isFewer its plain = its < plain || (Double.IsNaN plain && not (Double.IsNaN its))
        Array.map2 isFewer (bestIn results way) (bestIn results plain)
    let wins results way = beatsPlain results way |> Array.filter id |> Array.length
    let won results =
        listed [ for kappa, isWon in Array.zip narrowness (beatsPlain results adam) do if isWon then $"%g{kappa}" ]
    let at100 results way = (bestIn results way)[4]

    lab.Answer(
        $"Adam needs fewer evaluations than plain descent in {wins straight adam} of {narrowness.Length} bowls along \
            the axes and in {wins turned adam} turned ones. Momentum alone does so in {wins straight momentum} and \
            {wins turned momentum}; RMSprop, the adaptive step without momentum, in {wins straight rmsprop} and \
            {wins turned rmsprop}.",
        [ Estimate("plain descent, κ = 100 along the axes", at100 straight plain, "evaluations")
          Estimate("Adam, the same", at100 straight adam, "evaluations")
          Estimate("Adam, turned by 45°", at100 turned adam, "evaluations") ],
        valleys "Bowls turned by 45°: evaluations at the best rate" (bestIn turned))
    lab.Report.Chart(
        valleys "Bowls along the axes" (bestIn straight),
        "Scaling each coordinate by itself, as RMSprop does, undoes narrowness along the coordinates and no other.")

    lab.Report.Section "How"
    lab.Report.Text $"Bowls ½(u² + κ v²), each from (u, v) = ({u}, {v}), each method at the best of {rates.Length} \
        rates from 0.0001 to 1 for each bowl. A curve stops where no rate arrives within {limit} evaluations. Scaling \
        each coordinate by itself, as RMSprop does, undoes narrowness along the coordinates but cannot see any other. \
        Adam beats plain descent for κ = {won straight} along the axes, and for κ = {won turned} in the turned bowls."
    let said evaluations = if Double.IsNaN evaluations then box "never" else box evaluations
    let rows =
        [ for place, kappa in Array.indexed narrowness do
            for name, results in [ "along the axes", straight; "turned", turned ] do
                [| yield box kappa; yield box name; for way in ways -> said (bestIn results way).[place] |] ]
    let columns = [ yield "κ"; yield "bowl"; for way in ways -> way.Name ]
    lab.Report.Table(columns, rows, "Evaluations at each method's best rate:")
    lab.Table(columns, rows)
    for name, bowl, results in [ "straight", "along the axes", straight; "turned", "turned", turned ] do
        for way in [ plain; adam ] do
            let evaluations = at100 results way
            let metric = $"valley_{name}_{way.Name.ToLowerInvariant()}_kappa_100"
            let title = $"{way.Name}, κ = 100, {bowl}: evaluations"
            if Double.IsFinite evaluations then lab.Metric(metric, evaluations, true, title)
    if not lab.Quick then
        let both = wins straight adam + wins turned adam
        lab.CheckAtLeast("bowls, of 14, in which Adam beats plain descent", both, 7))

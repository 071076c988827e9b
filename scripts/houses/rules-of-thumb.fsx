// Question  Do the report's rules of thumb hold: should layers be equally wide, and do fewer layers leave houses with
//           a very large loss?
// Data      Boston housing (data/boston.csv): the 300 rows that train, each predicted by networks that never saw it.
// Method    The settings of the best trial of the study of ../sweep.fsx (found in its store, or done first) with other
//           hidden layers: shapes against equal layers with as many weights, one to four layers, and one wide layer.
//           Cross-validated errors, paired over 8 starts of 5 folds each; clear is beyond two standard errors.
// Expected  At seed 0 equal layers are clearly better than rising ones and clearly worse than falling ones; trained as
//           documented a second layer leaves clearly fewer houses that are missed by more than $10,000, with good
//           settings not. 10 s beyond the study.
// See also  ../sweep.fsx (which settings are best).
#load "../crucible.fsx"
#load "search.fsx"
#load "study.fsx"

open Crucible.Lab.Reports
open Crucible.Lab.Scripting
open Crucible.Lab.Tables
open Crucible.Statistics
open Crucible.Tensors
open Plotly.NET

/// How networks with some hidden layers do, start by start: a cross-validated error, and how far off each house is.
type Tried = { Hidden: int list; Errors: float[]; Misses: float[][] }

/// The number of weights and biases.
let weights (hidden: int list) =
    List.pairwise [ 13; yield! hidden; 1 ] |> List.sumBy (fun (inputs, outputs) -> (inputs + 1) * outputs)

/// As many equally wide layers with the nearest number of weights.
let twin count (hidden: int list) =
    let equal width = List.replicate count width
    List.map equal [ 1 .. 400 ] |> List.minBy (fun other -> abs (weights other - weights hidden))

let equalTwin (hidden: int list) = twin hidden.Length hidden

let tryLayers (lab: ExperimentRun) title part houses starts (options: TableNetworkOptions) (all: int list list) =
    let folds = houses.Folds.Length
    let places = [ for hidden in all do for start in 1 .. starts do for i in 0 .. folds - 1 -> hidden, start, i ]
    let runs =
        lab.InParallel(title, places, fun (hidden, start, i) ->
            let seeded, fold = options.WithHidden(hidden).WithSeed(lab.SeedOf(part, start, i)), houses.Folds[i]
            let predicted = (trainFold houses seeded fold).Predict(houses.Train.Rows fold.Validation)
            (predicted - houses.Prices.Rows fold.Validation).Abs().ToArray())
    let ofStarts = runs |> Array.chunkBySize folds |> Array.map Array.concat |> Array.chunkBySize starts
    let square (miss: float) = miss * miss
    [ for hidden, misses in Seq.zip all ofStarts ->
          { Hidden = hidden; Misses = misses; Errors = misses |> Array.map (Array.averageBy square) } ]

let show (hidden: int list) = hidden |> List.map string |> String.concat "-"
let find hidden (results: Tried list) = results |> List.find (fun result -> result.Hidden = hidden)

/// Houses missed by more than $10,000, start by start.
let missed (tried: Tried) =
    [| for misses in tried.Misses -> misses |> Array.sumBy (fun miss -> if miss > 10.0 then 1.0 else 0.0) |]

/// Mean and standard error of paired differences, and whether they are clear.
let paired (first: float[]) (second: float[]) =
    let differences = Array.map2 (-) first second
    let mean, error = Array.average differences, Interval.StandardError differences
    mean, error, abs mean > 2.0 * error

let shapes =
    [ "falling", [ 60; 30; 15 ]; "rising", [ 15; 30; 60 ]
      "narrow in the middle", [ 60; 10; 60 ]; "wide in the middle", [ 15; 60; 15 ] ]

let narrow = [ 10; 10; 10 ]
let depths = [ for layers in 1 .. 4 -> List.replicate layers 40 ]
let wide = twin 1 (equalTwin [ 40; 40 ])

/// Whether the second of two networks misses clearly fewer houses by much, and what it does in words.
let compare results first second =
    let first, second = find first results, find second results
    let mean, error, isClear = paired (missed first) (missed second)
    let words = if not isClear then "no clear difference" elif mean > 0.0 then "clearly fewer" else "clearly more"
    let means = Array.average (missed first), Array.average (missed second)
    isClear && mean > 0.0,
    $"{words} (%.1f{fst means} and %.1f{snd means} houses, difference %.1f{-mean} ± %.1f{error}; worst start's MSE \
        %.0f{Array.max first.Errors} and %.0f{Array.max second.Errors})"

let question = "Do the rules of thumb hold: equally wide layers, and enough of them?"

Experiment.Run(question, SearchOptions(), fun lab ->
    // ---- Method: the winner's settings with other layers -----------------------------------------------------------
    let houses, starts = split lab.Seed, lab.Pick(8, 2)
    use study = (searchOf lab lab.Options).Run(crossValidate lab houses)
    let tuned = setting lab (study.BestTrial.Again()) 0UL lab.Token
    let documented =
        TableNetworkOptions(
            Epochs = 100, BatchSize = 300, Optimizer = "adam", OptimizerOptions = dict [ ("epsilon", 1e-7) ],
            LearningRate = 1e-3, IsCosine = false, Scaling = FeatureScaling.None, Cancellation = lab.Token)
    let twins = narrow :: [ for _, hidden in shapes do hidden; equalTwin hidden ]
    let shaped = tryLayers lab "equally wide?" 5 houses starts tuned twins
    let layered title part options = tryLayers lab $"fewer layers? {title}" part houses starts options (wide :: depths)
    let results =
        [ "as documented", layered "as documented" 6 documented
          "with the winner's settings", layered "with the winner's settings" 7 tuned ]

    // ---- Answer ----------------------------------------------------------------------------------------------------
    let compared =
        [ for name, hidden in shapes ->
              let unequal, equal = find hidden shaped, find (equalTwin hidden) shaped
              name, unequal, equal, paired unequal.Errors equal.Errors ]
    let clear better =
        [ for name, _, _, (mean, _, isClear) in compared do if isClear && (mean > 0.0) = better then name ]
    let verdicts = [ for _, results in results -> compare results depths[0] depths[1], compare results depths[0] wide ]
    let isTraining = match verdicts with [ (true, _), _; (false, _), (false, _) ] -> true | _ -> false
    let layers =
        if isTraining then
            "A second layer leaves fewer houses with a large loss when networks are trained as documented, and not \
                with good settings: what the small network lacked was training."
        else "Whether a second layer leaves fewer houses with a large loss, the sections below tell."
    let differences = [ for _, _, _, (mean, error, _) in compared -> mean, 2.0 * error ]
    lab.Metric("equal_layers_clearly_better", (clear true).Length, title = "shapes clearly worse than equal layers")
    lab.Metric("equal_layers_clearly_worse", (clear false).Length, title = "shapes clearly better than equal layers")
    for (_, results), key in List.zip results [ "documented"; "tuned" ] do
        for layers in 1 .. 2 do
            let houses = Array.average (missed (find depths[layers - 1] results))
            let title = $"houses missed by more than $10,000, {key}, hidden layers: {layers}"
            lab.Metric($"missed_{key}_{layers}_layers", houses, (layers = 1), title)
    lab.Answer(
        $"With as many weights, equal layers are clearly better than these shapes: {listed (clear true)}; clearly \
            worse than these: {listed (clear false)}. {layers}",
        [ for name, _, _, (mean, error, _) in compared ->
              Estimate($"gain of equal layers, {name}", mean, "($1000s)²", 2.0 * error) ],
        Chart.Column(List.map fst differences, [ for name, _, _, _ in compared -> name ])
        |> Chart.withYErrorStyle (Array = List.map snd differences)
        |> Chart.withTitle "What equal layers gain over each shape"
        |> Chart.withYAxisStyle "mean squared error ($1000s)²",
        "Above 0 equal layers are better; the thin lines reach two standard errors each way.")

    // ---- What stands behind it -------------------------------------------------------------------------------------
    lab.Report.Section "Should layers be equally wide?"
    let source = theReport "three"
    lab.Report.Text $"The intuition of {source}: a model learns in line with the least number of units in a layer, so \
        layers should be equally wide."
    lab.Report.Table(
        [ "shape"; "hidden layers"; "MSE"; "equal layers with as many weights"; "MSE"; "difference"
          "± standard error" ],
        [ for name, unequal, equal, (mean, error, _) in compared ->
              name, show unequal.Hidden, Array.average unequal.Errors, show equal.Hidden, Array.average equal.Errors,
              mean, error ],
        $"Cross-validated errors with the winner's other settings, paired over {starts} starts of 5 folds each; a \
            difference above 0 speaks for equal layers")
    let _, bottleneck, _, _ = compared[2]
    let gain, error, isClear = paired (find narrow shaped).Errors bottleneck.Errors
    lab.Report.Text(
        if isClear && gain > 0.0 then
            $"The narrowest layer does not decide alone: {show bottleneck.Hidden} has a clearly lower error than \
                {show narrow}, by %.2f{gain} ± %.2f{error}, though both are 10 units wide at the narrowest."
        else
            $"{show bottleneck.Hidden} is not clearly better than {show narrow}, which is as wide at the narrowest \
                (%.2f{gain} ± %.2f{error}): what the intuition expects.")
    lab.Report.Section "Do fewer layers leave houses with a very large loss?"
    lab.Report.Text "The report's observation: \"With fewer layers, the model had some instances with very large \
        loss. … Increasing the number of neurons solved this issue.\" Here every house is predicted by a network that \
        has not seen it."
    lab.Report.Table(
        [ "trained"; "hidden layers"; "weights"; "MSE"; "houses missed by more than $10,000"; "worst miss ($1000s)"
          "worst start's MSE" ],
        [ for name, results in results do
              for r in results ->
                  name, show r.Hidden, weights r.Hidden, Array.average r.Errors, Array.average (missed r),
                  Array.averageBy Array.max r.Misses, Array.max r.Errors ],
        $"Means over {starts} starts; houses of 300. {show wide} has one layer and as many weights as 40-40")
    for (name, _), ((_, layers), (_, units)) in List.zip results verdicts do
        lab.Report.Text $"Trained {name}, from one layer of 40 units to two {layers} are missed by more than $10,000; \
            from one layer of 40 to one of {wide.Head} {units}."
    if isTraining then
        let unitsHelp = fst (snd verdicts[0])
        let cause =
            if unitsHelp then
                "More units in one layer mend it as well as a second layer does, so it is not the number of layers \
                    that counts."
            else "More units in one layer do not mend it."
        lab.Report.Text $"So the observation is right for networks trained as documented. {cause} With the winner's \
            settings neither layers nor units leave fewer houses with a large loss.")

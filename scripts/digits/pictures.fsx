// The tables and pictures of a comparison of networks on digits: shared, no script itself.
[<AutoOpen>]
module DigitsPictures

open System
open Crucible.Lab.Data
open Crucible.Lab.Reports
open Crucible.Lab.Scripting
open Crucible.Models
open Crucible.Statistics
open Crucible.Tensors
open Crucible.Training
open Plotly.NET

/// The wrong digits against the seconds of training, a curve a kind.
let wrongBySeconds (whole: Trained list) =
    let points (history: History) = [ for record in history.Records -> record.Seconds, 100.0 * record.ValidationLoss ]
    Chart.combine [ for one in whole -> Chart.Line(points one.History, Name = named one.Kind, ShowMarkers = true) ]
    |> Chart.withTitle "Digits never seen that are taken for another"
    |> Chart.withXAxisStyle "seconds of training, a core"
    |> Chart.withYAxisStyle ("% of the digits", AxisType = StyleParam.AxisType.Log)

let reportCost (lab: ExperimentRun) (whole: Trained list) accuracy =
    let rows =
        [ for one in whole do
              let last, (right: Interval) = one.History.Last, accuracy one.Kind
              let epochs = Math.Round(float last.Items / float one.Digits, 1)
              named one.Kind, one.Model.ParameterCount, last.Updates, epochs, Math.Round(last.Seconds, 1),
              Math.Round last.ItemsPerSecond, Math.Round(right.Estimate, 4) ]
    let columns = [ "network"; "parameters"; "updates"; "epochs"; "seconds"; "digits a second"; "accuracy" ]
    lab.Report.Section "What it costs"
    lab.Report.Text "Each network has a core of its own. Its updates are fixed, so that a seed gives the same numbers \
        everywhere, as many as make the seconds about equal on two quiet cores; the seconds measured are those of this \
        run. All but logistic regression see each digit moved by up to a pixel, another way every time. Widths \
        and learning rates are usual ones, chosen beforehand; --tune judges others by training digits that are set \
        aside, so that the test digits choose nothing."
    lab.Report.Table(columns, rows)
    lab.Table(columns, rows)

// ---- How many digits it takes ------------------------------------------------------------------------------------

/// The accuracies of a kind by the number of digits that trained it, each between its lowest and highest.
let private bySize (trained: Trained list) kind =
    [ for digits, ones in trained |> List.filter (fun one -> one.Kind = kind) |> List.groupBy _.Digits do
          let right = [ for one in ones -> one.Accuracy ]
          digits, Interval(List.average right, List.min right, List.max right) ]
    |> List.sortBy fst

/// Where the Vision Transformer's lowest accuracy is above another's highest, in words.
let private besides (trained: Trained list) other =
    let pairs = List.zip (bySize trained Kind.Vit) (bySize trained other)
    let isAbove ((_, vit: Interval), (_, other: Interval)) = vit.Low > other.High
    let name = (if other = Kind.Conv then "the " else "") + named other
    match pairs |> List.rev |> List.takeWhile isAbove |> List.tryLast with
    | None -> $"it does not overtake {name}"
    | Some((digits, _), _) when digits = fst (fst pairs.Head) -> $"it is above {name} from the first"
    | Some((digits, _), _) -> $"it has overtaken {name} at {Numeral.Of digits}"

let reportSizes (lab: ExperimentRun) (setting: Setting) (trained: Trained list) =
    lab.Report.Section "How many digits does it take?"
    let sentences = [ for kind in kinds.Tail -> besides trained kind ]
    lab.Report.Text $"As the Vision Transformer gets more digits, {listed sentences}. It knows nothing of what is \
        beside what in a picture, and has to learn it from the digits; a convolution is made for it."
    let curve kind =
        Chart.Band(named kind, [ for digits, right in bySize trained kind -> float digits, right ])
    lab.Report.Chart(
        Chart.combine (List.collect curve kinds)
        |> Chart.withTitle "Accuracy by the digits that train"
        |> Chart.withXAxisStyle ("digits", AxisType = StyleParam.AxisType.Log)
        |> Chart.withYAxisStyle "accuracy"
        |> Chart.withLegendStyle (TraceOrder = StyleParam.TraceOrder.Normal),
        $"Fewer digits than all are learned with {Numeral.Of(100.0 * setting.Share)} %% of the updates, so that all \
            kinds have equal seconds at each number; the mean of {setting.Repeats} trainings with other digits and \
            first weights, between the lowest and the highest.")

// ---- What goes wrong ---------------------------------------------------------------------------------------------

let reportConfusion (lab: ExperimentRun) (judged: LabeledPictures) (probabilities: (Kind * Tensor) list) =
    let matrix (kind, chances: Tensor) =
        let counted = ConfusionMatrix.Of(chances, judged.Labels)
        let wrong = Tensor.Init([ 10; 10 ], fun at -> if at[0] = at[1] then nan else float counted[at[0], at[1]])
        Chart.Matrix(wrong, X = judged.Classes, Y = judged.Classes, Format = ".0f")
        |> Chart.withTitle (named kind)
        |> Chart.withXAxisStyle "taken for"
        |> Chart.withYAxisStyle "is"
    lab.Report.Section "What is taken for what"
    lab.Report.Charts(
        [ for one in probabilities do if fst one = Kind.Vit || fst one = Kind.Conv then matrix one ],
        $"How many of the {Numeral.Of judged.Count} digits are taken for another; those that are right are left out.")

/// The mistakes of a kind, those first that it is surest of, with what it takes them for.
let private mistakes (judged: LabeledPictures) (chances: Tensor) =
    let labels, found, sure = judged.Labels.ToArray<int>(), chances.ArgMax(1).ToArray<int>(), chances.Max(1).ToArray()
    [ for i in 0 .. labels.Length - 1 do if found[i] <> labels[i] then i, labels[i], found[i], sure[i] ]
    |> List.sortBy (fun (_, _, _, chance) -> -chance)
    |> List.truncate 20

let reportMistakes (lab: ExperimentRun) (judged: LabeledPictures) (probabilities: (Kind * Tensor) list) =
    lab.Report.Section "The worst mistakes"
    for kind, chances in probabilities do
        let worst = mistakes judged chances
        if (kind = Kind.Vit || kind = Kind.Conv) && not worst.IsEmpty then
            let rows = [ for row, _, _, _ in worst -> row ]
            let captions = [ for _, label, taken, chance in worst -> $"{label} as {taken}, %.0f{100.0 * chance} %%" ]
            lab.Report.Pictures(
                PictureGrid(judged.Pictures.Rows rows, captions),
                $"Those that the {named kind} is surest of: what it is, what it is taken for, and how sure.")

// ---- Inside the Vision Transformer -------------------------------------------------------------------------------

let reportLooking (lab: ExperimentRun) (judged: LabeledPictures) (model: VisionTransformer) (chances: Tensor) =
    let labels = judged.Labels.ToArray<int>()
    let ones = [ for label in 0..9 -> Array.IndexOf(labels, label) ]
    let wrong = [ for row, _, _, _ in mistakes judged chances -> row ] |> List.truncate 10
    let found = chances.ArgMax(1).ToArray<int>()
    let grid (rows: int list) =
        lookedAt model (judged.Pictures.Rows rows) [ for row in rows -> $"{labels[row]} as {found[row]}" ]
    lab.Report.Section "Where the Vision Transformer looks"
    lab.Report.Text "The more orange, the more of a patch is in what the class token has become: attention of all \
        heads, rolled out through all blocks (Abnar and Zuidema 2020)."
    lab.Report.Pictures(grid ones, "The first of each digit.")
    if not wrong.IsEmpty then lab.Report.Pictures(grid wrong, "The mistakes that it is surest of.")

/// The mean similarity of positions that are so far apart, in patches.
let private byDistance (similarities: Tensor) =
    let rows = similarities.Shape[0]
    let values = similarities.ToArray() |> Array.chunkBySize (rows * rows)
    [ for i in 0 .. rows * rows - 1 do
          for j in 0 .. rows * rows - 1 do
              let down, across = i / rows - j / rows, i % rows - j % rows
              if i <> j then sqrt (float (down * down + across * across)), values[i][j] ]
    |> List.groupBy fst
    |> List.map (fun (distance, pairs) -> distance, List.averageBy snd pairs)
    |> List.sortBy fst

let reportPositions (lab: ExperimentRun) (model: VisionTransformer) =
    let similarities = model.PositionSimilarities()
    let rows, means = similarities.Shape[0], byDistance similarities
    let near, far = snd means.Head, snd (List.last means)
    let side = rows * (rows + 1) - 1
    let place i = i / (rows + 1), i % (rows + 1) // the map that a cell is in, and its place there
    let mosaic =
        Tensor.Init([ side; side ], fun at ->
            let (row, down), (column, across) = place at[0], place at[1]
            if down = rows || across = rows then nan else similarities[row, column, down, across].ToDouble())
    lab.Metric("positions.neighbours", near, title = "similarity of neighbouring positions")
    lab.Metric("positions.farthest", far, title = "similarity of the positions farthest apart")
    lab.Report.Section "What its positions have learned"
    lab.Report.Text $"Nobody told the network which patch lies beside which. The cosine between the learned positions \
        of neighbours is %.2f{near} on average, of those farthest apart %.2f{far}."
    lab.Report.Charts(
        [ Chart.Matrix(mosaic, IsSigned = true, Range = (-1.0, 1.0))
          |> Chart.withTitle "Each position beside all others"
          |> Chart.withXAxisStyle "columns of patches"
          |> Chart.withYAxisStyle "rows of patches"
          Chart.Line(means, ShowMarkers = true)
          |> Chart.withTitle "Similarity by distance"
          |> Chart.withXAxisStyle "patches apart"
          |> Chart.withYAxisStyle "cosine" ],
        "Each small map belongs to the patch at its place, and shows how like its position those of all patches are.")

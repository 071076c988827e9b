// Question  The documents saw tanh and sigmoid networks predict house prices in a few vertical bands, and said that they "can't handle the range". Is that the cause?
// Data      Boston housing (data/boston.csv), split 300 / 206 as in the document, another split and other weights for every seed.
// Method    13-40-40-1, five pairs of hidden activations, Adam with Keras' settings, 1000 epochs: on raw features with one update an epoch, as documented; then
//           with one cause removed at a time (standardized features; as many updates as batch 32 gives), then with both removed. Medians over seeds.
// Expected  As documented, sigmoid-sigmoid predicts nearly one price for all houses (standard deviation below 0.5). With both causes removed every pair fits,
//           and sigmoid-sigmoid has the lowest test error: 12.9 against ReLU's 14.2. 35 to 60 s on two cores.
#load "crucible.fsx"

open System
open Argu
open Crucible
open Crucible.Lab.Reports
open Crucible.Lab.Scripting
open Crucible.Lab.Tables
open Crucible.Layers
open Crucible.Optimizers
open Crucible.Statistics
open Crucible.Tensors
open Crucible.Training
open Crucible.Diagnostics
open Plotly.NET

type Options =
    | [<Unique>] Epochs of count: int
    | [<Unique>] Seeds of count: int

    interface IArgParserTemplate with
        member option.Usage =
            match option with
            | Epochs _ -> "passes over the training rows (1000, as documented)"
            | Seeds _ -> "splits and initial weights to take medians over (15)"

type Pair = { Name: string; Layers: (unit -> Layer) * (unit -> Layer); HasCurved: bool }

/// One way to train: as documented, or with causes removed.
type Variant = { Key: string; Says: string; Standardized: bool; BatchSize: int; EpochFactor: int }

type Outcome =
    { TrainMse: float
      TestMse: float
      /// Different predictions of the training rows, rounded to 0.01 ($10).
      Distinct: int
      PredStd: float
      Updates: int
      Predicted: float[]
      Actual: float[]
      Diagnosis: TrainingDiagnostics }

let trainRows = 300

let pairs =
    let relu () : Layer = Relu()
    let tanh () : Layer = Tanh()
    let sigmoid () : Layer = Sigmoid()
    [ { Name = "sigmoid-sigmoid"; Layers = (sigmoid, sigmoid); HasCurved = true }
      { Name = "tanh-tanh"; Layers = (tanh, tanh); HasCurved = true }
      { Name = "tanh-relu"; Layers = (tanh, relu); HasCurved = true }
      { Name = "relu-tanh"; Layers = (relu, tanh); HasCurved = true }
      { Name = "relu-relu"; Layers = (relu, relu); HasCurved = false } ]

let raw = { Key = "raw"; Says = "as documented"; Standardized = false; BatchSize = trainRows; EpochFactor = 1 }
let std = { raw with Key = "std"; Says = "standardizing"; Standardized = true }
let updates = { raw with Key = "updates"; Says = "more updates"; BatchSize = 32 }
let both = { updates with Key = "both"; Says = "both"; Standardized = true }
let variants = [ raw; std; updates; both ]
/// As many updates as batch 32 gives, but of all rows: is it their number that helps, or the noise of small batches?
let control = { raw with Key = "control"; Says = "more updates, all rows in each"; EpochFactor = (trainRows + 31) / 32 }

/// Training and test MSE, different predictions and their standard deviation as recomputed in PyTorch (medians of 5 seeds, 3 for batch 32).
let peers =
    Map
        [ ("relu-relu", "raw"), (20.8, 22.8, 284, 8.2); ("relu-relu", "std"), (6.7, 13.1, 281, 8.9)
          ("sigmoid-sigmoid", "raw"), (93.2, 82.5, 10, 0.09); ("sigmoid-sigmoid", "std"), (71.1, 58.6, 139, 3.1)
          ("tanh-tanh", "raw"), (57.9, 64.3, 64, 4.6); ("tanh-tanh", "std"), (22.0, 24.6, 276, 6.5)
          ("tanh-relu", "raw"), (25.3, 30.0, 135, 7.1); ("tanh-relu", "std"), (8.8, 15.2, 286, 8.6)
          ("relu-tanh", "raw"), (78.6, 81.3, 5, 0.57); ("relu-tanh", "std"), (28.0, 29.4, 270, 5.9)
          ("sigmoid-sigmoid", "updates"), (10.4, 17.9, 255, 8.4); ("sigmoid-sigmoid", "both"), (4.3, 10.6, 281, 9.0)
          ("tanh-tanh", "updates"), (16.4, 32.2, 150, 8.3); ("tanh-tanh", "both"), (0.5, 12.6, 283, 9.1)
          ("tanh-relu", "updates"), (16.6, 24.1, 174, 8.5); ("tanh-relu", "both"), (1.2, 11.4, 281, 9.0)
          ("relu-tanh", "updates"), (13.3, 22.1, 138, 8.5); ("relu-tanh", "both"), (0.1, 11.0, 279, 9.2)
          ("relu-relu", "updates"), (8.4, 17.6, 278, 8.4); ("relu-relu", "both"), (0.8, 15.7, 283, 9.1) ]

let mse (predicted: float[]) (actual: float[]) = RegressionError.MeanSquared(predicted, actual)
let median (values: seq<float>) = MathNet.Numerics.Statistics.Statistics.Median values

// ---- One network -------------------------------------------------------------------------------------------------------------------------------------

let train (houses: RegressionTable) (epochs: int) (token: Threading.CancellationToken) (splitSeed: uint64) (seed: uint64) (pair: Pair) (variant: Variant) =
    let rows = houses.Split(trainRows, Generator splitSeed)
    let scaler = StandardScaler.Fit rows.TrainX
    let toFeatures (x: Tensor) = (if variant.Standardized then scaler.Transform x else x).To DType.Float32
    let actual = rows.TrainY.ToArray()
    let x, y = toFeatures rows.TrainX, rows.TrainY.To(DType.Float32).Reshape(trainRows, 1)

    // Keras' defaults: Glorot-uniform weights and zero biases (those of Linear), Adam at 1e-3 with ε = 1e-7.
    let generator = Generator seed
    let first, second = pair.Layers
    let model = Linear(13, 40, generator) --> first () --> Linear(40, 40, generator) --> second () --> Linear(40, 1, generator)
    let loss (prediction: Tensor) (target: Tensor) = Loss.MeanSquaredError(prediction, target)
    let epochs = epochs * variant.EpochFactor
    let total = epochs * ((trainRows + variant.BatchSize - 1) / variant.BatchSize)
    let diagnosis = TrainingDiagnostics(model, x, y, loss, DiagnosticsOptions(Every = max 1 (total / 25), ColumnNames = houses.Features))
    let options =
        TrainerOptions(Epochs = epochs, Seed = seed, Cancellation = token, OnUpdate = fun update _ -> diagnosis.Observe update)
    let history = Trainer(model, Adam(model.Parameters, AdamOptions(LearningRate = 1e-3, Epsilon = 1e-7)), loss).Fit(RowBatches(x, y, variant.BatchSize), options)

    let predict (x: Tensor) = Tensor.Evaluate(fun () -> model.Forward(toFeatures x)).ToArray()
    let predicted = predict rows.TrainX
    { TrainMse = mse predicted actual
      TestMse = mse (predict rows.TestX) (rows.TestY.ToArray())
      Distinct = predicted |> Array.distinctBy (fun price -> Math.Round(price, 2)) |> Array.length
      PredStd = Summary.Of(predicted).StandardDeviation
      Updates = history.Updates
      Predicted = predicted
      Actual = actual
      Diagnosis = diagnosis }

// ---- Report ------------------------------------------------------------------------------------------------------------------------------------------

/// As the documents draw it: predicted across, actual upwards.
let bands (title: string) (outcome: Outcome) =
    Chart.combine
        [ Chart.Point(x = outcome.Predicted, y = outcome.Actual, Name = "houses", Opacity = 0.55) |> Chart.withMarkerStyle(Size = 5)
          Chart.Line(x = [ 0.0; 52.0 ], y = [ 0.0; 52.0 ], Name = "exact", LineDash = StyleParam.DrawingStyle.Dot) ]
    |> Chart.withTitle title
    |> Chart.withXAxisStyle("predicted ($1000s)", MinMax = (0.0, 52.0))
    |> Chart.withYAxisStyle("actual ($1000s)", MinMax = (0.0, 52.0))
    |> Chart.withLayoutStyle(ShowLegend = false, Height = 330)

/// Houses that share their prediction, to $10, with four others or more: those that stand in a vertical band.
let inBands (outcome: Outcome) = outcome.Predicted |> Array.countBy (fun price -> Math.Round(price, 2)) |> Array.sumBy (fun (_, houses) -> if houses >= 5 then houses else 0)

let span (values: float[]) = $"%.1f{Array.min values} to %.1f{Array.max values}"

let describeBands (report: Report) (pair: Pair) (before: Outcome) (after: Outcome) =
    report.Charts(
        [ bands $"{pair.Name}: MSE %.1f{before.TrainMse}" before
          bands $"repaired: MSE %.1f{after.TrainMse}" after ],
        $"{pair.Name}: as documented {before.Distinct} different predictions, from {span before.Predicted}, and {inBands before} of {trainRows} houses in vertical bands (five or more with the same prediction); repaired {after.Distinct} different ones, from {span after.Predicted}, and {inBands after} in bands.")

/// What removing each cause did to the test error, in a sentence made of the numbers.
let worth name (test: Variant -> float) =
    let falls variant = test raw - test variant
    let told variant =
        let effect = if falls variant > 0.0 then "brings it down to" else "leaves it at"
        $"{variant.Says} alone {effect} %.1f{test variant}"
    let first, second = if falls updates >= falls std then updates, std else std, updates
    let verdict =
        if falls first <= 0.0 then "neither helps alone"
        elif falls second <= 0.5 * falls first then $"{first.Says} is worth more"
        else "the two are worth about the same"
    $"{name}: test error %.1f{test raw} as documented; {told std}, {told updates}; both together give %.1f{test both}. Here {verdict}."

// ---- The script --------------------------------------------------------------------------------------------------------------------------------------

Experiment<Options>.Run("Why tanh and sigmoid networks failed on raw house data, one cause at a time.", fun (lab: ExperimentRun<ParseResults<Options>>) ->
    let positive value = if value >= 1 then value else failwith $"must be 1 or more, but is {value}."
    let epochs = if lab.Options.Contains Epochs then lab.Options.PostProcessResult(Epochs, positive) else 1000
    let seeds = if lab.Options.Contains Seeds then lab.Options.PostProcessResult(Seeds, positive) else lab.Pick(15, 3)
    let controls = min seeds (lab.Pick(3, 1))
    lab.Config {| epochs = epochs; seeds = seeds; controlSeeds = controls; learningRate = 1e-3; hidden = "40-40" |}
    let houses = Houses.Load()

    // The control runs go first: they are the longest.
    let work =
        [ for variant, count in (control, controls) :: [ for variant in variants -> variant, seeds ] do
            for pair in pairs do
                for i in 0 .. count - 1 -> pair, variant, i ]
    let outcomes =
        lab.InParallel("networks", work, fun (pair, variant, i) ->
            (pair.Name, variant.Key, i), train houses epochs lab.Token (lab.Seed + uint64 i) (lab.SeedOf i) pair variant)
        |> Map
    let runsOf (pair: Pair) (variant: Variant) = [ for i in 0 .. seeds - 1 do yield! Option.toList (outcomes.TryFind(pair.Name, variant.Key, i)) ]
    let middle pair variant (measure: Outcome -> float) = runsOf pair variant |> List.map measure |> median

    for pair in pairs do
        for variant in variants do
            let metric name measure = lab.Metric($"{pair.Name}.{variant.Key}.{name}", middle pair variant measure)
            metric "train_mse" _.TrainMse
            let isHeadline = (pair.Name = "sigmoid-sigmoid" && (variant = raw || variant = both)) || (pair.Name = "relu-relu" && variant = both)
            lab.Metric($"{pair.Name}.{variant.Key}.test_mse", middle pair variant _.TestMse, isHeadline)
            metric "distinct" (fun outcome -> float outcome.Distinct)
            metric "pred_std" _.PredStd

    // The bands: for every pair the run with the middle number of different predictions, and the same split and weights repaired.
    let shown (pair: Pair) =
        let byDistinct = [ for i in 0 .. seeds - 1 -> outcomes[pair.Name, "raw", i].Distinct, i ] |> List.sort
        let _, i = byDistinct[seeds / 2]
        outcomes[pair.Name, "raw", i], outcomes[pair.Name, "both", i]
    lab.Report.Section "The bands, and the repaired networks"
    lab.Report.Text $"Predicted against actual prices of the {trainRows} training rows, drawn as in the documents' figures 11 and 12: predicted across, actual upwards. Of each two figures the first is the network as documented (raw features, {(runsOf pairs.Head raw).Head.Updates} updates), the second the same split and the same initial weights with standardized features and {(runsOf pairs.Head both).Head.Updates} updates."
    for pair in pairs do shown pair ||> describeBands lab.Report pair

    // What each cause was worth.
    lab.Report.Section "What each cause was worth"
    for pair in pairs do lab.Report.Text(worth pair.Name (fun variant -> middle pair variant _.TestMse))
    lab.Report.Chart(
        Chart.combine
            [ for variant in variants ->
                Chart.Column(values = [ for pair in pairs -> middle pair variant _.TestMse ], Keys = [ for pair in pairs -> pair.Name ], Name = variant.Says) ]
        |> Chart.withTitle $"Test error with causes removed (medians of {seeds})"
        |> Chart.withXAxisStyle "hidden activations"
        |> Chart.withYAxisStyle "mean squared error ($1000s)²",
        "Lower is better. Standardizing: features with mean 0 and deviation 1. More updates: 10 an epoch (batch 32) instead of 1. Both: the two together.")
    let columns = [ "pair"; "variant"; "train"; "PyTorch"; "test"; "PyTorch"; "different"; "PyTorch"; "deviation"; "PyTorch" ]
    let rows =
        [ for pair in pairs do
            for variant in variants do
                let median digits measure = Math.Round(middle pair variant measure, (digits: int))
                let train, test, different, deviation = peers[pair.Name, variant.Key]
                pair.Name, variant.Key, median 1 _.TrainMse, train, median 1 _.TestMse, test, median 0 (fun outcome -> float outcome.Distinct), different, median 2 _.PredStd, deviation ]
    lab.Report.Table(columns, rows, $"Training and test MSE, different predictions of the training rows (to 0.01) and their standard deviation: medians of {seeds} splits and initial weights, and beside them the same experiment in PyTorch, medians of 5 (3 for batch 32)")
    lab.Table(columns, rows)

    let noise =
        [ for pair in pairs do
            let test (variant: Variant) = median [ for i in 0 .. controls - 1 -> outcomes[pair.Name, variant.Key, i].TestMse ]
            lab.Metric($"{pair.Name}.control.test_mse", test control)
            pair.Name, Math.Round(test raw, 2), Math.Round(test updates, 2), Math.Round(test control, 2) ]
    lab.Report.Text(
        let helped = noise |> List.filter (fun (_, raw, _, full) -> full < raw) |> List.length
        let better = noise |> List.filter (fun (_, _, small, full) -> small < full) |> List.length
        $"Is it the number of updates that helps, or the noise of small batches? With as many updates, each of all {trainRows} rows, the test error is below the documented one for {helped} of {noise.Length} pairs; small batches do still better for {better} of {noise.Length}.")
    lab.Report.Table([ "pair"; "as documented"; "more updates, batch 32"; "as many updates, batch 300" ], noise, $"Test MSE on raw features, medians of the first {controls} seeds")

    // Sigmoid against ReLU, and the document's explanation.
    let sigmoids, relus = pairs.Head, List.last pairs
    let sigmoidTest, reluTest = middle sigmoids both _.TestMse, middle relus both _.TestMse
    let wins = List.zip (runsOf sigmoids both) (runsOf relus both) |> List.filter (fun (sigmoid, relu) -> sigmoid.TestMse < relu.TestMse) |> List.length
    lab.Metric("sigmoid_wins", wins)
    lab.Report.Section "Can sigmoid and tanh handle the range of prices?"
    let verdict = if sigmoidTest < reluTest then "beats" else "does not beat"
    lab.Report.Text $"The repaired sigmoid network {verdict} the ReLU one on the test rows: median test error %.1f{sigmoidTest} against %.1f{reluTest}, and lower in {wins} of {seeds} splits. Its training error is %.1f{middle sigmoids both _.TrainMse}, ReLU's %.1f{middle relus both _.TrainMse}."
    let _, repaired = shown sigmoids
    let reaches = Array.max repaired.Predicted > 0.9 * Array.max repaired.Actual
    lab.Report.Text(
        $"The document's explanation was that these functions cannot handle the range of values. The output layer is linear, so a hidden value between 0 and 1 is no bound on a price: the repaired sigmoid network of the first figure predicts {span repaired.Predicted}, where prices run from {span repaired.Actual}. "
        + (if reaches then "The range is not the cause." else "It does not reach the highest prices."))

    // Why: the diagnosis of every run.
    let has symptom (outcome: Outcome) = outcome.Diagnosis.Findings() |> Seq.exists (fun finding -> finding.Symptom = symptom)
    let count symptom pair variant = runsOf pair variant |> List.filter (has symptom) |> List.length
    let clean pair variant = runsOf pair variant |> List.filter (fun outcome -> outcome.Diagnosis.Findings().Count = 0) |> List.length
    lab.Report.Section "Why they failed: the diagnosis"
    lab.Report.Text "Each network was watched while it learned. These sentences are the diagnosis of the documented networks drawn above, made from their activations, gradients and updates:"
    for pair in pairs do
        let before, _ = shown pair
        lab.Report.Table([ "where"; "what was measured"; "what to change" ], [ for finding in before.Diagnosis.Findings() -> finding.Place, finding.Problem, finding.Remedy ], pair.Name)
    lab.Report.Table(
        [ "pair"; "variant"; "saturated units"; "dead units"; "too few updates"; "equal predictions"; "nothing wrong" ],
        [ for pair in pairs do
            for variant in variants ->
                pair.Name, variant.Key, count Symptom.SaturatedUnits pair variant, count Symptom.DeadUnits pair variant,
                count Symptom.TooFewUpdates pair variant, count Symptom.EqualPredictions pair variant, clean pair variant ],
        $"In how many of {seeds} runs the diagnosis names what")
    lab.Report.Section "sigmoid-sigmoid in detail"
    let before, after = shown sigmoids
    lab.Report.Text "As documented:"
    lab.Report.Diagnosis before.Diagnosis
    lab.Report.Text "Repaired:"
    lab.Report.Diagnosis after.Diagnosis

    // Expected results.
    let below name limit value = lab.Check(name, $"below {limit}", value, value < limit)
    let curved = pairs |> List.filter _.HasCurved
    if epochs = 1000 then
        below "sigmoid-sigmoid as documented: deviation of the predictions" 0.5 (middle sigmoids raw _.PredStd)
        below "sigmoid-sigmoid as documented: different predictions" 60.0 (middle sigmoids raw (fun outcome -> float outcome.Distinct))
        below "tanh-tanh as documented: different predictions" 150.0 (middle pairs[1] raw (fun outcome -> float outcome.Distinct))
        lab.Check("relu-relu as documented: different predictions", "above 200", middle relus raw (fun outcome -> float outcome.Distinct), middle relus raw (fun outcome -> float outcome.Distinct) > 200.0)
        let named = curved |> List.sumBy (fun pair -> count Symptom.SaturatedUnits pair raw)
        lab.Check("diagnosis: saturated units named as documented, where there is tanh or sigmoid", $"all {curved.Length * seeds} runs", named, (named = curved.Length * seeds))
        let named = pairs |> List.sumBy (fun pair -> seeds - clean pair both)
        lab.CheckAtMost("diagnosis: repaired runs in which it finds something", named, 0.05 * float (pairs.Length * seeds))
        // Three splits are too few for a test error: its deviation from split to split is 3.
        if not lab.Quick then
            below "sigmoid-sigmoid repaired: test MSE" 14.0 sigmoidTest
            below "tanh-tanh repaired: test MSE" 16.0 (middle pairs[1] both _.TestMse))

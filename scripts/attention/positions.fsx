// Question  Why does attention need positions, and which kind of them learns quickest to look a fixed way back?
// Data      Sequences of 32 random tokens of 16; at every place the answer is the token three places back.
// Method    A model of one block without positions and with sinusoidal, learned and rotary ones, 250 updates each; how
//           much of the likeness of two positions their distance alone explains.
// Expected  Losses after 250 updates: none 2.44 (guessing 2.77), sinusoidal 0.29, learned 0.004, rotary 0.0007.
//           Distance explains all of the likeness of sinusoidal and rotary positions, 47 % of learned ones. 2 s.
#load "../crucible.fsx"

open System
open Crucible.Lab.Reports
open Crucible.Lab.Scripting
open Crucible.Layers
open Crucible.Models
open Crucible.Optimizers
open Crucible.Tensors
open Plotly.NET

type Options =
    { [<Option("updates of each model (250; --quick 40)", Min = 10, Max = 1000000)>] Steps: int option }

let back, context, vocabulary = 3, 32, 16
let guessing = log (float vocabulary)
let kinds =
    [ PositionKind.None, "none"
      PositionKind.Sinusoidal, "sinusoidal"
      PositionKind.Learned, "learned"
      PositionKind.Rotary, "rotary" ]

type Trained = { Name: string; Model: Gpt; Losses: float[]; Final: float; Tokens: Tensor }

/// A small model learns to name the token three places back, which nothing but its position tells.
let learnToLookBack (lab: ExperimentRun) steps (kind, name) =
    let shape =
        GptOptions(Vocabulary = vocabulary, Context = context, Layers = 1, Heads = 2, Width = 32, IsTied = false,
                   Positions = kind)
    let model = Gpt(shape, Generator(lab.SeedOf 2))
    let optimizer = AdamW(ParameterGroup.DecayMatricesOnly model.Parameters, AdamOptions(LearningRate = 0.01))
    let data = Generator(lab.SeedOf 3)
    let batch () =
        let tokens = Array2D.init 16 context (fun _ _ -> data.NextInt vocabulary)
        let answer row t _ = if t < back then -100 else tokens[row, t - back]
        Tensor.Of tokens, Tensor.Of(Array2D.mapi answer tokens)
    let losses =
        [| for _ in 1..steps do
            lab.Token.ThrowIfCancellationRequested()
            let tokens, target = batch ()
            let logits = model.Forward(tokens, Pass.Training data)
            let loss = Loss.CrossEntropy(logits, target, ignoredIndex = Nullable -100)
            optimizer.ZeroGradients()
            loss.Backward()
            GradientClipping.ByNorm(model.Parameters, 1.0) |> ignore
            optimizer.Step()
            loss.ToDouble() |]
    let final = Array.average losses[losses.Length - losses.Length / 10 - 1 ..]
    { Name = name; Model = model; Losses = losses; Final = final; Tokens = fst (batch ()) }

/// Cosines of the angles between all rows.
let similarity (rows: Tensor) =
    let unit = rows / rows.Norm(2.0, [ 1 ], keepDims = true)
    unit.MatMul(unit, transposeB = true)

/// The share of a matrix' variance that the distance from the diagonal explains.
let byDistance (m: Tensor) =
    let size = m.Shape[0]
    let values = m.ToArray() |> Array.mapi (fun i v -> i / size - i % size, v)
    let squares (group: (int * float)[]) =
        let mean = Array.averageBy snd group
        group |> Array.sumBy (fun (_, v) -> (v - mean) ** 2.0)
    1.0 - (values |> Array.groupBy fst |> Array.sumBy (snd >> squares)) / squares values

/// How much weight the last place gives to each place back, averaged over heads and examples.
let looks (trained: Trained) =
    let maps = AttentionMaps()
    Tensor.Evaluate(fun () -> trained.Model.Forward(trained.Tokens, Pass.Evaluation.With maps)) |> ignore
    (maps.Weights[0].Mean([ 0; 1 ]).Slice(0, context - 1)).ToArray() |> Array.rev

let picture (title: string) (across: string) (values: Tensor) =
    Chart.Matrix(values, IsSigned = true)
    |> Chart.withTitle title
    |> Chart.withXAxisStyle across
    |> Chart.withYAxisStyle "position"

let question = "Why does attention need positions, and which kind learns quickest to look back?"

Experiment.Run(question, { Steps = None }, fun lab ->
    let steps = defaultArg lab.Options.Steps (lab.Pick(250, 40))
    lab.Config {| Steps = steps |}
    let trained = lab.InParallel("positions", kinds, learnToLookBack lab steps)
    let ends name = trained |> Array.find (fun t -> t.Name = name) |> _.Final

    let waves = SinusoidalPositions(context, 32).Table
    let learned = trained[2].Model.Parameters |> Seq.find (fun p -> p.Name = "position.weight") |> _.Detach()
    let turned = RotaryPositions(context, 32).Forward(Tensor.Ones(context, 32))
    let likeness = [ "sinusoidal", similarity waves; "learned", similarity learned; "rotary", similarity turned ]
    let shares = [ for name, m in likeness -> name, byDistance m ]

    let curves =
        Chart.combine
            [ for t in trained do Chart.Line([ for i, loss in Array.indexed t.Losses -> i + 1, loss ], Name = t.Name)
              Chart.Line([ 1, guessing; steps, guessing ], Name = "guessing", LineDash = StyleParam.DrawingStyle.Dash,
                         LineColor = Color.fromHex "#8a94a3") ]
        |> Chart.withTitle "Learning to look three places back"
        |> Chart.withXAxisStyle "update"
        |> Chart.withYAxisStyle ("cross-entropy (nats a token)", AxisType = StyleParam.AxisType.Log)
    let best, without = trained |> Array.minBy _.Final, ends "none"
    lab.Answer(
        $"Attention is an average, and an average does not know in which order it was taken: without positions the \
            loss ends at %.2f{without} nats a token, little below guessing (%.2f{guessing}). With them it \
            ends at "
        + listed [ for t in trained do if t.Name <> "none" then $"%.2g{t.Final} ({t.Name})" ]
        + $", near 0 where the answer three places back is found. Best in {steps} updates: {best.Name}.",
        [ for name in [ "none"; "learned"; "rotary" ] ->
            Estimate($"loss, positions: {name}", ends name, "nats a token") ],
        curves)

    lab.Report.Section "The task"
    lab.Report.Text $"A model of one block is asked at every place for the token three places back, of {vocabulary} \
        random ones. Sinusoidal positions add waves of different lengths to the vectors; learned positions add vectors \
        that are trained; rotary positions turn queries and keys by an angle that grows with the place."
    let begun losses =
        match Array.tryFindIndex (fun loss -> loss < 1.0) losses with
        | Some i -> string (i + 1)
        | None -> $"not in {steps}"
    let rows = [ for t in trained -> t.Name, t.Final, begun t.Losses ]
    let columns = [ "positions"; $"loss after {steps} updates (nats a token)"; "updates until the loss is below 1" ]
    lab.Report.Table(columns, rows)
    lab.Table([ "positions"; $"loss after {steps} updates"; "updates until below 1" ], rows)
    let below = guessing - without
    if below > 0.05 then
        lab.Report.Text $"Without positions the loss still ends %.2f{below} below guessing: the mask leaves the first \
            places few tokens to choose from."
    if ends "sinusoidal" > 2.0 * ends "learned" then
        lab.Report.Text $"Sinusoidal positions have a handicap here: their waves have a standard deviation of \
            %.2f{waves.Flatten().Std().ToDouble()}, the vectors of fresh tokens one of 0.02, as in GPT-2, and drown in \
            them until they have grown. The first transformers multiplied the tokens' vectors by √C for that reason."
    lab.Report.Chart(
        Chart.combine
            [ for t in trained ->
                Chart.Line([ 0..15 ], Array.truncate 16 (looks t), Name = t.Name, ShowMarkers = true) ]
        |> Chart.withTitle "Where the last place looks"
        |> Chart.withXAxisStyle "places back"
        |> Chart.withYAxisStyle "mean weight",
        "The weight of each place, averaged over heads and examples. The answer stands three places back.")

    lab.Report.Section "What is added, and how alike positions are"
    lab.Report.Charts(
        [ picture "Sinusoidal: what is added" "channel" waves; picture "Learned: what is added" "channel" learned ],
        "Sinusoidal channels are waves, from one turn in 6 positions on the left to hardly any on the right. Learned \
            ones, here after training, are whatever served the task.")
    lab.Report.Charts(
        [ for name, m in likeness -> picture $"Similarity of {name} positions" "position" m ],
        "The cosine between two positions' vectors, or for rotary positions between the same vector turned to both. \
            Where every diagonal has one colour, only the distance counts.")
    let verdict = listed [ for name, share in shares -> $"{name} %.0f{100.0 * share} %%" ]
    lab.Report.Text $"How much of the similarity of two positions is explained by their distance alone: {verdict}. \
        Where it is 100 %%, the model need not learn for each place anew what \"three back\" means."

    for name, share in shares do
        lab.Metric($"distance_share_{name}", share, title = $"similarity explained by distance, {name}")
    for t in trained do
        let isHeadline = List.contains t.Name [ "none"; "rotary" ]
        let title = $"loss of looking back, positions: {t.Name} (nats a token)"
        lab.Metric($"look_back_loss_{t.Name}", t.Final, isHeadline, title)
    if not lab.Quick then
        lab.CheckAtMost("loss of looking three back with rotary positions", ends "rotary", 0.1)
        lab.CheckAtLeast("the same without positions", ends "none", 1.5)
    lab.CheckAtLeast("similarity of sinusoidal positions explained by distance", snd shares[0], 0.999)
    lab.CheckAtLeast("similarity of rotary positions explained by distance", snd shares[2], 0.999))

// Question  What does attention compute, step by step, and why are scores divided by √d and positions added?
// Data      The worked examples of a hand-written transformer course (the, cat, sat; two scores; a padded sentence; aaabdaaabac), and 47 made-up French sentences.
// Method    Every example is computed by the library's own layers, and the course's numbers stand beside it. Saturation is measured on random queries and keys;
//           positions are compared on a task that needs them; an encoder and a decoder learn to translate all sentences but one, and are asked for that one.
// Expected  Every value as recomputed by hand; the course slipped at eight places. Without √d the largest of 16 weights averages 0.96 at d = 1024, with it 0.25.
//           "Je suis étudiant" becomes "I am a student <eos>" without having been seen. 8 to 10 s on two cores.
#load "crucible.fsx"

open System
open Argu
open Crucible
open Crucible.Lab.Reports
open Crucible.Lab.Scripting
open Crucible.Layers
open Crucible.Models
open Crucible.Optimizers
open Crucible.Tensors
open Crucible.Text

type Options =
    | [<Unique>] Steps of count: int
    | [<Unique>] Draws of count: int

    interface IArgParserTemplate with
        member option.Usage =
            match option with
            | Steps _ -> "updates of each small model"
            | Draws _ -> "random queries for each d"

// ---- An example beside the course --------------------------------------------------------------------------------------------------------------------

/// One step of an example: what the course prints, what is right, and what the library's layers give.
type Step =
    { What: string
      Course: float list
      Right: float list
      Computed: Tensor
      /// Digits behind the point of what the course prints and of the right values.
      Digits: int * int
      /// Why the course differs, for where it does.
      Slip: string }

let step what digits course right computed slip = { What = what; Digits = digits; Course = course; Right = right; Computed = computed; Slip = slip }

let isNear digits (expected: float) (actual: float) = expected = actual || abs (expected - actual) <= 0.51 * 10.0 ** float -digits

let isSlip (step: Step) =
    let course = fst step.Digits
    not step.Course.IsEmpty && not (List.forall2 (isNear course) step.Course (List.ofArray (step.Computed.ToArray())))

/// Numbers as a matrix would be written, with no more digits than they need.
let show digits (columns: int) (numbers: seq<float>) =
    let number (x: float) = if Double.IsInfinity x then "−∞" else x.ToString("0." + String('#', digits), Globalization.CultureInfo.InvariantCulture)
    numbers |> Seq.chunkBySize columns |> Seq.map (fun row -> "[" + String.Join(" ", Array.map number row) + "]") |> String.concat " "

/// Adds the steps to the report as a table, checks each against its right values, and returns how often the course slipped.
let examine (lab: ExperimentRun) (example: string) (steps: Step list) =
    let rows =
        [ for step in steps do
            let columns = step.Computed.Shape[-1]
            let computed = step.Computed.ToArray()
            let text (numbers: seq<float>) = show (snd step.Digits) columns numbers
            lab.Check($"{example}: {step.What}", text step.Right, text computed, Seq.forall2 (isNear (snd step.Digits)) step.Right computed)
            let course = if step.Course.IsEmpty then "not given" else show (fst step.Digits) columns step.Course
            step.What, course, text computed, (if isSlip step then "slip: " + step.Slip elif step.Course.IsEmpty then "" else "agrees") ]
    lab.Report.Table([ "step"; "the course"; "computed"; "note" ], rows)
    steps |> List.filter isSlip |> List.length

let matrix (rows: float list list) = Tensor.Of(array2D rows, DType.Float64)

/// A matrix with its values; rows look, columns are looked at, unless told otherwise.
let heat title across (rows: string list) (columns: string list) (values: Tensor) =
    Chart.Heatmap(values.Reshape(rows.Length, columns.Length).ToArray() |> Array.chunkBySize columns.Length, X = columns, Y = rows, ReverseYAxis = true, ValueFormat = ".2f")
    |> Chart.withTitle title
    |> Chart.withXAxisStyle across
    |> Chart.withYAxisStyle "word that looks"

/// Weights that change nothing: the examples have W = I.
let identity = Initializer("identity", fun shape dtype _ -> Tensor.Init(shape, (fun index -> if index[0] = index[1] % shape[0] then 1.0 else 0.0), dtype))

let linear size = Linear(size, size, Generator 0UL, LinearOptions(Weight = identity, HasBias = false, DType = DType.Float64))

// ---- The examples ------------------------------------------------------------------------------------------------------------------------------------

let selfAttention (lab: ExperimentRun) =
    lab.Report.Section "Three words look at each other"
    lab.Report.Text "Each word has a vector of four numbers, and its query, key and value are that same vector, because the weights are the identity. A score is the product of a query and a key; divided by √4 and passed through a softmax, the scores of one query become weights that sum to 1; the output is the values averaged with these weights."
    let words = [ "The"; "cat"; "sat" ]
    let x = matrix [ [ 1.0; 0.0; 1.0; 0.0 ]; [ 0.0; 1.0; 0.0; 1.0 ]; [ 1.0; 1.0; 1.0; 1.0 ] ]
    let query, key, value = (linear 4).Forward x, (linear 4).Forward x, (linear 4).Forward x
    let scores = query.MatMul(key, transposeB = true)
    let scaled = scores / sqrt 4.0
    let weights = Softmax().Forward scaled
    let output = weights.MatMul value
    let numbers = List.ofArray (x.ToArray())
    let slips =
        examine lab "the cat sat"
            [ step "queries = keys = values" (0, 0) numbers numbers query ""
              step "scores Q·Kᵀ" (0, 0) [ 2.0; 0.0; 2.0; 0.0; 2.0; 2.0; 2.0; 2.0; 4.0 ] [ 2.0; 0.0; 2.0; 0.0; 2.0; 2.0; 2.0; 2.0; 4.0 ] scores ""
              step "divided by √4" (0, 0) [] [ 1.0; 0.0; 1.0; 0.0; 1.0; 1.0; 1.0; 1.0; 2.0 ] scaled ""
              step "weights" (4, 4) [ 0.4223; 0.1554; 0.4223; 0.1554; 0.4223; 0.4223; 0.2119; 0.2119; 0.5762 ]
                  [ 0.4223; 0.1554; 0.4223; 0.1554; 0.4223; 0.4223; 0.2119; 0.2119; 0.5761 ] weights
                  "the last one is 0.57612, which the course rounds up so that the row sums to 1"
              step "output of The" (4, 4) [ 1.2669; 0.9999; 1.2669; 0.9999 ] [ 0.8446; 0.5777; 0.8446; 0.5777 ] (output.Slice(0, 0, 1))
                  "the weight of sat's value, 0.4223, was added twice; weights that sum to 1 cannot give more than the largest value, 1"
              step "outputs of cat and sat" (4, 4) [] [ 0.5777; 0.8446; 0.5777; 0.8446; 0.7881; 0.7881; 0.7881; 0.7881 ] (output.Slice(0, 1)) "" ]
    lab.Report.Charts(
        [ heat "Scores Q·Kᵀ" "word looked at" words words scores
          heat "Weights" "word looked at" words words weights
          heat "Outputs" "place in the output's vector" words [ "1st"; "2nd"; "3rd"; "4th" ] output ],
        "\"The\" has as much in common with sat as with itself, and nothing with cat: both get the same weight, and cat the rest.")
    let layer = SelfAttention(4, 1, Generator 0UL, MultiHeadAttentionOptions(Weight = identity, OutputWeight = identity, HasBias = false, DType = DType.Float64))
    let difference = ((layer.Forward(x.Unsqueeze 0)).Reshape(3, 4) - output).Abs().Max().ToDouble()
    lab.CheckAtMost("the layer SelfAttention, which stores no weights, differs from the steps by", difference, 1e-12)
    slips

let masked (lab: ExperimentRun) =
    lab.Report.Section "Masks: what may be seen"
    lab.Report.Text "A word must not see what comes after it, for that is what it is to predict (look-ahead mask), and nobody should see the padding that makes sentences equally long (padding mask). A score that is not to be seen becomes −∞, and its weight 0."
    let names = [ "word 1"; "word 2"; "word 3"; "padding" ]
    let x = matrix [ [ 0.1; 0.2; 0.3; 0.4 ]; [ 0.5; 0.6; 0.7; 0.8 ]; [ 0.9; 1.0; 1.1; 1.2 ]; [ 0.0; 0.0; 0.0; 0.0 ] ]
    let scores = ((linear 4).Forward x).MatMul((linear 4).Forward x, transposeB = true)
    let padding = Tensor.Of [| true; true; true; false |]
    let options = AttentionOptions(IsCausal = true, Mask = padding)
    let seen = Tensor.Ones([ 4; 4 ], DType.Bool).Tril().And padding
    let hidden = (scores / 2.0).MaskedFill(seen.Not(), Double.NegativeInfinity)
    let output, weights = x.ScaledDotProductAttentionWithWeights(x, x, options)
    let minus = Double.NegativeInfinity
    let slips =
        examine lab "masks"
            [ step "scores Q·Kᵀ" (2, 2) [ 0.3; 0.7; 1.1; 0.0; 0.7; 1.9; 3.1; 0.0; 1.1; 3.1; 5.1; 0.0; 0.0; 0.0; 0.0; 0.0 ]
                  [ 0.3; 0.7; 1.1; 0.0; 0.7; 1.74; 2.78; 0.0; 1.1; 2.78; 4.46; 0.0; 0.0; 0.0; 0.0; 0.0 ] scores "0.5² + 0.6² + 0.7² + 0.8² is 1.74, and so on"
              step "combined mask" (0, 0) [ 1.0; 0.0; 0.0; 0.0; 1.0; 1.0; 0.0; 0.0; 1.0; 1.0; 1.0; 0.0; 1.0; 1.0; 1.0; 0.0 ]
                  [ 1.0; 0.0; 0.0; 0.0; 1.0; 1.0; 0.0; 0.0; 1.0; 1.0; 1.0; 0.0; 1.0; 1.0; 1.0; 0.0 ] (seen.To DType.Float64) ""
              step "masked scores, rows 1-3" (2, 2) [ 0.3; minus; minus; minus; 0.7; 1.9; minus; minus; 1.1; 3.1; 5.1; minus ]
                  [ 0.15; minus; minus; minus; 0.35; 0.87; minus; minus; 0.55; 1.39; 2.23; minus ] (hidden.Slice(0, 0, 3)) "besides those scores, the division by √4 was announced and forgotten"
              step "weights, rows 1-3" (1, 4) [ 1.0; 0.0; 0.0; 0.0; 0.3; 0.7; 0.0; 0.0; 0.1; 0.3; 0.6; 0.0 ]
                  [ 1.0; 0.0; 0.0; 0.0; 0.3729; 0.6271; 0.0; 0.0; 0.1152; 0.2668; 0.6180; 0.0 ] (weights.Slice(0, 0, 3)) "estimated: neither its own scores nor the scaled ones give 0.3 and 0.7"
              step "weights of the padding" (1, 4) [ 1.0; 0.0; 0.0; 0.0 ] [ 0.3333; 0.3333; 0.3333; 0.0 ] (weights.Slice(0, 3)) "its three visible scores are all 0, so they share equally; nobody reads this row" ]
    lab.Report.Charts(
        [ heat "Scores / √4, masked" "word looked at" names names hidden; heat "Weights" "word looked at" names names weights ],
        "Scores that are hidden, −∞, have no colour; their weights are 0, and each row sums to 1.")
    let far = Tensor.Concat [ x.Slice(0, 0, 2); x.Slice(0, 2) * 100.0 ]
    let changed = far.ScaledDotProductAttention(far, far, options).Slice(0, 0, 2) - output.Slice(0, 0, 2)
    lab.CheckAtMost("the outputs of words 1 and 2 change, when word 3 is made a hundred times larger, by", changed.Abs().Max().ToDouble(), 0.0)
    slips

let normalization (lab: ExperimentRun) =
    lab.Report.Section "Layer normalization"
    lab.Report.Text "Each vector is brought to mean 0 and variance 1 by itself; γ and β, here 1 and 0, are learned."
    let x = matrix [ [ 2.0; 4.0; 6.0; 8.0 ] ]
    examine lab "layer norm"
        [ step "mean and variance" (1, 1) [ 5.0; 5.0 ] [ 5.0; 5.0 ] (Tensor.Stack [ x.Mean(); x.Var([ 0; 1 ], correction = 0) ]) ""
          step "normalized" (2, 4) [ -1.34; -0.45; 0.45; 1.34 ] [ -1.3416; -0.4472; 0.4472; 1.3416 ] (LayerNorm(4, 1e-5, dtype = DType.Float64).Forward x) "" ]

// ---- Why √d ------------------------------------------------------------------------------------------------------------------------------------------

let whyRoot (lab: ExperimentRun) draws =
    lab.Report.Section "Why the scores are divided by √d"
    let q, keys = matrix [ [ 2.0; 3.0; 4.0; 1.0 ] ], matrix [ [ 1.0; 0.0; 1.0; 0.0 ]; [ 0.0; 1.0; 0.0; 1.0 ] ]
    let scores = q.MatMul(keys, transposeB = true)
    let slips =
        examine lab "two keys"
            [ step "scores" (0, 0) [ 6.0; 4.0 ] [ 6.0; 4.0 ] scores ""
              step "softmax of the scores" (2, 2) [ 0.88; 0.12 ] [ 0.88; 0.12 ] (scores.Softmax()) ""
              step "scores / √4" (0, 0) [ 3.0; 2.0 ] [ 3.0; 2.0 ] (scores / sqrt 4.0) ""
              step "softmax of those" (2, 2) [ 0.73; 0.27 ] [ 0.73; 0.27 ] ((scores / sqrt 4.0).Softmax()) "" ]
    // A query and 16 keys of d standard normal numbers each, many times over.
    let sizes = [ for power in 0..10 -> 1 <<< power ]
    let measured =
        lab.InParallel("why √d", sizes, fun d ->
            let generator = Generator(lab.SeedOf(1, d))
            let query, key = Tensor.Randn(generator, draws, 1, 1, d), Tensor.Randn(generator, draws, 1, 16, d)
            let weights scale = query.ScaledDotProductAttentionWithWeights(key, key, AttentionOptions(Scale = Nullable scale)) |> snd
            let largest (w: Tensor) = w.Max(-1).Mean().ToDouble()
            // The trace of the softmax' Jacobian, Σ p(1 − p): what is left of a gradient that comes to the scores.
            let passes (w: Tensor) = (w * (1.0 - w)).Sum(-1).Mean().ToDouble()
            let plain, scaled = weights 1.0, weights (1.0 / sqrt (float d))
            {| D = d; Spread = query.MatMul(key, transposeB = true).Std().ToDouble(); Plain = largest plain; Scaled = largest scaled; PlainPasses = passes plain; ScaledPasses = passes scaled |})
    let x = measured |> Array.map (fun m -> m.D)
    let fit = MathNet.Numerics.Fit.Line(measured |> Array.map (fun m -> log (float m.D)), measured |> Array.map (fun m -> log m.Spread))
    let struct (_, slope) = fit
    let small, large = measured[6], Array.last measured
    lab.Report.Text $"The product of two vectors of d standard normal numbers is a sum of d terms of variance 1, so its standard deviation grows as √d: measured, as d to the power %.2f{slope}. At d = {large.D} scores stand %.0f{large.Spread} apart; of 16 keys the largest then gets %.0f{100.0 * large.Plain} %% of the weight, and what a gradient finds to change, Σ p(1 − p), has fallen to %.3f{large.PlainPasses}. Divided by √d the weights are the same at every d: the largest gets %.0f{100.0 * large.Scaled} %%, and %.2f{large.ScaledPasses} is left for the gradient, %.0f{large.ScaledPasses / large.PlainPasses} times as much."
    let line name pick = Chart.Line(x, Array.map pick measured, Name = name, ShowMarkers = true)
    let both title axis plain scaled =
        Chart.combine [ line "q·k" plain; line "q·k / √d" scaled ]
        |> Chart.withTitle title
        |> Chart.withXAxisStyle ("d, numbers in a query", IsLog = true)
        |> Chart.withYAxisStyle axis
    lab.Report.Charts(
        [ Chart.combine [ line "measured" (fun m -> m.Spread); Chart.Line(x, x |> Array.map (float >> sqrt), Name = "√d", LineDash = "dash") ]
          |> Chart.withTitle "How far scores stand apart"
          |> Chart.withXAxisStyle ("d, numbers in a query", IsLog = true)
          |> Chart.withYAxisStyle ("standard deviation of q·k", IsLog = true)
          both "The largest of 16 weights" "mean over queries" (fun m -> m.Plain) (fun m -> m.Scaled)
          both "What is left for the gradient" "Σ p(1 − p), mean over queries" (fun m -> m.PlainPasses) (fun m -> m.ScaledPasses) ],
        $"Random queries and keys, {draws} queries for each d. Without the division a wide model begins with attention that looks at one key only, and hardly learns to look elsewhere.")
    lab.Metric("spread_exponent", slope)
    lab.Metric("largest_weight_unscaled_1024", large.Plain)
    lab.Metric("largest_weight_scaled_1024", large.Scaled)
    lab.Metric("gradient_left_unscaled_1024", large.PlainPasses)
    lab.Metric("gradient_left_scaled_1024", large.ScaledPasses)
    lab.CheckBetween("scores spread as d to the power of", slope, 0.47, 0.53)
    lab.CheckBetween("largest weight at d = 1024 over that at d = 64, scaled", large.Scaled / small.Scaled, 0.9, 1.1)
    lab.CheckAtLeast("largest of 16 weights at d = 1024, not scaled", large.Plain, 0.9)
    slips

// ---- Positions ---------------------------------------------------------------------------------------------------------------------------------------

/// Cosines of the angles between all rows.
let similarity (rows: Tensor) =
    let unit = rows / rows.Norm(2.0, [ 1 ], keepDims = true)
    unit.MatMul(unit, transposeB = true)

/// The share of a matrix' variance that the distance from the diagonal explains.
let byDistance (m: Tensor) =
    let size = m.Shape[0]
    let values = m.ToArray() |> Array.mapi (fun i v -> i / size - i % size, v)
    let mean = values |> Array.averageBy snd
    let within = values |> Array.groupBy fst |> Array.sumBy (fun (_, group) -> let own = Array.averageBy snd group in group |> Array.sumBy (fun (_, v) -> (v - own) ** 2.0))
    1.0 - within / (values |> Array.sumBy (fun (_, v) -> (v - mean) ** 2.0))

let positionKinds = [ PositionKind.None, "none"; PositionKind.Sinusoidal, "sinusoidal"; PositionKind.Learned, "learned"; PositionKind.Rotary, "rotary" ]

/// A small model learns to name the token three places back, which nothing but its position tells; returns losses and the model.
let learnToLookBack (lab: ExperimentRun) steps (kind: PositionKind) =
    let back, context, vocabulary = 3, 32, 16
    let model = Gpt(GptOptions(Vocabulary = vocabulary, Context = context, Layers = 1, Heads = 2, Width = 32, IsTied = false, Positions = kind), Generator(lab.SeedOf 2))
    let optimizer = AdamW(ParameterGroup.DecayMatricesOnly model.Parameters, AdamOptions(LearningRate = 0.01))
    let data = Generator(lab.SeedOf 3)
    let batch () =
        let tokens = Array2D.init 16 context (fun _ _ -> data.NextInt vocabulary)
        Tensor.Of tokens, Tensor.Of(Array2D.mapi (fun row t _ -> if t < back then -100 else tokens[row, t - back]) tokens)
    let losses =
        [| for _ in 1..steps do
            lab.Token.ThrowIfCancellationRequested()
            let tokens, target = batch ()
            let loss = Loss.CrossEntropy(model.Forward(tokens, Pass.Training data), target, ignoredIndex = Nullable -100)
            optimizer.ZeroGradients()
            loss.Backward()
            GradientClipping.ByNorm(model.Parameters, 1.0) |> ignore
            optimizer.Step()
            loss.ToDouble() |]
    model, losses, fst (batch ())

let positions (lab: ExperimentRun) steps =
    lab.Report.Section "Positions"
    lab.Report.Text "Attention is an average, and an average does not know in which order it was taken: positions must be put in. Sinusoidal positions add waves of different lengths to the vectors; learned positions add vectors that are trained; rotary positions turn queries and keys by an angle that grows with the place."
    let waves = SinusoidalPositions(3, 4, dtype = DType.Float64)
    let cat = matrix [ [ 0.0; 0.0; 0.0; 0.0 ]; [ 0.5; 0.6; 0.7; 0.8 ] ]
    let slips =
        examine lab "sinusoidal positions"
            [ step "position 0" (4, 4) [ 0.0; 1.0; 0.0; 1.0 ] [ 0.0; 1.0; 0.0; 1.0 ] (waves.Table.Slice(0, 0, 1)) ""
              step "position 1" (4, 5) [ 0.8415; 0.5403; 0.01; 0.99995 ] [ 0.84147; 0.5403; 0.01; 0.99995 ] (waves.Table.Slice(0, 1, 2)) ""
              step "as added to cat" (2, 4) [ 0.84; 0.34; 0.01; 0.99 ] [ 0.8415; 0.5403; 0.01; 0.99995 ] (waves.Table.Slice(0, 1, 2)) "0.54 became 0.34, and 0.99995 rounds to 1.00"
              step "cat at position 1" (2, 4) [ 1.34; 0.94; 0.01; 1.79 ] [ 1.3415; 1.1403; 0.71; 1.8 ] ((waves.Forward cat).Slice(0, 1)) "the slips above, and 0.7 + 0.01 is 0.71" ]

    lab.Report.Text $"The course writes the last number of position 1 as cos(1 / 10000^(3/4)), which would be {show 6 1 [ cos (10000.0 ** -0.75) ]}; the sine and the cosine of a pair share the exponent 2/4, which gives the {show 5 1 [ waves.Table.ToArray()[7] ]} that it prints."

    let context = 32
    let trained = lab.InParallel("positions", positionKinds, fun (kind, name) -> let model, losses, tokens = learnToLookBack lab steps kind in name, model, losses, tokens)
    let learned = let _, model, _, _ = trained[2] in model.Parameters |> Seq.find (fun p -> p.Name = "position.weight")
    let turned = RotaryPositions(context, 32).Forward(Tensor.Ones(context, 32))
    let pictures = [ "Sinusoidal", similarity (SinusoidalPositions(context, 32).Table); "Learned", similarity (learned.Detach()); "Rotary", similarity turned ]
    let places = [ 0 .. context - 1 ]
    let places2 (values: Tensor) = values.ToArray() |> Array.chunkBySize values.Shape[-1]
    lab.Report.Charts(
        [ Chart.Heatmap(places2 (SinusoidalPositions(context, 32).Table), ColorScale = "RdBu", ZMid = 0.0, ReverseYAxis = true)
          |> Chart.withTitle "Sinusoidal: what is added" |> Chart.withXAxisStyle "channel" |> Chart.withYAxisStyle "position"
          Chart.Heatmap(places2 (learned.Detach()), ColorScale = "RdBu", ZMid = 0.0, ReverseYAxis = true)
          |> Chart.withTitle "Learned: what is added" |> Chart.withXAxisStyle "channel" |> Chart.withYAxisStyle "position" ],
        "Sinusoidal channels are waves, from one turn in 6 positions on the left to hardly any on the right. Learned ones, here after training, are whatever served the task below.")
    let shares = [ for name, m in pictures -> name, byDistance m ]
    lab.Report.Charts(
        [ for name, m in pictures ->
            Chart.Heatmap(places2 m, X = places, Y = places, ColorScale = "RdBu", ZMid = 0.0, ReverseYAxis = true)
            |> Chart.withTitle $"{name}: likeness" |> Chart.withXAxisStyle "position" |> Chart.withYAxisStyle "position" ],
        "The cosine between two positions' vectors, or for rotary positions between the same vector turned to both. Where every diagonal has one colour, only the distance counts.")
    let verdict = String.Join(", ", [ for name, share in shares -> $"{name.ToLowerInvariant()} %.0f{100.0 * share} %%" ])
    lab.Report.Text $"How much of the likeness of two positions is explained by their distance alone: {verdict}. What is 100 %% needs not learn for each place anew what \"three back\" means."
    for key, (_, share) in Seq.zip [ "sinusoidal"; "learned"; "rotary" ] shares do lab.Metric($"distance_share_{key}", share)

    // The task.
    let final (losses: float[]) = Array.average losses[losses.Length - losses.Length / 10 - 1 ..]
    lab.Report.Text $"A model of one block is asked at every place for the token three places back, of 16 random ones: guessing costs ln 16 = %.2f{log 16.0}. After {steps} updates:"
    let none = let _, _, losses, _ = trained[0] in losses
    let begun (losses: float[]) = match Array.tryFindIndex (fun loss -> loss < 1.0) losses with Some i -> string (i + 1) | None -> $"not in {steps}"
    lab.Report.Table([ "positions"; $"loss after {steps} updates"; "updates until the loss is below 1" ], [ for name, _, losses, _ in trained -> name, final losses, begun losses ])
    let ends name = trained |> Array.pick (fun (n, _, losses, _) -> if n = name then Some(final losses) else None)
    if ends "sinusoidal" > 2.0 * ends "learned" then
        lab.Report.Text $"Sinusoidal positions have a handicap here: their waves have a standard deviation of %.2f{SinusoidalPositions(context, 32).Table.Flatten().Std().ToDouble()}, the vectors of fresh tokens one of 0.02, as in GPT-2, and drown in them until they have grown. The first transformers multiplied the tokens' vectors by √C for that reason."
    lab.Report.Chart(
        Chart.combine
            [ for name, _, losses, _ in trained do Chart.Line([ 1 .. losses.Length ], losses, Name = name)
              Chart.Line([ 1; steps ], [ log 16.0; log 16.0 ], Name = "guessing", LineDash = "dash") ]
        |> Chart.withTitle "Learning to look three places back" |> Chart.withXAxisStyle "update" |> Chart.withYAxisStyle "cross-entropy (nats a token)",
        (if final none < log 16.0 - 0.05 then $"Without positions the loss still ends %.2f{log 16.0 - final none} below guessing: the mask leaves the first places few tokens to choose from."
         else "Without positions the model does not do better than guessing."))
    let maps =
        [ for name, model, _, tokens in trained ->
            let maps = AttentionMaps()
            Tensor.Evaluate(fun () -> model.Forward(tokens, Pass.Evaluation.With maps)) |> ignore
            let distance = maps.Weights[0].Mean([ 0; 1 ])
            name, places2 (distance.Slice(0, context - 1)) |> Array.head |> Array.rev ]
    lab.Report.Chart(
        Chart.combine [ for name, weights in maps -> Chart.Line(places[..15], weights[..15], Name = name, ShowMarkers = true) ]
        |> Chart.withTitle "Where the last place looks" |> Chart.withXAxisStyle "places back" |> Chart.withYAxisStyle "mean weight",
        "The weight of each place, averaged over heads and examples. The answer stands three places back.")
    for name, _, losses, _ in trained do lab.Metric($"look_back_loss_{name}", final losses)
    if not lab.Quick then
        lab.CheckAtMost("loss of looking three back with rotary positions", ends "rotary", 0.1)
        lab.CheckAtLeast("the same without positions", ends "none", 1.5)
    lab.CheckAtLeast("likeness of sinusoidal positions explained by distance", snd shares[0], 0.999)
    lab.CheckAtLeast("likeness of rotary positions explained by distance", snd shares[2], 0.999)
    slips

// ---- Tokens ------------------------------------------------------------------------------------------------------------------------------------------

let bytePairs (lab: ExperimentRun) =
    lab.Report.Section "Byte pairs: where tokens come from"
    let text = "aaabdaaabac"
    lab.Report.Text $"The most frequent pair of neighbours becomes a new token, again and again, until no pair comes twice. The text is {text}."
    let tokenizer = BytePairTokenizer.Train([ text ], BytePairOptions(VocabularySize = 259, Split = SplitPattern.None))
    // The course's letters for the new tokens, in their order.
    let letters = [ "Z"; "Y"; "X" ]
    let name token = if token < 256 then string (char token) else letters[token - 256]
    lab.Report.Table([ "merge"; "of"; "stands for" ], [ for m in tokenizer.Merges -> name m.Token, name m.Left + name m.Right, tokenizer.TokenText m.Token ])
    let tokens = tokenizer.Encode text
    let encoded = String.Join("", Array.map name tokens)
    lab.Report.Text $"{text} becomes {encoded}: {tokens.Length} tokens for {text.Length} letters."
    lab.Check("byte pairs: the merges", "Z = aa, Y = ab, X = ZY", String.Join(", ", [ for m in tokenizer.Merges -> $"{name m.Token} = {name m.Left}{name m.Right}" ]),
              [ for m in tokenizer.Merges -> name m.Left + name m.Right ] = [ "aa"; "ab"; "ZY" ])
    lab.Check("byte pairs: aaabdaaabac encoded", "XdXac", encoded, (encoded = "XdXac"))
    lab.Check("byte pairs: decoded again", text, tokenizer.Decode tokens, (tokenizer.Decode tokens = text))

// ---- Encoder and decoder -----------------------------------------------------------------------------------------------------------------------------

/// All sentences of the small world: who, whether not, what.
let sentences =
    [ for french, english in [ "Je", "I am"; "Tu", "You are"; "Il", "He is" ] do
        for isNot in [ false; true ] do
            for job, work in [ "étudiant", "a student"; "professeur", "a teacher"; "médecin", "a doctor"; "artiste", "an artist"
                               "ingénieur", "an engineer"; "avocat", "a lawyer"; "journaliste", "a journalist"; "boulanger", "a baker" ] do
                let verb = match french with "Je" -> "suis" | "Tu" -> "es" | _ -> "est"
                yield (if isNot then $"{french} ne {verb} pas {job}" else $"{french} {verb} {job}"), (if isNot then $"{english} not {work}" else $"{english} {work}") ]

/// An encoder of one language and a decoder of the other.
type Translator(source: WordTokenizer, target: WordTokenizer, width: int, generator: Generator) =
    inherit Layer()
    let options isCausal = TransformerOptions(Width = width, Heads = 4, IsCausal = isCausal, Dropout = 0.1)
    let vectors (tokenizer: WordTokenizer) = Embedding(tokenizer.VocabularySize, width, generator, Initializer.Normal(0.0, 0.3))
    let sourceToken = base.Child("source", vectors source)
    let targetToken = base.Child("target", vectors target)
    let position = base.Child("position", SinusoidalPositions(16, width))
    let encoder = base.Child("encoder", TransformerEncoder(1, options false, generator))
    let decoder = base.Child("decoder", TransformerDecoder(1, options true, generator))
    let head = base.Child("head", Linear(width, target.VocabularySize, generator))
    member _.Encode(tokens, mask, pass) = encoder.Forward(position.Forward(sourceToken.Forward(tokens, pass)), mask, pass)
    member _.Decode(tokens, memory, mask, pass) = head.Forward(decoder.Forward(position.Forward(targetToken.Forward(tokens, pass), pass), memory, null, mask, pass), pass)
    override model.Compute(x, pass) = model.Encode(x, null, pass)

let translation (lab: ExperimentRun) steps =
    let asked, answer = "Je suis étudiant", "I am a student"
    let known = sentences |> List.filter (fun (french, _) -> french <> asked)
    lab.Report.Section "From one language to another"
    lab.Report.Text $"The encoder reads a French sentence; the decoder writes the English one word by word, and at each word looks back at what the encoder made (cross-attention). It learns from {known.Length} sentences of a small world, three persons and eight occupations with and without \"not\". The course's sentence, \"{asked}\", is not among them."
    let tokenizer (texts: string list) = WordTokenizer.Train(texts, WordOptions(SpecialTokens = [ "<pad>"; "<bos>"; "<eos>" ]))
    let source, target = tokenizer (List.map fst sentences), tokenizer (List.map snd sentences)
    let padTo (id: int) (rows: int[] list) = let length = rows |> List.map Array.length |> List.max in Tensor.Of(array2D [ for row in rows -> Array.append row (Array.create (length - row.Length) id) ])
    let pad, bos, eos = target.SpecialTokens["<pad>"], target.SpecialTokens["<bos>"], target.SpecialTokens["<eos>"]
    let french texts =
        let tokens = [ for text: string in texts -> source.Encode text ] |> padTo source.SpecialTokens["<pad>"]
        tokens, tokens.NotEqualTo(float source.SpecialTokens["<pad>"]).Reshape(tokens.Shape[0], 1, 1, tokens.Shape[1])
    let model = Translator(source, target, 32, Generator(lab.SeedOf 4))
    let optimizer = AdamW(ParameterGroup.DecayMatricesOnly model.Parameters, AdamOptions(LearningRate = 5e-3))
    let schedule = Schedule.Cosine(5e-3, steps)
    let generator = Generator(lab.SeedOf 5)
    let x, mask = french (List.map fst known)
    let english = [ for _, text in known -> target.Encode text ]
    let input, output = english |> List.map (Array.append [| bos |]) |> padTo pad, english |> List.map (fun row -> Array.append row [| eos |]) |> padTo pad
    use _ = Threads.Use 1 // so small a model does not feed two
    use progress = lab.Progress("translation", steps)
    let losses =
        [| for step in 1..steps do
            optimizer.LearningRate <- schedule.At step
            let pass = Pass.Training generator
            let logits = model.Decode(input, model.Encode(x, mask, pass), mask, pass)
            let loss = Loss.CrossEntropy(logits, output, ignoredIndex = Nullable pad)
            optimizer.ZeroGradients()
            loss.Backward()
            GradientClipping.ByNorm(model.Parameters, 1.0) |> ignore
            optimizer.Step()
            progress.Step()
            loss.ToDouble() |]

    let translate (text: string) =
        let tokens, mask = french [ text ]
        let cache = KeyValueCache 16
        let memory = model.Encode(tokens, mask, Pass.Evaluation)
        let rec next (last: int) (words: int list) =
            let logits = Tensor.Evaluate(fun () -> model.Decode(Tensor.Of(array2D [ [ last ] ]), memory, mask, Pass.Evaluation.With cache))
            let best = int (logits.Flatten().ArgMax(0).ToDouble())
            if best = eos || words.Length = 15 then List.rev (best :: words) else next best (best :: words)
        next bos []
    let text (tokens: int list) = String.Join(" ", [ for token in tokens -> (target.TokenText token).Trim() ])
    let right = known |> List.filter (fun (french, english) -> text (translate french) = english + " <eos>") |> List.length
    let given = translate asked
    lab.Report.Table([ "French"; "English" ], [ (asked, text given) ])

    let maps = AttentionMaps()
    let tokens, shown = french [ asked ]
    model.Decode(Tensor.Of(array2D [ List.take given.Length (bos :: given) ]), model.Encode(tokens, shown, Pass.Evaluation), shown, Pass.Evaluation.With maps) |> ignore
    let looks = maps.Weights[1].Mean([ 0; 1 ])
    let rows, columns = [ for token in given -> (target.TokenText token).Trim() ], [ for token in source.Encode asked -> (source.TokenText token).Trim() ]
    lab.Report.Charts(
        [ Chart.Line([ 1 .. losses.Length ], losses, Name = "loss") |> Chart.withTitle "Learning to translate" |> Chart.withXAxisStyle "update" |> Chart.withYAxisStyle ("cross-entropy (nats a word)", IsLog = true)
          heat "Where it looked" "French word" rows columns looks |> Chart.withYAxisStyle "English word" ],
        $"{right} of the {known.Length} sentences that it learned from come out right. The second picture has the weights of the cross-attention, averaged over its heads, for the sentence that it had never seen.")
    lab.Metric("translation_loss", Array.last losses)
    lab.Metric("translations_right", float right / float known.Length)
    if not lab.Quick then
        lab.Check($"\"{asked}\", never seen, becomes", answer + " <eos>", text given, (text given = answer + " <eos>"))
        lab.CheckAtLeast("share of learned sentences that come out right", float right / float known.Length, 1.0)

// ---- The script --------------------------------------------------------------------------------------------------------------------------------------

Experiment<Options>.Run("Attention step by step: a course's worked examples computed by the library's layers.", fun (lab: ExperimentRun<ParseResults<Options>>) ->
    let steps = lab.Options.GetResult(Steps, defaultValue = lab.Pick(250, 40))
    let draws = lab.Options.GetResult(Draws, defaultValue = lab.Pick(400, 100))
    lab.Config {| steps = steps; draws = draws |}
    let slips = [ "self-attention", selfAttention lab; "masks", masked lab; "layer normalization", normalization lab; "√d", whyRoot lab draws; "positions", positions lab steps ]
    bytePairs lab
    translation lab steps
    let total = List.sumBy snd slips
    lab.Report.Section "What the course got wrong"
    lab.Report.Text $"""In {total} steps the course prints other numbers than come out: {String.Join(", ", [ for name, count in slips do if count > 0 then $"{count} in {name}" ])}. None changes what it teaches; each is noted in its table."""
    lab.Metric("slips", total)
    lab.Table([ "example"; "steps in which the course slipped" ], slips)
    lab.Check("steps in which the course slipped", 8, total, (total = 8)))

// Who speaks? Told from a masked model's features, frozen and fine-tuned, and from a bag of words: shared, no script.
[<AutoOpen>]
module MaskedSpeakers

open System
open System.Collections.Generic
open System.IO
open Crucible.Lab.Reports
open Crucible.Lab.Scripting
open Crucible.Layers
open Crucible.Models
open Crucible.Optimizers
open Crucible.Statistics
open Crucible.Tensors
open Crucible.Text
open Crucible.Training

/// Logistic regression of classes: which ones it tells of rows. The penalty on squared weights is the one of four that
/// is best on validation rows.
let logistic (x: Tensor) (y: int[]) (validationX: Tensor) (validationY: int[]) classes =
    let train penalty =
        let model = Linear(x.Shape[1], classes, Generator 0UL, LinearOptions(Weight = Initializer.Zeros))
        let adam = Adam(model.Parameters, AdamOptions(LearningRate = 0.05))
        let weight, targets = model.Parameters[0], Tensor.From y
        for _ in 1..150 do
            let loss: Tensor = crossEntropy (model.Forward x) targets + (weight * weight).Sum() * (penalty: float)
            adam.ZeroGradients()
            loss.Backward()
            adam.Step()
        model
    let told (model: Linear) (rows: Tensor) : int[] =
        let logits = Tensor.Evaluate(fun () -> model.Forward(rows, Pass.Evaluation))
        logits.ArgMax(1).ToArray<int>()
    let right model = Array.map2 (=) (told model validationX) validationY |> Array.filter id |> Array.length
    told (List.maxBy right [ for penalty in [ 1e-4; 1e-3; 1e-2; 1e-1 ] -> train penalty ])

/// ln(1 + count) of each token times how rare it is among training pieces, ln(N / pieces that have it).
let bagOfWords tokens (training: int[][]) =
    let holders = Array.zeroCreate<float> tokens
    for piece in training do
        for token in Array.distinct piece do holders[token] <- holders[token] + 1.0
    let rarity = holders |> Array.map (fun count -> if count = 0.0 then 0.0 else log (float training.Length / count))
    fun (pieces: int[][]) ->
        let bag = Array.zeroCreate<float32> (pieces.Length * tokens)
        for row, piece in Array.indexed pieces do
            for token, count in Array.countBy id piece do
                bag[row * tokens + token] <- float32 (log (1.0 + float count) * rarity[token])
        Tensor.From(bag, pieces.Length, tokens)

/// Columns with mean 0 and deviation 1 on the first rows, the others in the same units.
let standardized (rows: Tensor) =
    let mean = rows.Mean(0, keepDims = true)
    let deviation = sqrt (((rows - mean) * (rows - mean)).Mean(0, keepDims = true) + 1e-6)
    fun (other: Tensor) -> (other - mean) / deviation

type Told =
    { Names: string[]
      Pieces: Piece[] // that test
      Counts: int * int * int // pieces that train, validate, test
      Majority: float
      BagOfWords: bool[] // whether each test piece is told rightly
      Frozen: bool[] list // of each seed
      FineTuned: bool[] list }

let private fineTuned (lab: ExperimentRun) setting (model: MaskedLanguageModel) number (data: (Tensor * int[])[]) n =
    let seed = seedOf setting [ 3; number ]
    let classifier = SequenceClassifier(model, n, Generator seed, 0.3)
    let adam = AdamOptions(LearningRate = 5e-4, WeightDecay = 0.1)
    let optimizer = AdamW(ParameterGroup.DecayMatricesOnly classifier.Parameters, adam)
    let rows part size = RowBatches(fst data[part], Tensor.From(snd data[part]), min size (snd data[part]).Length)
    let updates = setting.TuningEpochs * (rows 0 32).Count
    let options =
        TrainerOptions(
            Epochs = setting.TuningEpochs, Seed = seed, Schedule = Schedule.Cosine(5e-4, updates, 0.0), ClipNorm = 1.0,
            ShowProgress = false, Checkpoint = Path.Combine(lab.Out, $"speaker-{number}.checkpoint.safetensors"),
            CheckpointEvery = max 1 (updates / 4), Cancellation = lab.Token)
    Trainer(classifier, optimizer, crossEntropy).Fit(rows 0 32, rows 1 256, options) |> ignore
    lab.Token.ThrowIfCancellationRequested()
    let logits = Tensor.Evaluate(fun () -> classifier.Forward(fst data[2], Pass.Evaluation))
    logits.ArgMax(1).ToArray<int>()

/// Tells the speakers of pieces that no part of a trained speech is in; nothing where a text has no five talkers.
let tellSpeakers (lab: ExperimentRun) setting (tokenizer: Tokenizer) speeches (trained: Trained list) =
    let names, pieces = talkers setting tokenizer speeches
    let parts = [| for part in 0..2 -> pieces |> Array.filter (fun piece -> piece.Of.Part = part) |]
    if names.Length < 5 || parts |> Array.exists (fun part -> part.Length < 10) then None
    else
        let tokensOf part = parts[part] |> Array.map _.Tokens
        let ids part = Translator.Pad(tokensOf part |> Array.map (fun tokens -> tokens :> IReadOnlyList<int>))
        let classes = [| for part in parts -> [| for piece in part -> Array.IndexOf(names, piece.Of.Speaker) |] |]
        let right told = Array.map2 (=) told classes[2]
        let ofFeatures (features: Tensor[]) =
            right (logistic features[0] classes[0] features[1] classes[1] names.Length features[2])
        let bag = bagOfWords tokenizer.VocabularySize (tokensOf 0)
        let ofModel (number, one: Trained) =
            let reader = SequenceClassifier(one.Masked, names.Length, Generator 0UL)
            let read part = Tensor.Evaluate(fun () -> reader.Features(ids part, Pass.Evaluation))
            let features = Array.map read [| 0..2 |]
            let frozen = ofFeatures (Array.map (standardized features[0]) features)
            let own = MaskedLanguageModel(one.Masked.Options, Generator 0UL) // the others are needed as they are
            for mine, theirs in Seq.zip own.Parameters one.Masked.Parameters do mine.CopyInPlace theirs
            let data = [| for part in 0..2 -> ids part, classes[part] |]
            frozen, right (fineTuned lab setting own number data names.Length)
        let told = lab.InParallel("speakers", List.indexed trained, ofModel) |> List.ofArray
        let largest = classes[0] |> Array.countBy id |> Array.maxBy snd |> fst
        Some
            { Names = names; Pieces = parts[2]
              Counts = (parts[0].Length, parts[1].Length, parts[2].Length)
              Majority = classes[2] |> Array.averageBy (fun one -> if one = largest then 1.0 else 0.0)
              BagOfWords = ofFeatures [| for part in 0..2 -> bag (tokensOf part) |]
              Frozen = List.map fst told
              FineTuned = List.map snd told }

let reportSpeakers (lab: ExperimentRun) told =
    let speeches = told.Pieces |> Array.map _.Of
    let ofSpeeches right = accuracyOf speeches right
    let tuned, frozen, bag = ofSpeeches told.FineTuned, ofSpeeches told.Frozen, ofSpeeches [ told.BagOfWords ]
    let gain = gainOf speeches told.FineTuned [ told.BagOfWords ]
    let verdict =
        if gain.Low > 0.0 then "better, and more so than the choice of the speeches explains"
        elif gain.High < 0.0 then "worse, and more so than the choice of the speeches explains"
        else "which the choice of the speeches may have made"
    let points (value: float) = $"%+.1f{100.0 * value}"
    let training, validation, test = told.Counts
    lab.Report.Section "Who speaks?"
    lab.Report.Text $"The five who talk most are {listed (List.ofArray told.Names)}. Their names are no part of the \
        text; {training} pieces of their speeches train, {validation} choose and {test} test. All pieces of a speech \
        are in one part, no speech is there twice, and test speeches have not been trained on as text either. \
        Fine-tuning has {points gain.Estimate} points ({points gain.Low} to {points gain.High}) beside a bag of words, \
        {verdict}."
    let rows =
        [ "fine-tuned: all of the model learns to tell", shown tuned
          "frozen: logistic regression of its mean vector", shown frozen
          "bag of words: logistic regression of rare words' counts", shown bag
          "always the one who talks most", $"%.1f{100.0 * told.Majority} %%" ]
    lab.Report.Table([ "by"; "told rightly (95 % interval over speeches)" ], rows)
    lab.Table([ "by"; "told rightly" ], rows)
    let metric name title (value: Interval) =
        lab.Metric($"speaker.{name}", value.Estimate, true, $"speakers told rightly, {title}")
    metric "finetuned" "fine-tuned" tuned
    metric "frozen" "frozen features" frozen
    metric "bag_of_words" "bag of words" bag
    lab.Metric("speaker.majority", told.Majority, title = "speakers told rightly by guessing the largest")
    tuned, bag

// How translators are trained on sentence pairs, and the settings that have names: shared by scripts, no script itself.
[<AutoOpen>]
module TranslateSetting

open System
open System.IO
open Crucible.Layers
open Crucible.Models
open Crucible.Optimizers
open Crucible.Tensors
open Crucible.Text
open Crucible.Training

type Data = Numbers = 0 | Sdk = 1 | File = 2

/// Everything that decides how models are trained; kept beside their checkpoints.
type Setting =
    { Data: Data
      Language: string
      Pairs: string // a file of pairs; empty for none
      Count: int // numbers to draw
      MostWords: int // of a sentence that trains; longer numbers are asked apart
      Vocabulary: int // byte pairs; 0 for whole words
      IsShared: bool // one vector a token for source, target and output
      Width: int // of the Transformer; the others' follows from its parameters
      Layers: int // of the Transformer's encoder, and of its decoder; the others have one each, as published
      Placement: NormPlacement
      Dropout: float
      LabelSmoothing: float
      BpeDropout: float
      Averaged: int // how many of the last records' weights are averaged; 1 for the last alone
      Batch: int // tokens
      Updates: int[] // of each kind: as many as make their seconds about equal on two quiet cores
      Rates: float[] // the highest learning rate of each kind
      Seeds: int
      Seed: uint64 }

let kinds = [ TranslatorKind.Fixed; TranslatorKind.Attention; TranslatorKind.Transformer ]

/// As metrics and files call a kind, and as sentences do.
let short (kind: TranslatorKind) = (string kind).ToLowerInvariant()
let named kind =
    match kind with
    | TranslatorKind.Fixed -> "one fixed vector"
    | TranslatorKind.Attention -> "recurrent with attention"
    | _ -> "Transformer"

// ---- Settings that have names ----------------------------------------------------------------------------------

/// Languages whose words no space separates: their words are cut into byte pairs, and BLEU counts characters.
let hasSpaces language = language <> "ja" && not ((language: string).StartsWith "zh")

let numbers language seed =
    { Data = Data.Numbers; Language = language; Pairs = ""; Count = 8600; MostWords = 11
      Vocabulary = (if hasSpaces language then 0 else 1000)
      IsShared = true; Width = 40; Layers = 2; Placement = NormPlacement.Pre
      Dropout = 0.0; LabelSmoothing = 0.0; BpeDropout = 0.0; Averaged = 1
      Batch = 1024; Updates = [| 850; 750; 700 |]; Rates = [| 4e-3; 4e-3; 4e-3 |]; Seeds = 3; Seed = seed }

let sdk language seed =
    { numbers language seed with
        Data = Data.Sdk; Count = 0; MostWords = 16; Vocabulary = 2000; Width = 128
        Dropout = 0.1; LabelSmoothing = 0.1
        Updates = [| 4700; 3300; 5000 |]; Rates = [| 2e-3; 2e-3; 2e-3 |]; Seeds = 1 }

// ---- The models and their training -----------------------------------------------------------------------------

let private optionsOf setting (vocabulary: PairVocabulary) kind width =
    let isTransformer = (kind = TranslatorKind.Transformer)
    TranslatorOptions(
        Kind = kind, Vocabulary = vocabulary.Sizes, Width = width, Dropout = setting.Dropout,
        Layers = (if isTransformer then setting.Layers else 1), Heads = (if isTransformer then 4 else 1),
        Placement = setting.Placement, IsTied = setting.IsShared, Context = 128)

/// The width with which a kind has as many parameters as the Transformer, as nearly as whole numbers allow.
let widthOf setting vocabulary kind =
    let parametersOf kind width =
        Translator.Create(optionsOf setting vocabulary kind width, Generator 0UL).ParameterCount
    if kind = TranslatorKind.Transformer then setting.Width
    else
        let wanted = parametersOf TranslatorKind.Transformer setting.Width
        let rec between low high = // fewer with low, at least as many with high
            let middle = (low + high) / 2
            if high - low = 1 then List.minBy (fun width -> abs (parametersOf kind width - wanted)) [ low; high ]
            elif parametersOf kind middle < wanted then between middle high
            else between low middle
        between 1 (8 * setting.Width)

let modelOf setting vocabulary kind width (seed: uint64) =
    Translator.Create(optionsOf setting vocabulary kind width, Generator seed)

let trainerOf setting (model: Translator) rate =
    let adam = AdamOptions(LearningRate = rate, Beta2 = 0.98)
    let optimizer = AdamW(ParameterGroup.DecayMatricesOnly model.Parameters, adam)
    Trainer.OfBatches(model, optimizer, fun batch pass ->
        model.Loss(batch.Inputs, batch.Targets, pass, setting.LabelSmoothing))

/// The seed of a training: as lab.SeedOf, but of the setting's seed, which a run that goes on keeps.
let seedOf setting (kind: TranslatorKind) number =
    [ int kind; number ] |> List.fold (fun seed part -> seed * 1_000_003UL + uint64 part + 1UL) (setting.Seed + 17UL)

/// Up during the first tenth, then down to 0.
let scheduleOf rate updates =
    let warmUp = updates / 10
    Schedule.Cosine(rate, max 1 (updates - warmUp), 0.0).WithWarmUp warmUp

// ---- The files of a run ----------------------------------------------------------------------------------------

let private inFolder name folder = Path.Combine(folder, name)
let vocabularyIn = inFolder "vocabulary.json"
let lastFile = "model.safetensors" // the Transformer's, of a run that came to its end
let modelIn = inFolder lastFile
let checkpointIn folder kind (seed: int) = Path.Combine(folder, $"{short kind}-{seed}.safetensors")

let loadVocabulary folder =
    let both = SentenceVocabulary(Tokenizer.Load(vocabularyIn folder))
    PairVocabulary(both, both)

// How a small transformer is trained on a text, and the settings that have names: shared by scripts, no script itself.
[<AutoOpen>]
module ShakespeareSetting

open System.IO
open Crucible.Layers
open Crucible.Models
open Crucible.Optimizers
open Crucible.Tensors
open Crucible.Training

type Preset = Modern = 0 | Nano = 1 | Small = 2 | Large = 3
type TokenKind = Char = 0 | Word = 1 | Bpe = 2

/// Everything that decides how a model is trained; kept beside its checkpoint.
type Setting =
    { Preset: Preset
      Text: string // a file; empty for Shakespeare
      TrainingPart: float // the first part of the text, which trains; the rest validates
      Tokens: TokenKind
      Vocabulary: int
      Layers: int
      Heads: int
      Width: int
      Context: int
      Positions: PositionKind
      Norm: NormKind
      FeedForward: FeedForwardKind
      Dropout: float
      Batch: int
      Updates: int
      Rate: float
      LastRate: float
      WarmUp: int
      Beta2: float
      Precision: Precision
      Seed: uint64
      Prompt: string }

// ---- Settings that have names ----------------------------------------------------------------------------------

/// nanoGPT's settings for a CPU (its config/train_shakespeare_char.py as its README runs it).
let nano seed =
    { Preset = Preset.Nano; Text = ""; TrainingPart = 0.9; Tokens = TokenKind.Char; Vocabulary = 0
      Layers = 4; Heads = 4; Width = 128; Context = 64
      Positions = PositionKind.Learned; Norm = NormKind.LayerNorm; FeedForward = FeedForwardKind.Gelu; Dropout = 0.0
      Batch = 12; Updates = 2000; Rate = 1e-3; LastRate = 1e-4; WarmUp = 100; Beta2 = 0.99
      Precision = Precision.Full
      Seed = seed; Prompt = "ROMEO:" }

/// What changes from nano to the default, one after the other.
let changes =
    [ "rotary positions", (fun s -> { s with Positions = PositionKind.Rotary })
      "RMSNorm", (fun s -> { s with Norm = NormKind.RmsNorm })
      "SwiGLU", (fun s -> { s with FeedForward = FeedForwardKind.SwiGlu })
      "4 times the learning rate", (fun s -> { s with Rate = 4e-3 })
      "learning rate down to 0", (fun s -> { s with LastRate = 0.0 }) ]

let modern seed =
    let changed = changes |> List.fold (fun setting (_, change) -> change setting) (nano seed)
    { changed with Preset = Preset.Modern; Updates = 1500 }

let presetOf name seed =
    match name with
    | Preset.Nano -> nano seed
    | Preset.Small ->
        { modern seed with
            Preset = name; Layers = 6; Heads = 6; Width = 192; Context = 128; Batch = 16; Updates = 2400; Rate = 3e-3 }
    | Preset.Large ->
        { nano seed with
            Preset = name; Layers = 6; Heads = 6; Width = 384; Context = 256; Batch = 64; Updates = 5000
            Dropout = 0.2 }
    | _ -> modern seed

/// The first 90 % train; of a text of more than 10 MB all but a million bytes, for to measure the loss on more would
/// take longer than to learn.
let trainingPart (preset: Setting) text =
    if File.Exists text then max preset.TrainingPart (1.0 - 1e6 / float (FileInfo text).Length) else preset.TrainingPart

// ---- The model and its training --------------------------------------------------------------------------------

let modelOf (setting: Setting) vocabulary =
    let options =
        GptOptions(
            Vocabulary = vocabulary, Context = setting.Context, Layers = setting.Layers, Heads = setting.Heads,
            Width = setting.Width, Positions = setting.Positions, Norm = setting.Norm,
            FeedForward = setting.FeedForward, Dropout = setting.Dropout, HasBias = false)
    Gpt(options, Generator setting.Seed)

let crossEntropy logits targets = Loss.CrossEntropy(logits, targets)

let trainerOf (setting: Setting) (model: Layer) =
    let adam = AdamOptions(LearningRate = setting.Rate, Beta2 = setting.Beta2, WeightDecay = 0.1)
    Trainer(model, AdamW(ParameterGroup.DecayMatricesOnly model.Parameters, adam), crossEntropy)

let scheduleOf (setting: Setting) =
    Schedule.Cosine(setting.Rate, max 1 (setting.Updates - setting.WarmUp), setting.LastRate).WithWarmUp setting.WarmUp

// The model that draws digits and how it is trained: shared, no script itself.
[<AutoOpen>]
module PixelsSetting

open System.IO
open Crucible.Lab.Data
open Crucible.Layers
open Crucible.Models
open Crucible.Optimizers
open Crucible.Tensors
open Crucible.Training

/// Everything that decides what is learned; kept beside the checkpoints.
type Drawing =
    { Digits: int // that train
      Judged: int // test digits that judge
      Size: int // height and width of what is drawn
      Levels: int // shades
      Width: int
      Layers: int
      Heads: int
      Updates: int
      Batch: int // pictures
      Rate: float
      Judging: int // updates of the network that says what is drawn
      Seed: uint64 }

let usualDrawing seed =
    { Digits = 59000; Judged = 10000; Size = 14; Levels = 8; Width = 64; Layers = 4; Heads = 4
      Updates = 1300; Batch = 32; Rate = 3e-3; Judging = 2000; Seed = seed }

/// Digits as pixels: what trains, what is watched while it does, and the test digits.
type Pixels = { Sequences: PixelSequences; Training: PixelPart; Watched: PixelPart; Test: PixelPart }
and PixelPart = { Pixels: Tensor; Labels: Tensor; Before: Tensor }

let watched = 1000

let pixelsOf (drawing: Drawing) =
    let sequences, mnist = PixelSequences(drawing.Size, drawing.Levels, 10), Mnist.Load()
    let part (pictures: LabeledPictures) (first: int) (last: int) =
        let rows = pictures.Pictures.Slice(0, first, last), pictures.Labels.Slice(0, first, last)
        let pixels = sequences.Read(fst rows)
        { Pixels = pixels; Labels = snd rows; Before = sequences.Before(pixels, snd rows) }
    let all = mnist.Training.Count
    { Sequences = sequences
      Training = part mnist.Training 0 (min drawing.Digits (all - watched))
      Watched = part mnist.Training (all - watched) (all - watched + min watched drawing.Judged)
      Test = part mnist.Test 0 drawing.Judged }

// ---- The model and its training ----------------------------------------------------------------------------------

let gptOf drawing (sequences: PixelSequences) =
    Gpt(
        GptOptions(
            Vocabulary = sequences.Vocabulary, Context = sequences.Length, Layers = drawing.Layers,
            Heads = drawing.Heads, Width = drawing.Width, HasBias = false, IsTied = false),
        Generator drawing.Seed)

let gptTrainer drawing (model: Gpt) =
    let adam = AdamOptions(LearningRate = drawing.Rate, Beta2 = 0.98, WeightDecay = 0.05)
    Trainer(model, AdamW(ParameterGroup.DecayMatricesOnly model.Parameters, adam), crossEntropy)

/// Up during the first tenth, then down to 0.
let gptSchedule drawing =
    let warmUp = drawing.Updates / 10
    Schedule.Cosine(drawing.Rate, max 1 (drawing.Updates - warmUp), 0.0).WithWarmUp warmUp

/// The bits that each pixel costs, the mean over all pictures, by its place [size · size].
let bitsByPlace (model: Gpt) (part: PixelPart) =
    let most, count = 250, part.Pixels.Shape[0] // so many at once need little memory
    let sums =
        [ for first in 0..most .. count - 1 ->
              let rows (tensor: Tensor) = tensor.Slice(0, first, min (first + most) count)
              Tensor.Evaluate(fun () ->
                  Loss.CrossEntropy(model.Forward(rows part.Before), rows part.Pixels, LossReduction.None).Sum(0)) ]
    Array.map (fun nats -> nats / float count / log 2.0) ((List.reduce (+) sums).ToArray())

/// The network of digits.fsx that judges what is drawn, for digits of this size, and how it is trained.
let judgeOf drawing =
    let digits = usual drawing.Seed
    let learning = { digits.Learning[int Kind.Conv] with Updates = drawing.Judging; Shift = 1 }
    learning, modelOf { digits with Size = drawing.Size } Kind.Conv drawing.Seed

// ---- The files of a run ------------------------------------------------------------------------------------------

let gptIn folder = Path.Combine(folder, "model.safetensors") // of a run that came to its end
let gptCheckpointIn folder = Path.Combine(folder, "checkpoint.safetensors")
let judgeCheckpointIn folder = Path.Combine(folder, "judge.safetensors")

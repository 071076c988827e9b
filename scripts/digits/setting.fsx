// The networks that learn digits and how each is trained: shared by scripts, no script itself.
[<AutoOpen>]
module DigitsSetting

open System.IO
open Crucible.Lab.Data
open Crucible.Layers
open Crucible.Models
open Crucible.Optimizers
open Crucible.Tensors
open Crucible.Training

type Kind = Vit = 0 | Conv = 1 | Mlp = 2 | Logistic = 3

/// How a kind is trained: as many updates as make the seconds of all about equal on two quiet cores.
type Learning = { Updates: int; Batch: int; Rate: float; Decay: float; Shift: int }

/// Everything that decides what is learned; kept beside the checkpoints.
type Setting =
    { Learning: Learning[] // of each kind
      Size: int // height and width of the digits
      Patch: int // of the Vision Transformer, as are the four that follow
      Width: int
      Heads: int
      Layers: int
      Dropout: float
      Filters: int[] // of the convolutional network
      Digits: int // that train
      Judged: int // digits that judge
      Sizes: int[] // fewer digits, to see what so many are worth
      Share: float // of the updates, for fewer digits
      Repeats: int // trainings with other digits and other first weights, for each of these sizes
      IsTuning: bool // judged by digits set aside from training, so that the test digits choose nothing
      Seed: uint64 }

let kinds = [ Kind.Vit; Kind.Conv; Kind.Mlp; Kind.Logistic ]

/// As metrics and files call a kind, and as sentences do.
let short (kind: Kind) = (string kind).ToLowerInvariant()
let named kind =
    match kind with
    | Kind.Vit -> "Vision Transformer"
    | Kind.Conv -> "convolutional network"
    | Kind.Mlp -> "784-128-10"
    | _ -> "logistic regression"

/// What takes about a minute of a quiet core each, for digits of 28×28.
let usual seed =
    { Learning =
        [| { Updates = 7500; Batch = 64; Rate = 2e-3; Decay = 0.05; Shift = 1 }
           { Updates = 9500; Batch = 64; Rate = 3e-3; Decay = 0.05; Shift = 1 }
           { Updates = 200000; Batch = 64; Rate = 1e-3; Decay = 0.05; Shift = 1 }
           { Updates = 600000; Batch = 128; Rate = 1e-3; Decay = 0.0; Shift = 0 } |]
      Size = 28; Patch = 7; Width = 64; Heads = 4; Layers = 4; Dropout = 0.0; Filters = [| 16; 32 |]
      Digits = 60000; Judged = 10000; Sizes = [| 500; 2000; 10000 |]; Share = 0.15; Repeats = 2
      IsTuning = false; Seed = seed }

// ---- The networks and their training -----------------------------------------------------------------------------

let modelOf setting kind (seed: uint64) : Layer =
    let generator, pixels = Generator seed, setting.Size * setting.Size
    match kind with
    | Kind.Vit ->
        VisionTransformer(
            VisionTransformerOptions(
                Classes = 10, Size = setting.Size, Patch = setting.Patch, Width = setting.Width,
                Heads = setting.Heads, Layers = setting.Layers, Dropout = setting.Dropout),
            generator)
    | Kind.Conv ->
        ConvolutionalNetwork(
            ConvolutionalOptions(Classes = 10, Size = setting.Size, Filters = setting.Filters), generator)
    | Kind.Mlp -> Sequential [ Flatten(); Mlp([ pixels; 128; 10 ], (fun () -> Relu()), generator) ]
    | _ -> Sequential [ Flatten(); Linear(pixels, 10, generator, LinearOptions(Weight = Initializer.Zeros)) ]

let crossEntropy logits labels = Loss.CrossEntropy(logits, labels)

let trainerOf (learning: Learning) (model: Layer) =
    let adam = AdamOptions(LearningRate = learning.Rate, WeightDecay = learning.Decay)
    Trainer(model, AdamW(ParameterGroup.DecayMatricesOnly model.Parameters, adam), crossEntropy)

/// Up during the first twentieth, but of few updates the first 375 or third, without which a Vision Transformer may
/// learn nothing; then down to 0.
let scheduleOf (learning: Learning) updates =
    let warmUp = max (updates / 20) (min 375 (updates / 3))
    Schedule.Cosine(learning.Rate, max 1 (updates - warmUp), 0.0).WithWarmUp warmUp

/// The probabilities of the classes [N, 10].
let probabilitiesOf (model: Layer) (pictures: Tensor) =
    let most = 500 // so many at once need little memory
    Tensor.Concat(
        [ for first in 0..most .. pictures.Shape[0] - 1 ->
              let part = pictures.Slice(0, first, min (first + most) pictures.Shape[0])
              Tensor.Evaluate(fun () -> model.Forward(part).Softmax 1) ],
        0)

/// The share of the pictures that is taken for what it is not.
let wrongOf (model: Layer) (judged: LabeledPictures) =
    let found = (probabilitiesOf model judged.Pictures).ArgMax(1).ToArray<int>()
    let wrong = Array.map2 (<>) found (judged.Labels.ToArray<int>()) |> Array.filter id
    float wrong.Length / float found.Length

// ---- The files of a run ------------------------------------------------------------------------------------------

let files, last = "*.safetensors", "vit.safetensors" // what a run leaves, and what only when it came to its end
let modelIn folder kind = Path.Combine(folder, $"{short kind}.safetensors")
let checkpointIn folder kind (digits: int) (number: int) =
    Path.Combine(folder, $"{short kind}-{digits}-{number}.safetensors")

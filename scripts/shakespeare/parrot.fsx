// The documented transformer, its training and its way of writing: shared by scripts, no script itself.
[<AutoOpen>]
module ShakespeareParrot

open System.Diagnostics
open Crucible.Lab.Scripting
open Crucible.Layers
open Crucible.Models
open Crucible.Optimizers
open Crucible.Tensors
open Crucible.Training

/// One post-norm block of 256 channels and 8 heads behind sinusoidal positions; as documented without a causal mask.
type DocumentedModel(vocabulary: int, isCausal: bool, generator: Generator) =
    inherit Layer()
    let token = base.Child("token", Embedding(vocabulary, 256, generator))
    let position = base.Child("position", SinusoidalPositions(100, 256))
    let options =
        TransformerOptions(
            Width = 256, Heads = 8, HiddenSize = 512, FeedForward = FeedForwardKind.Relu,
            Placement = NormPlacement.Post, Dropout = 0.1, IsCausal = isCausal)
    let block = base.Child("encoder", TransformerEncoder(1, options, generator))
    let head = base.Child("head", Linear(256, vocabulary, generator))
    override _.Compute(x, pass) =
        head.Forward(block.Forward(position.Forward(token.Forward(x, pass), pass), pass), pass)

let last (t: Tensor) = t.Select(1, -1)

/// The documented training: windows of 100 characters, 64 an update, Adam at 0.001; the loss of the last position,
/// or, repaired, of all of them under a causal mask. The model, the losses and the seconds.
let learnAsDocumented (lab: ExperimentRun) title (corpus: Corpus) isRepaired updates =
    let model = DocumentedModel(corpus.Tokenizer.VocabularySize, isRepaired, Generator(lab.SeedOf 1))
    let loss (logits: Tensor) (targets: Tensor) =
        if isRepaired then Loss.CrossEntropy(logits, targets) else Loss.CrossEntropy(last logits, last targets)
    let step = TrainingStep(model, Adam(model.Parameters, AdamOptions(LearningRate = 1e-3)), loss)
    let windows, pass = Generator(lab.SeedOf 2), Pass.Training(Generator(lab.SeedOf 3))
    use progress = lab.Progress(title, int64 updates)
    let watch = Stopwatch.StartNew()
    let losses =
        [| for _ in 1 .. updates do
               let x, y = corpus.Training.Random(windows, 64)
               let loss = step.Run(x, y, pass)
               x.Release()
               y.Release()
               progress.Step(loss = loss)
               loss |]
    model, losses, watch.Elapsed.TotalSeconds

/// The mean loss of predicting the characters at some places of the text from so many characters before each.
let lossAt (corpus: Corpus) (places: int[]) (model: Layer) window =
    let losses =
        [ for batch in Array.chunkBySize 64 places do
              let rows = [| for place in batch do yield! corpus.Tokens[place - window .. place - 1] |]
              let targets = Tensor.From [| for place in batch -> corpus.Tokens[place] |]
              let logits () = last (model.Forward(Tensor.From(rows, batch.Length, window), Pass.Evaluation))
              let sum = Tensor.Evaluate(fun () -> Loss.CrossEntropy(logits (), targets, LossReduction.Sum))
              sum.ToDouble() ]
    List.sum losses / float places.Length

/// Draws one character after the other, each from so many before it: the document's way of writing, with its window or
/// a larger one.
let parrot (model: Layer) (corpus: Corpus) (prompt: string) window length (seed: uint64) =
    let generator = Generator seed
    let text = ResizeArray(corpus.Tokenizer.Encode prompt)
    let start = text.Count
    for _ in 1 .. length do
        let seen = text.GetRange(max 0 (text.Count - window), min window text.Count).ToArray()
        let logits () = last (model.Forward(Tensor.From(seen, 1, seen.Length), Pass.Evaluation))
        let probabilities = Tensor.Evaluate(fun () -> logits().Softmax -1).ToArray()
        let mutable left, token = generator.NextDouble(), 0
        while token < probabilities.Length - 1 && left >= probabilities[token] do
            left <- left - probabilities[token]
            token <- token + 1
        text.Add token
    corpus.Tokenizer.Decode(text.GetRange(start, length))

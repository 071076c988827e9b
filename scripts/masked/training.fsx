// Trains the models, and scores the same blanks with both: shared, no script itself.
[<AutoOpen>]
module MaskedTraining

open System
open System.IO
open Crucible.Lab.Scripting
open Crucible.Layers
open Crucible.Models
open Crucible.Optimizers
open Crucible.Statistics
open Crucible.Tensors
open Crucible.Text
open Crucible.Training

type Trained =
    { Masked: MaskedLanguageModel
      Causal: Gpt
      MaskedHistory: History
      CausalHistory: History }

let crossEntropy logits targets = Loss.CrossEntropy(logits, targets)

let private scheduleOf rate updates =
    let warmUp = updates / 10
    Schedule.Cosine(rate, max 1 (updates - warmUp), 0.0).WithWarmUp warmUp

let private adamOf (model: Layer) rate =
    AdamW(ParameterGroup.DecayMatricesOnly model.Parameters, AdamOptions(LearningRate = rate, WeightDecay = 0.1))

let private fit (lab: ExperimentRun) setting (trainer: Trainer) training (validation: IBatches) name seed =
    let options =
        TrainerOptions(
            Updates = setting.Updates, Seed = seed, Schedule = scheduleOf setting.Rate setting.Updates, ClipNorm = 1.0,
            RestoreBest = false, RecordStart = true, RecordEvery = max 1 (setting.Updates / lab.Pick(8, 1)),
            ShowProgress = false, Checkpoint = Path.Combine(lab.Out, $"{name}.checkpoint.safetensors"),
            CheckpointEvery = max 1 (setting.Updates / 10), Cancellation = lab.Token)
    let history = trainer.Fit(training, validation, options)
    lab.Token.ThrowIfCancellationRequested()
    history

/// The loss of a batch with hidden tokens.
let maskedLoss (model: MaskedLanguageModel) (batch: Batch) pass =
    crossEntropy (model.Logits(batch.Inputs, batch.Tensors[1], pass)) batch.Targets

/// Trains a masked or a causal model from one of the seeds, or goes on from its checkpoint.
let private train lab setting (tokenizer: Tokenizer) (texts: int[][]) (isMasked, number) : Layer * History =
    let tokens, seed = tokenizer.VocabularySize, seedOf setting [ 1; number ]
    let options = optionsOf setting tokens
    if isMasked then
        let hiding =
            MaskedBatchesOptions(
                Vocabulary = tokens, MaskToken = maskOf tokenizer, Kept = [| 0; 1; endOf tokenizer |],
                Length = setting.Context, BatchSize = setting.Batch)
        let model = MaskedLanguageModel(options, Generator seed)
        let trainer = Trainer.OfBatches(model, adamOf model setting.Rate, fun batch pass -> maskedLoss model batch pass)
        let batches = [| for text in texts -> MaskedBatches(text, hiding) |]
        model, fit lab setting trainer batches[0] batches[1] $"masked-{number}" seed
    else
        let model = Gpt(options, Generator seed)
        let windowsOf text = TokenWindows(TokenSequence.Of(text, tokens), setting.Context, setting.Batch)
        let windows = Array.map windowsOf texts
        let trainer = Trainer(model, adamOf model setting.Rate, crossEntropy)
        model, fit lab setting trainer windows[0] windows[1] $"causal-{number}" seed

/// Trains both kinds from all seeds, a thread each.
let trainAll (lab: ExperimentRun) setting tokenizer speeches =
    let texts = [| for part in 0..1 -> streamOf tokenizer part speeches |]
    let jobs = [ for number in 1 .. setting.Seeds do for isMasked in [ false; true ] -> isMasked, number ]
    let trained = lab.InParallel("training", jobs, train lab setting tokenizer texts)
    [ for pair in Array.chunkBySize 2 trained ->
          { Causal = unbox (fst pair[0]); CausalHistory = snd pair[0]
            Masked = unbox (fst pair[1]); MaskedHistory = snd pair[1] } ]

// ---- Blanks --------------------------------------------------------------------------------------------------------

/// A window of text of which one word is asked.
type Blank = { Number: int; Window: int[]; Place: int } // the number of the window

/// Windows of a text without overlap, a word of each blanked in turn: a word has another on either side at least.
let blanksOf setting (tokenizer: Tokenizer) (tokens: int[]) most =
    let isWord, generator = isWord tokenizer, Generator(seedOf setting [ 2 ])
    [| for number, window in Array.indexed (Array.chunkBySize setting.Context tokens) do
           if window.Length = setting.Context then
               let places = [| for place in 1 .. window.Length - 2 do if isWord window[place] then place |]
               for _ in 1 .. min 3 places.Length do
                   { Number = number; Window = window; Place = places[generator.NextInt places.Length] } |]
    |> Array.truncate most

let private batches (blanks: Blank[]) = Array.chunkBySize 256 blanks
let private rows (blanks: Blank[]) = Array.indexed blanks

/// The logits [N, V] of the blanks' words by a masked model, which sees all else of the window.
let maskedLogits (model: MaskedLanguageModel) mask (blanks: Blank[]) =
    let length = blanks[0].Window.Length
    let ids = [| for blank in blanks do yield! Array.updateAt blank.Place mask blank.Window |]
    let places = [| for row, blank in rows blanks -> row * length + blank.Place |]
    Tensor.Evaluate(fun () ->
        model.Logits(Tensor.From(ids, blanks.Length, length), Tensor.From places, Pass.Evaluation))

/// The same by a causal model, which sees what stands before.
let causalLogits (model: Gpt) (blanks: Blank[]) =
    let length = blanks[0].Window.Length
    let ids = [| for blank in blanks do yield! blank.Window |]
    let places = [| for row, blank in rows blanks -> row * length + blank.Place - 1 |]
    Tensor.Evaluate(fun () ->
        let logits = model.Forward(Tensor.From(ids, blanks.Length, length), Pass.Evaluation)
        logits.Reshape(-1, logits.Shape[2]).Rows places)

/// Which of the blanks a model fills rightly with its first choice, and the mean loss of the right words.
let scored logitsOf (blanks: Blank[]) =
    let results =
        [| for batch in batches blanks ->
               let logits: Tensor = logitsOf batch
               let targets = [| for blank in batch -> blank.Window[blank.Place] |]
               let best = logits.ArgMax(1).ToArray<int>()
               let loss = (crossEntropy logits (Tensor.From targets)).ToDouble()
               Array.map2 (=) best targets, loss * float batch.Length |]
    Array.collect fst results, Array.sumBy snd results / float blanks.Length

// ---- How sure ------------------------------------------------------------------------------------------------------

let share (right: bool[]) = right |> Array.averageBy (fun one -> if one then 1.0 else 0.0)

let private within (keys: 'key[]) statistic =
    let groups = [| 0 .. keys.Length - 1 |] |> Array.groupBy (Array.get keys) |> Array.map snd
    let drawn = Func<int[], float>(fun places -> places |> Array.collect (Array.get groups) |> statistic)
    Interval.OfResamples(groups.Length, drawn, Generator 0UL, 400)

let private meanOf (right: bool[] list) rows =
    right |> List.averageBy (fun one -> share (Array.map (Array.get one) rows))

/// The share that is right, the mean of seeds, within its 95 % interval over groups, drawn anew: what has one key goes
/// together, as the pieces of a speech.
let accuracyOf keys right = within keys (meanOf right)

/// How much larger it is than another.
let gainOf keys right other = within keys (fun rows -> meanOf right rows - meanOf other rows)

/// 31.4 % (30.0 to 32.7)
let shown (share: Interval) = $"%.1f{100.0 * share.Estimate} %% (%.1f{100.0 * share.Low} to %.1f{100.0 * share.High})"

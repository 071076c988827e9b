// Trains translators of each kind, and what they make of sentences that they never saw: shared, no script itself.
[<AutoOpen>]
module TranslateTraining

open System
open System.Diagnostics
open System.IO
open Crucible
open Crucible.Lab.Scripting
open Crucible.Models
open Crucible.Statistics
open Crucible.Tensors
open Crucible.Text
open Crucible.Training

type Trained =
    { Kind: TranslatorKind
      Width: int
      Number: int // of the seed, from 0
      Model: Translator
      History: History
      BatchesOfEpoch: int }

    member trained.SecondsOfEpoch =
        trained.History.Last.Seconds / float trained.History.Last.Updates * float trained.BatchesOfEpoch

/// The files of the weights to average: the last records', beside the checkpoint.
let private recorded (setting: Setting) checkpoint (updates: int) every =
    [ for i in setting.Averaged - 1 .. -1 .. 0 ->
          Path.ChangeExtension(checkpoint, $".{updates - i * every}.safetensors") ]

/// A checkpoint that is there must be of the kind that goes on with it.
let private checkKind kind checkpoint =
    if File.Exists checkpoint then
        let found = TranslatorFile.Load(checkpoint).Options.Kind
        if found <> kind then
            raise (CheckpointException $"{checkpoint}: holds '{named found}', but '{named kind}' goes on with it; put \
                that kind's checkpoint in its place, or delete it.")

/// Trains a model, from its checkpoint in the folder where there is one.
let train (lab: ExperimentRun) folder setting vocabulary (parts: PairSplit) onUpdate (kind, width, number) =
    let place = List.findIndex ((=) kind) kinds
    let rate, updates = setting.Rates[place], setting.Updates[place]
    let seed = seedOf setting kind number
    let model = modelOf setting vocabulary kind width seed
    let training = PairBatches(vocabulary, parts.Training, setting.Batch, model.Longest, setting.BpeDropout)
    let validation = PairBatches(vocabulary, parts.Validation, 4 * setting.Batch, model.Longest)
    let checkpoint, every = checkpointIn folder kind number, max 1 (updates / (if updates < 200 then 2 else 20))
    checkKind kind checkpoint
    let averaged = if setting.Averaged < 2 then [] else recorded setting checkpoint updates every
    let watched = parts.Validation[0]
    let onRecord (record: TrainingRecord) =
        let file = Path.ChangeExtension(checkpoint, $".{record.Updates}.safetensors")
        if List.contains file averaged then model.Save file
        let best = TextTranslator(model, vocabulary).Translate(watched.Source, BeamSearchOptions(Width = 1))[0]
        lab.ShowText($"{named kind}, after {record.Updates} updates: {watched.Source}", best.Text)
    let options =
        TrainerOptions(
            Updates = updates, Seed = seed, Schedule = scheduleOf rate updates, ClipNorm = 1.0, RestoreBest = false,
            RecordStart = true, RecordEvery = every, ShowProgress = false, Checkpoint = checkpoint,
            CheckpointEvery = max 1 (updates / 10), Cancellation = lab.Token,
            OnUpdate = Action<_, _> onUpdate, OnRecord = Action<_> onRecord)
    let history = (trainerOf setting model rate).Fit(training, validation, options)
    lab.Token.ThrowIfCancellationRequested()
    if not averaged.IsEmpty then model.LoadMean(ResizeArray averaged)
    { Kind = kind; Width = width; Number = number; Model = model; History = history; BatchesOfEpoch = training.Count }

/// Trains all kinds: several seeds at once with a thread each, or one model after another with all threads.
let trainAll (lab: ExperimentRun) setting (vocabulary: PairVocabulary) (parts: PairSplit) =
    let widths = [ for kind in kinds -> kind, widthOf setting vocabulary kind ]
    let jobs = [ for kind, width in widths do for number in 0 .. setting.Seeds - 1 -> kind, width, number ]
    if setting.Seeds > 1 then
        lab.InParallel("training", jobs, train lab lab.Out setting vocabulary parts (fun _ _ -> ())) |> List.ofArray
    else
        use progress = lab.Progress("training", int64 (Array.sum setting.Updates))
        let onUpdate _ loss = if not lab.Token.IsCancellationRequested then progress.Step(loss = loss)
        jobs |> List.map (train lab lab.Out setting vocabulary parts onUpdate)

// ---- What they make of sentences -------------------------------------------------------------------------------

/// The translations of sentences by a search so wide, and the seconds they took.
let translateAll (lab: ExperimentRun) vocabulary width (model: Translator) (pairs: SentencePair[]) =
    let watch = Stopwatch.StartNew()
    let search = BeamSearchOptions(Width = width, Cancellation = lab.Token)
    let found = TextTranslator(model, vocabulary).Translate(sources pairs, search)
    lab.Token.ThrowIfCancellationRequested()
    [| for beams in found -> if beams.Count = 0 then "" else beams[0].Text |], watch.Elapsed.TotalSeconds

/// The score of each seed's translations on some of the sentences.
let private scoresOn score (outputs: string[] list) (references: string[]) (rows: int[]) =
    let chosen (all: string[]) = rows |> Array.map (Array.get all)
    [ for output in outputs -> (score (chosen output) (chosen references): float) ]

/// A score of a kind's translations on some of the sentences: its mean over the seeds, between the lowest and the
/// highest.
let scoreOf score outputs references rows =
    let values = scoresOn score outputs references rows
    Interval(List.average values, List.min values, List.max values)

let private resampled (rows: int[]) (statistic: int[] -> float) =
    let drawn = Func<int[], float>(fun places -> statistic (places |> Array.map (Array.get rows)))
    Interval.OfResamples(rows.Length, drawn, Generator 0UL, 100)

/// The same, of one seed within its 95 % interval over sentences, drawn anew.
let scoreWithin score (outputs: string[] list) references (rows: int[]) =
    if outputs.Length > 1 || rows.Length < 2 then scoreOf score outputs references rows
    else resampled rows (scoresOn score outputs references >> List.average)

/// The difference of two kinds' scores, means over their seeds, within its 95 % interval over sentences, drawn anew.
let differenceOf score first second references rows =
    let mean outputs = scoresOn score outputs references >> List.average
    resampled rows (fun chosen -> mean first chosen - mean second chosen)

/// The places of sentences by their words: neighbouring lengths together until a twelfth of all is there.
let byLength (pairs: SentencePair[]) =
    let add groups (words, rows: int[]) =
        match groups with
        | (before: int[] list, all: int[]) :: rest when all.Length < pairs.Length / 12 ->
            ([| words |] :: before, Array.append all rows) :: rest
        | _ -> ([ [| words |] ], rows) :: groups
    let lengths = Array.groupBy (fun i -> pairs[i].SourceWords) [| 0 .. pairs.Length - 1 |] |> Array.sortBy fst
    let mean (rows: int[]) = rows |> Array.averageBy (fun i -> float pairs[i].SourceWords)
    [ for _, rows in Array.fold add [] lengths |> List.rev -> mean rows, rows ]

/// The quarter of the sentences that has most words, of as many words the longer texts.
let longestQuarter (pairs: SentencePair[]) =
    let ordered = [| 0 .. pairs.Length - 1 |] |> Array.sortBy (fun i -> pairs[i].SourceWords, pairs[i].Source.Length)
    ordered[pairs.Length * 3 / 4 ..]

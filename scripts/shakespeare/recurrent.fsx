// Question  Why transformers? RNN, LSTM, GRU and GPT learn the same text, with as many parameters and as many seconds.
// Data      tinyshakespeare by characters, the first 90 % train, windows of 64; the rest validates.
// Method    0.81 million parameters each (within 1 %), AdamW, the best of three or four learning rates, batches of 12
//           windows, three seeds, a thread a model. Each kind makes the fixed number of updates that takes about 15 s
//           on a quiet core: losses are the same on every machine, seconds are measured. Every window begins with an
//           empty state; one more loss lets the recurrent models read on through 1024 characters.
// Expected  GRU 1.67, LSTM 1.70, RNN 1.71, GPT 1.89: in so short a time, with 64 characters to look back on, recurrent
//           models learn more, and at least 0.1 lies between the best and the GPT. 3 minutes on two cores.
// See also  ../shakespeare.fsx, which trains this GPT for longer; ablation.fsx, what its parts are worth.
#load "../crucible.fsx"
#load "setting.fsx"
#load "corpus.fsx"
#load "writing.fsx"

open System
open Crucible.Lab.Reports
open Crucible.Lab.Scripting
open Crucible.Layers
open Crucible.Models
open Crucible.Statistics
open Crucible.Tensors
open Crucible.Text
open Crucible.Training
open Plotly.NET

/// A kind of model: what its units are (none: a GPT), how many, the best of the rates tried, and updates in equal time.
type Kind = { Name: string; Cell: RecurrentCellKind option; Width: int; Rate: float; Updates: int }

let kinds =
    [ { Name = "RNN"; Cell = Some RecurrentCellKind.Rnn; Width = 434; Rate = 4e-3; Updates = 755 }
      { Name = "LSTM"; Cell = Some RecurrentCellKind.Lstm; Width = 220; Rate = 16e-3; Updates = 765 }
      { Name = "GRU"; Cell = Some RecurrentCellKind.Gru; Width = 254; Rate = 8e-3; Updates = 775 }
      { Name = "GPT"; Cell = None; Width = 128; Rate = 2e-3; Updates = 700 } ]

type Options =
    { [<Option("the part of each kind's updates that is made", Above = 0, Max = 1000)>] Part: float
      [<Option("seeds (3; --quick 1)", Min = 1, Max = 1000)>] Seeds: int option }

/// A model, how it learned, its loss at each of 64 positions, and when it reads on through 1024 characters.
type Trained = { Model: Layer; History: History; ByPosition: float[]; ReadingOn: float }

let create kind (setting: Setting) vocabulary : Layer =
    match kind.Cell with
    | None -> modelOf setting vocabulary
    | Some cell ->
        let options = RecurrentLanguageModelOptions(Vocabulary = vocabulary, Cell = cell, Width = kind.Width)
        RecurrentLanguageModel(options, Generator setting.Seed)

let train (lab: ExperimentRun) (corpus: Corpus) (far: TokenWindows) (kind, setting: Setting) =
    let model = create kind setting corpus.Tokenizer.VocabularySize
    let options =
        TrainerOptions(
            Updates = setting.Updates, Seed = setting.Seed, Schedule = scheduleOf setting, ClipNorm = 1.0,
            RestoreBest = false, RecordStart = lab.Quick, RecordEvery = max 1 (setting.Updates / lab.Pick(7, 1)),
            ShowProgress = false, Cancellation = lab.Token)
    let history = (trainerOf setting model).Fit(corpus.Training, corpus.Validation, options)
    lab.Token.ThrowIfCancellationRequested()
    { Model = model; History = history; ByPosition = Evaluation.LossByPosition(model, corpus.Validation)
      ReadingOn = if kind.Cell.IsNone then nan else Evaluation.Loss(model, far, crossEntropy) }

/// The mean of seeds with its 95 % interval, which one seed does not have.
let ofSeeds values = match values with [ one ] -> Interval(one, nan, nan) | several -> Interval.OfMean several

Experiment.Run("Why transformers, and not recurrent networks?", { Part = 1.0; Seeds = None }, fun lab ->
    // ---- Method: each kind from each seed, a thread each -----------------------------------------------------------
    let seeds, part = defaultArg lab.Options.Seeds (lab.Pick(3, 1)), lab.Pick(0.9, 0.99)
    let settingOf kind seed =
        let updates = max 1 (int (float kind.Updates * lab.Pick(lab.Options.Part, 0.02)))
        { modern (lab.SeedOf(8, seed)) with
            TrainingPart = part; Rate = kind.Rate; Updates = updates; WarmUp = min 100 (updates / 10) }
    let corpus = corpusOf (settingOf kinds.Head 1) ""
    let _, far = TokenWindows.Split(corpus.Tokens, 1024, part)
    lab.Config {| Seeds = seeds; Kinds = [ for k in kinds -> $"{k.Name} {k.Width}, rate {k.Rate}, {k.Updates}" ] |}
    let all = [ for kind in kinds do for seed in 1..seeds -> kind, settingOf kind seed ]
    let trained = lab.InParallel("models", all, train lab corpus far)
    let results = trained |> List.ofArray |> List.chunkBySize seeds |> List.zip kinds
    let name (kind, _) = kind.Name
    let losses (_, runs) = [ for run in runs -> run.History.Last.ValidationLoss ]
    let loss, readingOn = losses >> List.average, snd >> List.averageBy (fun (run: Trained) -> run.ReadingOn)
    let at place (_, runs) = runs |> List.averageBy (fun run -> run.ByPosition[place])
    let last (_, runs) = [ for run in runs -> run.History.Last ] |> List.minBy _.Seconds // of the least disturbed
    let parameters (_, runs) = (List.head runs).Model.ParameterCount
    let gpt, recurrent = List.last results, List.truncate 3 results
    let best = List.minBy loss recurrent
    let gap = ofSeeds (List.map2 (-) (losses best) (losses gpt)) // the same seeds, so the same windows

    // ---- Answer ----------------------------------------------------------------------------------------------------
    let verdict =
        if gap.Low > 0.0 then "more than the seeds explain: the transformer learns more in the time"
        elif gap.High < 0.0 then $"more than the seeds explain: the {name best} learns more in the time"
        else "which the choice of the seed may have made"
    let each value chosen = listed [ for result in chosen -> $"{name result} %.3f{value result}" ]
    let curve (result: Kind * Trained list) =
        let pace = (last result).Seconds / float (last result).Updates
        let records = List.transpose [ for run in snd result -> List.ofSeq run.History.Records ]
        let point (all: TrainingRecord list) =
            pace * float all.Head.Updates, ofSeeds [ for record in all -> record.ValidationLoss ]
        Chart.Band(name result, List.map point records)
    lab.Answer(
        $"With {Numeral.Of(parameters gpt: int)} parameters (within 1 %%) and about \
            {Numeral.Of((last gpt).Seconds, 2)} s of one core, the loss on \
            text not trained on is {each loss results} nats a character. Between GPT and {name best}, the best \
            recurrent one, lie %.3f{abs gap.Estimate}, {verdict}.",
        [ for result in [ gpt; best ] do Estimate($"validation loss, {name result}", loss result, "nats a character")
          Estimate($"{name best} less GPT", gap.Estimate, "nats a character", gap.HalfWidth) ],
        Chart.combine (List.collect curve results)
        |> Chart.withTitle "Loss on the validation text"
        |> Chart.withXAxisStyle "seconds of training, one thread"
        |> Chart.withYAxisStyle "nats a character",
        (if seeds = 1 then "One seed; bands and intervals take more."
         else $"Means of {seeds} seeds; bands and ± are 95 %% intervals over seeds."))

    // ---- How -------------------------------------------------------------------------------------------------------
    let writer (_, runs) = TextGenerator(unbox (List.head runs).Model, corpus.Tokenizer)
    let writing = [ for result in results -> writingSpeed lab (writer result) corpus.Training.Length "ROMEO:" ]
    let columns =
        [ "model"; "parameters"; "updates"; "seconds"; "loss"; "of seeds"; "characters trained on a second"
          "characters written a second" ]
    let rows =
        [ for result, (rate, _) in List.zip results writing ->
            let spread = $"%.3f{List.min (losses result)} to %.3f{List.max (losses result)}"
            name result, parameters result, (last result).Updates, Math.Round((last result).Seconds, 1),
            Math.Round(loss result, 4), spread, Math.Round (last result).ItemsPerSecond, Math.Round rate ]
    lab.Table(columns, rows)
    lab.Report.Section "What each learned in the time"
    lab.Report.Table(columns, rows)
    lab.Report.Text "All read batches of 12 windows of 64 characters: a GPT all 768 at once, a recurrent model 12 at \
        a time. In writing a recurrent model keeps a state of fixed size; a GPT keeps the keys and values of its \
        context, and when that is full it begins again with the later half. Seconds are those of the fastest seed."
    lab.Report.Section "What the context is worth"
    lab.Report.Chart(
        Chart.combine
            [ for result in results -> Chart.Line([ for i in 0..63 -> i + 1, at i result ], Name = name result) ]
        |> Chart.withTitle "Loss by position"
        |> Chart.withXAxisStyle ("characters seen", AxisType = StyleParam.AxisType.Log)
        |> Chart.withYAxisStyle "nats a character",
        "How much the characters before help each kind: a curve that still falls on the right uses what lies far back.")
    let quarter number result = [ for i in 16 * number - 16 .. 16 * number - 1 -> at i result ] |> List.average
    lab.Report.Text $"In the second quarter of a window the losses are {each (quarter 2) results}, in the last \
        {each (quarter 4) results}. Reading on through 1024 characters they are {each readingOn recurrent}."
    for result, (rate, isSame) in List.zip results writing do
        let metric (key: string) isHeadline title value =
            lab.Metric($"{key}_{(name result).ToLowerInvariant()}", value, isHeadline, $"{title}, {name result}")
        metric "val_loss" true "validation loss (nats a character)" (loss result)
        metric "chars_per_second" false "characters trained on a second" (last result).ItemsPerSecond
        metric "chars_written_per_second" false "characters written a second" rate
        metric "seconds" false "seconds of training" (last result).Seconds
        metric "parameters" false "parameters" (float (parameters result))
        let times = float (parameters result) / float (parameters gpt)
        lab.CheckBetween($"parameters of {name result}, times the GPT's", times, 0.98, 1.02)
        lab.Check($"greedy text of {name result} is the same without what it keeps", true, isSame, isSame)
    if not lab.Quick && lab.Options.Part = 1.0 then
        lab.CheckAtMost("validation loss, GPT", loss gpt, 1.9)
        lab.CheckAtMost("the best recurrent loss less the GPT's, upper end", gap.High, -0.1))

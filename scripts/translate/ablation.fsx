// Question  What helps a small Transformer to translate with few sentences?
// Data      The .NET SDK's own messages of up to 16 words, English and French: 10 000 pairs train. Validation pairs
//           judge; the test is not looked at.
// Method    The settings of ../translate.fsx --data sdk with one change each, all for as many updates: dropout, label
//           smoothing, shared vectors, BPE-dropout, averaged weights, sizes of the vocabulary, where blocks normalize.
// Expected  Most changes make it worse; docs/log.md has the figures. 15 minutes on two cores.
// See also  ../translate.fsx, which trains with the settings that won.
#load "../crucible.fsx"
#load "setting.fsx"
#load "sentences.fsx"
#load "training.fsx"

open System
open System.IO
open Crucible.Lab.Reports
open Crucible.Lab.Scripting
open Crucible.Layers
open Crucible.Models
open Crucible.Statistics
open Crucible.Text
open Plotly.NET

type Options =
    { [<Option "what English is translated to">]
      Language: string
      [<Option("updates of each (1500)", Min = 1, Max = 100000000)>]
      Updates: int option
      [<Option("trainings of each change", Min = 1, Max = 100)>]
      Seeds: int }

let changes: (string * (Setting -> Setting)) list =
    [ "as chosen", id
      "no dropout", (fun s -> { s with Dropout = 0.0 })
      "dropout 0.2", (fun s -> { s with Dropout = 0.2 })
      "dropout 0.3", (fun s -> { s with Dropout = 0.3 })
      "no label smoothing", (fun s -> { s with LabelSmoothing = 0.0 })
      "vectors not shared", (fun s -> { s with IsShared = false })
      "BPE-dropout 0.1", (fun s -> { s with BpeDropout = 0.1 })
      "mean of the last 5 records' weights", (fun s -> { s with Averaged = 5 })
      "1000 byte pairs", (fun s -> { s with Vocabulary = 1000 })
      "4000 byte pairs", (fun s -> { s with Vocabulary = 4000 })
      "post-norm, as published", (fun s -> { s with Placement = NormPlacement.Post })
      "half the learning rate", (fun s -> { s with Rates = Array.map (fun rate -> rate / 2.0) s.Rates })
      "twice the learning rate", (fun s -> { s with Rates = Array.map ((*) 2.0) s.Rates })
      "3 layers", (fun s -> { s with Layers = 3 }) ]

let question = "What helps a small Transformer to translate with few sentences?"

Experiment.Run(question, { Language = "fr"; Updates = None; Seeds = 1 }, fun lab ->
    let options, kind = lab.Options, TranslatorKind.Transformer
    let updates = defaultArg options.Updates (lab.Pick(1500, 6))
    let chosen =
        { sdk options.Language lab.Seed with Updates = Array.create 3 updates; MostWords = lab.Pick(16, 4) }
    let sentences = sentencesOf chosen
    let changes = changes |> List.truncate (lab.Pick(99, 3))
    lab.Config {| Changes = List.map fst changes; Updates = updates |}

    // ---- Method: one change each, judged by the validation pairs ----------------------------------------------------
    let judge (place, number) =
        let setting = snd changes[place] chosen
        let vocabulary = vocabularyOf setting sentences.Parts.Training
        let folder = Directory.CreateDirectory(Path.Combine(lab.Out, $"change-{place}")).FullName
        let job = kind, setting.Width, number
        let trained = train lab folder setting vocabulary sentences.Parts (fun _ _ -> ()) job
        trained, fst (translateAll lab vocabulary 1 trained.Model sentences.Parts.Validation)
    let jobs = List.allPairs [ 0 .. changes.Length - 1 ] [ 0 .. options.Seeds - 1 ]
    let judged = lab.InParallel("changes", jobs, judge) |> List.ofArray |> List.chunkBySize options.Seeds

    // ---- What came -------------------------------------------------------------------------------------------------
    let references, bleu = targets sentences.Parts.Validation, bleu chosen
    let rows = [| 0 .. references.Length - 1 |]
    let scores = [ for ofChange in judged -> List.averageBy (fun (_, found) -> bleu found references) ofChange ]
    let against = List.map snd judged.Head
    let gains =
        [ for ofChange in judged.Tail -> differenceOf bleu (List.map snd ofChange) against references rows ]
    let named = List.zip (List.map fst changes.Tail) gains
    let sure (isSure: Interval -> bool) =
        listed [ for name, gain in named do if isSure gain then $"{name} (%+.1f{gain.Estimate})" ]
    let worse = sure (fun gain -> gain.High < 0.0)
    let better = sure (fun gain -> gain.Low > 0.0)
    let nearest = NearestSentences(sentences.Parts.Training)
    let copied = bleu (nearest.Translate(sources sentences.Parts.Validation)) references
    lab.Metric("bleu", scores.Head, true, "BLEU as chosen, validation")
    for i, score in List.indexed scores.Tail do
        lab.Metric($"bleu_{i + 1}", score, title = $"BLEU, {fst changes[i + 1]}")
    lab.Answer(
        $"As chosen it has a BLEU of %.1f{scores.Head} on the validation pairs after {updates} updates, copying \
            %.1f{copied}. Surely worse: {worse}; surely better: {better}.",
        [ Estimate("as chosen", scores.Head, "BLEU"); Estimate("copying", copied, "BLEU") ],
        Chart.Bar([ for _, gain in List.rev named -> gain.Estimate ], [ for name, _ in List.rev named -> name ])
        |> Chart.withTitle "What each change does"
        |> Chart.withXAxisStyle "gain (BLEU)")
    let columns = [ "change"; "parameters"; "validation loss"; "BLEU"; "gain"; "from"; "to"; "seconds, one thread" ]
    let table =
        [ for i, ofChange in List.indexed judged do
              let gain = if i = 0 then Interval(0.0, 0.0, 0.0) else gains[i - 1]
              let last = (fst ofChange.Head).History.Last
              fst changes[i], (fst ofChange.Head).Model.ParameterCount, Math.Round(last.ValidationLoss, 3),
              Math.Round(scores[i], 2), Math.Round(gain.Estimate, 2), Math.Round(gain.Low, 2),
              Math.Round(gain.High, 2), Math.Round(last.Seconds, 0) ]
    lab.Report.Section "Each change"
    lab.Report.Text $"{sentences.Of}. {sentences.Rule} Intervals of 95 %% are over sentences, drawn anew in pairs; the \
        choice of the seed is not in them. Losses of other vocabularies cannot be compared: their tokens are others."
    lab.Report.Table(columns, table)
    lab.Table(columns, table)
    if not lab.Quick then lab.CheckAtLeast("BLEU as chosen above copying", scores.Head - copied, 5.0))

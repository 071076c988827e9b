// Question  Why was attention invented?
// Data      Numbers in words, English and French: "two hundred and seventy-six", "deux cent soixante-seize"; or the
//           messages of the running .NET SDK (--data sdk), or any file of pairs (--pairs). Nothing is downloaded.
// Method    Three models of as many parameters learn for about as many seconds: a recurrent encoder-decoder with one
//           vector for the whole sentence, one with attention, the Transformer. They translate sentences that they
//           never saw, and the scores stand against the sentences' length. A run that was killed goes on with --resume.
// Expected  Numbers: right are at least 98 % by the Transformer, 95 % with attention, and of the longest quarter at
//           least 15 points fewer with one vector than with attention. 2 minutes on two cores. SDK: the Transformer's
//           BLEU at least 5 above copying the nearest sentence's translation, in a quarter of an hour.
// See also  translate/ablation.fsx (what helps with few sentences), attention/translation.fsx (48 sentences, in two seconds).
#load "crucible.fsx"
#load "translate/setting.fsx"
#load "translate/sentences.fsx"
#load "translate/options.fsx"
#load "translate/training.fsx"
#load "translate/answering.fsx"
#load "translate/pictures.fsx"

open System.Diagnostics
open System.IO
open Crucible.Lab.Reports
open Crucible.Lab.Scripting
open Crucible.Models
open Crucible.Statistics
open Crucible.Text

type Options =
    { Wanted: Wanted
      [<Option("goes on with a run that was stopped: its folder; alone --out's, or the latest", Alone = "latest",
               IsFile = true)>]
      Resume: string option
      [<Option "translates a sentence with a model that is trained already">]
      Translate: string option
      [<Option("with --translate: a run's folder or model (the latest)", IsFile = true)>]
      Model: string option }

let defaults = { Wanted = asUsual; Resume = None; Translate = None; Model = None }

let percent (share: Interval) = $"%.1f{100.0 * share.Estimate} %%"
let half (interval: Interval) = (interval.High - interval.Low) / 2.0

/// The answer on numbers: how many come out right.
let answerNumbers asked (above: Interval) exact longest =
    let beginning = if above.Low > 0.0 then "So that long sentences are not forgotten" else "No reason is seen here"
    $"{beginning}: of the longest quarter of {asked} numbers never seen, {percent (longest TranslatorKind.Fixed)} come \
        out right with one fixed vector, {percent (longest TranslatorKind.Attention)} with attention and \
        {percent (longest TranslatorKind.Transformer)} by the Transformer, at equal parameters and seconds.",
    [ Estimate("longest quarter: attention above one vector", 100.0 * above.Estimate, "points", 100.0 * half above)
      for kind in [ TranslatorKind.Attention; TranslatorKind.Transformer ] do
          let all: Interval = exact kind
          Estimate($"{named kind}, all lengths", 100.0 * all.Estimate, "% right", 100.0 * half all) ]

/// The answer on sentences: BLEU, and how much of it is more than copying.
let answerSentences asked (above: Interval) (bleu: TranslatorKind -> Interval) copied =
    let score kind = $"%.1f{(bleu kind).Estimate}"
    $"On {asked} sentences unlike any that trained, the Transformer's BLEU is {score TranslatorKind.Transformer}, that \
        of recurrence with attention {score TranslatorKind.Attention}, with one fixed vector \
        {score TranslatorKind.Fixed}, at equal parameters and seconds; copying the nearest sentence's translation has \
        %.1f{copied}.",
    [ Estimate("Transformer above copying", above.Estimate, "BLEU", half above)
      for kind in [ TranslatorKind.Transformer; TranslatorKind.Attention ] do
          Estimate(named kind, (bleu kind).Estimate, "BLEU", half (bleu kind)) ]

let compare (lab: ExperimentRun) (options: Options) =
    // ---- Data ------------------------------------------------------------------------------------------------------
    let clock = Stopwatch.StartNew()
    let setting = begun lab options.Wanted options.Resume
    let sentences = sentencesOf setting
    let parts, longer = sentences.Parts, sentences.Longer
    let vocabulary =
        if File.Exists(vocabularyIn lab.Out) then loadVocabulary lab.Out
        else vocabularyOf setting parts.Training
    vocabulary.Source.Tokenizer.Save(vocabularyIn lab.Out)
    lab.Config { setting with Pairs = NamedFile.Describe setting.Pairs }

    // ---- Method: train all, translate what none of them saw --------------------------------------------------------
    let trained = trainAll lab setting vocabulary parts
    let ofKind kind = trained |> List.filter (fun one -> one.Kind = kind)
    let first = List.map (ofKind >> List.head) kinds
    let asked = Array.append parts.Test longer
    let found =
        [ for kind in kinds -> kind, [ for one in ofKind kind -> translateAll lab vocabulary 1 one.Model asked ] ]
    let outputs = dict [ for kind, all in found -> kind, List.map fst all ]
    let references, tested = targets asked, [| 0 .. parts.Test.Length - 1 |]
    let bleu, exact = bleu setting, exactMatch
    let scores = [ "exact match", exact; "BLEU", bleu; "chrF", chrf ]
    let on score rows kind: Interval = scoreOf score outputs[kind] references rows
    let within score rows kind: Interval = scoreWithin score outputs[kind] references rows
    let longest, copied = longestQuarter parts.Test, bleu sentences.Neighbours (targets parts.Test)

    // ---- Answer ----------------------------------------------------------------------------------------------------
    let isNumbers = (setting.Data = Data.Numbers)
    let groups =
        [ yield! byLength parts.Test
          for words, rows in byLength longer -> words, rows |> Array.map ((+) parts.Test.Length) ]
    let pictures = // first the one that the answer rests on
        [ for name, score in (if isNumbers then scores else scores[1] :: scores[0] :: scores[2..]) ->
              let within = if lab.Quick || name = "chrF" then on else within // it takes long to draw anew
              scoresByLength name (if isNumbers then Some setting.MostWords else None)
                  [ for kind in kinds -> named kind, [ for words, rows in groups -> words, within score rows kind ] ] ]
    let above = // what the answer rests on: attention over one vector, or the Transformer over copying
        if isNumbers then
            differenceOf exact outputs[TranslatorKind.Attention] outputs[TranslatorKind.Fixed] references longest
        else
            let copies = [ Array.append sentences.Neighbours (targets longer) ]
            differenceOf bleu outputs[TranslatorKind.Transformer] copies references tested
    let bands =
        if lab.Quick then "bands are left out with --quick, for they take long"
        elif setting.Seeds = 1 then "bands are 95 % intervals over sentences"
        else $"bands reach from the lowest to the highest of {setting.Seeds} seeds"
    let answer, estimates =
        if isNumbers then answerNumbers tested.Length above (on exact tested) (on exact longest)
        else answerSentences tested.Length above (within bleu tested) copied
    lab.Answer(answer, estimates, pictures.Head, $"Sentences never seen, by the number of their words; {bands}.")
    let prefix = match setting.Data with Data.Numbers -> "numbers" | Data.Sdk -> "sdk" | _ -> "pairs"
    for kind in kinds do
        let metric name score rows isHeadline title =
            let value: Interval = on score rows kind
            lab.Metric($"{prefix}.{short kind}.{name}", value.Estimate, isHeadline, $"{title}, {named kind}")
        metric "exact" exact tested isNumbers "share that is right"
        metric "exact_longest_quarter" exact longest false "share that is right in the longest quarter"
        metric "bleu" bleu tested (not isNumbers) "BLEU"
        metric "chrf" chrf tested false "chrF"
    let pairs = List.sumBy Array.length [ parts.Training; parts.Validation; asked ]
    lab.Metric($"{prefix}.neighbour.bleu", copied, not isNumbers, "BLEU of copying the nearest sentence's translation")
    lab.Metric($"{prefix}.pairs", pairs, title = "sentence pairs")

    // ---- How, and what else ----------------------------------------------------------------------------------------
    reportSplit lab sentences copied
    lab.Report.Section "Against length"
    lab.Report.Text "An exact match is a sentence translated word by word as its reference, 0 to 1. BLEU counts the \
        runs of up to four words that a translation shares with its reference, chrF those of up to six letters, both \
        from 0 to 100."
    lab.Report.Charts pictures.Tail
    reportCost lab trained [ for kind, all in found -> kind, List.averageBy snd all / float asked.Length ]
    reportCurves lab trained
    if lab.Quick then lab.Report.Text "Beam search is left out with --quick: what learned for seconds finds nothing."
    else reportBeams lab vocabulary first parts.Test (List.take 2 scores)
    if longer.Length > 0 then
        let rows = [| tested.Length .. asked.Length - 1 |]
        reportLonger lab setting longer [ for kind in kinds -> kind, on exact rows kind ]
    if not isNumbers then
        reportLimits lab vocabulary parts (List.last first) outputs[TranslatorKind.Transformer].Head bleu
    reportAlignments lab vocabulary parts.Test first
    reportSamples lab parts.Test outputs
    (List.last first).Model.Save(modelIn lab.Out)
    lab.Metric("seconds", clock.Elapsed.TotalSeconds, title = "seconds in all")

    // ---- Checks ----------------------------------------------------------------------------------------------------
    let parameters = [ for one in first -> float one.Model.ParameterCount ]
    lab.CheckAtMost("parameters, the most over the least", List.max parameters / List.min parameters, 1.02)
    let share kind = (on exact tested kind: Interval).Estimate
    if setting = numbers "fr" setting.Seed then
        lab.CheckAtLeast("numbers never seen, right by the Transformer", share TranslatorKind.Transformer, 0.98)
        lab.CheckAtLeast("numbers never seen, right with attention", share TranslatorKind.Attention, 0.95)
        lab.CheckAtLeast("longest quarter, right with attention above one vector", above.Estimate, 0.15)
    if setting = sdk "fr" setting.Seed then
        lab.CheckAtLeast("BLEU of the Transformer above copying", above.Estimate, 5.0)

Experiment.Run("Why was attention invented?", defaults, fun lab ->
    match lab.Options.Translate with
    | Some sentence -> translate lab lab.Options.Model sentence
    | None -> compare lab lab.Options)

// Question  Why was attention invented?
// Data      Numbers in words, English and French: two hundred and seventy-six, deux cent soixante-seize; or the messages
//           of the running .NET SDK (--data sdk), or any file of pairs (--pairs). Nothing is downloaded.
// Method    Three models of as many parameters learn for about as many seconds: a recurrent encoder-decoder with one
//           vector for the whole sentence, one with attention, the Transformer. They translate sentences that they
//           never saw, and the scores stand against the sentences' length. A run that was killed goes on with --resume.
// Expected  Numbers: right are at least 98 % by the Transformer, 95 % with attention, and of the longest quarter at
//           least 15 points fewer with one vector than with attention. 2 minutes on two cores. SDK: the Transformer's
//           BLEU at least 5 above copying the nearest sentence's translation, in a quarter of an hour.
// See also  attention/translation.fsx (how a translator is put together).
#load "crucible.fsx"
#load "translate/setting.fsx"
#load "translate/sentences.fsx"
#load "translate/options.fsx"
#load "translate/training.fsx"
#load "translate/answering.fsx"
#load "translate/pictures.fsx"

open System
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

let compare (lab: ExperimentRun) (options: Options) =
    // ---- Data ------------------------------------------------------------------------------------------------------
    let clock = Diagnostics.Stopwatch.StartNew()
    let setting =
        match options.Resume with
        | Some named -> resume lab options.Wanted named
        | None -> settingOf lab options.Wanted
    let sentences = sentencesOf setting
    let parts = sentences.Parts
    let vocabulary =
        if options.Resume.IsSome && File.Exists(vocabularyIn lab.Out) then loadVocabulary lab.Out
        else vocabularyOf setting parts.Training
    if options.Resume.IsNone then
        for file in Directory.GetFiles(lab.Out, "*.safetensors") do File.Delete file
        vocabulary.Source.Tokenizer.Save(vocabularyIn lab.Out)
        saveSetting setting lab.Out
    lab.Config { setting with Pairs = NamedFile.Describe setting.Pairs }

    // ---- Method: train all, translate what none of them saw --------------------------------------------------------
    let trained = trainAll lab setting vocabulary parts
    let ofKind kind = trained |> List.filter (fun one -> one.Kind = kind)
    let asked = Array.append parts.Test sentences.Longer
    let references = targets asked
    let greedy = [ for kind in kinds -> kind, [ for one in ofKind kind -> translateAll lab vocabulary 1 one.Model asked ] ]
    let outputs = dict [ for kind, all in greedy -> kind, List.map fst all ]
    let tested = [| 0 .. parts.Test.Length - 1 |]
    let longest = longestQuarter parts.Test
    let bleu = bleu setting
    let scores = [ "BLEU", bleu; "chrF", (fun a b -> Chrf.Corpus(a, b)); "exact match", (fun a b -> ExactMatch.Corpus(a, b)) ]
    let bleuOf, chrfOf, exactOf = snd scores[0], snd scores[1], snd scores[2]
    let on score rows kind = scoreOf score outputs[kind] references rows
    let exact, bleus = on exactOf tested, on bleuOf tested
    let neighbour = bleu sentences.Neighbours (targets parts.Test)
    let gap = differenceOf exactOf outputs[TranslatorKind.Attention] outputs[TranslatorKind.Fixed] references longest
    let above =
        let copied = [ Array.append sentences.Neighbours (targets sentences.Longer) ]
        differenceOf bleuOf outputs[TranslatorKind.Transformer] copied references tested

    // ---- Answer ----------------------------------------------------------------------------------------------------
    let percent (share: Interval) = $"%.1f{100.0 * share.Estimate} %%"
    let isNumbers = setting.Data = Data.Numbers
    let prefix = match setting.Data with Data.Numbers -> "numbers" | Data.Sdk -> "sdk" | _ -> "pairs"
    let half (interval: Interval) = (interval.High - interval.Low) / 2.0
    let answer, estimates =
        if isNumbers then
            let right rows kind = percent (on exactOf rows kind)
            let beginning = if gap.Low > 0.0 then "One vector cannot hold a long sentence" else "Attention does not help here"
            $"{beginning}: of the longest quarter of {tested.Length} numbers never seen, \
              {right longest TranslatorKind.Fixed} come out right with it, {right longest TranslatorKind.Attention} with \
              attention, {right longest TranslatorKind.Transformer} by the Transformer, of as many parameters and seconds.",
            [ Estimate("attention right more often, longest quarter", 100.0 * gap.Estimate, "points", 100.0 * half gap)
              Estimate("Transformer, all lengths", 100.0 * (exact TranslatorKind.Transformer).Estimate, "% right")
              Estimate("with attention, all lengths", 100.0 * (exact TranslatorKind.Attention).Estimate, "% right") ]
        else
            let score kind = $"%.1f{(bleus kind).Estimate}"
            $"On {tested.Length} sentences unlike any that was trained on, the Transformer's BLEU is \
              {score TranslatorKind.Transformer}, with attention {score TranslatorKind.Attention}, with one fixed vector \
              {score TranslatorKind.Fixed}, of as many parameters and seconds; copying the nearest sentence's translation \
              has %.1f{neighbour}.",
            [ Estimate("Transformer above copying", above.Estimate, "BLEU", half above)
              Estimate("Transformer", (bleus TranslatorKind.Transformer).Estimate, "BLEU", half (bleus TranslatorKind.Transformer))
              Estimate("copying", neighbour, "BLEU") ]
    let curves score =
        let places = [ for groups in [ byLength parts.Test; byLength sentences.Longer
                                       |> List.map (fun (words, rows) -> words, Array.map ((+) parts.Test.Length) rows) ] do yield! groups ]
        [ for kind in kinds -> named kind, [ for words, rows in places -> words, on score rows kind ] ]
    let lead = if isNumbers then 2 else 0
    let learned = if isNumbers then Some setting.MostWords else None
    let picture i = scoresByLength (fst scores[i]) learned (curves (snd scores[i]))
    let band = if setting.Seeds > 1 then $"{setting.Seeds} seeds: bands reach from the lowest to the highest" else "bands are 95 % intervals over sentences"
    lab.Answer(answer, estimates, picture lead, $"Sentences never seen, by their words; {band}.")
    for kind in kinds do
        let name, title = $"{prefix}.{short kind}", named kind
        lab.Metric($"{name}.exact", (exact kind).Estimate, isNumbers, $"right, {title} (share)")
        lab.Metric($"{name}.exact_longest_quarter", (on exactOf longest kind).Estimate, false, $"right in the longest quarter, {title} (share)")
        lab.Metric($"{name}.bleu", (bleus kind).Estimate, not isNumbers, $"BLEU, {title}")
        lab.Metric($"{name}.chrf", (on chrfOf tested kind).Estimate, false, $"chrF, {title}")
    lab.Metric($"{prefix}.neighbour.bleu", neighbour, not isNumbers, "BLEU of copying the nearest sentence's translation")
    let pairs = List.sumBy Array.length [ parts.Training; parts.Validation; parts.Test; sentences.Longer ]
    lab.Metric($"{prefix}.pairs", pairs, title = "sentence pairs")

    // ---- How, and what else ----------------------------------------------------------------------------------------
    let first kind = List.head (ofKind kind)
    reportSplit lab sentences neighbour
    lab.Report.Section "Against length"
    lab.Report.Charts [ for i in 0 .. 2 do if i <> lead then picture i ]
    reportCost lab trained greedy asked.Length
    reportCurves lab trained
    if lab.Quick then lab.Report.Text "Beam search is left out with --quick: models that learned for seconds have nothing to search."
    else reportBeams lab vocabulary (List.map first kinds) parts.Test [ "BLEU", bleuOf; "exact match", exactOf ]
    if isNumbers then reportLonger lab setting sentences [ for kind in kinds -> kind, on exactOf [| tested.Length .. asked.Length - 1 |] kind ]
    reportAlignments lab vocabulary parts.Test [ first TranslatorKind.Attention; first TranslatorKind.Transformer ]
    reportSamples lab parts.Test outputs
    (first TranslatorKind.Transformer).Model.Save(modelIn lab.Out)
    lab.Metric("seconds", clock.Elapsed.TotalSeconds, title = "seconds in all")

    // ---- Checks ----------------------------------------------------------------------------------------------------
    let parameters = [ for kind in kinds -> float (first kind).Model.ParameterCount ]
    if not lab.Quick then
        lab.CheckAtMost("parameters of the kinds, most over least", List.max parameters / List.min parameters, 1.02)
    if options.Resume.IsNone && setting = settingOf lab asUsual && not lab.Quick then
        lab.CheckAtLeast("Transformer: right, never seen", (exact TranslatorKind.Transformer).Estimate, 0.98)
        lab.CheckAtLeast("with attention: right, never seen", (exact TranslatorKind.Attention).Estimate, 0.95)
        lab.CheckAtLeast("longest quarter: attention's share right above one vector's", gap.Estimate, 0.15)
    if setting.Data = Data.Sdk && not lab.Quick && options.Wanted.Updates.IsNone then
        lab.CheckAtLeast("the Transformer's BLEU above copying", above.Estimate, 5.0)

Experiment.Run("Why was attention invented?", defaults, fun lab ->
    match lab.Options.Translate with
    | Some sentence -> translate lab lab.Options.Model sentence
    | None -> compare lab lab.Options)

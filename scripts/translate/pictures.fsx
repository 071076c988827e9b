// The tables and pictures of a comparison of translators: shared, no script itself.
[<AutoOpen>]
module TranslatePictures

open System
open System.Collections.Generic
open Crucible.Lab.Reports
open Crucible.Lab.Scripting
open Crucible.Models
open Crucible.Statistics
open Crucible.Text
open Plotly.NET

/// A score against the words of a sentence, a curve a kind; beyond the lengths that were learned, if there is an end.
let scoresByLength (score: string) (learned: int option) curves =
    let beyond = match learned with Some words -> $" (up to {words} were learned)" | None -> ""
    Chart.combine (List.collect Chart.Band curves)
    |> Chart.withTitle score
    |> Chart.withXAxisStyle $"words of the sentence{beyond}"
    |> Chart.withYAxisStyle score
    |> Chart.withLegendStyle (TraceOrder = StyleParam.TraceOrder.Normal)

let reportSplit (lab: ExperimentRun) (sentences: Sentences) neighbour =
    let parts = sentences.Parts
    lab.Report.Section "The sentences"
    lab.Report.Text $"{sentences.Of}. They are read from this machine's disk or made by rule: nothing is \
        downloaded, and no native library takes part. {sentences.Rule} {Numeral.Of parts.Training.Length} pairs \
        are for training, {Numeral.Of parts.Validation.Length} for validation, {Numeral.Of parts.Test.Length} for \
        testing. Of the test sentences {sentences.Near} have a near-duplicate in training; whoever copies the \
        translation of the most similar training sentence scores a BLEU of %.1f{neighbour}. Settings were tuned on \
        validation, never on the test."

/// Parameters, seconds and speed: step by step against all positions at once.
let reportCost (lab: ExperimentRun) (trained: Trained list) (secondsOfSentence: (TranslatorKind * float) list) =
    let rows =
        [ for kind, each in secondsOfSentence do
              let ofKind = trained |> List.filter (fun one -> one.Kind = kind)
              let mean (value: Trained -> float) = List.averageBy value ofKind
              let seconds = mean _.History.Last.Seconds
              named kind, ofKind.Head.Model.ParameterCount, ofKind.Head.Width, ofKind.Head.History.Last.Updates,
              Math.Round(seconds, 1), Math.Round(mean _.SecondsOfEpoch, 2), Math.Round(1000.0 * each, 2) ]
    let columns =
        [ "model"; "parameters"; "width"; "updates"; "seconds of training"; "seconds an epoch"; "ms a translation" ]
    lab.Report.Section "What it costs"
    lab.Report.Text "All learn from the same sentences. The updates of each are fixed, so that a seed gives the same \
        numbers everywhere, as many as make the seconds about equal on two quiet cores; the seconds measured are those \
        of this run. A recurrent model goes through a sentence step by step, the Transformer learns all positions at \
        once; to translate, all three write one token after another."
    lab.Report.Table(columns, rows)
    lab.Table(columns, rows)
    for one in trained do
        if one.Number = 0 then
            let seconds = one.History.Last.Seconds
            lab.Metric($"{short one.Kind}.train_seconds", seconds, title = $"seconds of training, {named one.Kind}")
            lab.Note($"seconds an epoch, {named one.Kind}", Math.Round(one.SecondsOfEpoch, 2))

let reportCurves (lab: ExperimentRun) (trained: Trained list) =
    let curve (kind, models: Trained list) =
        let records = [ for one in models -> one.History.Records ]
        named kind,
        [ for i in 1 .. records.Head.Count - 1 do
              let losses = [ for of1 in records -> of1[i].ValidationLoss ]
              float records.Head[i].Updates, Interval(List.average losses, List.min losses, List.max losses) ]
    lab.Report.Section "Learning"
    lab.Report.Chart(
        Chart.combine (trained |> List.groupBy _.Kind |> List.collect (curve >> Chart.Band))
        |> Chart.withTitle "Loss on the validation sentences"
        |> Chart.withXAxisStyle "updates"
        |> Chart.withYAxisStyle ("nats a token", AxisType = StyleParam.AxisType.Log)
        |> Chart.withLegendStyle (TraceOrder = StyleParam.TraceOrder.Normal),
        (if trained |> List.forall (fun one -> one.Number = 0) then "Of one seed."
         else "The mean over the seeds, between the lowest and the highest."))

let reportBeams (lab: ExperimentRun) vocabulary (models: Trained list) (test: SentencePair[]) scores =
    let rows =
        [ for one in models do
              for width in [ 1; 4 ] do
                  let found, seconds = translateAll lab vocabulary width one.Model test
                  [ box (named one.Kind); box (if width = 1 then "greedy" else $"beam of {width}")
                    for _, score in scores do box (Math.Round((score found (targets test): float), 3))
                    box (Math.Round(1000.0 * seconds / float test.Length, 2)) ] ]
    lab.Report.Section "Beam search against greedy"
    lab.Report.Text "A beam keeps the four likeliest beginnings instead of one. The first seed's models:"
    lab.Report.Table([ "model"; "search"; yield! List.map fst scores; "ms a sentence" ], rows)

/// What keeps the Transformer from more: what it learned by heart, and words that it never met.
let reportLimits (lab: ExperimentRun) vocabulary (parts: PairSplit) (model: Trained) (found: string[]) score =
    let words (pair: SentencePair) = pair.Source.ToLowerInvariant().Split ' '
    let known = HashSet(Seq.collect words parts.Training)
    let fresh, familiar =
        Array.zip parts.Test (Array.truncate parts.Test.Length found)
        |> Array.partition (fun (pair, _) -> words pair |> Array.exists (known.Contains >> not))
    let own = Array.truncate 500 parts.Training
    let learned: float = score (fst (translateAll lab vocabulary 1 model.Model own)) (targets own)
    let scored part = if Array.isEmpty part then nan else score (Array.map snd part) (targets (Array.map fst part))
    lab.Report.Section "What limits it"
    lab.Report.Text $"On {own.Length} sentences of its own training the Transformer's BLEU is %.1f{learned}. \
        {fresh.Length} of {parts.Test.Length} test sentences have a word that no training sentence has: on these it is \
        %.1f{scored fresh}, on the others %.1f{scored familiar}. The first gap is what more sentences would bring."

let reportLonger (lab: ExperimentRun) setting (longer: SentencePair[]) (exact: (TranslatorKind * Interval) list) =
    lab.Report.Section "Longer than any that was learned"
    let shares = listed [ for kind, share in exact -> $"%.1f{100.0 * share.Estimate} %% by {named kind}" ]
    lab.Report.Text $"All learned from numbers of up to {setting.MostWords} words. Of {longer.Length} longer \
        ones come out right: {shares}. No word of them is new, only their places are."
    for kind, share in exact do
        let title = $"share that is right beyond the lengths learned, {named kind}"
        lab.Metric($"numbers.{short kind}.exact_longer", share.Estimate, title = title)

/// Where the models looked: one sentence with ninety, if there is such, else a middling one.
let reportAlignments (lab: ExperimentRun) vocabulary (test: SentencePair[]) (models: Trained list) =
    let middling = test |> Array.filter (fun pair -> pair.SourceWords >= 5 && pair.SourceWords <= 9)
    let asked =
        Array.tryFind (fun (pair: SentencePair) -> pair.Source.Contains "ninety-") middling
        |> Option.orElse (Array.tryHead middling)
        |> Option.defaultValue test[0]
    lab.Report.Section "Where they look"
    let maps =
        [ for one in models do
              let translator = TextTranslator(one.Model, vocabulary)
              let best = translator.Translate(asked.Source, BeamSearchOptions(Width = 1))[0]
              let alignment = translator.Align(asked.Source, best)
              if not (isNull (box alignment)) then heatMap (named one.Kind) alignment ]
    lab.Report.Charts(
        maps,
        $"\"{asked.Source}\", never seen; right is \"{asked.Target}\". Each row is a token written, bright where it \
            drew on the sentence; </s> ends it. One fixed vector has no such picture: it cannot look back.")

let reportSamples (lab: ExperimentRun) (test: SentencePair[]) (outputs: IDictionary<TranslatorKind, string[] list>) =
    let ordered = longestQuarter test
    let rows =
        [ for i in 0 .. min 8 (ordered.Length - 1) do
              let row = ordered[i * ordered.Length / 9 % ordered.Length]
              [ test[row].Source; test[row].Target; yield! [ for kind in kinds -> outputs[kind].Head[row] ] ] ]
    lab.Report.Section "Some translations"
    let columns = [ "sentence"; "right"; yield! List.map named kinds ]
    lab.Report.Table(columns, rows, "From the longest quarter, evenly chosen.")

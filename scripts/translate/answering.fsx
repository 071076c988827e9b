// Translates a sentence with a trained model: shared, no script itself.
[<AutoOpen>]
module TranslateAnswering

open System
open System.IO
open Crucible
open Crucible.Lab.Reports
open Crucible.Lab.Scripting
open Crucible.Models
open Crucible.Text
open Plotly.NET

/// How much a translation's words drew on the sentence's, with the words on the axes.
let heatMap (title: string) (alignment: Alignment) =
    Chart.Matrix(alignment.Weights, X = alignment.Source, Y = alignment.Target, Range = (0.0, 1.0))
    |> Chart.withTitle title
    |> Chart.withXAxisStyle "read"
    |> Chart.withYAxisStyle "written"

/// The model's file and the folder of its run: as named, or of the latest run that has one.
let private modelFile (lab: ExperimentRun) (model: string option) =
    let refuse line = raise (OptionException line)
    let inFolder folder =
        [ modelIn folder; checkpointIn folder TranslatorKind.Transformer 0 ] |> List.tryFind File.Exists
    let file =
        match model with
        | Some folder when Directory.Exists folder ->
            match inFolder folder with
            | Some file -> file
            | None -> refuse $"--model must name a run of this script, but there is no model in {folder}."
        | Some file when File.Exists file -> file
        | Some missing -> refuse $"--model must name a run of this script or its model, but there is no {missing}."
        | None ->
            match RunSetting.Beside lab.Out |> Seq.tryPick inFolder with
            | Some file -> file
            | None -> refuse "--translate needs a model: run this script without it first, or name one by --model."
    let folder = Path.GetDirectoryName(Path.GetFullPath file)
    if not (File.Exists(vocabularyIn folder)) then refuse $"the model's vocabulary.json must be beside it, in {folder}."
    file, folder

let translate (lab: ExperimentRun) (model: string option) (sentence: string) =
    let file, folder = modelFile lab model
    let vocabulary, model = loadVocabulary folder, TranslatorFile.Load file
    let words = if String.IsNullOrWhiteSpace sentence then [] else List.ofSeq (vocabulary.Source.UnknownWords sentence)
    if not words.IsEmpty then
        let words = listed [ for word in words -> $"'{word}'" ]
        raise (OptionException $"--translate has words that the model never saw: {words}; it learned whole words.")
    let translator = TextTranslator(model, vocabulary)
    let beams = translator.Translate(sentence, BeamSearchOptions(Width = 4, Cancellation = lab.Token))
    lab.Token.ThrowIfCancellationRequested()
    let best = beams[0]
    let probability (beam: Beam) = exp beam.LogProbability
    lab.Config {| Model = NamedFile.Describe file; Kind = short model.Options.Kind |}
    let columns = [ "translation"; "probability"; "score" ]
    let rows = [ for beam in beams -> beam.Text, Math.Round(probability beam, 4), Math.Round(beam.Score, 3) ]
    lab.Table(columns, rows)
    let words = vocabulary.Target.Texts(Seq.append best.Tokens [ vocabulary.Target.End ])
    let alignment = translator.Align(sentence, best)
    let looked i =
        if isNull (box alignment) then ""
        else alignment.Source[int (alignment.Weights.Select(0, i).ArgMax(0).ToDouble())]
    let pieces = [ for i, chance in Seq.indexed best.TokenProbabilities do
                       if i < words.Length then words[i], Math.Round(chance, 4), looked i ]
    lab.Table([ "written"; "probability"; "looked most at" ], pieces)
    lab.Answer(
        $"\"{sentence}\" becomes \"{best.Text}\".",
        [ Estimate("probability", probability best) ],
        (if isNull (box alignment) then Chart.Bar(Seq.map probability beams, beams |> Seq.map _.Text)
         else heatMap "Where it looked" alignment))
    lab.Metric("probability", probability best, title = "probability of the translation")
    lab.Report.Section "What else it might be"
    let how = "Beam search of width 4; the score is the logarithm of the probability over a power of the length."
    lab.Report.Table(columns, rows, how)
    lab.Report.Section "Word by word"
    lab.Report.Table([ "written"; "probability"; "looked most at" ], pieces)
    lab.Report.Text $"The model, {named model.Options.Kind}, was read from {NamedFile.Describe file}."

// Question  What does a trained model write?
// Data      The model of a run of shakespeare.fsx, or its checkpoint while it learns.
// Method    Continues a prompt token after token: by draws (temperature, top-k, top-p, min-p, repetition penalty),
//           always the likeliest (--greedy), or by beam search (--beams).
// Expected  Thousands of tokens a second; the same seed gives the same text.
// See also  ../shakespeare.fsx, which trains the model.
#load "../crucible.fsx"
#load "setting.fsx"
#load "corpus.fsx"
#load "writing.fsx"

open System.IO
open Plotly.NET
open Crucible
open Crucible.Lab.Reports
open Crucible.Lab.Scripting
open Crucible.Layers
open Crucible.Models
open Crucible.Statistics
open Crucible.Tensors
open Crucible.Text

type Options =
    { [<Option("a run's folder or checkpoint (the latest run of shakespeare.fsx)", IsFile = true)>]
      Model: string option
      Writing: Writing }

let defaults = { Model = None; Writing = usualWriting }

/// Where a run left its model: its end's, or its last checkpoint's.
let modelOfRun folder = [ modelIn folder; checkpointIn folder ] |> List.tryFind File.Exists

let latest () =
    let run = Path.Combine(__SOURCE_DIRECTORY__, "..", "..", "reports", "shakespeare", "run")
    match RunSetting.Beside run |> Seq.tryPick modelOfRun with
    | Some file -> file
    | None -> raise (OptionException "--model must name a run of shakespeare.fsx: there is none yet that has a model.")

/// The tokens that the model finds likeliest behind the prompt.
let likeliest (model: Gpt) (tokenizer: Tokenizer) (prompt: string) =
    let ids = tokenizer.Encode prompt
    let seen = ids |> Array.skip (max 0 (ids.Length - model.Options.Context)) |> Tensor.From
    let chances = model.NextLogits(seen.Reshape(1, -1), Pass.Evaluation).Softmax().Reshape(-1)
    let best, tokens = chances.TopK(min 10 tokenizer.VocabularySize)
    let named = [ for token in tokens.ToArray<int>() -> $"'{tokenizer.Decode [| token |]}'".Replace("\n", "↵") ]
    Chart.Bar(best.ToArray() |> Array.rev, List.rev named)
    |> Chart.withTitle "What may follow the prompt"
    |> Chart.withXAxisStyle "probability"

Experiment.Run("What does a trained model write?", defaults, fun lab ->
    let file =
        match lab.Options.Model with
        | None -> latest ()
        | Some path when not (Directory.Exists path) -> path
        | Some folder -> modelOfRun folder |> Option.defaultValue (checkpointIn folder)
    let folder = Path.GetDirectoryName(Path.GetFullPath file)
    let model, tokenizer = GptFile.Load file, Tokenizer.Load(tokenizerIn folder)
    let hasSetting = File.Exists(Path.Combine(folder, "setting.json"))
    let known = if hasSetting then RunSetting.Load<Setting>(folder).Prompt else "\n"
    let prompt = defaultArg lab.Options.Writing.Prompt known
    lab.Config {| Model = NamedFile.Describe file |}

    let texts, rate = writeTexts lab lab.Options.Writing model tokenizer prompt
    let length = texts |> List.sumBy (fun (_, text) -> text.Length)
    lab.Metric("texts", texts.Length, title = "texts written")
    lab.Metric("generation_tokens_per_second", rate, title = "tokens written a second")
    lab.Note("tokens written a second", rate)
    lab.Answer(
        $"A model of {Numeral.Of(float model.ParameterCount)} parameters continued the prompt with {length} characters in "
        + (if texts.Length = 1 then "one text." else $"{texts.Length} texts."),
        [ Estimate("tokens written", rate, "a second") ],
        likeliest model tokenizer prompt)
    reportTexts lab prompt texts
    lab.Report.Section "The model"
    lab.Report.Text $"It was read from {NamedFile.Describe file}."
    lab.Report.Preformatted(string model)
    lab.Check("texts written", "at least 1", texts.Length, not texts.IsEmpty))

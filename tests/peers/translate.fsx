// The Transformer of a run of scripts/translate.fsx, trained by PyTorch: what translate.py reads and what it wrote.
//
//     dotnet fsi scripts/translate.fsx --data sdk --out RUN
//     dotnet fsi tests/peers/translate.fsx write RUN
//     python3 tests/peers/translate.py RUN
//     dotnet fsi tests/peers/translate.fsx score RUN
#load "../../scripts/crucible.fsx"
#load "../../scripts/translate/setting.fsx"
#load "../../scripts/translate/sentences.fsx"

open System.IO
open System.Text.Json
open Crucible.Lab.Scripting
open Crucible.Models
open Crucible.Text

let inline private into folder name = Path.Combine(folder, name)

let write folder =
    let setting, vocabulary = RunSetting.Load<Setting> folder, loadVocabulary folder
    let parts = (sentencesOf setting).Parts
    let encode (pairs: SentencePair[]) =
        [| for pair in pairs -> [| vocabulary.EncodeSource pair.Source; vocabulary.EncodeTarget pair.Target |] |]
    let kind = TranslatorKind.Transformer
    let place = List.findIndex ((=) kind) kinds
    let model = modelOf setting vocabulary kind setting.Width 0UL
    let peer =
        {| vocabulary = vocabulary.Sizes.Source; start = vocabulary.Target.Start; ``end`` = vocabulary.Target.End
           parameters = model.ParameterCount; longest = model.Longest; heads = model.Options.Heads
           width = setting.Width; layers = setting.Layers; dropout = setting.Dropout
           smoothing = setting.LabelSmoothing; batch = setting.Batch
           updates = setting.Updates[place]; rate = setting.Rates[place]
           training = encode parts.Training; validation = encode parts.Validation; test = encode parts.Test |}
    File.WriteAllText(into folder "peer-data.json", JsonSerializer.Serialize peer)

let score folder =
    let setting, vocabulary = RunSetting.Load<Setting> folder, loadVocabulary folder
    let parts = (sentencesOf setting).Parts
    let written = JsonSerializer.Deserialize<int[][]>(File.ReadAllText(into folder "peer-translations.json"))
    let theirs = written |> Array.map vocabulary.Target.Decode
    let ours =
        let model = TranslatorFile.Load(modelIn folder)
        let found = TextTranslator(model, vocabulary).Translate(sources parts.Test, BeamSearchOptions(Width = 1))
        [| for beams in found -> beams[0].Text |]
    for name, translations in [ "Crucible", ours; "PyTorch", theirs ] do
        printfn $"%-8s{name}  BLEU %.2f{bleu setting translations (targets parts.Test)}"

match List.ofArray fsi.CommandLineArgs[1..] with
| [ "write"; folder ] -> write folder
| [ "score"; folder ] -> score folder
| _ -> eprintfn "Usage: dotnet fsi tests/peers/translate.fsx write|score RUN"

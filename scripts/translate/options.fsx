// What may be asked of a comparison of translators, and going on with a run: shared, no script itself.
[<AutoOpen>]
module TranslateOptions

open System.IO
open Crucible
open Crucible.Lab.Scripting

type Wanted =
    { [<Option "numbers in words (default), or sdk: the messages of the running .NET SDK, in a quarter of an hour">]
      Data: Data option
      [<Option "what English is translated to (fr)">]
      Language: string option
      [<Option("other sentences: a line each, a tab before the translation", IsFile = true)>]
      Pairs: string option
      [<Option("byte pairs of the vocabulary; 0 for whole words", Min = 0, Max = 1000000)>]
      Vocabulary: int option
      [<Option("channels of the Transformer; the others get as many parameters", Min = 4, Max = 4096)>]
      Width: int option
      [<Option("layers of the Transformer's encoder, and of its decoder", Min = 1, Max = 100)>]
      Layers: int option
      [<Option("the probability of dropout", Min = 0, Max = 0.99)>]
      Dropout: float option
      [<Option("what label smoothing takes from the right token", Min = 0, Max = 1)>]
      LabelSmoothing: float option
      [<Option("the share of byte pairs' merges that training leaves out", Min = 0, Max = 1)>]
      BpeDropout: float option
      [<Option("updates of the Transformer; the others get their share of the time", Min = 1, Max = 100000000)>]
      Updates: int option
      [<Option("trainings of each kind", Min = 1, Max = 100)>]
      Seeds: int option }

let asUsual =
    { Data = None; Language = None; Pairs = None; Vocabulary = None; Width = None; Layers = None; Dropout = None
      LabelSmoothing = None; BpeDropout = None; Updates = None; Seeds = None }

/// The usual setting of the data with what is asked otherwise.
let settingOf (lab: ExperimentRun) (wanted: Wanted) =
    let refuse line = raise (OptionException line)
    let data =
        match wanted.Data, wanted.Pairs with
        | Some Data.File, None -> refuse "--data file takes --pairs: the file with the sentences."
        | Some(Data.Numbers | Data.Sdk), Some _ -> refuse "--pairs are data of their own: leave out --data."
        | _, Some _ -> Data.File
        | data, None -> defaultArg data Data.Numbers
    let preset = (if data = Data.Numbers then numbers else sdk) (defaultArg wanted.Language "fr") lab.Seed
    let updates = defaultArg wanted.Updates (lab.Pick(Array.last preset.Updates, 40))
    let share (count: int) = max 1 (int (round (float count * float updates / float (Array.last preset.Updates))))
    { preset with
        Data = data
        Pairs = (match wanted.Pairs with Some path -> Path.GetFullPath path | None -> "")
        Count = lab.Pick(preset.Count, min preset.Count 1200)
        MostWords = (if lab.Quick && data = Data.Sdk then 4 else preset.MostWords)
        Vocabulary = defaultArg wanted.Vocabulary preset.Vocabulary
        Width = defaultArg wanted.Width (lab.Pick(preset.Width, 32))
        Layers = defaultArg wanted.Layers preset.Layers
        Dropout = defaultArg wanted.Dropout preset.Dropout
        LabelSmoothing = defaultArg wanted.LabelSmoothing preset.LabelSmoothing
        BpeDropout = defaultArg wanted.BpeDropout preset.BpeDropout
        Updates = Array.map share preset.Updates
        Seeds = defaultArg wanted.Seeds (lab.Pick(preset.Seeds, 1)) }

let private patterns = "*.safetensors", "vocabulary.json"

/// The setting to run: the wanted one, or that of the run to go on with, whose files are copied to this run's folder.
let begun (lab: ExperimentRun) (wanted: Wanted) resume =
    match resume with
    | Some _ when wanted <> asUsual ->
        raise (OptionException "--resume takes data, models and training from the run: leave out what sets them.")
    | Some named -> RunSetting.Resume<Setting>(lab.Out, named, fst patterns, lastFile, snd patterns)
    | None ->
        let setting = settingOf lab wanted
        RunSetting.Begin(lab.Out, setting, fst patterns, snd patterns)
        setting

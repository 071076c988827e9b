// How masked and causal models are trained on the plays, and what may be asked of it: shared, no script itself.
[<AutoOpen>]
module MaskedSetting

open System.IO
open Crucible
open Crucible.Lab.Scripting
open Crucible.Models

type Wanted =
    { [<Option("another UTF-8 text: speeches between empty lines, each with its speaker and a colon before it",
               IsFile = true)>]
      Text: string option
      [<Option("ids of words (3000)", Min = 100, Max = 1000000)>]
      Vocabulary: int option
      [<Option("channels, a multiple of 4 (96)", Min = 4, Max = 65536)>]
      Width: int option
      [<Option("blocks (3)", Min = 1, Max = 1000)>]
      Layers: int option
      [<Option("updates of each model (1200)", Min = 1, Max = 100000000)>]
      Updates: int option
      [<Option("the highest learning rate (0.002)", Above = 0, Max = 1000)>]
      LearningRate: float option
      [<Option("trainings of each model (2; --quick 1)", Min = 1, Max = 100)>]
      Seeds: int option }

/// Everything that decides what is learned; kept beside the checkpoints.
type Setting =
    { Text: string // a file; empty for Shakespeare
      Vocabulary: int
      Width: int
      Layers: int
      Context: int
      Dropout: float
      Batch: int // windows
      Updates: int
      Rate: float
      TuningEpochs: int
      Seeds: int
      Seed: uint64 }

let asUsual: Wanted =
    { Text = None; Vocabulary = None; Width = None; Layers = None; Updates = None; LearningRate = None; Seeds = None }

/// The usual setting with what is asked otherwise.
let settingOf (lab: ExperimentRun) (wanted: Wanted) =
    let width = defaultArg wanted.Width (lab.Pick(96, 32))
    if width % 4 <> 0 then raise (OptionException $"--width must be a multiple of 4, the heads, got {width}.")
    { Text = (match wanted.Text with Some path -> Path.GetFullPath path | None -> "")
      Vocabulary = defaultArg wanted.Vocabulary 3000
      Width = width
      Layers = defaultArg wanted.Layers (lab.Pick(3, 1))
      Context = 40
      Dropout = 0.1
      Batch = lab.Pick(32, 8)
      Updates = defaultArg wanted.Updates (lab.Pick(1200, 40))
      Rate = defaultArg wanted.LearningRate 2e-3
      TuningEpochs = lab.Pick(8, 1)
      Seeds = defaultArg wanted.Seeds (lab.Pick(2, 1))
      Seed = lab.Seed }

/// What a run leaves behind: checkpoints, and in the end the first models of both kinds with the tokenizer.
let files, maskedFile, causalFile, tokenizerFile =
    "*.safetensors", "masked.safetensors", "causal.safetensors", "tokenizer.json"

/// The setting to run: the wanted one, or that of the run to go on with.
let begun (lab: ExperimentRun) wanted resume =
    match resume with
    | Some _ when wanted <> asUsual ->
        raise (OptionException "--resume takes text, models and training from the run: leave out what sets them.")
    | Some named -> RunSetting.Resume<Setting>(lab.Out, named, files, maskedFile)
    | None ->
        let setting = settingOf lab wanted
        RunSetting.Begin(lab.Out, setting, files)
        setting

let optionsOf (setting: Setting) vocabulary =
    GptOptions(
        Vocabulary = vocabulary, Context = setting.Context, Layers = setting.Layers, Heads = 4, Width = setting.Width,
        Positions = PositionKind.Rotary, Dropout = setting.Dropout)

/// A seed for a part of the run, which a run that goes on keeps.
let seedOf (setting: Setting) part =
    part |> List.fold (fun seed (number: int) -> seed * 1_000_003UL + uint64 number + 1UL) (setting.Seed + 17UL)

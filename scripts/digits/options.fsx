// What may be asked of a comparison of networks on digits, and going on with a run: shared, no script itself.
[<AutoOpen>]
module DigitsOptions

open System.IO
open Crucible
open Crucible.Lab.Scripting

type Wanted =
    { [<Option("updates of the Vision Transformer; the others get their share of the time", Min = 1, Max = 100000000)>]
      Updates: int option
      [<Option("digits that train (60000)", Min = 100, Max = 60000)>]
      Digits: int option
      [<Option("trainings for each smaller number of digits; 0 leaves them out", Min = 0, Max = 100)>]
      Repeats: int option
      [<Option("height and width of a patch, a divisor of 28", Min = 1, Max = 28)>]
      Patch: int option
      [<Option("channels of the Vision Transformer, a multiple of its 4 heads", Min = 4, Max = 1024)>]
      Width: int option
      [<Option("blocks of the Vision Transformer", Min = 1, Max = 100)>]
      Layers: int option
      [<Option("the Vision Transformer's probability of dropout", Min = 0, Max = 0.99)>]
      Dropout: float option
      [<Option "judges by training digits that are set aside: for whoever tries settings">]
      Tune: bool }

let asUsual =
    { Updates = None; Digits = None; Repeats = None; Patch = None; Width = None; Layers = None; Dropout = None
      Tune = false }

/// The usual setting with what is asked otherwise.
let settingOf (lab: ExperimentRun) (wanted: Wanted) =
    let preset = usual lab.Seed
    let whole = preset.Learning[int Kind.Vit].Updates
    let share = float (defaultArg wanted.Updates (lab.Pick(whole, 60))) / float whole
    let repeats = defaultArg wanted.Repeats (lab.Pick(preset.Repeats, 1))
    let setting =
        { preset with
            Learning = [| for one in preset.Learning ->
                            { one with Updates = max 1 (int (round (share * float one.Updates))) } |]
            Digits = defaultArg wanted.Digits preset.Digits
            Judged = lab.Pick(preset.Judged, 2000)
            Sizes = (if repeats = 0 then [||] else lab.Pick(preset.Sizes, [| 1000 |]))
            Repeats = repeats
            Patch = defaultArg wanted.Patch preset.Patch
            Width = defaultArg wanted.Width preset.Width
            Layers = defaultArg wanted.Layers preset.Layers
            Dropout = defaultArg wanted.Dropout preset.Dropout
            IsTuning = wanted.Tune }
    modelOf setting Kind.Vit 0UL |> ignore // which refuses sizes that do not fit before anything else is done
    setting

/// The folder of the run to go on with: the one named, or for "latest" this run's own, or the last that was stopped.
let private toResume (lab: ExperimentRun) named =
    let refuse line = raise (OptionException line)
    match named with
    | "latest" when File.Exists(settingIn lab.Out) -> lab.Out
    | "latest" ->
        let isStopped folder = not (File.Exists(modelIn folder Kind.Vit))
        match runsIn (Path.GetDirectoryName lab.Out) |> Array.tryFind isStopped with
        | Some run -> run
        | None -> refuse $"--resume finds no run that was stopped beside {lab.Out}; name its folder."
    | path when File.Exists(settingIn path) -> path
    | path -> refuse $"--resume must name a run of this script, but there is no setting.json in {path}."

/// The setting of a run that was stopped; its checkpoints are copied to this run's folder.
let resume (lab: ExperimentRun) (wanted: Wanted) named =
    if wanted <> asUsual then
        raise (OptionException "--resume takes networks and training from the run: leave out what sets them.")
    let folder = toResume lab named
    if Path.GetFullPath folder <> Path.GetFullPath lab.Out then
        for file in settingIn folder :: modelsIn folder do
            File.Copy(file, Path.Combine(lab.Out, Path.GetFileName file), true)
    loadSetting lab.Out

/// The folder of a run that has its models: the one named, or the latest.
let private trainedRun (lab: ExperimentRun) (model: string option) =
    let refuse line = raise (OptionException line)
    let isWhole folder = File.Exists(settingIn folder) && kinds |> List.forall (modelIn folder >> File.Exists)
    match model with
    | Some folder when isWhole folder -> folder
    | Some folder -> refuse $"--model must name a run of this script that came to its end, but {folder} is none."
    | None ->
        match runsIn (Path.GetDirectoryName lab.Out) |> Array.tryFind isWhole with
        | Some folder -> folder
        | None -> refuse "--predict needs trained networks: run this script without it first, or name a run by --model."

/// The trained networks of a run, the one named or the latest, by their kind.
let loadModels (lab: ExperimentRun) (model: string option) =
    let folder = trainedRun lab model
    let setting = loadSetting folder
    folder,
    [ for kind in kinds do
          let network = modelOf setting kind 0UL
          network.Load(modelIn folder kind)
          kind, network ]

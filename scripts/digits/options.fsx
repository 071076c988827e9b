// What may be asked of a comparison of networks on digits, and going on with a run: shared, no script itself.
[<AutoOpen>]
module DigitsOptions

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

/// The setting of a run that was stopped; its checkpoints are copied to this run's folder.
let resume (lab: ExperimentRun) (wanted: Wanted) named =
    if wanted <> asUsual then
        raise (OptionException "--resume takes networks and training from the run: leave out what sets them.")
    RunSetting.Resume<Setting>(lab.Out, named, files, last)

/// A run that came to its end, the one named or the latest, and its networks by their kind.
let loadModels (lab: ExperimentRun) (model: string option) =
    let folder = model |> Option.defaultWith (fun () -> RunSetting.Finished(lab.Out, last))
    let setting = RunSetting.Load<Setting> folder
    folder,
    [ for kind in kinds do
          let network = modelOf setting kind 0UL
          network.Load(modelIn folder kind)
          kind, network ]

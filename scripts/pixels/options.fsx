// What may be asked of a model that draws digits, and going on with a run: shared, no script itself.
[<AutoOpen>]
module PixelsOptions

open System.IO
open Crucible
open Crucible.Lab.Scripting

type Wanted =
    { [<Option("updates in all", Min = 1, Max = 100000000)>]
      Updates: int option
      [<Option("digits that train (59000)", Min = 100, Max = 59000)>]
      Digits: int option
      [<Option("height and width of what is drawn (14)", Min = 4, Max = 28)>]
      Size: int option
      [<Option("shades (8)", Min = 2, Max = 256)>]
      Levels: int option
      [<Option("channels, a multiple of the 4 heads (64)", Min = 4, Max = 1024)>]
      Width: int option
      [<Option("blocks (4)", Min = 1, Max = 100)>]
      Layers: int option
      [<Option("digits an update (32)", Min = 1, Max = 10000)>]
      BatchSize: int option
      [<Option("the highest learning rate (0.003)", Above = 0, Max = 1000)>]
      LearningRate: float option }

let asUsualDrawn =
    { Updates = None; Digits = None; Size = None; Levels = None; Width = None; Layers = None; BatchSize = None
      LearningRate = None }

/// The usual setting with what is asked otherwise.
let drawingOf (lab: ExperimentRun) (wanted: Wanted) =
    let preset = usualDrawing lab.Seed
    let drawing =
        { preset with
            Digits = defaultArg wanted.Digits (lab.Pick(preset.Digits, 2000))
            Judged = lab.Pick(preset.Judged, 500)
            Size = defaultArg wanted.Size preset.Size
            Levels = defaultArg wanted.Levels preset.Levels
            Width = defaultArg wanted.Width (lab.Pick(preset.Width, 32))
            Layers = defaultArg wanted.Layers (lab.Pick(preset.Layers, 2))
            Updates = defaultArg wanted.Updates (lab.Pick(preset.Updates, 20))
            Batch = defaultArg wanted.BatchSize preset.Batch
            Rate = defaultArg wanted.LearningRate preset.Rate
            Judging = lab.Pick(preset.Judging, 60) }
    if drawing.Batch > drawing.Digits then
        raise (OptionException $"--batch-size must be at most the {drawing.Digits} digits, but is {drawing.Batch}.")
    drawing

/// The setting of a run that was stopped; its checkpoints are copied to this run's folder.
let resumeDrawing (lab: ExperimentRun) (wanted: Wanted) named =
    if wanted <> asUsualDrawn then
        raise (OptionException "--resume takes model and training from the run: leave out what sets them.")
    RunSetting.Resume<Drawing>(lab.Out, named, files, Path.GetFileName(gptIn lab.Out))

// What may be asked of a training: the text, the model, how long; and going on with a run: shared, no script itself.
[<AutoOpen>]
module ShakespeareOptions

open System.IO
open Crucible
open Crucible.Lab.Scripting
open Crucible.Tensors

type Wanted =
    { [<Option "modern: 0.8 million parameters in a minute (default); nano: nanoGPT's settings for a CPU; small: a \
                quarter of an hour; large: nanoGPT's for a graphics card, many \
                hours">]
      Preset: Preset option
      [<Option("another UTF-8 text to learn from", IsFile = true)>]
      Text: string option
      [<Option "what a token is: a character (default), a word, or a piece of byte-pair encoding">]
      Tokens: TokenKind option
      [<Option("ids of words (8000) or byte pairs (1024)", Min = 1, Max = 1000000)>]
      Vocabulary: int option
      [<Option("blocks", Min = 1, Max = 1000)>]
      Layers: int option
      [<Option("heads of attention, a divisor of the width", Min = 1, Max = 1000)>]
      Heads: int option
      [<Option("channels", Min = 1, Max = 65536)>]
      Width: int option
      [<Option("the tokens that the model can see", Min = 1, Max = 1000000)>]
      Context: int option
      [<Option("the probability of dropout", Min = 0, Max = 1)>]
      Dropout: float option
      [<Option("updates in all", Min = 1, Max = 100000000)>]
      Updates: int option
      [<Option("windows an update", Min = 1, Max = 65536)>]
      BatchSize: int option
      [<Option("the highest learning rate", Above = 0, Max = 1000)>]
      LearningRate: float option
      [<Option "full: float32 (default); mixed: products in bfloat16 where the processor is faster at them">]
      Precision: Precision option }

let asPreset =
    { Preset = None; Text = None; Tokens = None; Vocabulary = None; Layers = None; Heads = None; Width = None
      Context = None; Dropout = None; Updates = None; BatchSize = None; LearningRate = None
      Precision = None }

/// The preset with what is asked otherwise, in so many updates.
let settingOf (lab: ExperimentRun) (wanted: Wanted) =
    let preset = presetOf (defaultArg wanted.Preset Preset.Modern) lab.Seed
    let tokens, text = defaultArg wanted.Tokens TokenKind.Char, Option.toObj wanted.Text
    let updates = defaultArg wanted.Updates (lab.Pick(preset.Updates, 40))
    let rate = defaultArg wanted.LearningRate preset.Rate
    let vocabulary = match tokens with TokenKind.Word -> 8000 | TokenKind.Bpe -> 1024 | _ -> 0
    if wanted.Vocabulary.IsSome && tokens = TokenKind.Char then
        raise (OptionException "--vocabulary goes with --tokens word or bpe: characters are as many as the text has.")
    { preset with
        Text = (if isNull text then "" else Path.GetFullPath text)
        TrainingPart = (if isNull text then lab.Pick(preset.TrainingPart, 0.99) else trainingPart preset text)
        Tokens = tokens
        Vocabulary = defaultArg wanted.Vocabulary vocabulary
        Layers = defaultArg wanted.Layers preset.Layers
        Heads = defaultArg wanted.Heads preset.Heads
        Width = defaultArg wanted.Width preset.Width
        Context = defaultArg wanted.Context preset.Context
        Dropout = defaultArg wanted.Dropout preset.Dropout
        Batch = defaultArg wanted.BatchSize preset.Batch
        Updates = updates
        Precision = defaultArg wanted.Precision preset.Precision
        WarmUp = min preset.WarmUp (updates / 10)
        Rate = rate
        LastRate = preset.LastRate / preset.Rate * rate
        Prompt = (if isNull text then preset.Prompt else "") }

/// Records the setting that runs, under the options' names too.
let recordSetting (lab: ExperimentRun) (setting: Setting) =
    lab.Config { setting with Text = NamedFile.Describe setting.Text }
    lab.Config {| BatchSize = setting.Batch; LearningRate = setting.Rate |}

let private patterns = "*.safetensors", "tokenizer.json"

/// Begins a run: what an earlier one left in the folder goes.
let beginRun (lab: ExperimentRun) (setting: Setting) = RunSetting.Begin(lab.Out, setting, fst patterns, snd patterns)

/// The setting of a run that was stopped; its checkpoint and tokenizer are copied to this run's folder.
let resume (lab: ExperimentRun) (wanted: Wanted) named =
    if wanted <> asPreset then
        raise (OptionException "--resume takes model, text and training from the run: leave out what sets them.")
    RunSetting.Resume<Setting>(lab.Out, named, fst patterns, lastFile, snd patterns)

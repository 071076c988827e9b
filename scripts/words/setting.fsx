// How word vectors are trained on a text, and what may be asked of it: shared, no script itself.
[<AutoOpen>]
module WordsSetting

open System.IO
open Crucible
open Crucible.Lab.Data
open Crucible.Lab.Scripting
open Crucible.Text

/// Everything that decides what is learned; kept beside the checkpoints.
type Setting =
    { Text: string // a file; empty for Shakespeare
      LeastCount: int
      Width: int
      Window: int
      Negatives: int
      Subsampling: float
      Rate: float
      Epochs: int
      Seeds: int
      Seed: uint64 }

type Wanted =
    { [<Option("another UTF-8 text to learn from", IsFile = true)>]
      Text: string option
      [<Option("how often a word must occur (5)", Min = 1, Max = 1000000000)>]
      LeastCount: int option
      [<Option("numbers of a vector (100)", Min = 1, Max = 4096)>]
      Width: int option
      [<Option("how far words that predict each other lie apart at most (5)", Min = 1, Max = 100)>]
      Window: int option
      [<Option("words of noise for each that is predicted (5)", Min = 1, Max = 63)>]
      Negatives: int option
      [<Option("the frequency above which words are read in part only; 0 for none (0.001)", Min = 0, Max = 1)>]
      Subsampling: float option
      [<Option("the highest learning rate (0.05)", Above = 0, Max = 100)>]
      LearningRate: float option
      [<Option("passes over the text (30; of another text as many as read six million words, 3 at least)", Min = 1,
               Max = 1000000)>]
      Epochs: int option
      [<Option("trainings of each kind (3; --quick 1)", Min = 1, Max = 100)>]
      Seeds: int option }

let asUsual =
    { Text = None; LeastCount = None; Width = None; Window = None; Negatives = None; Subsampling = None
      LearningRate = None; Epochs = None; Seeds = None }

let kinds = [ WordVectorKind.SkipGram; WordVectorKind.Cbow ]
let named kind = match kind with WordVectorKind.SkipGram -> "skip-gram" | _ -> "CBOW"
let short kind = match kind with WordVectorKind.SkipGram -> "skipgram" | _ -> "cbow"

/// The words of a setting's text.
let corpusOf (setting: Setting) =
    let path = if setting.Text = "" then TinyShakespeare.Find() else setting.Text
    WordCorpus.ReadFile(path, setting.LeastCount)

/// The usual setting with what is asked otherwise.
let settingOf (lab: ExperimentRun) (wanted: Wanted) =
    let text = match wanted.Text with Some path -> Path.GetFullPath path | None -> ""
    let bytes = if text <> "" && File.Exists text then float (FileInfo text).Length else 1.1e6
    let usual = min 30 (max 3 (int (6e6 / (bytes / 5.5)))) // some 5.5 bytes a word
    { Text = text
      LeastCount = defaultArg wanted.LeastCount 5
      Width = defaultArg wanted.Width 100
      Window = defaultArg wanted.Window 5
      Negatives = defaultArg wanted.Negatives 5
      Subsampling = defaultArg wanted.Subsampling 1e-3
      Rate = defaultArg wanted.LearningRate 0.05
      Epochs = defaultArg wanted.Epochs (lab.Pick(usual, 3))
      Seeds = defaultArg wanted.Seeds (lab.Pick(3, 1))
      Seed = lab.Seed }

/// What a run leaves behind: a checkpoint a training, and in the end the first skip-gram vectors.
let files, vectorsFile = "*.safetensors", "vectors.safetensors"

/// The setting to run: the wanted one, or that of the run to go on with.
let begun (lab: ExperimentRun) wanted resume =
    match resume with
    | Some _ when wanted <> asUsual ->
        raise (OptionException "--resume takes text and training from the run: leave out what sets them.")
    | Some named -> RunSetting.Resume<Setting>(lab.Out, named, files, vectorsFile)
    | None ->
        let setting = settingOf lab wanted
        RunSetting.Begin(lab.Out, setting, files)
        setting

type Trained =
    { Kind: WordVectorKind
      Vectors: WordVectors
      Records: WordVectorRecord list }

/// Trains a kind from one of the seeds, or goes on from its checkpoint.
let train (lab: ExperimentRun) setting corpus (progress: Progress) (kind, number) =
    let seed = [ int kind; number ] |> List.fold (fun seed part -> seed * 1_000_003UL + uint64 part + 1UL) setting.Seed
    let options =
        WordVectorOptions(
            Kind = kind, Width = setting.Width, Window = setting.Window, Negatives = setting.Negatives,
            Subsampling = setting.Subsampling, LearningRate = setting.Rate, Epochs = setting.Epochs, Seed = seed)
    let trainer = WordVectorTrainer(corpus, options)
    let onRecord (record: WordVectorRecord) =
        if not lab.Token.IsCancellationRequested then progress.Step(loss = record.Loss)
    let checkpoint = Path.Combine(lab.Out, $"{short kind}-{number}.safetensors")
    let run =
        WordVectorRun(
            OnRecord = onRecord, Cancellation = lab.Token, Checkpoint = checkpoint, CheckpointEvery = 1_000_000L)
    let vectors = trainer.Fit run
    lab.Token.ThrowIfCancellationRequested()
    { Kind = kind; Vectors = vectors; Records = List.ofSeq trainer.Records }

// Trains networks on digits, on all and on fewer: shared, no script itself.
[<AutoOpen>]
module DigitsTraining

open System.Threading
open Crucible.Lab.Data
open Crucible.Lab.Scripting
open Crucible.Layers
open Crucible.Tensors
open Crucible.Training

/// What trains and what judges: the test digits, or when settings are looked for, digits set aside.
type Digits = { Training: LabeledPictures; Judged: LabeledPictures }

let setAside = 5000

let private rowsOf (pictures: LabeledPictures) (rows: int seq) =
    LabeledPictures(pictures.Pictures.Rows rows, pictures.Labels.Rows rows, pictures.Classes)

let digitsOf (setting: Setting) =
    let mnist = Mnist.Load()
    let all = mnist.Training.Count
    if setting.IsTuning then
        { Training = rowsOf mnist.Training [ 0 .. min setting.Digits (all - setAside) - 1 ]
          Judged = rowsOf mnist.Training [ all - min setting.Judged setAside .. all - 1 ] }
    else { Training = mnist.Training.Take setting.Digits; Judged = mnist.Test.Take setting.Judged }

type Trained =
    { Kind: Kind
      Digits: int // that trained it
      Number: int // of the repetition, from 0
      Model: Layer
      History: History }

    member trained.Accuracy = 1.0 - trained.History.Last.ValidationLoss

/// The seed of a training: as lab.SeedOf, but of the setting's seed, which a run that goes on keeps.
let private seedOf setting (parts: int list) =
    parts |> List.fold (fun seed part -> seed * 1_000_003UL + uint64 part + 1UL) (setting.Seed + 17UL)

/// Trains a network, from its checkpoint in the folder where there is one.
let train (lab: ExperimentRun) (setting: Setting) (digits: Digits) (kind, count, number) =
    let learning = setting.Learning[int kind]
    let isWhole = (count = digits.Training.Count)
    let updates = if isWhole then learning.Updates else max 1 (int (float learning.Updates * setting.Share))
    let training =
        if isWhole then digits.Training
        else
            let order = Generator(seedOf setting [ number ]).Permutation digits.Training.Count // the same for all kinds
            rowsOf digits.Training order[.. count - 1]
    let seed = seedOf setting [ int kind; count; number ]
    let model = modelOf setting kind seed
    let options =
        TrainerOptions(
            Updates = updates, Seed = seed, Schedule = scheduleOf learning updates, ClipNorm = 1.0, RestoreBest = false,
            RecordEvery = (if isWhole then max 1 (updates / lab.Pick(10, 1)) else updates), ShowProgress = false,
            Checkpoint = checkpointIn lab.Out kind count number, CheckpointEvery = max 1 (updates / 10),
            Cancellation = lab.Token)
    let batches = PictureBatches(training.Pictures, training.Labels, min learning.Batch count, learning.Shift)
    let history = (trainerOf learning model).Fit(batches, (fun () -> wrongOf model digits.Judged), options)
    lab.Token.ThrowIfCancellationRequested()
    { Kind = kind; Digits = count; Number = number; Model = model; History = history }

/// Trains all kinds, on all digits and on fewer, each with a core of its own.
let trainAll (lab: ExperimentRun) (setting: Setting) (digits: Digits) =
    let jobs =
        [ for kind in kinds do kind, digits.Training.Count, 0
          for count in setting.Sizes do
              if count < digits.Training.Count then
                  for kind in kinds do
                      for number in 0 .. setting.Repeats - 1 do kind, count, number ]
    lab.InParallel("training", jobs, train lab setting digits) |> List.ofArray

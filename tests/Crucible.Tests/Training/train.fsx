// Trains a small network with a checkpoint after every update and prints the bits of its weights: what KillTests
// starts, kills and starts again.
// Arguments: the folder of Crucible.dll is given by --reference; then the checkpoint.
open System
open Crucible.Layers
open Crucible.Optimizers
open Crucible.Tensors
open Crucible.Training

let checkpoint = fsi.CommandLineArgs[1]
let data = Generator 5UL
let x = Tensor.Randn(data, 64, 8)
let y = Tensor.Randn(data, 64, 1)
let weights = Generator 6UL
let model = Linear(8, 32, weights) --> Tanh() --> Dropout 0.2 --> Linear(32, 1, weights)
let optimizer = AdamW(model.Parameters, AdamOptions(LearningRate = 1e-2))
let trainer = Trainer(model, optimizer, fun prediction target -> Loss.MeanSquaredError(prediction, target))
let options =
    TrainerOptions(
        Epochs = 60, Seed = 4UL, Schedule = Schedule.Cosine(1e-2, 420), Checkpoint = checkpoint, CheckpointEvery = 1,
        OnUpdate = fun _ _ -> Threading.Thread.Sleep 3) // so that there is time to be killed in
let rows = RowBatches(x, y, 10)
let history = trainer.Fit(rows, rows, options)
let values = [| for parameter in model.Parameters do yield! parameter.ToArray<float32>() |]
let bits = values |> Array.collect BitConverter.GetBytes
printfn "%d %s" history.Updates (Convert.ToHexString(Security.Cryptography.SHA256.HashData bits))

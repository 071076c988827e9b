// Started and killed by ProcessTests. Arguments: the store, the number of trials, the workers, milliseconds a trial.
open System
open System.IO
open System.Threading
open Crucible.Files
open Crucible.Lab.Studies

let arguments = fsi.CommandLineArgs
let store, trials, workers, wait = arguments[1], int arguments[2], int arguments[3], int arguments[4]

let objective (trial: Trial) =
    let x = trial.SuggestFloat("x", -1.0, 1.0)
    let y = trial.SuggestFloat("y", -1.0, 1.0)
    let kind = trial.SuggestCategorical("kind", [ "a"; "b"; "c" ])
    trial.SetConstraint("sum", 0.1 - x - y)
    // Goes on from its checkpoint, as training does.
    let checkpoint = Path.Combine(trial.Folder, "checkpoint")
    let first = if File.Exists checkpoint then int (File.ReadAllText checkpoint) + 1 else 0
    if first > 0 then printfn $"resumed {trial.Number}"
    for step in first .. 4 do
        Thread.Sleep(wait / 5)
        trial.Report(step = step, value = x * x + y * y + 1.0 / float (step + 1))
        Crucible.Files.AtomicFile.WriteText(checkpoint, string step)
        if trial.ShouldPrune() then trial.Prune()
    if trial.Number % 13 = 4 then failwith "boom"
    x * x + y * y + float kind.Length

let options =
    StudyOptions(Store = new SqliteStore(store), Workers = workers, Window = 16, Seed = 5UL,
                 Folder = Path.Combine(Path.GetDirectoryName store, "checkpoints"),
                 Sampler = RandomSampler(), Pruner = NoPruner())

using (new Study("killed", options)) (fun study ->
    study.Enqueue [ "x", 0.25; "kind", "c" ] // in every process: it is tried once
    printfn "ready"
    study.Optimize(trials, objective)
    printfn "table"
    for trial in study.Trials do printfn $"{trial} {trial.Reports.Count}")

// A study that the tasks of a Slurm array share, as SlurmTests submits it: no experiment, so that it leaves no report.
// Options: --store PLACE, --trials N, --milliseconds OF-A-TRIAL; --threads, which slurm.sh adds, means nothing here.
#load "../../../scripts/crucible.fsx"

open System
open System.IO
open System.Threading
open Crucible.Files
open Crucible.Lab.Studies

let arguments = Environment.GetCommandLineArgs()
let valueOf name = arguments[Array.IndexOf(arguments, name) + 1]
let pause = int (valueOf "--milliseconds") / 5

let objective (trial: Trial) =
    let x = trial.SuggestFloat("x", -1.0, 1.0)
    let kind = trial.SuggestCategorical("kind", [ "a"; "b"; "c" ])
    // Goes on from its checkpoint, as training does.
    let checkpoint = Path.Combine(trial.Folder, "checkpoint")
    let first = if File.Exists checkpoint then int (File.ReadAllText checkpoint) + 1 else 0
    for step in first .. 4 do
        Thread.Sleep pause
        AtomicFile.WriteText(checkpoint, string step)
        trial.Report(step = step, value = x * x + 1.0 / float (step + 1))
        if trial.ShouldPrune() then trial.Prune()
    x * x + float (kind.Length + int kind[0] % 3)

let own = Directory.CreateTempSubdirectory("slurm-study-").FullName
let options =
    StudyOptions(Store = StudyStore.Open(valueOf "--store"), Workers = 1, Window = 8, Sampler = TpeSampler(),
                 Pruner = MedianPruner(), Folder = own)
using (new Study("slurm", options)) (fun study ->
    study.Optimize(int (valueOf "--trials"), objective)
    for trial in study.Trials do printfn $"trial {trial} {trial.Reports.Count}")
Directory.Delete(own, true)

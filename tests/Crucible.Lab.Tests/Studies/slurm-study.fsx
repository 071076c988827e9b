// Question  Do the tasks of a Slurm array, some of which die, do the trials of one process? Run by SlurmTests.
#load "../../../scripts/crucible.fsx"

open System.IO
open System.Threading
open Crucible.Files
open Crucible.Lab.Reports
open Crucible.Lab.Scripting
open Crucible.Lab.Studies

type Options =
    { Search: SearchOptions
      [<Option("milliseconds of a trial", Min = 0, Max = 60000)>]
      Milliseconds: int }

Experiment.Run("Which x is best?", { Search = SearchOptions(); Milliseconds = 500 }, fun lab ->
    let pause = lab.Options.Milliseconds / 5
    let search = Search(lab, lab.Options.Search, "slurm", 60, 5)
    use study =
        search.Run(fun (trial: Trial) ->
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
            x * x + float (kind.Length + int kind[0] % 3))
    lab.Answer(
        $"The best of {study.Trials.Count} trials has a value of {study.BestTrial.Value}.",
        [ Estimate("best value", study.BestTrial.Value) ])
    printfn "table"
    for trial in study.Trials do printfn $"trial {trial} {trial.Reports.Count}")

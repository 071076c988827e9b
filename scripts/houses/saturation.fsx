// Question  What goes wrong inside the tanh and sigmoid networks that failed on house prices (activations.fsx)?
// Data      Boston housing, 300 rows that train and 206 that test, another split for every run.
// Method    The networks of activations.fsx, as documented and with causes removed, watched while they learn: the
//           diagnosis names saturated and dead units, too few updates and equal predictions, with what to change.
// Expected  Saturated units are named in every documented run with tanh or sigmoid, from the raw features;
//           of 75 repaired runs nothing is named in any. 25 to 60 s on two cores.
#load "../crucible.fsx"
#load "activation-networks.fsx"

open Crucible.Diagnostics
open Crucible.Lab.Reports
open Crucible.Lab.Scripting
open Crucible.Lab.Tables

type Options =
    { [<Option("passes over the training rows, as documented", Min = 1, Max = 1000000)>] Epochs: int
      [<Option("splits and first weights (15; --quick 3)", Min = 1, Max = 10000)>] Seeds: int option }

let symptoms =
    [ Symptom.SaturatedUnits, "saturated units"; Symptom.DeadUnits, "dead units"
      Symptom.TooFewUpdates, "too few updates"; Symptom.EqualPredictions, "equal predictions" ]

let isClean (outcome: Outcome) = outcome.Diagnosis.Findings().Count = 0

let has symptom (outcome: Outcome) =
    outcome.Diagnosis.Findings() |> Seq.exists (fun finding -> finding.Symptom = symptom)

let question = "What goes wrong inside the tanh and sigmoid networks that failed on house prices?"

Experiment.Run(question, { Epochs = 1000; Seeds = None }, fun lab ->
    let epochs, seeds = lab.Options.Epochs, defaultArg lab.Options.Seeds (lab.Pick(15, 3))
    lab.Config {| Seeds = seeds; LearningRate = 1e-3; Hidden = [ 40; 40 ] |}
    let runs = trainPairs lab (Houses.Load()) epochs variants seeds
    let count isSo pair variant = runs pair variant |> List.filter isSo |> List.length
    let curved = pairs |> List.filter _.IsCurved
    let total symptom variant = curved |> List.sumBy (fun pair -> count (has symptom) pair variant)
    let saturated, few = total Symptom.SaturatedUnits raw, total Symptom.TooFewUpdates raw
    let stillNamed = pairs |> List.sumBy (fun pair -> seeds - count isClean pair both)

    let counts symptom (title: string) =
        let share pair variant = 100.0 * float (count (has symptom) pair variant) / float seeds
        byPair title $"share of {seeds} runs (%%)" variants share
    let all = curved.Length * seeds
    lab.Answer(
        $"Of {all} documented runs with tanh or sigmoid, {saturated} have units that are saturated on every row, and \
            {few} too few updates. With standardized features saturation is named in \
            {total Symptom.SaturatedUnits std}; with more updates as well, something is still named in {stillNamed} \
            of {pairs.Length * seeds} runs.",
        [ Estimate("documented runs with saturated units", saturated, $"of {all}")
          Estimate("the same with standardized features", total Symptom.SaturatedUnits std, $"of {all}")
          Estimate("repaired runs with anything named", stillNamed, $"of {pairs.Length * seeds}") ],
        counts Symptom.SaturatedUnits "Runs with units saturated on every row")

    lab.Report.Section "How often the diagnosis names what"
    lab.Report.Chart(counts Symptom.TooFewUpdates "Runs with too few updates")
    lab.Report.Table(
        [ "pair"; "trained"; yield! List.map snd symptoms; "nothing" ],
        [ for pair in pairs do
            for variant in variants ->
                [ box pair.Name
                  box variant.Says
                  for symptom, _ in symptoms do box (count (has symptom) pair variant)
                  box (count isClean pair variant) ] ],
        $"Runs of {seeds}")

    lab.Report.Section "In its own words"
    lab.Report.Text $"The documented networks of {source}, drawn in activations.fsx: each is the run whose number of \
        distinct predictions is in the middle. The sentences are made from activations, gradients and updates."
    for pair in pairs do
        let before, _ = shown runs pair
        lab.Report.Table(
            [ "where"; "what was measured"; "what to change" ],
            [ for finding in before.Diagnosis.Findings() -> finding.Place, finding.Problem, finding.Remedy ],
            pair.Name)

    let before, after = shown runs sigmoids
    lab.Report.Section "sigmoid-sigmoid as documented"
    lab.Report.Diagnosis before.Diagnosis
    lab.Report.Section "sigmoid-sigmoid repaired"
    lab.Report.Diagnosis after.Diagnosis

    lab.Metric("saturated_runs", saturated, true, "documented runs with saturated units, tanh or sigmoid")
    lab.Metric("too_few_updates_runs", few, title = "documented runs with too few updates, tanh or sigmoid")
    lab.Metric("repaired_runs_with_findings", stillNamed, true, "repaired runs in which something is found")
    if epochs = 1000 then
        lab.Check(
            "diagnosis: saturated units named as documented, where there is tanh or sigmoid",
            $"all {all} runs", saturated, (saturated = all))
        let most = 0.05 * float (pairs.Length * seeds)
        lab.CheckAtMost("diagnosis: repaired runs in which it finds something", stillNamed, most))

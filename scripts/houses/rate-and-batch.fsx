// Question  A larger batch makes fewer updates an epoch. How should the learning rate grow with it to make up for that?
// Data      Boston housing: 300 rows train, 206 test, another split for every seed; features and target standardized.
// Method    13-40-40-1, ReLU, Adam and SGD, batches of 1 to 300, equal epochs: the rate stays the same, grows with the
//           root of the batch size, or in proportion to it. At batch 32 all rules agree. A good rule makes the batch
//           size unimportant: the largest training error over batch sizes is little above the smallest.
// Expected  SGD wants the rate in proportion to the batch, Adam to its root. 9 s.
#load "../crucible.fsx"
#load "batches.fsx"

open System
open Crucible
open Crucible.Lab.Reports
open Crucible.Lab.Scripting
open Plotly.NET

type Options =
    { [<Option("runs of each kind (8; --quick 3)", Min = 2, Max = 10000)>] Seeds: int option
      [<Option("Adam's learning rate at batch 32", Above = 0, Max = 1000)>] LearningRate: float }

let share batch = float batch / float referenceBatch
let rules = [ "the same", (fun _ -> 1.0); "square root", share >> sqrt; "linear", share ]

/// A run that left the range of numbers is one whose errors are infinite.
let orDiverged work = try work () with :? NonFiniteException -> infinity, infinity

let question = "How should the learning rate follow the batch size?"

Experiment.Run(question, { Seeds = None; LearningRate = 1e-3 }, fun lab ->
    let seeds, epochs = defaultArg lab.Options.Seeds (lab.Pick(8, 3)), lab.Pick(50, 8)
    let sgdRate = 0.02
    lab.Config {| Seeds = seeds; Epochs = epochs; SgdLearningRate = sgdRate |}
    let optimizers = [ "Adam", adam, lab.Options.LearningRate; "SGD", sgd, sgdRate ]
    let splits = splitsOf lab seeds
    let items =
        [ for name, create, rate in optimizers do
            for rule, factor in rules do
                for batch in batchSizes do
                    for seed in 0 .. seeds - 1 -> (name, rule, batch), create (rate * factor batch), seed ]
    let errors =
        lab.InParallel("learning rates", items, fun ((_, _, batch), optimizer, seed) ->
            orDiverged (fun () ->
                let learner = Learner(splits[seed], lab.SeedOf(4, seed), optimizer, lab.Token)
                learner.Train(batch, epochs)
                learner.Errors()))
    let results =
        Seq.zip items errors
        |> Seq.groupBy (fun ((key, _, _), _) -> key)
        |> Seq.map (fun (key, group) -> key, [| for _, error in group -> error |])
        |> Map
    let error part (optimizer: string) (rule: string) batch = estimate (Array.map part results[optimizer, rule, batch])

    /// The largest training error over batch sizes beside the smallest.
    let spread optimizer rule =
        let means = [ for batch in batchSizes -> (error fst optimizer rule batch).Estimate ]
        List.max means / List.min means
    let best optimizer = rules |> List.map fst |> List.minBy (spread optimizer)
    let told optimizer rule =
        let times = spread optimizer rule
        if Double.IsFinite times then $"%.2g{times} ({rule})" else $"without bound ({rule}, some run diverged)"
    let overSizes optimizer what part =
        within $"{optimizer}: {what} error" "batch size (rows)" logarithmic errorAxis
            [ for rule, _ in rules ->
                rule, [ for batch in batchSizes -> float batch, error part optimizer rule batch ] ]
    let wants optimizer =
        let should =
            match best optimizer with
            | "the same" -> "stay the same"
            | "linear" -> "grow in proportion to the batch size"
            | _ -> "grow as the root of the batch size"
        let least, unchanged = spread optimizer (best optimizer), spread optimizer "the same"
        $"{optimizer}'s learning rate should {should} (largest training error %.2g{least} times the smallest, \
            not %.2g{unchanged} times)"
    lab.Answer(
        $"{listed [ for optimizer, _, _ in optimizers -> wants optimizer ]}.",
        [ for optimizer, rule in [ "SGD", "linear"; "Adam", "square root"; "Adam", "linear" ] ->
            Estimate($"{optimizer}, {rule}: largest error over smallest", spread optimizer rule) ],
        Chart.combine
            [ for optimizer, _, _ in optimizers ->
                Chart.Column(
                    [ for rule, _ in rules -> spread optimizer rule ], Keys = List.map fst rules, Name = optimizer) ]
        |> Chart.withTitle "How much the batch size matters"
        |> Chart.withXAxisStyle "growth of the learning rate"
        |> Chart.withYAxisStyle "largest training error / smallest",
        "The rate stays the same, grows as the root of the batch size, or in proportion to it. 1 would be a batch size \
            that does not matter; a rule under which a run diverged is left out.")

    for optimizer, _, rate in optimizers do
        lab.Report.Section optimizer
        lab.Report.Text $"Rate %g{rate} at batch {referenceBatch}, {epochs} epochs. The rule '{best optimizer}' keeps \
            what is learned most nearly the same: the largest training error over batch sizes is so many times the \
            smallest: {listed [ for rule, _ in rules -> told optimizer rule ]}."
        lab.Report.Charts(
            [ overSizes optimizer "training" fst; overSizes optimizer "test" snd ],
            $"Geometric means over {seeds} seeds with 95 %% intervals. A flat curve: the rule makes the batch size \
                unimportant. Sizes at which a run diverged are left out.")
        lab.Report.Table(
            [ "batch"; for rule, _ in rules do $"training, {rule}"; $"test, {rule}" ],
            [ for batch in batchSizes ->
                [ box batch
                  for rule, _ in rules do
                      box (show (error fst optimizer rule batch))
                      box (show (error snd optimizer rule batch)) ] ])
    lab.Table(
        [ "optimizer"; for rule, _ in rules do rule ],
        [ for optimizer, _, _ in optimizers -> [ box optimizer; for rule, _ in rules do box (spread optimizer rule) ] ])

    for optimizer, _, _ in optimizers do
        for rule, _ in rules do
            let title = $"{optimizer}, rule '{rule}': largest training error over smallest"
            let name = $"""rates.{optimizer.ToLower()}.{rule.Replace(" ", "_")}.spread"""
            lab.Metric(name, spread optimizer rule, (best optimizer = rule), title)
    let linear, same = spread "SGD" "linear", spread "SGD" "the same"
    lab.Check("SGD: spread with a rate in proportion", $"below %.3g{same}, with one rate", linear, linear < same))

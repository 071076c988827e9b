// Question  How well could the houses' prices be predicted from more rows than there are?
// Data      Boston housing, 300 rows that train and 206 that test, as in housing.fsx.
// Method    Small ensembles on growing parts of the training rows, several shuffles of each size, with the settings
//           that cross-validation on all of them prefers; a power law a·n^-b + c through the mean test errors.
// Expected  An exponent near 0.5 and no floor that 300 rows could show, at seed 0. 10 s on two cores.
#load "../crucible.fsx"
#load "search.fsx"

open Crucible.Lab.Reports
open Crucible.Lab.Scripting
open Crucible.Lab.Tables
open Crucible.Statistics
open Crucible.Tensors
open Plotly.NET

type Options =
    { [<Option("rows that train", Min = 60, Max = 100000000)>]
      TrainRows: int }

Experiment.Run("Would more data help to predict the prices of houses?", { TrainRows = 300 }, fun lab ->
    let houses = Houses.Load()
    let rows = houses.Split(lab.Options.TrainRows, Generator lab.Seed)
    let x, y, testX, testY = rows.TrainX, rows.TrainY, rows.TestX, rows.TestY
    let setting hidden activation hasLogs hasLogTarget =
        TableNetworkOptions(
            Hidden = hidden, Activation = activation, HasLogs = hasLogs, HasLogTarget = hasLogTarget,
            Epochs = lab.Pick(100, 25), WeightDecay = 0.1, Cancellation = lab.Token)
    let folds = KFold.Folds(y.ElementCount, 5, Generator(lab.Seed).Split 1UL) |> Array.ofSeq
    let best =
        rank lab folds (candidates lab [] None setting) x y
        |> List.truncate (lab.Pick(4, 2))
        |> List.map fst

    // Test errors of small ensembles on growing parts.
    let twelfths = lab.Pick([ 1; 2; 4; 6; 8; 10; 12 ], [ 4; 8; 12 ])
    let sizes = [ for part in twelfths -> part * y.ElementCount / 12 ]
    let points =
        lab.InParallel("learning curve", List.allPairs sizes [ 1 .. lab.Pick(4, 2) ], fun (count, shuffle) ->
            let chosen = Generator(lab.SeedOf(5, shuffle)).Permutation(y.ElementCount)[.. count - 1]
            let networks =
                [ for m in 0 .. lab.Pick(3, 1) - 1 ->
                      train best[m % best.Length] (lab.SeedOf(6, count, shuffle, m)) (x.Rows chosen) (y.Rows chosen) ]
            float count, mse (TableNetwork.PredictMean(networks, testX)) testY)
    let counts, means =
        points |> Array.groupBy fst |> Array.map (fun (n, group) -> n, Array.averageBy snd group) |> Array.unzip

    // What they say of more rows.
    let all, twice = Array.last counts, 2.0 * Array.last counts
    let atAll = Estimate($"test error from %.0f{all} rows", Array.last means, "($1000s)²")
    let picture curves =
        Chart.combine
            [ Chart.Point(Array.map fst points, Array.map snd points, Name = "one shuffle", Opacity = 0.5)
              Chart.Line(counts, means, Name = "mean")
              yield! curves ]
        |> Chart.withTitle "Test error against training rows"
        |> Chart.withXAxisStyle "training rows"
        |> Chart.withYAxisStyle "test mean squared error ($1000s)²"
    if lab.Quick then
        lab.Answer(
            $"The test MSE is %.1f{means[0]} ($1000s)² from %.0f{counts[0]} rows and %.1f{Array.last means} \
                from %.0f{all}; what more rows would give is left out, because --quick has {counts.Length} sizes and a \
                power law takes more.",
            [ atAll ], picture [])
    else
        let law = PowerLaw.Fit(counts, means)
        let continued = Array.init 40 (fun i -> counts[0] + (twice - counts[0]) * float i / 39.0)
        let floor =
            if law.Floor > 0.01 then $"and %.1f{law.Floor} for arbitrarily many, which these features cannot tell"
            else "and these sizes show no floor yet"
        lab.Metric("learning_curve_exponent", law.Exponent, isHeadline = true, title = "exponent of the power law")
        lab.Metric("learning_curve_floor", law.Floor, title = "floor of the power law, MSE in ($1000s)²")
        lab.Answer(
            $"More rows would help: with n training rows the test MSE falls as {law} ($1000s)², to \
                %.1f{law.Predict twice} for %.0f{twice} rows instead of %.1f{Array.last means} for %.0f{all}, {floor}.",
            [ atAll
              Estimate($"expected from %.0f{twice} rows", law.Predict twice, "($1000s)²")
              Estimate("exponent", law.Exponent, "") ],
            picture
                [ Chart.Line(continued, Array.map law.Predict continued, Name = "power law",
                             LineDash = StyleParam.DrawingStyle.Dash) ])
        lab.Report.Formula("error = a n^(−b) + c", "n is the number of training rows, b the exponent and c the floor.")
        lab.Check("more rows help", "an exponent above 0", law.Exponent, law.Exponent > 0.0)
    lab.Report.Section "The settings"
    lab.Report.Text "Cross-validation on all training rows prefers these; ensembles use the first of them."
    lab.Report.Table([ "setting" ], [ for setting in best -> [ string setting ] ]))

// A small experiment that uses every part of the script contract: the tests run it as a user would.
#load "../../../scripts/crucible.fsx"
open System
open System.Threading
open Argu
open Crucible
open Crucible.Lab.Reports
open Crucible.Lab.Scripting

type Options =
    | Noise of float
    | Rounds of int
    | Fail_Work
    interface IArgParserTemplate with
        member option.Usage =
            match option with
            | Noise _ -> "half the width of the noise (default 0.5)"
            | Rounds _ -> "rounds of a tenth of a second (default 1)"
            | Fail_Work -> "ends with an error of Crucible"

Experiment<Options>.Run("Averages noise.", fun run ->
    let noise = run.Options.GetResult(Noise, 0.5)
    let rounds = run.Options.GetResult(Rounds, 1)
    run.Config {| noise = noise; rounds = rounds |}
    use progress = run.Progress("averaging", rounds)
    let random = Random(int run.Seed)
    for round in 1 .. rounds do
        Thread.Sleep 100
        run.Metric("rounds", round)
        run.Metric("mean", List.average [ for _ in 1 .. 100 -> noise * (random.NextDouble() * 2.0 - 1.0) ])
        progress.Step $"round {round}"
    if run.Options.Contains Fail_Work then raise (ShapeException "matmul: inner sizes must agree, but a is [2, 3] and b is [4, 5].")
    run.CheckAtMost("noise is small", noise, 10.0)
    run.Report.Section "Noise"
    [ Chart.Line([ 1, 1.0; 2, 2.0 ]); Chart.Point([ 1; 2 ], [ 2.0; 1.0 ], Name = "noise") ]
    |> Chart.combine
    |> Chart.withTitle "Noise"
    |> Chart.withXAxisStyle "round"
    |> Chart.withYAxisStyle(TitleText = "mean", MinMax = (0.0, 3.0))
    |> run.Report.Chart
    run.Report.Table([ "setting"; "value" ], [ "noise", noise; "rounds", float rounds ]))

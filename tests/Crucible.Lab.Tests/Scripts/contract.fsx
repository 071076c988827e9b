// A small experiment that uses every part of the script contract: the tests run it as a user would.
#load "../../../scripts/crucible.fsx"
open System
open System.Threading
open Crucible
open Crucible.Lab.Reports
open Crucible.Lab.Scripting
open Plotly.NET

type Shape =
    | Flat
    | VerySteep

type Options =
    { [<Option("half the width of the noise", Above = 0)>] Noise: float
      [<Option("rounds of a tenth of a second", Min = 1)>] Rounds: int
      [<Option "sizes of something, as 4,4">] Hidden: int list
      [<Option "how steep">] Shape: Shape option
      [<Option "a day">] Day: DayOfWeek
      [<Option("what is said", Repeats = true)>] Word: string list
      [<Option "ends with an error of Crucible">] FailWork: bool }

let defaults =
    { Noise = 0.5; Rounds = 1; Hidden = [ 40; 40 ]; Shape = None; Day = DayOfWeek.Monday; Word = []; FailWork = false }

Experiment.Run("Averages noise.", defaults, fun run ->
    let { Noise = noise; Rounds = rounds } = run.Options
    use progress = run.Progress("averaging", rounds)
    let random = Random(int run.Seed)
    for round in 1 .. rounds do
        Thread.Sleep 100
        run.Metric("rounds", round)
        run.Metric("mean", List.average [ for _ in 1 .. 100 -> noise * (random.NextDouble() * 2.0 - 1.0) ])
        progress.Step $"round {round}"
    if run.Options.FailWork then
        raise (ShapeException "matmul: inner sizes must agree, but a is [2, 3] and b is [4, 5].")
    run.CheckAtMost("noise is small", noise, 10.0)
    run.Report.Section "Noise"
    [ Chart.Line(xy = [ 1, 1.0; 2, 2.0 ]); Chart.Point(x = [ 1; 2 ], y = [ 2.0; 1.0 ], Name = "noise") ]
    |> Chart.combine
    |> Chart.withTitle "Noise"
    |> Chart.withXAxisStyle "round"
    |> Chart.withYAxisStyle(TitleText = "mean", MinMax = (0.0, 3.0))
    |> run.Report.Chart
    run.Report.Table([ "setting"; "value" ], [ "noise", noise; "rounds", float rounds ]))

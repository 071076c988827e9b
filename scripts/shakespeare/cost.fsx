// Question  How does the price of a training step grow with a transformer's width, depth, context and batch?
// Data      docs/cost.csv, which `dotnet fsi build.fsx bench cost` measured: steps of a GPT and of LibTorch 2.10's, the
//           processor's peak in the same run, peak memory.
// Method    One size grows, the others are those of nanoGPT's model for a processor: 4 blocks of width 128, texts of
//           64 tokens, 12 at a time.
// Expected  At first each doubling costs less than twice the time; at the end width costs its square, context more
//           than its length. Recomputed blocks train a context of 4096 at width 384 within 2 GB. 1 s.
// More      docs/cost.md has the tables.
#load "../crucible.fsx"

open System
open System.Globalization
open System.IO
open Crucible.Lab.Reports
open Crucible.Lab.Scripting
open Plotly.NET

type Options =
    { [<Option("measurements as bench cost writes them", IsFile = true)>] Measured: string }

/// A line of the file. What was not measured is NaN.
type Point =
    { Axis: string; Value: float; Threads: int; Seconds: float; LibTorch: float; OfRoofline: float
      Memory: float; LibTorchMemory: float }

let axes = [ "width", 128.0; "depth", 4.0; "context", 64.0; "batch", 12.0 ]
let kept, recomputed = "kept", "recomputed"
let defaults = { Measured = Path.Combine(__SOURCE_DIRECTORY__, "..", "..", "docs", "cost.csv") }

let read file =
    let number (text: string) = if text = "" then nan else Double.Parse(text, CultureInfo.InvariantCulture)
    [ for line in File.ReadLines file |> Seq.skip 1 ->
        let cells = line.Split ','
        let numbers = Array.map number cells[1..]
        { Axis = cells[0]; Value = numbers[0]; Threads = int numbers[1]; Seconds = numbers[2]; LibTorch = numbers[3]
          OfRoofline = numbers[4]; Memory = numbers[5]; LibTorchMemory = numbers[6] } ]

/// The power with which the last step of an axis grows.
let power (points: Point list) =
    let last, before = List.last points, points[points.Length - 2]
    log (last.Seconds / before.Seconds) / log (last.Value / before.Value)

Experiment.Run("How does the price of a training step grow?", defaults, fun lab ->
    let points = read lab.Options.Measured
    let threads = points |> List.map _.Threads |> List.max
    let along axis = points |> List.filter (fun point -> point.Axis = axis && point.Threads = threads)

    /// A value of every axis over how many times the usual size it was measured at.
    let overSizes (title: string) (unit: string) (value: Point -> float) =
        [ for axis, usual in axes ->
            Chart.Line(
                [ for point in along axis -> point.Value / usual, value point ], Name = axis, ShowMarkers = true) ]
        |> Chart.combine
        |> Chart.withTitle title
        |> Chart.withXAxisStyle ("times nanoGPT's size", AxisType = StyleParam.AxisType.Log)
        |> Chart.withYAxisStyle (unit, AxisType = StyleParam.AxisType.Log)
    let memory = List.map (fun point -> point.Value, point.Memory)
    let longest = List.last (along kept), List.last (along recomputed)
    let price = (snd longest).Seconds / (fst longest).Seconds

    let powers = [ for axis, _ in axes -> axis, power (along axis) ]
    let grown = String.Join(", ", [ for axis, power in powers -> $"{axis} to the power %.1f{power}" ])
    lab.Answer(
        $"At the end of each axis a step takes as long as {grown}. Blocks that are computed again make a step of \
          context {(fst longest).Value} %.2f{price} times as long and its memory \
          %.0f{(snd longest).Memory} instead of %.0f{(fst longest).Memory} MB.",
        [ for axis, power in powers -> Estimate($"power of the {axis}", power, "") ],
        overSizes $"A training step on {threads} threads" "seconds" _.Seconds,
        "One size grows, the others stay: 4 blocks of width 128, 12 texts of 64 tokens.")

    lab.Report.Section "Beside LibTorch and the processor"
    lab.Report.Text "Above 1 Crucible is faster than LibTorch 2.10 at its best setting with its fused AdamW. The \
        roofline is the time that the step's products take at the processor's peak, or its bytes at the memory's, \
        whichever is longer."
    lab.Report.Chart(overSizes "Times LibTorch's speed" "times" (fun point -> point.LibTorch / point.Seconds))
    lab.Report.Chart(overSizes "Share of the roofline" "share" _.OfRoofline)

    lab.Report.Section "Memory"
    lab.Report.Chart(overSizes "Peak memory of a process" "MB" _.Memory)
    lab.Report.Chart(
        overSizes "LibTorch's memory beside ours" "times" (fun point -> point.LibTorchMemory / point.Memory))
    [ Chart.Line(memory (along kept), Name = kept, ShowMarkers = true)
      Chart.Line(memory (along recomputed), Name = recomputed, ShowMarkers = true) ]
    |> Chart.combine
    |> Chart.withTitle "Six blocks of width 384 whose inner values are kept or recomputed"
    |> Chart.withXAxisStyle ("context (tokens)", AxisType = StyleParam.AxisType.Log)
    |> Chart.withYAxisStyle ("MB", AxisType = StyleParam.AxisType.Log)
    |> lab.Report.Chart
    let columns =
        [ "grows"; "to"; "ms"; "× LibTorch"; "of the roofline"; "MB"; "LibTorch's MB" ]
    let rows =
        [ for axis, _ in axes do
            for point in along axis ->
                axis, int point.Value, 1e3 * point.Seconds, point.LibTorch / point.Seconds, point.OfRoofline,
                point.Memory, point.LibTorchMemory ]
    lab.Report.Table(columns, rows)
    lab.Table(columns, rows)

    for axis, power in powers do
        lab.Metric($"power.{axis}", power, false, $"the power with which the last step grows with the {axis}")
    lab.CheckAtMost("megabytes of a context of 4096 at width 384, recomputed", (snd longest).Memory, 2000.0))

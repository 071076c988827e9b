// Question  Is an epoch of small batches faster, as the report "Generative Transformers" (WiDS 2024) says?
// Data      Boston housing, 300 rows that train.
// Method    Updates of 13-40-40-1, ReLU, Adam, on one thread with nothing beside it: all batch sizes in turn, the
//           median of several rounds.
// Expected  No: an epoch of batch 1 takes some 70 times as long as one of batch 300. 1 s.
#load "../crucible.fsx"
#load "batches.fsx"

open Crucible.Lab.Reports
open Crucible.Lab.Scripting
open Plotly.NET

Experiment.Run("Is an epoch of small batches faster?", fun lab ->
    let splits = splitsOf lab 1
    let cost = timeUpdates lab splits[0]
    let epoch batch = cost[batch] * float (updatesAnEpoch batch) / 1000.0
    let first, last = batchSizes.Head, List.last batchSizes

    let overSizes (title: string) (unit: string) value =
        Chart.Line([ for batch in batchSizes -> batch, value batch ], ShowMarkers = true, ShowLegend = false)
        |> Chart.withTitle title
        |> Chart.withXAxisStyle ("batch size (rows)", AxisType = logarithmic)
        |> Chart.withYAxisStyle (unit, AxisType = logarithmic)
    let isSlower = epoch first > epoch last
    lab.Answer(
        (if isSlower then "No, it is the other way round" else "Yes")
        + $": an epoch of batch {first} takes %.3g{epoch first / epoch last} times as long as one of batch {last}.",
        [ Estimate($"an epoch of batch {first}", epoch first, "ms")
          Estimate($"an epoch of batch {last}", epoch last, "ms")
          Estimate($"an update of {last} rows, beside one of {first}", cost[last] / cost[first], "times as long") ],
        overSizes "Time of an epoch" "milliseconds" epoch,
        "Medians of several rounds on one thread with nothing else running in this process.")

    lab.Report.Section "Where the time goes"
    lab.Report.Text $"A small batch size has a faster epoch time, says {source}. An update of {last} rows takes only \
        %.2g{cost[last] / cost[first]} times as long as an update of {first}: the part of its time that does not \
        depend on the rows is paid once an update, and an epoch of batch {first} has {updatesAnEpoch first} of them."
    lab.Report.Chart(overSizes "Time of an update" "microseconds" (fun batch -> cost[batch]))
    let rows = [ for batch in batchSizes -> batch, updatesAnEpoch batch, cost[batch], epoch batch ]
    let columns = [ "batch"; "updates an epoch"; "microseconds an update"; "milliseconds an epoch" ]
    lab.Report.Table(columns, rows)
    lab.Table(columns, rows)

    for batch in [ first; last ] do
        lab.Metric($"epoch_ms.batch_{batch}", epoch batch, true, $"milliseconds of an epoch, batch {batch}")
    let name = $"an epoch takes longer with batch {first} than with batch {last}"
    lab.Check(name, $"above %.3g{epoch last} ms", epoch first, isSlower))

// What scripts, sessions and notebooks share: the references to the core, and the F# idioms beside it.
[<AutoOpen>]
module CrucibleLibrary

#r "../core/Crucible.Lab/bin/Release/net10.0/Crucible.dll"
#r "../core/Crucible.Lab/bin/Release/net10.0/Crucible.Lab.dll"
#r "../core/Crucible.Lab/bin/Release/net10.0/Crucible.Onnx.dll"
#r "../core/Crucible.Lab/bin/Release/net10.0/Deedle.dll"
#r "../core/Crucible.Lab/bin/Release/net10.0/MathNet.Numerics.dll"
#r "../core/Crucible.Lab/bin/Release/net10.0/DynamicObj.dll"
#r "../core/Crucible.Lab/bin/Release/net10.0/Giraffe.ViewEngine.dll"
#r "../core/Crucible.Lab/bin/Release/net10.0/Newtonsoft.Json.dll"
#r "../core/Crucible.Lab/bin/Release/net10.0/Plotly.NET.dll"

open System
open Crucible.Lab.Reports
open Crucible.Statistics
open Crucible.Tensors

/// "a, b and c"; "none" of nothing.
let listed (words: string list) =
    match List.rev words with
    | [] -> "none"
    | [ one ] -> one
    | last :: rest -> String.concat ", " (List.rev rest) + " and " + last

/// The report that this workspace grew out of, in full: for its first mention on a page.
let theReport (week: string) =
    $"the report \"Generative Transformers\" by Shaashvat Sekhar (Winter in Data Science 2024, week {week}; \
        https://github.com/shaashvats/Generative-AI-Transformer)"

/// Opens a chart in the browser; where there is none, prints a small picture. Plotly.NET's Chart.show needs a browser.
let show chart = ChartView.Show chart

open Plotly.NET

/// Charts of tensors, beside those of Plotly.NET.
type Chart =
    /// A matrix as colours, row 0 on top, or below where rows count upwards. Signed values are blue and red around 0;
    /// Format, as ".2f", writes each value into its place.
    static member Matrix
        (values: Tensor, ?X: seq<#IConvertible>, ?Y: seq<#IConvertible>, ?Format: string, ?Range: float * float,
         ?IsSigned: bool, ?IsUpward: bool) =
        let isSigned = defaultArg IsSigned false
        let light = [ 0.0, Color.fromHex "#f4f8fc"; 1.0, Color.fromHex "#7db8e8" ] // which a number can be read on
        let scale =
            if isSigned then StyleParam.Colorscale.RdBu
            elif Format.IsSome then StyleParam.Colorscale.Custom light
            else StyleParam.Colorscale.Viridis
        let rows = values.ToArray() |> Array.chunkBySize values.Shape[-1]
        let style (trace: Trace) =
            trace.SetProperty("hoverongaps", false)
            match Range with
            | Some(least, most) ->
                trace.SetProperty("zmin", least)
                trace.SetProperty("zmax", most)
            | None -> ()
            if isSigned && Range.IsNone then trace.SetProperty("zmid", 0.0)
            Format |> Option.iter (fun format ->
                trace.SetProperty("texttemplate", "%{z:" + format + "}")
                trace.SetProperty("textfont", Font.init (Size = 14.0, Color = Color.fromHex "#101820")))
            trace
        Chart.Heatmap(rows, ?X = X, ?Y = Y, ColorScale = scale, ReverseYAxis = not (defaultArg IsUpward false))
        |> GenericChart.mapTrace style

    /// A curve of estimates within their intervals: low edge, high edge, line. Both edges have the colour of the line.
    static member Band(name: string, points: (float * Interval) list) =
        let along (part: Interval -> float) = [ for place, value in points -> place, part value ]
        let edge part (fill: string) =
            Chart.Line(along part, ShowLegend = false, LineWidth = 0.0)
            |> GenericChart.mapTrace (fun trace ->
                trace.SetProperty("fill", fill)
                trace.SetProperty("legendgroup", name)
                trace.SetProperty("hoverinfo", "skip")
                trace)
        [ edge _.Low "none"; edge _.High "tonexty"; Chart.Line(along _.Estimate, Name = name) ]

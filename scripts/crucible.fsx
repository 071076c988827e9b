// The one file that every script loads. It has two faces, because F# Interactive evaluates a loaded file before it
// type-checks the file that loads it: without CRUCIBLE it sees that the core is built, compiles the script if it is
// new, and runs it in the place of F# Interactive; with CRUCIBLE, or in an editor, it holds the references, the
// printers and the F# idioms.
[<AutoOpen>]
module CrucibleScript

#if CRUCIBLE || EDITING

#r "../core/Crucible.Lab/bin/Release/net10.0/Crucible.dll"
#r "../core/Crucible.Lab/bin/Release/net10.0/Crucible.Lab.dll"
#r "../core/Crucible.Lab/bin/Release/net10.0/Deedle.dll"
#r "../core/Crucible.Lab/bin/Release/net10.0/MathNet.Numerics.dll"
#r "../core/Crucible.Lab/bin/Release/net10.0/DynamicObj.dll"
#r "../core/Crucible.Lab/bin/Release/net10.0/Giraffe.ViewEngine.dll"
#r "../core/Crucible.Lab/bin/Release/net10.0/Newtonsoft.Json.dll"
#r "../core/Crucible.Lab/bin/Release/net10.0/Plotly.NET.dll"

open System
open Crucible.Lab.Reports
open Crucible.Tensors

#if INTERACTIVE
// Printers: how F# Interactive shows a value that ends a line, its rows below each other, as far in as the first.
fsi.AddPrinter(fun (tensor: Tensor) -> tensor.ToString().Replace("\n", "\n  "))
fsi.AddPrinter(fun (chart: Plotly.NET.GenericChart) -> (ChartView.Draw chart).Replace("\n", "\n  "))
fsi.AddPrinter(fun (frameOrSeries: Deedle.Internal.IFsiFormattable) ->
    frameOrSeries.Format().TrimEnd().Replace("\n", "\n  "))
#else
Crucible.Lab.Scripting.UncaughtErrors.ShowInALine()
#endif
Crucible.Lab.Scripting.Parents.EndWithThem()

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
        let scale = if isSigned then StyleParam.Colorscale.RdBu else StyleParam.Colorscale.Viridis
        let rows = values.ToArray() |> Array.chunkBySize values.Shape[-1]
        let style (trace: Trace) =
            trace.SetProperty("hoverongaps", false)
            match Range with
            | Some(least, most) ->
                trace.SetProperty("zmin", least)
                trace.SetProperty("zmax", most)
            | None -> ()
            if isSigned && Range.IsNone then trace.SetProperty("zmid", 0.0)
            Format |> Option.iter (fun format -> trace.SetProperty("texttemplate", "%{z:" + format + "}"))
            trace
        Chart.Heatmap(rows, ?X = X, ?Y = Y, ColorScale = scale, ReverseYAxis = not (defaultArg IsUpward false))
        |> GenericChart.mapTrace style

#else

open System.Diagnostics
open System.IO
open System.Reflection

let private root = Path.GetDirectoryName __SOURCE_DIRECTORY__
let private launcher = Path.Combine(root, "core/Crucible.Launch/bin/Release/net10.0/Crucible.Launch.dll")

if not (File.Exists launcher) then
    use build = Process.Start("dotnet", [| "fsi"; Path.Combine(root, "build.fsx"); "build" |])
    build.WaitForExit()
    if build.ExitCode <> 0 then exit build.ExitCode

// From its bytes and not from its file, which a new build replaces.
Assembly.Load(File.ReadAllBytes launcher).EntryPoint.Invoke(null, [| [| "start"; root |] |]) |> ignore

#endif

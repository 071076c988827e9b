// The one file that every script loads. It has two faces, because F# Interactive evaluates a loaded file before it
// type-checks the file that loads it: without CRUCIBLE it sees that the core is built, compiles the script if it is
// new, and runs it in the place of F# Interactive; with CRUCIBLE, or in an editor, it holds what a script works with.
[<AutoOpen>]
module CrucibleScript

#if CRUCIBLE || EDITING

#load "library.fsx"

#if INTERACTIVE
open Crucible.Lab.Reports
open Crucible.Tensors

// Printers: how F# Interactive shows a value that ends a line, its rows below each other, as far in as the first.
fsi.AddPrinter(fun (tensor: Tensor) -> tensor.ToString().Replace("\n", "\n  "))
fsi.AddPrinter(fun (chart: Plotly.NET.GenericChart) -> (ChartView.Draw chart).Replace("\n", "\n  "))
fsi.AddPrinter(fun (grid: PictureGrid) -> grid.Draw().Replace("\n", "\n  "))
fsi.AddPrinter(fun (frameOrSeries: Deedle.Internal.IFsiFormattable) ->
    frameOrSeries.Format().TrimEnd().Replace("\n", "\n  "))
#else
Crucible.Lab.Scripting.UncaughtErrors.ShowInALine()
#endif
Crucible.Lab.Scripting.Parents.EndWithThem()

#else

#load "../core/Crucible.Launch/launch.fsx"

Launch.call "start" [] |> ignore

#endif

// The one file that every script loads. It has two faces, because F# Interactive evaluates a loaded file before it type-checks the file that loads it:
// without CRUCIBLE it sees that the core is built, compiles the script if it is new, and runs it in the place of F# Interactive;
// with CRUCIBLE, or in an editor, it holds the references, the printers and the F# idioms.
[<AutoOpen>]
module CrucibleScript

#if CRUCIBLE || EDITING

#r "../core/Crucible.Lab/bin/Release/net10.0/Crucible.dll"
#r "../core/Crucible.Lab/bin/Release/net10.0/Crucible.Lab.dll"
#r "../core/Crucible.Lab/bin/Release/net10.0/Argu.dll"
#r "../core/Crucible.Lab/bin/Release/net10.0/Deedle.dll"
#r "../core/Crucible.Lab/bin/Release/net10.0/MathNet.Numerics.dll"

open Crucible.Lab.Reports
open Crucible.Tensors

#if INTERACTIVE
// Printers: how F# Interactive shows a value that ends a line.
fsi.AddPrinter(fun (tensor: Tensor) -> tensor.ToString().Replace("\n", "\n  ")) // its rows below each other, as far in as the first
fsi.AddPrinter(fun (chart: Chart) -> chart.ToString())
fsi.AddPrinter(fun (table: Deedle.Internal.IFsiFormattable) -> table.Format().TrimEnd().Replace("\n", "\n  ")) // frames and series
#else
Crucible.Lab.Scripting.UncaughtErrors.ShowInALine()
#endif

#else

open System.Diagnostics
open System.IO
open System.Reflection

let private root = Path.GetDirectoryName __SOURCE_DIRECTORY__
let private library = Path.Combine(root, "core/Crucible.Lab/bin/Release/net10.0/Crucible.Lab.dll")

let private build () =
    use build = Process.Start("dotnet", [| "fsi"; Path.Combine(root, "build.fsx"); "build" |])
    build.WaitForExit()
    if build.ExitCode <> 0 then exit build.ExitCode

// From its bytes and not from its file, which a new build replaces.
let private load () = Assembly.Load(File.ReadAllBytes library).GetType "Crucible.Lab.Scripting.Launcher"

let private launcher =
    match (if File.Exists library then load () else null) with
    | null -> build (); load () // never built, or built from sources that had no launcher
    | launcher -> launcher

launcher.GetMethod("Start", BindingFlags.NonPublic ||| BindingFlags.Static).Invoke(null, [| root |]) |> ignore

#endif

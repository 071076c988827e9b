// The one file that every script loads. It has two faces, because F# Interactive evaluates a loaded file before it type-checks its loader:
// without CRUCIBLE it builds the core when its sources changed and starts F# Interactive anew with CRUCIBLE defined;
// with it (and in an editor) it holds the references, the printers and the F# idioms.
[<AutoOpen>]
module CrucibleScript

#if CRUCIBLE || EDITING

#r "../core/Crucible.Lab/bin/Release/net10.0/Crucible.dll"
#r "../core/Crucible.Lab/bin/Release/net10.0/Crucible.Lab.dll"
#r "../core/Crucible.Lab/bin/Release/net10.0/Argu.dll"
#r "../core/Crucible.Lab/bin/Release/net10.0/MathNet.Numerics.dll"

System.Globalization.CultureInfo.DefaultThreadCurrentCulture <- System.Globalization.CultureInfo.InvariantCulture
System.Globalization.CultureInfo.CurrentCulture <- System.Globalization.CultureInfo.InvariantCulture

#else

open System
open System.Collections
open System.Diagnostics
open System.IO
open System.Runtime.InteropServices
open System.Threading

let private root = Path.GetDirectoryName __SOURCE_DIRECTORY__
let private lab = Path.Combine(root, "core", "Crucible.Lab")
let private binaries = Path.Combine(lab, "bin", "Release", "net10.0")
let private stamp = Path.Combine(binaries, "sources.stamp")

/// Settings of the runtime for a short numeric run: no profiling for re-compilation, one heap, collection on the calling thread.
let private settings = [| "DOTNET_TieredPGO", "0"; "DOTNET_gcServer", "0"; "DOTNET_gcConcurrent", "0" |]

/// Path, length and time of every file the core is made of: an edit, a checkout, a removal or a renaming changes the text.
let private sources () =
    let isSource (path: string) =
        not (path.Contains(string Path.DirectorySeparatorChar + "bin" + string Path.DirectorySeparatorChar)
             || path.Contains(string Path.DirectorySeparatorChar + "obj" + string Path.DirectorySeparatorChar))
    let core = Array.FindAll(Directory.GetFiles(Path.Combine(root, "core"), "*", SearchOption.AllDirectories), isSource)
    let shared = Array.FindAll([| "Directory.Build.props"; "Directory.Packages.props"; "global.json" |], fun name -> File.Exists(Path.Combine(root, name)))
    let lines =
        Array.ConvertAll(Array.append core shared, fun path ->
            let file = FileInfo(Path.Combine(root, path))
            String.Join("|", file.FullName, string file.Length, string file.LastWriteTimeUtc.Ticks))
    Array.Sort(lines, StringComparer.Ordinal)
    String.Join("\n", lines)

let private isFresh () =
    File.Exists stamp && File.Exists(Path.Combine(binaries, "Crucible.Lab.dll")) && File.ReadAllText stamp = sources ()

let private build () =
    Console.Error.WriteLine "Building Crucible, as it is new or changed ..."
    let watch = Stopwatch.StartNew()
    let before = sources ()
    let start = ProcessStartInfo(Environment.ProcessPath, [| "build"; lab; "-c"; "Release"; "-v"; "quiet"; "--nologo"; "-tl:off"; "-clp:NoSummary" |])
    start.RedirectStandardOutput <- true
    use build = Process.Start start
    let output = build.StandardOutput.ReadToEnd()
    build.WaitForExit()
    if build.ExitCode <> 0 then
        Console.Error.WriteLine(output.Trim())
        Console.Error.WriteLine("The core does not build (see above), so the script was not started.")
        exit 1
    File.WriteAllText(stamp, before)
    Console.Error.WriteLine("Built in " + watch.Elapsed.TotalSeconds.ToString("F1", Globalization.CultureInfo.InvariantCulture) + " s.")

/// Two scripts started at once on a fresh clone build once: the second waits for the first.
let rec private lockBuild (path: string) isWaiting =
    try
        new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None)
    with :? IOException ->
        if not isWaiting then Console.Error.WriteLine "Waiting for another script's build ..."
        Thread.Sleep 100
        lockBuild path true

if not (isFresh ()) then
    Directory.CreateDirectory(Path.Combine(lab, "obj")) |> ignore
    use _ = lockBuild (Path.Combine(lab, "obj", "build.lock")) false
    if not (isFresh ()) then build ()

[<DllImport("libc", SetLastError = true)>]
extern int private execve(string path, string[] arguments, string[] environment)

let private isSession = not (fsi.CommandLineArgs[0].EndsWith ".fsx")

/// This very command line, with CRUCIBLE defined; a session also loads this file.
let private arguments =
    let own = Environment.GetCommandLineArgs()
    Array.concat [ own[..0]; [| "--define:CRUCIBLE" |]; (if isSession then [| "--load:" + __SOURCE_DIRECTORY__ + "/" + __SOURCE_FILE__ |] else [||]); own[1..] ]

for name, value in settings do
    if isNull (Environment.GetEnvironmentVariable name) then Environment.SetEnvironmentVariable(name, value)

// The new F# Interactive takes this one's place, process id, terminal and signals included.
if not (OperatingSystem.IsWindows()) && not (isSession && Console.IsInputRedirected) then
    let variables = [| for pair in Seq.cast<DictionaryEntry> (Environment.GetEnvironmentVariables()) -> string pair.Key + "=" + string pair.Value |]
    let program = Environment.ProcessPath
    execve (program, Array.concat [ [| program |]; arguments; [| null |] ], Array.append variables [| null |]) |> ignore

// Where a process cannot be replaced, this one waits, passes on the input of a session, and leaves with the same exit code.
Console.CancelKeyPress.Add(fun signal -> signal.Cancel <- true)
let private start = ProcessStartInfo(Environment.ProcessPath, arguments)
start.RedirectStandardInput <- isSession && Console.IsInputRedirected
let private child = Process.Start start
if start.RedirectStandardInput then
    let mutable line = Console.In.ReadLine()
    while not (isNull line) do
        child.StandardInput.WriteLine line
        child.StandardInput.Flush()
        line <- Console.In.ReadLine()
    child.StandardInput.Close()
child.WaitForExit()
exit child.ExitCode

#endif

// Builds, tests and runs everything here: dotnet fsi build.fsx <command>. It needs nothing but the SDK.
open System
open System.Diagnostics
open System.IO
open System.Reflection
open System.Text.RegularExpressions
open System.Threading

let usage = """Usage: dotnet fsi build.fsx <command> [arguments]

  build     builds the core in Release, as the scripts load it
  test      runs every test; arguments go to dotnet test, as --filter Softmax
  scripts   runs every script with --quick, and says which passed
  reports   runs every script in full, for its report
  bench     runs the benchmarks; arguments go to them
  rooms     draws the picture of the house in docs/design.md anew
  clean     removes what was built, and every report"""

let root = __SOURCE_DIRECTORY__
let lab = Path.Combine(root, "core", "Crucible.Lab")
let binaries = Path.Combine(lab, "bin", "Release", "net10.0")

let seconds (watch: Stopwatch) = watch.Elapsed.TotalSeconds.ToString("F1", Globalization.CultureInfo.InvariantCulture)

/// Runs dotnet in the workspace and gives its exit code.
let dotnet (arguments: string list) =
    use child = Process.Start(ProcessStartInfo("dotnet", arguments, WorkingDirectory = root))
    child.WaitForExit()
    child.ExitCode

/// Runs dotnet in the workspace and gives its exit code and all that it printed.
let dotnetQuietly (arguments: string list) =
    let start = ProcessStartInfo("dotnet", arguments, WorkingDirectory = root, RedirectStandardOutput = true, RedirectStandardError = true)
    use child = Process.Start start
    let errors = child.StandardError.ReadToEndAsync()
    let output = child.StandardOutput.ReadToEnd()
    child.WaitForExit()
    child.ExitCode, output + errors.Result

/// The turn to build: scripts started together on a fresh clone wait for each other. The system frees it when a holder dies.
let takeTurn () =
    let file = Path.Combine(Directory.CreateDirectory(Path.Combine(lab, "obj")).FullName, "build.lock")
    let tryTake () = try new FileStream(file, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None) with :? IOException -> null
    let mutable turn = tryTake ()
    if isNull turn then eprintfn "Waiting for another build of the core ..."
    while isNull turn do
        Thread.Sleep 100
        turn <- tryTake ()
    turn

/// Asks the built library whether it is that of the sources (IsFresh), or tells it so (Stamp). One built from other sources may not understand.
let coreBuild (question: string) (arguments: obj array) =
    let library = Path.Combine(binaries, "Crucible.Lab.dll")
    let load () = Assembly.Load(File.ReadAllBytes library).GetType "Crucible.Lab.Scripting.CoreBuild" |> Option.ofObj
    let ask (build: Type) = build.GetMethod(question, BindingFlags.NonPublic ||| BindingFlags.Static) |> Option.ofObj
    if File.Exists library then load () |> Option.bind ask |> Option.map _.Invoke(null, arguments) else None

let isFresh () = coreBuild "IsFresh" [| root |] = Some true

/// Takes the old library away, so that a script which still runs with it keeps its file, and is not given half of the new one.
let unlinkLibrary () =
    if not (OperatingSystem.IsWindows()) && Directory.Exists binaries then
        for file in Directory.GetFiles(binaries, "Crucible*.dll") do File.Delete file

let buildCore () =
    eprintfn "Building the core ..."
    let watch = Stopwatch.StartNew()
    let begun = DateTime.UtcNow
    unlinkLibrary ()
    let exitCode, output = dotnetQuietly [ "build"; lab; "-c"; "Release"; "--nologo"; "-v"; "quiet"; "-tl:off" ]
    if exitCode = 0 then
        coreBuild "Stamp" [| root; begun |] |> ignore
        eprintfn "Built in %s s." (seconds watch)
    else
        // MSBuild says each error twice, and behind each the project.
        let lines = output.Split '\n' |> Array.map (fun line -> Regex.Replace(line.Trim(), @" \[[^\]]*proj\]$", ""))
        let errors = lines |> Array.filter (fun line -> line.Contains ": error ") |> Array.distinct
        for line in (if errors.Length > 0 then errors else lines) do eprintfn "%s" line
        eprintfn "The core does not build: %d errors." errors.Length
    exitCode

let build () =
    use turn = takeTurn ()
    // Who waited finds it built, and must not take it away from a script that has just started.
    if isFresh () then 0 else buildCore ()

/// Runs every script with the same arguments, one after another, and ends with the line that counts them.
let runScripts arguments =
    let scripts = Directory.GetFiles(Path.Combine(root, "scripts"), "*.fsx") |> Array.filter (fun file -> Path.GetFileName file <> "crucible.fsx") |> Array.sort
    let passed =
        scripts |> Array.map (fun script ->
            let watch = Stopwatch.StartNew()
            let exitCode, output = dotnetQuietly ([ "fsi"; script ] @ arguments)
            if exitCode <> 0 then printfn "%s" (output.TrimEnd())
            printfn "%s %-28s %6s s" (if exitCode = 0 then "pass" else "FAIL") (Path.GetFileName script) (seconds watch)
            exitCode = 0)
    let failures = passed |> Array.filter not |> Array.length
    printfn "%d passed, %d failed" (passed.Length - failures) failures
    if failures = 0 then 0 else 1

let clean () =
    let outputs =
        [ for part in [ "core"; "tests" ] do
            for project in Directory.GetDirectories(Path.Combine(root, part)) do
                for name in [ "bin"; "obj"; "TestResults" ] do Path.Combine(project, name) ]
    let reports = Path.Combine(root, "reports")
    for folder in outputs @ List.ofArray (Directory.GetDirectories reports) do
        if Directory.Exists folder then Directory.Delete(folder, true)
    for file in Directory.GetFiles reports do
        if Path.GetFileName file <> "README.md" then File.Delete file
    0

let run command arguments =
    match command, arguments with
    | "build", [] -> build ()
    | "test", arguments -> dotnet ("test" :: arguments)
    | "scripts", arguments -> runScripts ("--quick" :: arguments)
    | "reports", arguments -> runScripts arguments
    | "bench", arguments -> dotnet ([ "run"; "-c"; "Release"; "--project"; Path.Combine("tests", "Crucible.Benchmarks"); "--" ] @ arguments)
    | "rooms", [] -> dotnet [ "run"; "--project"; Path.Combine("tests", "Crucible.Lab.Tests"); "--"; "rooms" ]
    | "clean", [] -> clean ()
    | "help", [] ->
        printfn "%s" usage
        0
    | _ ->
        eprintfn "build.fsx knows no '%s'.\n\n%s" (String.Join(' ', command :: arguments)) usage
        2

match List.ofArray fsi.CommandLineArgs[1..] with
| [] -> run "help" []
| command :: arguments -> run command arguments
|> exit

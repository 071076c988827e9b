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
  test fast runs all but the slow ones (processes, servers, browsers, kills)
  scripts   runs every script with --quick, and says which passed
  reports   runs every script in full, for its report
  runs      lists, tags, deletes and exports runs of the gallery; 'runs' alone says how
  bench     runs the benchmarks; arguments go to them
  fuzz      searches for faults with random programs: --minutes 60 --seed 1
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
    let start = ProcessStartInfo("dotnet", arguments, WorkingDirectory = root)
    start.RedirectStandardOutput <- true
    start.RedirectStandardError <- true
    use child = Process.Start start
    let errors = child.StandardError.ReadToEndAsync()
    let output = child.StandardOutput.ReadToEnd()
    child.WaitForExit()
    child.ExitCode, output + errors.Result

/// The turn to build: scripts started together on a fresh clone wait for each other.
/// The system frees it when a holder dies.
let takeTurn () =
    let file = Path.Combine(Directory.CreateDirectory(Path.Combine(lab, "obj")).FullName, "build.lock")
    let probe = $"{file}.{Environment.ProcessId}"
    File.WriteAllText(probe, "") // fails where nothing can be written, which waiting would not mend
    File.Delete probe
    let tryTake () =
        try new FileStream(file, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None)
        with :? IOException -> null
    let mutable turn = tryTake ()
    if isNull turn then eprintfn "Waiting for another build of the core ..."
    while isNull turn do
        Thread.Sleep 100
        turn <- tryTake ()
    turn

/// Asks the launcher, once it is built, or tells it something: whether it says yes.
let launcher (arguments: string list) =
    let file = Path.Combine(root, "core", "Crucible.Launch", "bin", "Release", "net10.0", "Crucible.Launch.dll")
    // From its bytes and not from its file, which a new build replaces.
    let run () = Assembly.Load(File.ReadAllBytes file).EntryPoint.Invoke(null, [| Array.ofList arguments |])
    File.Exists file && unbox<int> (run ()) = 0

let isFresh () = launcher [ "is-fresh"; root ]

/// Takes the old library away, so that a script which still runs with it keeps its file,
/// and is not given half of the new one.
let unlinkLibrary () =
    if not (OperatingSystem.IsWindows()) && Directory.Exists binaries then
        for file in Directory.GetFiles(binaries, "Crucible*.dll") do File.Delete file

let buildCore () =
    eprintfn "Building the core ..."
    let watch = Stopwatch.StartNew()
    let begun = DateTime.UtcNow
    unlinkLibrary ()
    // Without analyzers even in CI, whose other builds run them: somebody waits for this one.
    let switches = [ "-c"; "Release"; "-p:RunAnalyzers=false"; "--nologo"; "-v"; "quiet"; "-tl:off" ]
    let exitCode, output = dotnetQuietly ([ "build"; lab ] @ switches)
    if exitCode = 0 then
        launcher [ "stamp"; root; string begun.Ticks ] |> ignore
        eprintfn "Built in %s s." (seconds watch)
    else
        // MSBuild says each error twice, and behind each the project.
        let lines = output.Split '\n' |> Array.map (fun line -> Regex.Replace(line.Trim(), @" \[[^\]]*proj\]$", ""))
        let errors = lines |> Array.filter (fun line -> line.Contains ": error ") |> Array.distinct
        for line in (if errors.Length > 0 then errors else lines) do eprintfn "%s" line
        eprintfn "The core does not build: %d errors." errors.Length
    exitCode

let build () =
    try
        use turn = takeTurn ()
        // Who waited finds it built, and must not take it away from a script that has just started.
        if isFresh () then 0 else buildCore ()
    with :? IOException | :? UnauthorizedAccessException as error ->
        eprintfn "The core must be built from its sources, but nothing can be written here: %s Build where \
            it can be, or copy a built tree with its times (cp -a)." error.Message
        1

/// The scripts, in folders too: what loads crucible.fsx, but for files that only say where a script went.
let scripts () =
    let isScript (file: string) =
        let lines = File.ReadAllLines file
        let loads = lines |> Array.exists (fun (line: string) -> Regex.IsMatch(line, @"^#load .*\bcrucible\.fsx"""))
        loads && not (lines[0].StartsWith "// Moved to ")
    Directory.GetFiles(Path.Combine(root, "scripts"), "*.fsx", SearchOption.AllDirectories)
    |> Array.filter isScript
    |> Array.sort

/// Runs every script with the same arguments, one after another, and ends with the line that counts them.
let runScripts arguments =
    let run script =
        let watch = Stopwatch.StartNew()
        let exitCode, output = dotnetQuietly ([ "fsi"; script ] @ arguments)
        if exitCode <> 0 then printfn "%s" (output.TrimEnd())
        let name = Path.GetRelativePath(Path.Combine(root, "scripts"), script)
        printfn "%s %-28s %6s s" (if exitCode = 0 then "pass" else "FAIL") name (seconds watch)
        exitCode = 0
    let passed, failed = scripts () |> Array.partition run
    printfn "%d passed, %d failed" passed.Length failed.Length
    if failed.Length = 0 then 0 else 1

/// What the gallery's page cannot do from disk, by the library that writes it.
let runs (arguments: string list) =
    match build () with
    | 0 ->
        let library = Assembly.LoadFrom(Path.Combine(binaries, "Crucible.Lab.dll"))
        let command = library.GetType("Crucible.Lab.Reports.RunsCommand").GetMethod "Run"
        unbox<int> (command.Invoke(null, [| Array.ofList arguments |]))
    | exitCode -> exitCode

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

/// Draws the picture of the rooms into docs/design.md anew, from the compiled code.
let rooms () =
    let tests = "tests/Crucible.Lab.Tests"
    let exitCode = dotnet [ "build"; tests; "-v"; "quiet"; "--nologo" ]
    if exitCode <> 0 then exitCode
    else dotnet [ "exec"; $"{tests}/bin/Debug/net10.0/Crucible.Lab.Tests.dll"; "rooms" ]

let run command arguments =
    match command, arguments with
    | "build", [] -> build ()
    | "test", "fast" :: arguments -> dotnet ([ "test"; "--filter-not-trait"; "Speed=Slow" ] @ arguments)
    | "test", arguments -> dotnet ("test" :: arguments)
    | "scripts", arguments -> runScripts ("--quick" :: arguments)
    | "reports", arguments -> runScripts arguments
    | "runs", arguments -> runs arguments
    | "bench", arguments ->
        dotnet ([ "run"; "-c"; "Release"; "--project"; "tests/Crucible.Benchmarks"; "--" ] @ arguments)
    | "fuzz", arguments ->
        dotnet ([ "run"; "-c"; "Release"; "--project"; "tests/Crucible.Fuzz"; "--"; "search" ] @ arguments)
    | "rooms", [] -> rooms ()
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

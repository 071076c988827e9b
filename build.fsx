// Builds, tests and runs everything here: dotnet fsi build.fsx <command>. It needs nothing but the SDK.
#load "core/Crucible.Launch/launch.fsx"
open System
open System.Diagnostics
open System.IO
open System.Reflection
open System.Text.Json
open System.Text.RegularExpressions

let usage = """Usage: dotnet fsi build.fsx <command> [arguments]

  build     builds the core in Release, as the scripts load it
  test      runs every test; arguments go to dotnet test, as --filter Softmax
  test fast runs all but the slow ones (processes, servers, browsers, kills)
  scripts   runs every script with --quick, and says which passed
  scripts full runs every script in full, for its report
  reports   writes the gallery of all runs anew and opens it
  query     answers SQL over all runs; 'query --help' names the columns
  compare   writes a page that compares runs from report files or folders; 'compare --help' says how
  repeat    runs the script of a report again, and says which results are the same to the bit
  page      runs a script and writes a page of its prose, code and results; 'page --help' says how
  import    writes an F# notebook as a script: import FILE.ipynb
  sweep     searches the options of any script: sweep FILE --param NAME=LOW..HIGH --metric NAME
  new       makes a folder for experiments, with one that runs: new ../my-experiments
  runs      lists, tags, deletes and exports runs of the gallery; 'runs' alone says how
  studies   lists, copies, deletes and serves studies; 'studies' alone says how
  bench     measures speed beside LibTorch's; arguments go to it, as --quick, --write (README's table), --help
  bench check compares the numbers of both alone, before any time is taken
  bench cost writes docs/cost.md: how a training step grows with its sizes, in time and memory
  bench suite puts what samplers find on 32 functions beside what Optuna's found; it goes on where it was: --seeds 0-9
  fuzz      searches for faults with random programs and damaged files: --minutes 60 --seed 1 --only files
  pack      makes the packages of core/ in packages/, of the version that git's last tag v1.2.3 says
  docs      makes the documentation's pages and the reference of the packages in .artifacts/site
  pictures  takes the pictures of docs/tutorials anew, from real reports in Chromium
  rooms     draws the picture of the house in docs/design.md anew
  claims    writes docs/claims.md, what README's numbers rest on, from reports/; 'claims housing gates' runs these first
  claims aot measures a program compiled ahead of time, for that page
  api       lists what users of the packages can call anew, in PublicApi.txt beside each project
  clean     removes what was built, and every report
  help      shows this"""

let root = __SOURCE_DIRECTORY__

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

/// Brings the tools of .config/dotnet-tools.json and runs one. The SDK lists in the user's home where each tool is; an
/// entry whose folder is gone is mended neither by `tool restore` nor by `tool run` (dotnet/sdk, issue 11820): it is
/// forgotten first.
let tool (package: string) (arguments: string list) =
    let home =
        match Environment.GetEnvironmentVariable "DOTNET_CLI_HOME" with
        | null | "" -> Environment.GetFolderPath Environment.SpecialFolder.UserProfile
        | home -> home
    let entry = Path.Combine(home, ".dotnet", "toolResolverCache", "1", package)
    let isGone (row: JsonElement) = not (File.Exists(row.GetProperty("PathToExecutable").GetString()))
    if File.Exists entry then
        use rows = JsonDocument.Parse(File.ReadAllText entry)
        if rows.RootElement.EnumerateArray() |> Seq.exists isGone then File.Delete entry
    match dotnetQuietly [ "tool"; "restore" ] with
    | 0, _ -> dotnetQuietly ([ "tool"; "run" ] @ arguments)
    | failed -> failed

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

/// A command of the library, which the tool crucible has too.
let ofLibrary (arguments: string list) =
    match Launch.call "build" [] with
    | 0 ->
        let lab = Path.Combine(root, "core", "Crucible.Lab", "bin", "Release", "net10.0", "Crucible.Lab.dll")
        let library = Assembly.LoadFrom lab
        let run = library.GetType("Crucible.Lab.Commands.CommandLine").GetMethod "Run"
        unbox<int> (run.Invoke(null, [| Array.ofList arguments; Array.empty<string> |]))
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

/// Builds the program of the tests and gives it a command: it makes what the documentation shows.
let draw arguments =
    let tests = "tests/Crucible.Lab.Tests"
    let exitCode = dotnet [ "build"; tests; "-v"; "quiet"; "--nologo" ]
    if exitCode <> 0 then exitCode
    else dotnet ([ "exec"; $"{tests}/bin/Debug/net10.0/Crucible.Lab.Tests.dll" ] @ arguments)

/// Makes the packages, of the version that git's tags say: v1.2.3 is 1.2.3, and what comes after it a prerelease.
let pack () =
    let feed = Path.Combine(root, "packages")
    let tags = [ "--tag-prefix"; "v"; "--minimum-major-minor"; "0.1"; "--verbosity"; "error" ]
    let exitCode, version = tool "minver-cli" ("minver" :: tags)
    if exitCode <> 0 then
        eprintfn "%s" (version.Trim())
        exitCode
    else
        // Built elsewhere, so that what scripts use stays as it is.
        let elsewhere = [ "-p:UseArtifactsOutput=true"; $"""-p:ArtifactsPath={Path.Combine(root, ".artifacts")}""" ]
        let settings = [ "-o"; feed; "-v"; "quiet"; "--nologo"; $"-p:Version={version.Trim()}" ] @ elsewhere
        let isPacked project =
            dotnet ([ "pack"; $"core/{project}"; "-p:ContinuousIntegrationBuild=true" ] @ settings) = 0
        let projects = [ "Crucible"; "Crucible.Onnx"; "Crucible.Lab"; "Crucible.Tool"; "Crucible.Template" ]
        if List.forall isPacked projects then
            for file in Directory.GetFiles(feed, $"*.{version.Trim()}.nupkg") |> Array.sort do
                printfn "%s" (Path.GetRelativePath(root, file))
            0
        else 1

/// The documentation as pages in .artifacts/site: what is written in Markdown here, and what users can call.
let docs () =
    let staged = Path.Combine(root, ".artifacts", "docs")
    if Directory.Exists staged then Directory.Delete(staged, true)
    let copy (file: string) place =
        let target = Path.Combine(staged, place)
        Directory.CreateDirectory(Path.GetDirectoryName target) |> ignore
        File.Copy(file, target)
    let files folder pattern = Directory.GetFiles(Path.Combine(root, folder), pattern, SearchOption.AllDirectories)
    let site = Path.Combine(root, "docs", "site")
    for file in files site "*" do copy file (Path.GetRelativePath(site, file))
    let named = [ "README.md"; "CHANGELOG.md"; "CONTRIBUTING.md"; "SECURITY.md"; "LICENSE"; "data/README.md" ]
    let found =
        [ for name in named -> Path.Combine(root, name)
          yield! files "docs" "*.md"
          yield! files "docs" "*.png"
          yield! files "docs" "*.svg"
          yield! files "scripts" "README.md" ]
    for file in found do copy file (Path.GetRelativePath(root, file))
    let settings = Path.Combine(staged, "docfx.json")
    match tool "docfx" [ "docfx"; settings; "--warningsAsErrors"; "--logLevel"; "warning" ] with
    | 0, _ ->
        let site = Path.Combine(root, ".artifacts", "site")
        File.Copy(Path.Combine(site, "README.html"), Path.Combine(site, "index.html"), true)
        printfn "%s" (Path.GetRelativePath(root, Path.Combine(site, "index.html")))
        0
    | _, text ->
        eprintfn "%s" (text.Trim())
        1

let run command arguments =
    match command, arguments with
    | "build", [] -> Launch.call "build" []
    | "test", "fast" :: arguments -> dotnet ([ "test"; "--filter-not-trait"; "Speed=Slow" ] @ arguments)
    | "test", arguments -> dotnet ("test" :: arguments)
    | "scripts", "full" :: arguments -> runScripts arguments
    | "scripts", arguments -> runScripts ("--quick" :: arguments)
    | ("reports" | "query" | "compare" | "repeat" | "page"), arguments
    | ("import" | "sweep" | "new" | "runs" | "studies"), arguments -> ofLibrary (command :: arguments)
    | "bench", arguments ->
        dotnet ([ "run"; "-c"; "Release"; "--project"; "tests/Crucible.Benchmarks"; "--" ] @ arguments)
    | "fuzz", arguments ->
        dotnet ([ "run"; "-c"; "Release"; "--project"; "tests/Crucible.Fuzz"; "--"; "search" ] @ arguments)
    | ("rooms" | "pictures" | "api"), [] -> draw [ command ]
    | "claims", arguments -> draw (command :: arguments)
    | "pack", [] -> pack ()
    | "docs", [] -> if Launch.call "build" [] = 0 then docs () else 1
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

/// The way to the launcher, which is built here before anything else: scripts/crucible.fsx and build.fsx begin with it.
module Launch

open System
open System.Diagnostics
open System.IO
open System.Reflection
open System.Threading

let private root = Path.GetFullPath(Path.Combine(__SOURCE_DIRECTORY__, "..", ".."))
let private launcher = Path.Combine(__SOURCE_DIRECTORY__, "bin", "Release", "net10.0", "Crucible.Launch.dll")

/// Whether the launcher is that of its sources; one of an older workspace knows other commands.
let private isCurrent () =
    let built = File.GetLastWriteTimeUtc launcher // long ago where there is none
    Directory.GetFiles(__SOURCE_DIRECTORY__, "*.cs")
    |> Array.forall (fun source -> File.GetLastWriteTimeUtc source <= built)

/// Scripts started together on a fresh clone wait for each other; the system frees the turn of one that dies.
let rec private takeTurn (file: string) =
    try File.Open(file, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None)
    with :? IOException ->
        Thread.Sleep 100
        takeTurn file

let private buildLauncher () =
    eprintfn "Building the core's launcher ..."
    let folder = Directory.CreateDirectory(Path.Combine(__SOURCE_DIRECTORY__, "obj")).FullName
    let file = Path.Combine(folder, "launch.lock")
    // Fails where nothing can be written, which waiting would not mend.
    File.Open(file, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.ReadWrite).Dispose()
    use turn = takeTurn file
    if not (isCurrent ()) then
        let switches = [ "-c"; "Release"; "-p:RunAnalyzers=false"; "--nologo"; "-v"; "quiet"; "-tl:off" ]
        let arguments = [ "build"; __SOURCE_DIRECTORY__ ] @ switches
        let start = ProcessStartInfo("dotnet", arguments, RedirectStandardOutput = true)
        use build = Process.Start start
        let output = build.StandardOutput.ReadToEnd()
        build.WaitForExit()
        if build.ExitCode <> 0 then
            eprintfn "%s" (output.Trim())
            exit build.ExitCode

/// Gives the launcher a command for this workspace, and its answer back; its Program.cs says which there are.
let call command (arguments: string list) =
    try
        if not (isCurrent ()) then buildLauncher ()
    with :? IOException | :? UnauthorizedAccessException as error ->
        eprintfn "Crucible is not built, and nothing can be written here; build a copy that can be: %s" error.Message
        exit 1
    // From its bytes and not from its file, which a new build replaces.
    let entry = Assembly.Load(File.ReadAllBytes launcher).EntryPoint
    entry.Invoke(null, [| Array.ofList (command :: root :: arguments) |]) :?> int

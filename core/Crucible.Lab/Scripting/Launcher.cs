using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Crucible.Lab.Scripting;

/// <summary>
/// The first face of <c>scripts/crucible.fsx</c>: builds the core if need be, then runs the script as a compiled program or, if it needs F# Interactive, in one with <c>CRUCIBLE</c> defined.
/// </summary>
/// <remarks>
/// A script that stands alone behind <c>dotnet fsi</c> is compiled, once; a session, and a script that is given options of F# Interactive or speaks with it, is interpreted.
/// The script calls it by reflection, because F# Interactive takes longer to compile what stands here than to run it. This library is then loaded from its bytes, apart from
/// its companions: nothing here may need another library than the runtime's own.
/// </remarks>
internal static partial class Launcher
{
    /// <summary>
    /// Settings of the runtime that help a short numeric run: no profiling for a second compilation, one heap. Measured on <c>housing.fsx --quick</c>, interpreted: a fifth less processor
    /// time, and 306 MB at the peak instead of 388. No help: ReadyToRun off doubles the start, tiered compilation or its quick loops off gain nothing, concurrent collection off costs 80 MB.
    /// </summary>
    private static readonly (string Name, string Value)[] Settings = [("DOTNET_TieredPGO", "0"), ("DOTNET_gcServer", "0")];

    /// <summary>Does what this process's command line asks for, and ends with its exit code.</summary>
    /// <param name="root">The workspace.</param>
    internal static void Start(string root)
    {
        if (!CoreBuild.IsFresh(root)) Build(root);
        string[] own = Environment.GetCommandLineArgs();
        bool isPlain = own.Length > 1 && own[1][0] != '-' && !ScriptCall.Parse(own[..2]).IsSession;
        if (isPlain && CompiledScript.Of(root, own[1], Path.GetDirectoryName(own[0])!) is { } script) RunCompiled(script, own[2..]);
        else Interpret(root, own);
    }

    private static void RunCompiled(CompiledScript script, string[] arguments)
    {
        if (script.Command(arguments) is not { } command) Environment.Exit(1);
        else if (OperatingSystem.IsWindows() || !Become(command)) Environment.Exit(Run(command, passesInput: false));
    }

    private static void Interpret(string root, string[] own)
    {
        bool isSession = ScriptCall.Parse(own).IsSession;
        string[] loader = isSession ? [$"--load:{Path.Combine(root, "scripts", "crucible.fsx")}"] : [];
        string[] arguments = [own[0], "--define:CRUCIBLE", .. loader, .. own[1..]];
        bool passesInput = isSession && Console.IsInputRedirected;
        if (OperatingSystem.IsWindows() || passesInput || !Become(arguments)) Environment.Exit(Run(arguments, passesInput));
    }

    private static void Build(string root)
    {
        using Process build = Process.Start(Environment.ProcessPath!, ["fsi", Path.Combine(root, "build.fsx"), "build"]);
        build.WaitForExit();
        if (build.ExitCode != 0) Environment.Exit(build.ExitCode);
    }

    /// <summary>Gives this process to the new program: number, terminal, signals and exit code are then the same. Returns only on failure.</summary>
    private static bool Become(string[] arguments)
    {
        foreach ((string name, string value) in Settings) SetEnvironment(name, value, overwrite: 0);
        string program = Environment.ProcessPath!;
        Execute(program, [program, .. arguments, null]);
        return false;
    }

    /// <summary>Where a process cannot be given away, or a session's input is partly read already: waits for a second one.</summary>
    private static int Run(string[] arguments, bool passesInput)
    {
        ProcessStartInfo start = new(Environment.ProcessPath!, arguments) { RedirectStandardInput = passesInput };
        foreach ((string name, string value) in Settings) start.Environment.TryAdd(name, value);
        Console.CancelKeyPress += (_, press) => press.Cancel = true; // the terminal tells the new process too
        using Process session = Process.Start(start)!;
        while (passesInput && Console.In.ReadLine() is { } line) session.StandardInput.WriteLine(line);
        if (passesInput) session.StandardInput.Close();
        session.WaitForExit();
        return session.ExitCode;
    }

    [LibraryImport("libc", EntryPoint = "setenv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int SetEnvironment(string name, string value, int overwrite);

    [LibraryImport("libc", EntryPoint = "execv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Execute(string path, string?[] arguments);
}

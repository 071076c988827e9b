using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Runtime.Loader;
using static System.FormattableString;

namespace Crucible.Launch;

/// <summary>
/// The first face of <c>scripts/crucible.fsx</c>: builds the core if need be, then runs the script as a compiled
/// program or, if it needs F# Interactive,
/// in one with <c>CRUCIBLE</c> defined.
/// </summary>
/// <remarks>
/// A script that stands alone behind <c>dotnet fsi</c> is compiled, once; a session, a script that is given options of
/// F# Interactive or speaks with it, and one in a
/// workspace that cannot be written, is interpreted. It is C# because F# Interactive takes longer to compile what
/// stands here than to run it.
/// </remarks>
internal static partial class Launcher
{
    // The first whose F# Interactive has the FSharp.Core that the libraries need
    private static readonly Version LeastSdk = new(10, 0, 200);

    /// <summary>
    /// Settings of the runtime that help a short numeric run: no profiling for a second compilation, one heap. Measured
    /// on <c>housing.fsx --quick</c>, interpreted:
    /// a fifth less processor time, and 306 MB at the peak instead of 388. No help: ReadyToRun off doubles the start,
    /// tiered compilation or its quick loops off gain
    /// nothing, concurrent collection off costs 80 MB.
    /// </summary>
    private static readonly (string Name, string Value)[] Settings = [("DOTNET_TieredPGO", "0"), ("DOTNET_gcServer", "0")];

    /// <summary>Does what this process's command line asks for, and ends with its exit code.</summary>
    /// <param name="root">The workspace.</param>
    internal static int Start(string root)
    {
        string[] own = Environment.GetCommandLineArgs();
        if (!IsInteractive(own[0])) return Guide(root);
        NameParents(OperatingSystem.IsWindows() ? null : GetParent());
        using (Process self = Process.GetCurrentProcess())
            StartTimes.Tell("starting F# Interactive", self.StartTime.ToUniversalTime());
        DateTime begun = DateTime.UtcNow;
        int exitCode = SdkTooOld(own[0]) is { } line ? Fail(line) : CoreBuilder.Refresh(root);
        StartTimes.Tell("seeing that the core is built", begun);
        if (exitCode == 0) exitCode = Run(root, own);
        Environment.Exit(exitCode);
        return exitCode;
    }

    /// <summary>
    /// The door of the command <c>crucible run</c>: becomes <c>dotnet fsi</c> with the script, whose first line comes to
    /// <see cref="Start"/>, or to the package that it names.
    /// </summary>
    /// <param name="arguments">The script and what stands behind it.</param>
    /// <returns>The script's exit code, where a process cannot become another one.</returns>
    internal static int RunScript(string[] arguments)
    {
        // F# Interactive keeps the FSharp.Core that it came with, so that a package which asks for a newer one (Plotly.NET) makes
        // NuGet warn of a downgrade, at the first run of each script.
        const string variable = "NoWarn", downgrade = "NU1605";
        string? others = Environment.GetEnvironmentVariable(variable);
        SetForProgram(variable, string.IsNullOrEmpty(others) ? downgrade : $"{others};{downgrade}");
        return Become("dotnet", ["fsi", .. arguments], passesInput: false);
    }

    /// <summary>What to tell a user whose SDK is older than the libraries need, or nothing.</summary>
    /// <param name="interactive">F# Interactive's file: <c>…/sdk/10.0.401/FSharp/fsi.dll</c>.</param>
    internal static string? SdkTooOld(string interactive)
    {
        string folder = Path.GetFileName(Path.GetDirectoryName(Path.GetDirectoryName(interactive))) ?? "";
        return Version.TryParse(folder.Split('-')[0], out Version? sdk) && sdk < LeastSdk
            ? $"Crucible needs the .NET SDK {LeastSdk} or later, but this is {folder}. Get it from https://dotnet.microsoft.com/download"
            : null;
    }

    /// <summary>Whether a program is F# Interactive, whose place a script takes; a notebook's kernel must live on.</summary>
    /// <param name="program">The file that the process runs.</param>
    internal static bool IsInteractive(string program) =>
        Path.GetFileNameWithoutExtension(program).StartsWith("fsi", StringComparison.OrdinalIgnoreCase);

    /// <summary>
    /// Builds the core for a notebook if need be, lets the libraries run with the kernel's FSharp.Core, which may be
    /// older than the one that they were built with, and says what to load next.
    /// </summary>
    private static int Guide(string root)
    {
        int exitCode = CoreBuilder.Refresh(root);
        AssemblyLoadContext.Default.Resolving += (context, wanted) => wanted.Name == "FSharp.Core"
            ? context.Assemblies.FirstOrDefault(one => one.GetName().Name == wanted.Name)
            : null;
        if (exitCode == 0)
            Console.WriteLine($"The core is built. Go on in the next cell: #load @\"{Path.Combine(root, "scripts", "notebook.fsx")}\"");
        return exitCode;
    }

    private static int Run(string root, string[] own)
    {
        bool isPlain = own.Length > 1 && own[1][0] != '-' && NamesScript(own[..2]);
        if (isPlain && Moved(own[1]) is { } place)
        {
            Console.Error.WriteLine($"{own[1]} has moved to {place}.");
            own = [own[0], place, .. own[2..]];
        }

        if (!isPlain || CompiledScript.Of(root, own[1], Path.GetDirectoryName(own[0])!) is not { } script) return Interpret(root, own);
        try
        {
            DateTime begun = DateTime.UtcNow;
            if (!script.Refresh()) return 1;
            StartTimes.Tell("seeing that the script is compiled", begun);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return Interpret(root, own);
        }

        return Become(Environment.ProcessPath!, [.. script.Command, .. own[2..]], passesInput: false);
    }

    /// <summary>
    /// Where a script went, if all that is left at its old place is a first line <c>// Moved to houses/descent.fsx</c>
    /// and what loads the core.
    /// </summary>
    private static string? Moved(string script)
    {
        const string mark = "// Moved to ";
        string first = File.Exists(script) ? File.ReadLines(script).FirstOrDefault("") : "";
        return first.StartsWith(mark, StringComparison.Ordinal)
            ? Path.Combine(Path.GetDirectoryName(script)!, first[mark.Length..].Trim())
            : null;
    }

    private static int Interpret(string root, string[] own)
    {
        bool isSession = !NamesScript(own);
        string[] loader = isSession ? [$"--load:{Path.Combine(root, "scripts", "crucible.fsx")}"] : [];
        string[] arguments = [own[0], "--define:CRUCIBLE", .. loader, .. own[1..]];
        return Become(Environment.ProcessPath!, arguments, passesInput: isSession && Console.IsInputRedirected);
    }

    /// <summary>Whether a command line of F# Interactive names a script to run, and so is no session.</summary>
    private static bool NamesScript(string[] commandLine) => Array.Exists(commandLine, argument =>
        argument.EndsWith(".fsx", StringComparison.OrdinalIgnoreCase)
            && (argument[0] != '-' || argument.StartsWith("--use:", StringComparison.Ordinal)));

    /// <summary>
    /// Gives this process to the new program: number, terminal, signals and exit code are then the same. Where a
    /// process cannot be given away, or a session's input
    /// is partly read already, waits for a second one.
    /// </summary>
    private static int Become(string program, string[] arguments, bool passesInput)
    {
        if (!OperatingSystem.IsWindows() && !passesInput && !StartTimes.AreTold)
        {
            foreach ((string name, string value) in Settings) SetEnvironment(name, value, overwrite: 0);
            Execute(program, [program, .. arguments, null]); // returns only on failure
        }

        NameParents(Environment.ProcessId);
        ProcessStartInfo start = new(program, arguments) { RedirectStandardInput = passesInput };
        foreach ((string name, string value) in Settings) start.Environment.TryAdd(name, value);
        Console.CancelKeyPress += (_, press) => press.Cancel = true; // the terminal tells the new process too
        DateTime begun = DateTime.UtcNow;
        using Process session = Process.Start(start)!;
        while (passesInput && Console.In.ReadLine() is { } line) session.StandardInput.WriteLine(line);
        if (passesInput) session.StandardInput.Close();
        session.WaitForExit();
        StartTimes.Tell("running", begun);
        return session.ExitCode;
    }

    /// <summary>
    /// Adds a process to those whose end is the script's too, which <c>Crucible.Lab.Scripting.Parents</c> watches: the
    /// command <c>dotnet fsi</c>, which waits for this process, and which whoever started it may kill. Only such a
    /// command: from a shell that started this process itself, it may go on alone.
    /// </summary>
    /// <param name="parent">The process's number, if there is one.</param>
    private static void NameParents(int? parent)
    {
        const string variable = "CRUCIBLE_PARENTS";
        if (parent is not { } number) return;
        try
        {
            using Process process = Process.GetProcessById(number);
            if (process.ProcessName != Path.GetFileNameWithoutExtension(Environment.ProcessPath)) return;
            string name = Invariant($"{Environment.MachineName} {process.Id} {process.StartTime.ToUniversalTime().Ticks}");
            string all = Environment.GetEnvironmentVariable(variable) is { Length: > 0 } others ? $"{others};{name}" : name;
            SetForProgram(variable, all);
        }
        catch (Exception gone) when (gone is ArgumentException or InvalidOperationException or System.ComponentModel.Win32Exception)
        {
            // It ended, or may not be looked at: then nobody waits for this one.
        }
    }

    private static void SetForProgram(string variable, string value)
    {
        Environment.SetEnvironmentVariable(variable, value); // of a process that .NET starts
        if (!OperatingSystem.IsWindows()) SetEnvironment(variable, value, overwrite: 1); // of the program that this becomes
    }

    private static int Fail(string line)
    {
        Console.Error.WriteLine(line);
        return 1;
    }

    [LibraryImport("libc", EntryPoint = "setenv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int SetEnvironment(string name, string value, int overwrite);

    [LibraryImport("libc", EntryPoint = "getppid")]
    private static partial int GetParent();

    [LibraryImport("libc", EntryPoint = "execvp", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Execute(string path, string?[] arguments);
}

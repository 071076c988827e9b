using System.Diagnostics;
using System.Text;
using Crucible.Lab.Scripting;

namespace Crucible.Lab.Sweeps;

/// <summary>One run of a script as a process, to its end.</summary>
/// <param name="ExitCode">As it ended.</param>
/// <param name="Output">What it printed.</param>
/// <param name="LastLine">The last line that says something, errors before results.</param>
internal sealed record ScriptProcess(int ExitCode, string Output, string LastLine)
{
    private const int Poll = 50; // milliseconds between two looks at whether to stop
    private const int Interrupted = 128; // and above: a signal ended it, which may be meant for the sweep too
    private static readonly TimeSpan SamePress = TimeSpan.FromSeconds(1); // in which Ctrl-C reaches all processes of a terminal

    /// <summary>Runs <c>dotnet fsi</c> on a script. The process ends with this one, however this one ends.</summary>
    /// <exception cref="OperationCanceledException">It was stopped.</exception>
    internal static ScriptProcess Run(string file, IEnumerable<string> arguments, CancellationToken stop)
    {
        ProcessStartInfo start = new("dotnet", ["fsi", file, .. arguments]) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment[ParentWatch.Variable] = ParentWatch.Self;
        start.Environment.Remove("MSBUILD_EXE_PATH"); // of this process's SDK command, which is not the script's
        using Process process = Process.Start(start)!;
        process.StandardInput.Close();
        StringBuilder output = new(), errors = new();
        process.OutputDataReceived += (_, line) => output.AppendLine(line.Data);
        process.ErrorDataReceived += (_, line) => errors.AppendLine(line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        while (!process.WaitForExit(Poll))
        {
            if (!stop.IsCancellationRequested) continue;
            process.Kill(entireProcessTree: true);
            stop.ThrowIfCancellationRequested();
        }

        process.WaitForExit(); // for the rest of its output
        if (process.ExitCode > Interrupted && stop.WaitHandle.WaitOne(SamePress)) stop.ThrowIfCancellationRequested();
        string last = LastOf(errors) ?? LastOf(output) ?? Errors.Text($"exit code {process.ExitCode}");
        return new ScriptProcess(process.ExitCode, output.ToString(), last);
    }

    private static string? LastOf(StringBuilder lines) => lines.ToString().Split('\n').Select(line => line.Trim()).LastOrDefault(line => line.Length > 0);
}

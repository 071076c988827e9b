using System.Diagnostics;
using Xunit;

namespace Crucible.Lab.Tests.Scripting;

/// <summary>
/// Runs a script as a user does: <c>dotnet fsi script.fsx …</c>, from another folder and under a culture with a decimal
/// comma.
/// </summary>
internal static class ScriptProcess
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5); // the first of these builds the core if need be

    internal static Process Start(string folder, params string[] arguments) => Process.Start(Settings(folder, arguments))!;

    /// <summary>
    /// The same as from a terminal. In a shell's background, where the tests may run, programs ignore Ctrl-C, as do those
    /// they start.
    /// </summary>
    internal static Process StartInForeground(string folder, params string[] arguments)
    {
        ProcessStartInfo start = Settings(folder, arguments);
        if (OperatingSystem.IsLinux())
        {
            start.ArgumentList.Insert(0, start.FileName);
            start.ArgumentList.Insert(0, "--default-signal=INT");
            start.FileName = "env";
        }

        return Process.Start(start)!;
    }

    internal static CancellationTokenSource Limit() => new(Patience);

    internal static async Task<Result> RunAsync(string folder, params string[] arguments)
    {
        using Process process = Start(folder, arguments);
        return await EndAsync(process);
    }

    /// <summary>The same with a variable of the environment.</summary>
    internal static async Task<Result> RunAsync((string Name, string Value) variable, string folder, params string[] arguments)
    {
        ProcessStartInfo start = Settings(folder, arguments);
        start.Environment[variable.Name] = variable.Value;
        using Process process = Process.Start(start)!;
        return await EndAsync(process);
    }

    /// <summary>Starts a run, and kills it as soon as a file is there.</summary>
    internal static async Task KillOnceAsync(string file, string folder, params string[] arguments)
    {
        using Process process = Start(folder, arguments);
        Assert.True(SpinWait.SpinUntil(() => File.Exists(file), TimeSpan.FromMinutes(3)), $"the run wrote no {file}");
        process.Kill(entireProcessTree: true);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        SpinWait.SpinUntil(() => false, TimeSpan.FromSeconds(1)); // until its child has gone, which holds the folder
    }

    /// <summary>An interactive session that is given some lines.</summary>
    internal static async Task<Result> SessionAsync(string folder, IEnumerable<string> lines)
    {
        ProcessStartInfo start = Settings(folder, "--nologo");
        start.RedirectStandardInput = true;
        using Process process = Process.Start(start)!;
        Task<Result> end = EndAsync(process);
        foreach (string line in lines) await process.StandardInput.WriteLineAsync(line);
        process.StandardInput.Close();
        return await end;
    }

    private static ProcessStartInfo Settings(string folder, params string[] arguments)
    {
        ProcessStartInfo start =
            new("dotnet", ["fsi", .. arguments]) { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["LANG"] = start.Environment["LC_ALL"] = "de_DE.UTF-8";
        start.Environment.Remove("MSBUILD_EXE_PATH"); // the test host's, which is not the child's
        return start;
    }

    private static async Task<Result> EndAsync(Process process)
    {
        using CancellationTokenSource limit = Limit();
        Task<string> output = process.StandardOutput.ReadToEndAsync(limit.Token);
        Task<string> errors = process.StandardError.ReadToEndAsync(limit.Token);
        await process.WaitForExitAsync(limit.Token);
        return new Result(process.ExitCode, (await output).Trim(), WithoutBuild(await errors));
    }

    /// <summary>What is said on a first run of building the core is no error.</summary>
    private static string WithoutBuild(string errors) => string.Join('\n', errors.Split('\n').Where(line =>
        !line.StartsWith("Building the core", StringComparison.Ordinal) && !line.StartsWith("Built in", StringComparison.Ordinal)
        && !line.StartsWith("Waiting for another build", StringComparison.Ordinal))).Trim();

    internal readonly record struct Result(int ExitCode, string Output, string Errors)
    {
        public static implicit operator Result((int ExitCode, string Output, string Errors) expected) =>
            new(expected.ExitCode, expected.Output, expected.Errors);
    }
}

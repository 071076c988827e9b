using System.Diagnostics;
using System.Text.RegularExpressions;
using static System.FormattableString;

namespace Crucible.Launch;

/// <summary>Builds the core where its sources have changed, and tells how far it is.</summary>
internal static partial class CoreBuilder
{
    // Without analyzers even in CI, whose other builds run them: somebody waits for this one.
    private static readonly string[] Switches =
        ["-c", "Release", "-p:RunAnalyzers=false", "--nologo", "-v", "minimal", "-tl:off"];

    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(100);

    /// <summary>Builds the core unless it is that of the sources. Processes that ask together wait for each other.</summary>
    /// <param name="root">The workspace.</param>
    /// <returns>The exit code of the build; 0 where there was nothing to do.</returns>
    internal static int Refresh(string root)
    {
        if (CoreBuild.IsFresh(root)) return 0;
        try
        {
            using FileStream turn = TakeTurn(root);

            // Who waited finds it built, and must not take it away from a script that has just started.
            return CoreBuild.IsFresh(root) ? 0 : Build(root);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            Console.Error.WriteLine(
                $"The built core is not that of the sources here, and nothing can be written; copy a built workspace with its times (cp -a), or build it elsewhere: {error.Message}");
            return 1;
        }
    }

    /// <summary>The turn to build, which the system frees when its holder dies.</summary>
    private static FileStream TakeTurn(string root)
    {
        string file = Path.Combine(Directory.CreateDirectory(Path.Combine(Lab(root), "obj")).FullName, "build.lock");
        string probe = Invariant($"{file}.{Environment.ProcessId}");
        File.WriteAllText(probe, ""); // fails where nothing can be written, which waiting would not mend
        File.Delete(probe);
        bool isWaiting = false;
        while (true)
        {
            try
            {
                return new FileStream(file, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException)
            {
                if (!isWaiting) Console.Error.WriteLine("Waiting for another build of the core ...");
                isWaiting = true;
                Thread.Sleep(PollInterval);
            }
        }
    }

    private static int Build(string root)
    {
        DateTime begun = DateTime.UtcNow;
        UnlinkLibrary(root);
        List<string> output = [];
        int exitCode;
        using (BuildProgress progress = new(Console.Error, isTerminal: !Console.IsErrorRedirected && !StartTimes.AreTold))
        {
            exitCode = Build(root, line =>
            {
                output.Add(line);
                progress.Read(line);
            });
        }

        if (exitCode == 0) CoreBuild.Stamp(root, begun);
        else Explain(output);
        return exitCode;
    }

    private static int Build(string root, Action<string> read)
    {
        ProcessStartInfo start =
            new("dotnet", ["build", Lab(root), .. Switches]) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["DOTNET_CLI_UI_LANGUAGE"] = "en"; // the words that BuildProgress and Explain read
        start.Environment.Remove("MSBUILD_EXE_PATH"); // F# Interactive's own
        using Process build = Process.Start(start)!;
        Lock gate = new();
        void Take(object sender, DataReceivedEventArgs line)
        {
            if (line.Data is null) return;
            lock (gate) read(line.Data);
        }

        build.OutputDataReceived += Take;
        build.ErrorDataReceived += Take;
        build.BeginOutputReadLine();
        build.BeginErrorReadLine();
        build.WaitForExit();
        return build.ExitCode;
    }

    /// <summary>MSBuild says each error twice, and behind each the project.</summary>
    private static void Explain(List<string> output)
    {
        string[] lines = [.. output.Select(line => Project().Replace(line.Trim(), "")).Distinct()];
        string[] errors = [.. lines.Where(line => line.Contains(": error ", StringComparison.Ordinal))];
        foreach (string line in errors.Length > 0 ? errors : lines) Console.Error.WriteLine(line);
        Console.Error.WriteLine(Invariant($"The core does not build: {errors.Length} errors."));
    }

    /// <summary>
    /// Takes the old library away, so that a script which still runs with it keeps its file, and is not given half of
    /// the new one.
    /// </summary>
    private static void UnlinkLibrary(string root)
    {
        if (OperatingSystem.IsWindows() || !Directory.Exists(CoreBuild.Binaries(root))) return;
        foreach (string file in Directory.GetFiles(CoreBuild.Binaries(root), "Crucible*.dll")) File.Delete(file);
    }

    private static string Lab(string root) => Path.Combine(root, "core", "Crucible.Lab");

    [GeneratedRegex(@" \[[^\]]*proj\]$")]
    private static partial Regex Project();
}

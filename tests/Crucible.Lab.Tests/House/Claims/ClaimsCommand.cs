using System.Diagnostics;
using Crucible.Lab.Scripting;

namespace Crucible.Lab.Tests.House.Claims;

/// <summary>Measures what README.md says, and writes docs/claims.md.</summary>
internal static class ClaimsCommand
{
    internal const string Command = "claims";

    /// <summary>Measures what a reader who has a fresh clone waits for.</summary>
    internal const string FirstRuns = "dotnet fsi build.fsx claims clone";

    /// <summary>Measures a program with a trained model, compiled ahead of time.</summary>
    internal const string Aot = "dotnet fsi build.fsx claims aot";

    /// <summary>Runs the scripts that are named, takes the newest runs of all, and writes the page.</summary>
    /// <param name="names">Names of scripts without .fsx, clone or aot.</param>
    internal static async Task<int> RunAsync(string[] names)
    {
        ILookup<string, string> commands = ReadmeClaims.Metrics.SelectMany(metric => metric.Keys).Distinct().ToLookup(NameOf);
        if (names.FirstOrDefault(name => !commands.Contains(name)) is { } unknown)
        {
            Console.Error.WriteLine(
                $"claims: no number of README.md comes from '{unknown}', but from {string.Join(", ", commands.Select(one => one.Key))}");
            return 2;
        }

        Records records = Records.Read();
        foreach (string command in names.SelectMany(name => commands[name]))
        {
            Console.WriteLine(command);
            if (command == Aot) records.Take(command, await TimedAsync(AheadOfTime.MeasureAsync));
            else if (command == FirstRuns) records.Take(command, await TimedAsync(Clone.MeasureAsync));
            else await RunAsync(Rooms.Root, command.Split(' ')[1..]);
        }

        records.TakeRuns(Path.Combine(Rooms.Root, "reports"), ReadmeClaims.Metrics);
        records.Write();
        await File.WriteAllTextAsync(ClaimsPage.File, ClaimsPage.Text(records));
        return 0;
    }

    /// <summary>Runs dotnet and gives how many seconds it took.</summary>
    /// <exception cref="InvalidOperationException">It failed.</exception>
    internal static async Task<double> RunAsync(string folder, params string[] arguments)
    {
        ProcessStartInfo start = new("dotnet", arguments) { WorkingDirectory = folder };
        start.RedirectStandardOutput = start.RedirectStandardError = true;
        Stopwatch clock = Stopwatch.StartNew();
        using Process process = Process.Start(start)!;
        Task<string> errors = process.StandardError.ReadToEndAsync();
        string output = await process.StandardOutput.ReadToEndAsync() + await errors;
        await process.WaitForExitAsync();
        return process.ExitCode == 0
            ? clock.Elapsed.TotalSeconds
            : throw new InvalidOperationException($"dotnet {string.Join(' ', arguments)}:\n{output}");
    }

    // scripts/housing.fsx is housing, build.fsx claims aot is aot
    private static string NameOf(string command)
    {
        string[] words = command.Split(' ');
        return words[2] == "build.fsx" ? words[^1] : Path.GetFileNameWithoutExtension(words[2]);
    }

    private static async Task<Record> TimedAsync(Func<Task<SortedDictionary<string, double>>> measure)
    {
        DateTimeOffset started = DateTimeOffset.UtcNow;
        SortedDictionary<string, double> values = await measure();
        return new Record(started, (DateTimeOffset.UtcNow - started).TotalSeconds, Record.Name(Machine.Describe()), values);
    }
}

/// <summary>A fresh clone, in which housing.fsx runs at first and again.</summary>
internal static class Clone
{
    private const string Script = "scripts/housing.fsx";
    private const int Runs = 5;

    internal static async Task<SortedDictionary<string, double>> MeasureAsync()
    {
        using TemporaryFolder folder = new();
        string clone = folder.File("clone");
        using Process git = Process.Start("git", ["clone", "--quiet", "--local", Rooms.Root, clone]);
        await git.WaitForExitAsync();
        double first = await ClaimsCommand.RunAsync(clone, "fsi", Script);
        List<double> again = [];
        for (int run = 0; run < Runs; run++) again.Add(await ClaimsCommand.RunAsync(clone, "fsi", Script));
        double median = again.Order().ElementAt(Runs / 2);
        return new() { ["seconds"] = median, ["seconds_more_at_first"] = first - median };
    }
}

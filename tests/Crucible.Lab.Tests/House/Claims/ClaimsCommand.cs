using Crucible.Lab.Scripting;

namespace Crucible.Lab.Tests.House.Claims;

/// <summary>Measures what README.md says, and writes docs/claims.md.</summary>
internal static class ClaimsCommand
{
    internal const string Command = "claims";

    /// <summary>Measures a program with a trained model, compiled ahead of time.</summary>
    internal const string Aot = "dotnet fsi build.fsx claims aot";

    /// <summary>Runs the scripts that are named, takes the newest runs of all, and writes the page.</summary>
    /// <param name="names">Names of scripts without .fsx or aot.</param>
    internal static async Task<int> RunAsync(string[] names)
    {
        ILookup<string, string> commands = ReadmeClaims.Metrics.SelectMany(metric => metric.Keys).Distinct().ToLookup(NameOf);
        if (names.FirstOrDefault(name => !commands.Contains(name)) is { } unknown)
        {
            string known = string.Join(", ", commands.Select(one => one.Key));
            Console.Error.WriteLine($"claims: no number of README.md comes from '{unknown}', but from {known}");
            return 2;
        }

        Records records = Records.Read();
        foreach (string command in names.SelectMany(name => commands[name]))
        {
            Console.WriteLine(command);
            if (command == Aot) records.Take(command, await TimedAsync(AheadOfTime.MeasureAsync));
            else await RunScriptAsync(command.Split(' ')[1..]);
        }

        records.TakeRuns(Path.Combine(Rooms.Root, "reports"), ReadmeClaims.Metrics);
        records.Write();
        await File.WriteAllTextAsync(ClaimsPage.File, ClaimsPage.Text(records));
        return 0;
    }

    private static async Task RunScriptAsync(string[] arguments)
    {
        (int exitCode, string output) = await PackagesTests.Feed.DotnetAsync(Rooms.Root, arguments);
        if (exitCode != 0) throw new InvalidOperationException($"dotnet {string.Join(' ', arguments)}:\n{output}");
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

using System.Globalization;
using Crucible.Benchmarks.Measuring;

namespace Crucible.Benchmarks.Workloads;

/// <summary>
/// What a user waits for before the first line, and the memory of the whole of housing.fsx beside the same work in
/// PyTorch.
/// </summary>
internal sealed class StartWorkload : IWorkload
{
    private static readonly string Script = Path.Combine("scripts", "housing.fsx");

    /// <inheritdoc/>
    public string Name => "start";

    /// <inheritdoc/>
    public string Summary => "seconds to the help of a script; time and memory of housing.fsx and of housing.py";

    /// <inheritdoc/>
    public void Run(Bench bench)
    {
        if (!File.Exists(Path.Combine(Locations.Workspace, Script)))
        {
            Console.WriteLine($"{Environment.NewLine}start: there is no {Script}");
            return;
        }

        int times = bench.IsQuick ? 2 : 5;
        DirectoryInfo folder = Directory.CreateTempSubdirectory("bench-start");
        string empty = Path.Combine(folder.FullName, "empty.fsx");
        File.WriteAllText(empty, "");
        Console.WriteLine();
        Console.WriteLine("start and memory                        seconds (best)    peak MB, largest process / all added up");
        ProcessRun.Of("dotnet", ["fsi", Script, "help"]); // builds the core, if it is not
        Write("dotnet fsi, an empty script", times, "dotnet", ["fsi", empty]);
        Write("dotnet fsi housing.fsx help", times, "dotnet", ["fsi", Script, "help"]);
        string[][] variants = bench.IsQuick ? [["--quick"]] : [["--quick"], []];
        foreach (string[] options in variants) CompareHousing(options, Path.Combine(folder.FullName, "report"));
        folder.Delete(recursive: true);
    }

    private static void CompareHousing(string[] options, string report)
    {
        double ours =
            Write($"dotnet fsi housing.fsx {string.Join(' ', options)}", 1, "dotnet", ["fsi", Script, "--out", report, .. options]);
        if (PythonWithTorch.Find() is not string python) return;
        string program = Path.Combine(Locations.Peers, "housing.py");
        double theirs =
            Write($"python3 housing.py {string.Join(' ', options)}", 1, python, [program, .. options], PythonWithTorch.Environment);
        if (ours > 0) Console.WriteLine($"  memory below PyTorch's: {(ours < theirs ? "met" : "MISSED")}");
    }

    /// <summary>Runs a program a few times and prints its time and memory; returns the median memory of all its processes.</summary>
    private static double Write(
        string name, int times, string program, string[] arguments, IEnumerable<KeyValuePair<string, string>>? environment = null)
    {
        ProcessRun[] runs = [.. Enumerable.Range(0, times).Select(_ => ProcessRun.Of(program, arguments, environment))];
        double[] seconds = [.. runs.Select(run => run.Seconds)];
        double largest = Timings.Median(runs.Select(run => run.PeakMegabytes.FirstOrDefault())),
            all = Timings.Median(runs.Select(run => run.PeakMegabytes.Sum()));
        string failed = runs.All(run => run.ExitCode == 0) ? "" : $"  exit code {runs.First(run => run.ExitCode != 0).ExitCode}";
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{name,-38} {Timings.Median(seconds),8:0.00} ({seconds.Min():0.00})    {largest,6:0} / {all:0}{failed}"));
        return all;
    }
}

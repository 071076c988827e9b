using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using Crucible.Lab.Reports;

namespace Crucible.Benchmarks.Workloads;

/// <summary>The gallery of many runs: how long it takes to write, and to open in a browser.</summary>
internal sealed partial class GalleryWorkload : IWorkload
{
    // When all is read and laid out
    private const string Probe =
        "<script>addEventListener('load',()=>{document.title=document.body.offsetHeight>0?`${performance.now()} ms`:''})</script>";

    /// <inheritdoc/>
    public string Name => "gallery";

    /// <inheritdoc/>
    public string Summary => "seconds to write the page over 2000 runs, the first time and again, and to open it in Chromium";

    /// <inheritdoc/>
    public void Run(Bench bench)
    {
        int runs = bench.IsQuick ? 200 : 2000;
        DirectoryInfo root = Directory.CreateTempSubdirectory("bench-gallery");
        for (int number = 0; number < runs; number++) Add(root.FullName, number);
        Console.WriteLine();
        Console.WriteLine($"gallery of {runs} runs                    seconds");
        foreach (string what in new[] { "written", "written again" })
        {
            Stopwatch watch = Stopwatch.StartNew();
            new Gallery(root.FullName).Refresh();
            Write(what, watch.Elapsed.TotalSeconds);
        }

        if (ChartImage.FindBrowser() is { } browser) Write("opened", Open(browser, Path.Combine(root.FullName, Gallery.FileName)));
        else Console.WriteLine("opened: there is no Chromium on the PATH");
        root.Delete(recursive: true);
    }

    private static void Add(string root, int number)
    {
        RunRecord record = new()
        {
            Script = $"script{number % 8}",
            Description = "How well can a network predict?",
            Seed = (ulong)(number % 7),
            Command = $"scripts/script.fsx --epochs {number} --seed {number % 7}",
            Started = DateTimeOffset.UnixEpoch.AddMinutes(number),
            Status = RunStatus.Completed,
            Answer = "Trained on 300 rows, the networks predict the prices of 206 others with a root mean square error of 3.36.",
        };
        for (int metric = 0; metric < 12; metric++) record.SetMetric($"metric_{metric}", number + metric);
        for (int setting = 0; setting < 12; setting++) record.Config[$"Setting{setting}"] = number * setting;
        string id = record.Started.ToString("yyyyMMdd-HHmmss", CultureInfo.InvariantCulture);
        string folder = Directory.CreateDirectory(Path.Combine(root, record.Script, id)).FullName;
        File.WriteAllText(Path.Combine(folder, RunRecord.FileName), record.ToJson());
    }

    /// <summary>Seconds until the page is read and laid out, the least of three.</summary>
    private static double Open(string browser, string page)
    {
        File.AppendAllText(page, Probe);
        string[] arguments = ["--headless", "--no-sandbox", "--disable-gpu", "--timeout=30000", "--dump-dom", new Uri(page).AbsoluteUri];
        return Enumerable.Range(0, 3).Min(_ =>
        {
            ProcessStartInfo start = new(browser, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
            using Process process = Process.Start(start)!;
            process.ErrorDataReceived += (_, _) => { };
            process.BeginErrorReadLine();
            Match time = Title().Match(process.StandardOutput.ReadToEnd());
            return time.Success ? double.Parse(time.Groups[1].Value, CultureInfo.InvariantCulture) / 1000 : double.NaN;
        });
    }

    private static void Write(string what, double seconds) =>
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{what,-38} {seconds,8:0.00}"));

    [GeneratedRegex("<title>([0-9.]+) ms</title>")]
    private static partial Regex Title();
}

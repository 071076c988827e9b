using System.Globalization;
using Crucible.Benchmarks.Measuring;
using Crucible.Benchmarks.Peers;

namespace Crucible.Benchmarks.Workloads;

/// <summary>The most memory that a process has which trains a GPT for some steps, ours and PyTorch's.</summary>
internal sealed class GptMemoryWorkload : IWorkload
{
    private const int Steps = 20;

    /// <inheritdoc/>
    public string Name => "gpt-memory";

    /// <inheritdoc/>
    public string Summary => $"peak memory of a process that trains one of nanoGPT's models for {Steps} steps";

    /// <summary>What the process does that is measured: the program called as <c>gpt-train small 20</c>.</summary>
    internal static void Train(string name, int steps)
    {
        Action step = (name == GptSize.Small.Name ? GptSize.Small : GptSize.Large).Step();
        for (int i = 0; i < steps; i++) step();
    }

    /// <inheritdoc/>
    public void Run(Bench bench)
    {
        Console.WriteLine();
        Console.WriteLine($"peak memory of {Steps} steps                ours MB       torch MB");
        foreach (GptSize size in bench.IsQuick ? [GptSize.Small] : new[] { GptSize.Small, GptSize.Large })
        {
            string[] arguments = [size.Name, Steps.ToString(CultureInfo.InvariantCulture)];
            double ours = Peak(Environment.ProcessPath!, ["gpt-train", .. arguments], []);
            string line = string.Create(CultureInfo.InvariantCulture, $"{size.Name,-30} {ours,14:0}");
            if (bench.Peers.Python is { } python)
            {
                double theirs = Peak(python, [Path.Combine(Locations.Peers, "gpt.py"), .. arguments], new PeerSetting(1, 2).Environment());
                line += string.Create(CultureInfo.InvariantCulture, $" {theirs,14:0}   target below: {(ours < theirs ? "met" : "MISSED")}");
            }

            Console.WriteLine(line);
        }
    }

    private static double Peak(string program, IEnumerable<string> arguments, IEnumerable<KeyValuePair<string, string>> environment)
    {
        ProcessRun run = ProcessRun.Of(program, arguments, environment);
        return run.ExitCode == 0
            ? run.PeakMegabytes.Sum()
            : throw new InvalidOperationException($"{program} {string.Join(' ', arguments)}: exit code {run.ExitCode}");
    }
}

using System.Globalization;
using Crucible.Benchmarks.Measuring;
using Crucible.Benchmarks.Sides;

namespace Crucible.Benchmarks.Workloads;

/// <summary>The most memory that a process has which trains a GPT for some steps.</summary>
internal sealed class GptMemoryWorkload : IWorkload
{
    private const int Steps = 20;

    /// <inheritdoc/>
    public string Name => "gpt-memory";

    /// <inheritdoc/>
    public string Summary => "peak memory of a process that trains a GPT, small, large";

    /// <inheritdoc/>
    public void Run(Bench bench)
    {
        string title = $"peak memory of {Steps} training steps (MB)";
        Table.WriteTitle(title, 1);
        foreach (GptSize size in GptSize.All(bench.IsQuick))
        {
            double ours = Peak(SideSetting.Ours(1), Steps, size.Name);
            (double Megabytes, string Setting)[] theirs =
            [
                .. from setting in bench.Sides.HasLibTorch ? SideSetting.Theirs(1) : []
                   from optimizer in (string[])["plain", GptStepWorkload.Fused]
                   select (Peak(setting, Steps, size.Name, optimizer), $"{setting}, {optimizer} AdamW"),
            ];
            theirs = [.. theirs.Order().Take(1)];
            bench.Add(new(Summary, title, size.Name, null, 1, [ours], [.. theirs.Select(one => one.Megabytes)])
            {
                IsMemory = true,
                Setting = string.Concat(theirs.Select(one => one.Setting)),
            });
        }
    }

    /// <summary>The most megabytes that a process of a side has which does some training steps of such words as <c>small</c>.</summary>
    internal static double Peak(SideSetting setting, int steps, params string[] words)
    {
        IReadOnlyList<string> command = SidePool.Command(setting);
        string[] arguments = [.. command.Skip(1), steps.ToString(CultureInfo.InvariantCulture), "gpt-step", .. words];
        ProcessRun run = ProcessRun.Of(command[0], arguments, setting.Environment());
        return run.ExitCode == 0
            ? run.PeakMegabytes.Sum()
            : throw new InvalidOperationException($"{command[0]} {string.Join(' ', arguments)}: exit code {run.ExitCode}");
    }
}

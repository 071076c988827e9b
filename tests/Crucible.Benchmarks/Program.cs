using System.Globalization;
using Crucible.Benchmarks;
using Crucible.Benchmarks.Peers;
using Crucible.Benchmarks.Workloads;

if (args is ["gpt-train", string size, string steps])
{
    GptMemoryWorkload.Train(size, int.Parse(steps, CultureInfo.InvariantCulture));
    return;
}

if (args is [StudyScalingWorker.Name, string store, string kind, string amount, string trials])
{
    StudyScalingWorker.Run(store, kind, long.Parse(amount, CultureInfo.InvariantCulture), int.Parse(trials, CultureInfo.InvariantCulture));
    return;
}

IWorkload[] all =
[
    new MatMulWorkload(), new MatMulAvx2Workload(), new MlpStepWorkload(), new ConvolutionStepWorkload(), new GptStepWorkload(),
    new GptGenerateWorkload(), new GptMemoryWorkload(), new RecurrentWorkload(), new ElementwiseWorkload(), new StartWorkload(),
    new StudyStoreWorkload(), new StudyScalingWorkload(), new StudyOverheadWorkload(), new SamplersWorkload(), new GalleryWorkload(),
];
string[] names = [.. args.Where(argument => !argument.StartsWith('-'))];
string[] unknown = [.. names.Where(name => all.All(workload => workload.Name != name))];
if (args.Contains("--help") || names.Contains("help") || unknown.Length > 0)
{
    if (unknown.Length > 0 && !names.Contains("help")) Console.WriteLine($"unknown: {string.Join(", ", unknown)}");
    Console.WriteLine("bench [name…] [--quick]   with no name: all of");
    foreach (IWorkload workload in all) Console.WriteLine($"  {workload.Name,-14} {workload.Summary}");
    return;
}

using PeerPool peers = new(Locations.Peers);
Bench bench = new(peers, args.Contains("--quick"));
bench.WriteHeader();
foreach (IWorkload workload in all)
    if (names.Length == 0 || names.Contains(workload.Name))
        workload.Run(bench);

using System.Globalization;
using Crucible.Benchmarks;
using Crucible.Benchmarks.Measuring;
using Crucible.Benchmarks.Sides;
using Crucible.Benchmarks.Studies;
using Crucible.Benchmarks.Workloads;

if (args is [StudyScalingWorker.Name, string store, string kind, string amount, string trials])
{
    StudyScalingWorker.Run(store, kind, long.Parse(amount, CultureInfo.InvariantCulture), int.Parse(trials, CultureInfo.InvariantCulture));
    return 0;
}

if (args is ["suite-serve", .. string[] wanted])
{
    if (wanted is ["names"]) Console.WriteLine(string.Join('\n', SuiteFunction.All.Select(function => function.Name)));
    else RemoteSettings.Serve();
    return 0;
}

if (args is ["suite-record"])
{
    TrainingRecorder.Record();
    return 0;
}

SuiteOptions suite;
int given = args.Length;
try
{
    (suite, args) = SuiteOptions.Parse(args);
}
catch (Crucible.CrucibleException error)
{
    Console.Error.WriteLine(error.Message);
    return 2;
}

// In the order of README's table; each has a file in tests/Crucible.LibTorch, but for memory, which is that of a step.
IWorkload[] compared =
[
    new MlpStepWorkload(), new MatMulWorkload(), new ElementwiseWorkload(), new GptStepWorkload(), new GptGenerateWorkload(),
    new GptMemoryWorkload(), new RecurrentWorkload(), new TranslatorWorkload(), new ConvolutionWorkload(),
    new VisionStepWorkload(),
];
IWorkload[] others =
[
    new GptSharesWorkload(), new StartWorkload(), new StudyStoreWorkload(), new StudyScalingWorkload(), new StudyOverheadWorkload(),
    new SamplersWorkload(), new SuiteWorkload(suite), new PrunersWorkload(), new GalleryWorkload(), new CostWorkload(),
];

if (args is [SideProgram.Argument, .. string[] arguments])
{
    SideProgram side = new(words => words[0] == Peak.Name
        ? Peak.Prepare(words[1..])
        : compared.OfType<ComparedWorkload>().First(workload => workload.Name == words[0]).Prepare(words[1..]));
    side.Run("Crucible", arguments);
    return 0;
}

const string check = "check", quick = "--quick", oneThread = "--one-thread", write = "--write";
bool onlyChecks = args.Contains(check);
string[] names = [.. args.Except([check, quick, oneThread, write])];
string[] unknown = [.. names.Except(compared.Concat(others).Select(workload => workload.Name))];
bool isStray = args.Length < given && !names.Contains("suite");
if (unknown.Length > 0 || isStray || (args.Contains(write) && (onlyChecks || args.Contains(quick) || names.Any(IsOurs))))
{
    WriteUsage();
    return names is ["--help" or "help"] ? 0 : 2;
}

IWorkload[] asked = names.Length == 0 ? compared : [.. compared.Concat(others).Where(workload => names.Contains(workload.Name))];
bool isCompared = asked.Any(workload => workload is ComparedWorkload || compared.Contains(workload));
using SidePool sides = new(isCompared);
Bench bench = new(sides, args.Contains(quick), args.Contains(oneThread) ? 1 : 2, onlyChecks);
if (isCompared) bench.WriteHeader();
try
{
    foreach (IWorkload workload in asked)
        if (!onlyChecks || workload is ComparedWorkload)
            workload.Run(bench);
}
catch (Crucible.CrucibleException error)
{
    Console.Error.WriteLine(error.Message);
    return 2;
}

if (args.Contains(write) && bench.Failures == 0) SpeedPages.Write(Measured.Kept(bench, compared));
if (onlyChecks) Console.WriteLine(bench.Failures == 0 ? "all agree" : $"{bench.Failures} do not agree");
return bench.Failures == 0 ? 0 : 1;

bool IsOurs(string name) => others.Any(workload => workload.Name == name);

void WriteUsage()
{
    Console.WriteLine("""
        bench [name…]          compares with LibTorch: all of the first list, or what is named; the numbers of both first
        bench check [name…]    compares the numbers alone
        bench --quick          less, and shorter: for a look while writing
        bench --one-thread     on one thread alone: processor time, which other programs hardly lengthen
        bench --write [name…]  writes the tables of README.md and docs/speed.md too, where what was not named stays: on a quiet machine
        bench suite            goes on where it was; --seeds 0-9, --searches default,TPE for less, --fresh to forget what was found
        """);
    foreach (IWorkload workload in compared) Console.WriteLine($"  {workload.Name,-14} {workload.Summary}");
    Console.WriteLine("not among all:");
    foreach (IWorkload workload in others) Console.WriteLine($"  {workload.Name,-14} {workload.Summary}");
}

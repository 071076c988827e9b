using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Tracing;
using Crucible.Lab.Tables;
using Crucible.Tensors;
using Mono.Cecil;

namespace Crucible.Lab.Tests.House;

/// <summary>
/// The source files through which a training step runs, in the order in which it first comes to them. The runtime
/// compiles a method when it is first called and says so; a process of its own has compiled none before.
/// </summary>
internal static class StepPath
{
    internal const string Command = "step";

    /// <summary>Trains a network on a table for one update, as <c>housing.fsx</c> does, and prints the files it came through.</summary>
    internal static int Print()
    {
        Generator generator = new(1);
        (Tensor x, Tensor y) = (Tensor.Randn(generator, 30, 13), Tensor.Randn(generator, 30));
        using Compilations compilations = new();
        TableNetwork.Train(x, y, new TableNetworkOptions { Epochs = 1, BatchSize = 30, Hidden = [40], Optimizer = "adam" });
        compilations.WaitForLast();
        foreach (string file in compilations.Methods.Where(Files().Contains).SelectMany(method => Files()[method])) Console.WriteLine(file);
        return 0;
    }

    /// <summary>Runs <see cref="Print"/> in a process of its own.</summary>
    internal static async Task<string[]> OfAChildAsync()
    {
        ProcessStartInfo start = new("dotnet", ["exec", typeof(StepPath).Assembly.Location, Command]) { RedirectStandardOutput = true };
        start.Environment["DOTNET_ReadyToRun"] = "0"; // what was compiled before is not compiled when it is called
        using Process process = Process.Start(start)!;
        string output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }

    private static readonly Lazy<ILookup<string, string>> Sources = new(() => (
        from library in (string[])["Crucible.dll", "Crucible.Lab.dll"]
        from type in ModuleDefinition.ReadModule(
            Path.Combine(AppContext.BaseDirectory, library), new ReaderParameters { ReadSymbols = true }).GetTypes()
        from method in type.Methods
        let file = method.DebugInformation.SequencePoints.FirstOrDefault()?.Document.Url
        where file is not null
        select (Name: $"{type.FullName.Replace('/', '+')}.{method.Name}", File: file.Replace('\\', '/'))).Distinct()
        .ToLookup(method => method.Name, method => method.File));

    private static ILookup<string, string> Files() => Sources.Value;

    /// <summary>Listens to the runtime's compiler.</summary>
    private sealed class Compilations : EventListener
    {
        private const EventKeywords Compiler = (EventKeywords)0x10;
        private readonly ConcurrentQueue<string> methods = new();

        internal IEnumerable<string> Methods => methods;

        /// <summary>
        /// Events come late, from another thread, and in order: the last is that of a method which is called for this
        /// alone.
        /// </summary>
        internal void WaitForLast()
        {
            Last();
            string last = $"{typeof(Compilations).FullName}.{nameof(Last)}";
            for (int i = 0; i < 1000 && !methods.Contains(last); i++) Thread.Sleep(10);
        }

        protected override void OnEventSourceCreated(EventSource eventSource)
        {
            if (eventSource.Name == "Microsoft-Windows-DotNETRuntime") EnableEvents(eventSource, EventLevel.Verbose, Compiler);
        }

        protected override void OnEventWritten(EventWrittenEventArgs eventData)
        {
            if (eventData.EventName?.StartsWith("MethodLoadVerbose", StringComparison.Ordinal) == true)
                methods.Enqueue($"{eventData.Payload![6]}.{eventData.Payload[7]}");
        }

        private static void Last() => Thread.MemoryBarrier();
    }
}

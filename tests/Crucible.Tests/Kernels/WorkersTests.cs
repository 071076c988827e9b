using Crucible.Kernels;
using Xunit;

namespace Crucible.Tests.Kernels;

public class WorkersTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(5)]
    public void Run_AnyThreadCount_RunsEveryPartOnce(int threads)
    {
        using IDisposable scope = Threads.Use(threads);
        for (int parts = 0; parts < 40; parts++)
        {
            int[] runs = new int[parts];
            Count job = new(runs);
            for (int repeat = 0; repeat < 50; repeat++) Workers.Run(ref job, parts);
            Assert.All(runs, x => Assert.Equal(50, x));
        }
    }

    [Fact]
    public void Run_AfterWorkersFellAsleep_RunsEveryPart()
    {
        using IDisposable scope = Threads.Use(3);
        int[] runs = new int[3];
        Count job = new(runs);
        for (int repeat = 0; repeat < 20; repeat++)
        {
            Workers.Run(ref job, 3);
            Thread.Sleep(repeat % 4 * 2);
        }
        Assert.All(runs, x => Assert.Equal(20, x));
    }

    [Fact]
    public void Run_ManyCallersAtOnce_EachGetsItsOwnParts()
    {
        Thread[] callers = new Thread[6];
        int[][] results = new int[callers.Length][];
        for (int i = 0; i < callers.Length; i++)
        {
            int[] runs = results[i] = new int[7];
            callers[i] = new Thread(() =>
            {
                using IDisposable scope = Threads.Use(3);
                Count job = new(runs);
                for (int repeat = 0; repeat < 3000; repeat++) Workers.Run(ref job, runs.Length);
            });
        }
        foreach (Thread caller in callers) caller.Start();
        foreach (Thread caller in callers) caller.Join();
        Assert.All(results, runs => Assert.All(runs, x => Assert.Equal(3000, x)));
    }

    [Fact]
    public void Run_InsideAPart_RunsInline()
    {
        using IDisposable scope = Threads.Use(2);
        int[] runs = new int[4 * 3];
        Nested job = new(runs);
        for (int repeat = 0; repeat < 200; repeat++) Workers.Run(ref job, 4);
        Assert.All(runs, x => Assert.Equal(200, x));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void Run_PartThrows_CallerGetsTheLowestAndWorkersGoOn(int threads)
    {
        using IDisposable scope = Threads.Use(threads);
        for (int repeat = 0; repeat < 200; repeat++)
        {
            Failing job = new(firstToFail: 2);
            InvalidOperationException error = Assert.Throws<InvalidOperationException>(() => Workers.Run(ref job, 6));
            Assert.Equal("part 2", error.Message);
        }
        int[] runs = new int[6];
        Count next = new(runs);
        Workers.Run(ref next, 6);
        Assert.All(runs, x => Assert.Equal(1, x));
    }

    [Fact]
    public void Run_Warm_AllocatesNothing()
    {
        using IDisposable scope = Threads.Use(2);
        Count job = new(new int[2]);
        for (int repeat = 0; repeat < 100; repeat++) Workers.Run(ref job, 2);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int repeat = 0; repeat < 1000; repeat++) Workers.Run(ref job, 2);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(257)]
    public void Use_CountOutOfRange_Throws(int count)
    {
        OptionException error = Assert.Throws<OptionException>(() => Threads.Use(count));
        Assert.Equal($"threads: count must be from 1 to 256, but is {count}", error.Message);
    }

    [Fact]
    public void Use_Disposed_RestoresTheCountOfThisThread()
    {
        int before = Threads.Count;
        using (Threads.Use(7))
        {
            using (Threads.Use(3)) Assert.Equal(3, Threads.Count);
            Assert.Equal(7, Threads.Count);
        }
        Assert.Equal(before, Threads.Count);
    }

    [Fact]
    public void InitialCount_NumberOrNothing_IsThatOrTheProcessors()
    {
        Assert.Equal(3, Threads.InitialCount("3"));
        Assert.Equal(Environment.ProcessorCount, Threads.InitialCount(null));
        Assert.Equal(Environment.ProcessorCount, Threads.InitialCount(" "));
    }

    [Theory]
    [InlineData("0")]
    [InlineData("-2")]
    [InlineData("2.5")]
    [InlineData("many")]
    public void InitialCount_AnythingElse_Throws(string text)
    {
        OptionException error = Assert.Throws<OptionException>(() => Threads.InitialCount(text));
        Assert.Equal($"threads: CRUCIBLE_THREADS must be a whole number from 1 to 256, but is {text}", error.Message);
    }

    private readonly struct Count(int[] runs) : IJob
    {
        public void Run(int part) => Interlocked.Increment(ref runs[part]);
    }

    private readonly struct Failing(int firstToFail) : IJob
    {
        public void Run(int part)
        {
            if (part >= firstToFail) throw new InvalidOperationException($"part {part}");
        }
    }

    private readonly struct Nested(int[] runs) : IJob
    {
        public void Run(int part)
        {
            Inner inner = new(runs, part * 3);
            Workers.Run(ref inner, 3);
        }
    }

    private readonly struct Inner(int[] runs, int first) : IJob
    {
        public void Run(int part) => Interlocked.Increment(ref runs[first + part]);
    }
}

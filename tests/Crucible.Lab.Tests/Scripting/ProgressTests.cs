using Crucible.Lab.Scripting;
using Xunit;

namespace Crucible.Lab.Tests.Scripting;

public sealed class ProgressTests
{
    private readonly List<string> lines = [];
    private readonly Clock clock = new();
    private readonly ProgressLog log;

    public ProgressTests() => log = new ProgressLog(lines.Add, clock);

    private sealed class Clock : TimeProvider
    {
        private long milliseconds;

        public override long TimestampFrequency => 1000;

        public override long GetTimestamp() => milliseconds;

        internal void Wait(long time) => milliseconds += time;
    }

    [Fact]
    public void Plain_LongLoop_IsFewLinesAndEverFewer()
    {
        PlainProgress progress = new("training", log);
        for (int step = 1; step < 36_000; step++)
        {
            clock.Wait(100);
            progress.Show(step, 36_000, "loss 0.5");
        }

        Assert.InRange(lines.Count, 10, 60);
        Assert.Equal("training: 10 of 36000, loss 0.5, about 3599 s left", lines[0]);
    }

    [Fact]
    public void Plain_ManyShortLoops_AreALineASecond()
    {
        const int loops = 100;
        for (int loop = 0; loop < loops; loop++)
        {
            PlainProgress progress = new("trial", log);
            clock.Wait(50);
            progress.End(3, 3, null);
        }

        Assert.Equal(loops * 50 / 1000, lines.Count);
        Assert.Equal("trial: 3 of 3, 0.1 s", lines[0]);
    }

    [Fact]
    public void Plain_LoopOfASecond_LeavesItsLine()
    {
        PlainProgress progress = new("training", log);
        clock.Wait(2500);
        progress.Show(1, 2, null);
        progress.End(2, 2, "loss 0.1");

        Assert.Equal(["training: 1 of 2, about 2 s left", "training: 2 of 2, loss 0.1, 2.5 s"], lines);
    }

    [Fact]
    public void Step_LastOne_EndsOnceAlsoWhenDisposed()
    {
        Progress progress = new(new PlainProgress("training", log), 2, CancellationToken.None);
        progress.Step();
        progress.Step("loss 0.1");
        progress.Dispose();

        Assert.Equal(["training: 2 of 2, loss 0.1, 0.0 s"], lines);
    }

    [Fact]
    public void Step_AfterCtrlC_EndsTheLoop()
    {
        using CancellationTokenSource source = new();
        using Progress progress = new(new PlainProgress("training", log), 10, source.Token);
        progress.Step();
        source.Cancel();

        Assert.Throws<OperationCanceledException>(() => progress.Step());
    }
}

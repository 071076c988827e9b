using Crucible.Training;
using Xunit;

namespace Crucible.Tests.Training;

public class FitProgressTests
{
    [Fact]
    public void Show_IsALineASecondAtMostAndTheEnd()
    {
        using StringWriter output = new();
        Clock clock = new();
        FitProgress progress = new(output, clock, epochs: 8);
        for (int epoch = 1; epoch <= 8; epoch++)
        {
            clock.Seconds += 0.4;
            progress.Show(Record(epoch), isEnd: epoch == 8);
        }

        // 0.4 s an epoch: the third is the first after a second, then the sixth; the eighth is the end.
        Assert.Equal(["epoch 3/8", "epoch 6/8", "epoch 8/8"], Lines(output).Select(line => line[..9]));
    }

    [Fact]
    public void Show_TrainingOfLessThanASecond_IsQuiet()
    {
        using StringWriter output = new();
        new FitProgress(output, new Clock(), epochs: 1).Show(Record(1), isEnd: true);
        Assert.Equal("", output.ToString());
    }

    [Fact]
    public void Begin_TurnedOff_IsNone() => Assert.Null(FitProgress.Begin(new TrainerOptions { ShowProgress = false }, 1));

    [Fact]
    public void ToString_OfHistoryAndRecord_IsALine()
    {
        History history = new Toy().Fit(25, new() { Epochs = 2, RestoreBest = false });
        Assert.Matches(
            @"^update 4, epoch 2: loss [\d.]+, validation [\d.]+; best validation [\d.]+ at update \d; finished$", history.ToString());
        Assert.Matches(@"^update 2, epoch 1: loss [\d.]+, validation [\d.]+$", history.Records[0].ToString());
    }

    private static TrainingRecord Record(int epoch) => new(epoch, epoch, 0.5, double.NaN, 0.1, 1, 10, 1);

    private static string[] Lines(StringWriter output) =>
        output.ToString().Split(Environment.NewLine, StringSplitOptions.RemoveEmptyEntries);

    private sealed class Clock : TimeProvider
    {
        public double Seconds { get; set; }

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => (long)Math.Round(Seconds * TimeSpan.TicksPerSecond);
    }
}

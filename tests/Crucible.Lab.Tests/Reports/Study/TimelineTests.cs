using Crucible.Lab.Reports;
using Crucible.Lab.Studies;
using Xunit;

namespace Crucible.Lab.Tests.Reports;

public sealed class TimelineTests
{
    private static FrozenTrial Trial(
        int number, double start, double seconds, string worker = "worker 1", TrialState state = TrialState.Complete) =>
            Ended.Of(number, state, state == TrialState.Failed ? [] : [1], [], start: start, seconds: seconds, worker: worker);

    [Fact]
    public void Timeline_Bars_AreSecondsSinceTheFirstStart()
    {
        Timeline timeline = Timeline.Of([Trial(0, 10, 4), Trial(1, 11, 1, "worker 2", TrialState.Pruned), Trial(2, 12, 5, "worker 2")]);
        Assert.Equal(
            [
                new TimelineBar("worker 1", 0, 4, TrialState.Complete, 0, 1),
                new TimelineBar("worker 2", 1, 2, TrialState.Pruned, 1, 1),
                new TimelineBar("worker 2", 2, 7, TrialState.Complete, 2, 1)
            ],
            timeline.Bars);
        Assert.Equal(7, timeline.Seconds);
        Assert.Equal(10.0 / 14, timeline.Busy, 12); // 4 + 1 + 5 seconds of twice 7
        Assert.Equal((4, 2), (timeline.Median, timeline.Longest.Number));
    }

    [Fact]
    public void Timeline_WorkersOfOneNameAtOnce_GetALineEach()
    {
        Timeline timeline = Timeline.Of([Trial(0, 0, 4), Trial(1, 1, 4), Trial(2, 4, 1)]);
        Assert.Equal(["worker 1", "worker 1 (2)", "worker 1"], timeline.Bars.Select(bar => bar.Worker));
        Assert.Equal(["worker 1", "worker 1 (2)"], timeline.Workers);
    }

    [Fact]
    public void Timeline_TenThousandShortTrials_AreJoined()
    {
        // One every 10 ms, which takes 9 ms; every hundredth failed. A pixel is 100 s / 800 = 0.125 s.
        Timeline timeline = Timeline.Of([.. Enumerable.Range(0, 10000)
            .Select(i => Trial(i, i * 0.01, 0.009, state: i % 100 == 99 ? TrialState.Failed : TrialState.Complete))]);
        Assert.InRange(timeline.Bars.Count, 100, 1000);
        Assert.Equal(10000, timeline.Bars.Sum(bar => bar.Count));
        Assert.Equal(100, timeline.Bars.Count(bar => bar.State == TrialState.Failed));
        Assert.Equal(0.9, timeline.Busy, 3); // counted before they are joined
    }

    [Fact]
    public void Timeline_ShortTrialsOfChangingStates_AreFewBars()
    {
        Timeline timeline = Timeline.Of([.. Enumerable.Range(0, 10000)
            .Select(i => Trial(i, i * 0.01, 0.009, state: i % 2 == 0 ? TrialState.Pruned : TrialState.Complete))]);
        Assert.InRange(timeline.Bars.Count, 700, 1000); // twice 100 s / 0.25 s
    }

    [Fact]
    public void TimelineChart_Says_HowBusyTheWorkersWere()
    {
        Panel panel = Timeline.Draw(Ended.Minimized(Trial(0, 0, 600), Trial(1, 0, 300, "worker 2", TrialState.Failed)));
        Assert.Equal(
            "2 workers did trials for 75 % of 10 min; half of the trials took at most 10 min, the longest (trial 0) 10 min.",
            panel.Variants[0].Says);
        Assert.Equal("[10]", panel.Variants[0].Figure.Data[0]["x"]!.ToJsonString()); // minutes
        Assert.Equal("minutes since the first trial began", (string?)panel.Variants[0].Figure.Layout["xaxis"]!["title"]!["text"]);
        Assert.Equal("No trial has ended.", Timeline.Draw(Ended.Minimized()).Reason);
    }
}

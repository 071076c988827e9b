using Crucible.Lab.Studies;
using Crucible.Lab.Tests.Reports;
using Xunit;

namespace Crucible.Lab.Tests.Studies;

public sealed class RegretBoundTests
{
    private static IReadOnlyList<RegretBound> History(int trials, Func<double, double> value, double sign = 1)
    {
        // The golden ratio's fractions fill the interval evenly from the first to any number.
        FrozenTrial[] all = [.. Enumerable.Range(0, trials).Select(i => (i + 1) * 0.6180339887498949 % 1)
            .Select((x, i) => Ended.Complete(i, value(x), (Ended.X, x)))];
        return RegretBound.History(all, [Ended.X], trial => sign * trial.Value);
    }

    [Fact]
    public void Bound_SmoothFunction_HoldsAndFalls()
    {
        // Smallest at 0.3 with 1. Whatever the first trials found, no more than the bound is left to gain; when the
        // function is known, hardly anything is.
        IReadOnlyList<RegretBound> bounds = History(60, x => 1 + (5 * (x - 0.3) * (x - 0.3)));
        Assert.Equal(12, bounds.Count);
        Assert.Equal((19, 59), (bounds[0].Trial, bounds[^1].Trial)); // after 20 trials at first, after all at last
        double best = double.PositiveInfinity;
        for (int i = 0, next = 0; i < 60; i++)
        {
            double x = (i + 1) * 0.6180339887498949 % 1;
            best = Math.Min(best, 5 * (x - 0.3) * (x - 0.3));
            if (bounds[next].Trial != i) continue;
            Assert.InRange(bounds[next].Improvement, best - 1e-4, 0.2); // 1e-4: the space is searched at places, not everywhere
            next++;
        }

        Assert.InRange(bounds[^1].Error, 0, 0.02); // nothing is noise
    }

    [Fact]
    public void Bound_NoisyFunction_HasTheNoiseAsItsError()
    {
        Random random = new(3);
        double Noise() => Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
        RegretBound last = History(120, x => x + (0.1 * Noise()))[^1];
        Assert.InRange(last.Error, 0.05, 0.15); // 0.1; a deviation estimated from 120 values, the worse ones of them clipped
    }

    [Fact]
    public void Bound_Maximize_IsThatOfTheNegative() =>
        Assert.Equal(History(40, x => Math.Sin(6 * x)), History(40, x => -Math.Sin(6 * x), sign: -1));

    [Fact]
    public void Bound_ValuesNearTheLargestDouble_IsANumber() =>
        Assert.All(History(40, x => 1.7e308 * Math.Sin(6 * x)), bound => Assert.True(double.IsFinite(bound.Improvement + bound.Error)));

    [Fact]
    public void Bound_EqualLosses_IsNone() => Assert.Empty(History(30, _ => 1));

    [Fact]
    public void Bound_OneParameter_IsThatOfTheFormula()
    {
        FrozenTrial[] all = [.. Enumerable.Range(0, RegretBound.LeastTrials).Select(i => (i + 1) * 0.6180339887498949 % 1)
            .Select((x, i) => Ended.Complete(i, 3 * Math.Sin(9 * x), (Ended.X, x)))];
        RegretBound bound = Assert.Single(RegretBound.History(all, [Ended.X], trial => trial.Value));

        double[] sorted = [.. all.Select(trial => trial.Value).Order()];
        double[][] points = [.. all.OrderBy(trial => trial.Value).Select(trial => new[] { trial.Set["x"]!.Value })];
        double[] values = GaussianProcessSampler.Standardize(sorted, out double unit);
        GaussianProcess process = GaussianProcess.Given(points, values, [true], GaussianProcess.Fit(points, values, [true]));
        double width = Math.Sqrt(2.0 / 5 * Math.Log(1 * 20 * 20 * Math.PI * Math.PI / (6 * 0.1)));
        double Bound(double x, double widths) => process.At([x]).Mean + (widths * process.At([x]).Deviation);
        double lowest = Enumerable.Range(0, 2001).Min(i => Bound(i / 2000.0, -width));
        double expected = unit * (points.Min(point => Bound(point[0], width)) - lowest);
        Assert.Equal(expected, bound.Improvement, 0.01 * expected); // the least is looked for at random places
        Assert.Equal(unit * process.Noise, bound.Error, 1e-12);
        Assert.Equal(19, bound.Trial);
    }

    [Fact]
    public void Bound_AfterAFixedHistory_IsWhatItAlwaysWas()
    {
        // Numbers, whole numbers, choices, and a number that two of three trials lack.
        FrozenTrial[] all = [.. Choices.Mixed(60).Where(trial => trial.State == TrialState.Complete)];
        IEnumerable<string> bounds = RegretBound.History(all, [Ended.X, Ended.Depth, Ended.Kind, Ended.Y], trial => trial.Value)
            .Select(bound => FormattableString.Invariant($"{bound.Trial} {bound.Improvement:F7} {bound.Error:F7}"));
        Assert.Equal(["34 0.0074371 0.0019133", "46 0.0057469 0.0015597"], bounds.Where((_, i) => i is 3 or 7));
    }

    [Fact]
    public void Bound_FewerTrialsThanItTakes_IsNone()
    {
        Assert.Empty(History(RegretBound.LeastTrials - 1, x => x));
        Assert.Equal([19, 20], History(RegretBound.LeastTrials + 1, x => x).Select(bound => bound.Trial));
    }
}

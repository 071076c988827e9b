using Crucible.Lab.Reports;
using Crucible.Lab.Studies;
using Crucible.Lab.Tests.Reports;
using Xunit;

namespace Crucible.Lab.Tests.Studies;

/// <summary>Shares worked out by hand, and by another program where erf does not allow it.</summary>
public sealed class PedAnovaTests
{
    private const double Rounding = 1e-12;
    private const double OfErf = 1e-9; // the other program's is another one

    private static readonly Parameter Half = new("half", CategoricalDistribution.Of("half", ["a", "b"]));
    private static readonly Parameter Quarter = new("quarter", CategoricalDistribution.Of("quarter", ["a", "b", "c", "d"]));
    private static readonly Parameter Even = new("even", CategoricalDistribution.Of("even", ["a", "b"]));
    private static readonly Parameter Two = new("two", IntDistribution.Of("two", 1, 2, log: false, step: 1));

    [Fact]
    public void Shares_OfChoices_AreThoseByHand()
    {
        // 20 trials, of which the first two are the best: half is a in both, and in half of all; quarter is a in both, and in a
        // quarter of all; even is once a, once b.
        double[][] places =
            [.. Enumerable.Range(0, 20).Select(i => new[] { i < 10 ? 0.25 : 0.75, 0.125 + (i / 5 * 0.25), 0.25 + (i % 2 * 0.5) })];
        // half: p = (2.5, 0.5)/3, q = 1/2: ½ (5/3 − 1)² + ½ (1/3 − 1)² = 4/9
        // quarter: p = (2.25, 0.25, 0.25, 0.25)/3, q = 1/4: ¼ (3 − 1)² + ¾ (1/3 − 1)² = 4/3
        // even: p = q
        Close([0.25, 0.75, 0], PedAnova.Shares(places, [.. Enumerable.Range(0, 20).Select(i => (double)i)], [Half, Quarter, Even], 0.1)!);
    }

    [Fact]
    public void Shares_OfTwoNumbers_AreThoseByHand()
    {
        double[][] places = [.. Enumerable.Range(0, 20).Select(i => new[] { i < 10 ? 0.25 : 0.75, i < 10 ? 0.25 : 0.75 })];
        // two: both best at ¼, so the deviation is the least, half a cell = ¼, and a kernel has (Φ(1) − Φ(−1)) / (Φ(3) − Φ(−1))
        // = 0.8127305706 in its own cell: p = (2 · 0.8127305706 + ½)/3 = 0.7084870471, q = ½ by symmetry: (2p − 1)² = 0.1738673952
        const double two = 0.17386739516638094;
        double[] shares = PedAnova.Shares(places, [.. Enumerable.Range(0, 20).Select(i => (double)i)], [Two, Half], 0.1)!;
        Assert.Equal(two / (two + (4.0 / 9)), shares[0], OfErf);
    }

    [Fact]
    public void Shares_OfAReal_AreThoseOfAnotherProgram()
    {
        double[][] places = [.. Enumerable.Range(0, 40).Select(i => new[] { ((i * 7 % 40) + 0.5) / 40, ((i * 11 % 40) + 0.5) / 40 })];
        double[] losses = [.. places.Select(place => Math.Abs(place[0] - 0.3))];
        Assert.Equal(0.998078373045559, PedAnova.Shares(places, losses, [Ended.X, Ended.Y], 0.1)![0], OfErf);
        double[] best = [.. places.Select(place => place[0]).OrderBy(unit => Math.Abs(unit - 0.3)).Take(4)];
        double[] p = PedAnova.Density(best, Ended.X.Distribution);
        double[] q = PedAnova.Density([.. places.Select(place => place[0])], Ended.X.Distribution);
        Assert.Equal((1.0, 1.0), (Math.Round(p.Sum(), 12), Math.Round(q.Sum(), 12)));
        Assert.Equal(3.651153463309341, PedAnova.Divergence(p, q), OfErf);
    }

    [Fact]
    public void Shares_OfAParameterThatHalfAskFor_CountForTheseAlone()
    {
        // 40 trials, 4 of them the best, all of the 20 that ask for half: 4 times a. p = (4.5, 0.5)/5, q = ½: 2 · ½ · 0.8² = 0.64,
        // times γ² = (4/20)² and their share ½: 0.0128. quarter: p = (4.25, 0.25, 0.25, 0.25)/5, q = 1/4:
        // ¼ (3.4 − 1)² + ¾ (0.2 − 1)² = 1.92, times (4/40)²: 0.0192.
        double[][] places =
            [.. Enumerable.Range(0, 40).Select(i => new[] { i >= 20 ? double.NaN : i < 10 ? 0.25 : 0.75, 0.125 + (i / 10 * 0.25) })];
        Close([0.4, 0.6], PedAnova.Shares(places, [.. Enumerable.Range(0, 40).Select(i => (double)i)], [Half, Quarter], 0.1)!);
    }

    [Fact]
    public void Shares_OfNothingThatTheBestShare_AreNone()
    {
        double[][] places = [.. Enumerable.Range(0, 20).Select(i => new[] { 0.25 + (i % 2 * 0.5) })];
        Assert.Null(PedAnova.Shares(places, [.. Enumerable.Range(0, 20).Select(i => (double)i)], [Even], 0.1));
    }

    [Fact]
    public void PedAnova_OfAStudy_FindsWhatMattersWhereValuesAreGood()
    {
        // Over the whole space only far is seen; among good values it is the same in all, and near decides.
        static double Value(Trial trial)
        {
            double far = trial.SuggestFloat("far", 0, 1), near = trial.SuggestFloat("near", 0, 1);
            return (far > 0.5 ? 1000 * far : 0) + Math.Abs(near - 0.7);
        }

        using Study study = Toy.InMemory(), many = new("two", new StudyOptions
        {
            Store = SqliteStore.InMemory(),
            Directions = [StudyDirection.Minimize, StudyDirection.Maximize],
        });
        study.Optimize(300, Value);
        Importance best = Importance.PedAnova(study);
        Assert.Equal((ImportanceMethod.PedAnova, "near"), (best.Method, best.Parameters[0].Name));
        Assert.Equal(1, best.Parameters.Sum(share => share.Share), Rounding);
        Assert.Equal("far", Importance.Of(study).Parameters[0].Name);
        Assert.StartsWith("What sets the best trials apart from all, by PED-ANOVA: near (", best.ToString(), StringComparison.Ordinal);
        many.OptimizeMany(60, trial => [Value(trial), -Value(trial)]);
        Assert.Equal(Importance.PedAnova(many).Parameters, Importance.PedAnova(many, objective: 1).Parameters);
        Assert.Equal(
            "study: best must be above 0 and below 1, but is 1",
            Assert.Throws<StudyException>(() => Importance.PedAnova(study, best: 1)).Message);
        Assert.Equal(
            "study.importance: objective must be from 0 to 0, but is 1",
            Assert.Throws<StudyException>(() => Importance.PedAnova(study, objective: 1)).Message);
    }

    [Fact]
    public void PedAnova_WithConstraints_ComparesTheBestThatSatisfyThem()
    {
        using Study study = Toy.InMemory(), none = Toy.InMemory();
        study.Optimize(200, trial => Constrained(trial, 0));
        Assert.Equal("y", Importance.PedAnova(study).Parameters[0].Name);
        none.Optimize(20, trial => Constrained(trial, 2));
        Assert.Equal("no trial satisfies its constraints", Importance.PedAnova(none).Reason);

        static double Constrained(Trial trial, double least)
        {
            double x = trial.SuggestFloat("x", 0, 1), y = trial.SuggestFloat("y", 0, 1);
            trial.SetConstraint("high", least + 0.9 - y); // which x, that alone decides the value, knows nothing of
            return Math.Round(x * 1.4);
        }
    }

    [Fact]
    public void Importance_Picture_SaysWhichOfTheTwoItShows()
    {
        StudyView study = Ended.Minimized([.. Enumerable.Range(0, 100).Select(i =>
            Ended.Complete(i, i % 10, (Ended.X, i % 10 / 10.0), (Ended.Depth, 1 + (i / 25))))]);
        Panel panel = ImportanceBars.Draw(study);
        Assert.Equal(["fANOVA: the whole space", "PED-ANOVA: the best 10 %"], Assert.Single(panel.Choices).Options);
        Assert.Equal("Parameter importance: PED-ANOVA: the best 10 %", panel.Variants[1].Figure.Layout["title"]!["text"]!.ToString());
        Assert.Equal(
            "x tells the best 10 % of the trials from all others most: 100 %, layers 0 %. PED-ANOVA compares what values the best trials have with those that all have, one parameter at a time.",
            panel.Variants[1].Says);
    }

    private static void Close(double[] expected, double[] shares) =>
        Assert.All(expected.Zip(shares), pair => Assert.Equal(pair.First, pair.Second, Rounding));
}

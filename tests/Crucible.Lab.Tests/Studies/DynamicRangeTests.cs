using Crucible.Lab.Reports;
using Crucible.Lab.Studies;
using Xunit;

namespace Crucible.Lab.Tests.Studies;

/// <summary>Ranges that depend on another parameter, and ranges as wide as numbers are.</summary>
public sealed class DynamicRangeTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public static TheoryData<Sampler> Samplers =>
    [
        new RandomSampler(), new SobolSampler(), new GridSampler(), new TpeSampler(), new CmaEsSampler(), new GaussianProcessSampler(),
        new AutoSampler(),
    ];

    public void Dispose() => folder.Dispose();

    [Theory]
    [MemberData(nameof(Samplers), DisableDiscoveryEnumeration = true)]
    public void Optimize_RangesVary_HasTheSameTrialsForAnyWorkersAndAfterAPause(Sampler sampler)
    {
        using Study one = Toy.InMemory(sampler, workers: 1);
        one.Optimize(40, Varying);
        Assert.Equal(40, one.Trials.Count);
        Assert.All(one.Trials, trial => Assert.Equal(TrialState.Complete, trial.State));
        using Study many = Toy.InMemory(sampler, workers: 4);
        many.Optimize(40, Varying);
        Assert.Equal(Toy.Table(one), Toy.Table(many));
        foreach (int trials in new[] { 7, 23, 40 })
        {
            SqliteStore store = new(folder.File("studies.db"));
            using Study part = new("toy", new StudyOptions { Store = store, Sampler = sampler, Workers = 2, Window = 8 });
            part.Optimize(trials, Varying);
            if (trials == 40) Assert.Equal(Toy.Table(one), Toy.Table(part));
        }
    }

    [Fact]
    public void Optimize_RangeWiderThanTheFirst_IsSearchedToItsEnds()
    {
        using Study study = Toy.InMemory(new TpeSampler(), workers: 1);
        study.Optimize(80, trial =>
        {
            double width = trial.Number == 0 ? 1 : 10; // of trial 0 alone it is small
            return Math.Abs(trial.SuggestFloat("x", 0, width) - 9);
        });
        Assert.InRange(study.BestTrial.Value, 0, 0.2);
    }

    [Fact]
    public void Optimize_DependentRange_IsFoundByTpeBetterThanByChance()
    {
        double tpe = 0, random = 0;
        for (ulong seed = 0; seed < 10; seed++)
        {
            tpe += Best(new TpeSampler(), seed);
            random += Best(new RandomSampler(), seed);
        }

        Assert.True(tpe < 0.6 * random, $"{tpe} against {random}");

        static double Best(Sampler sampler, ulong seed)
        {
            using Study study = Toy.InMemory(sampler, seed: seed);
            study.Optimize(60, trial =>
            {
                double low = trial.SuggestFloat("low", 0, 1);
                double high = trial.SuggestFloat("high", low, 2);
                return Math.Abs(low - 0.3) + Math.Abs(high - 1.2);
            });
            return study.BestTrial.Value;
        }
    }

    [Fact]
    public void Again_OfATrialWithItsOwnRange_GivesItsValues()
    {
        using Study study = Toy.InMemory(new TpeSampler());
        study.Optimize(30, Varying);
        foreach (FrozenTrial trial in study.Trials) Assert.Equal(trial.Value, Varying(trial.Again()));
        Trial again = study.Trials[0].Again();
        Assert.Contains(
            " in the finished trial, which is not in int 100 to 200",
            Assert.Throws<StudyException>(() => again.SuggestInt("layers", 100, 200)).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Optimize_RangeEditedAndReused_TakesOldTrialsAtTheirValues()
    {
        using (Study study = Open(false)) study.Optimize(30, trial => Math.Abs(trial.SuggestFloat("x", 0, 1) - 0.9));
        using Study wider = Open(true);
        wider.Optimize(60, trial => Math.Abs(trial.SuggestFloat("x", 0, 2) - 0.9));
        double[] late = [.. wider.Trials.Skip(45).Select(trial => (double)trial.Parameters[0].Value)];
        Assert.True(late.Count(x => Math.Abs(x - 0.9) < 0.3) > late.Length / 2, string.Join(' ', late));

        Study Open(bool reuse) => new("wide", new StudyOptions
        {
            Store = new SqliteStore(folder.File("wide.db")),
            Sampler = new TpeSampler(),
            Reuse = reuse,
            Workers = 1,
        });
    }

    [Fact]
    public void Optimize_ChoicesVary_AreOfferedAndTold()
    {
        using Study study = Toy.InMemory(new TpeSampler(), workers: 3);
        study.Optimize(60, trial =>
        {
            int layers = trial.SuggestInt("layers", 1, 3);
            string[] kinds = layers == 1 ? ["none"] : layers == 2 ? ["none", "skip"] : ["skip", "dense"];
            string kind = trial.SuggestCategorical("kind", kinds);
            return kind == "dense" ? 0 : layers;
        });
        Assert.Equal(["dense", "none", "skip"], study.Trials.Select(trial => (string)trial.Parameters[1].Value).Distinct().Order());
        Assert.Equal(0, study.BestTrial.Value);
    }

    [Fact]
    public void Report_RangesVary_DrawsAllFigures()
    {
        using Study study = Toy.InMemory(new TpeSampler());
        study.Optimize(40, Varying);
        Draw(study);
        Assert.Equal(4, Importance.Of(study).Parameters.Count);
    }

    [Fact]
    public void Suggest_WidestRange_IsFiniteAndDrawn()
    {
        foreach (Sampler sampler in Samplers.Select(row => row.Data))
        {
            if (sampler is GridSampler) continue; // it ends after five points
            using Study study = Toy.InMemory(sampler);
            study.Optimize(30, trial => Math.Abs(trial.SuggestFloat("a", -1e308, 1e308)) / 1e300);
            Assert.All(study.Trials, trial => Assert.InRange(trial.Value, 0, 1e8));
            Assert.True(study.Trials.Max(trial => (double)trial.Parameters[0].Value) > 0);
            Assert.True(study.Trials.Min(trial => (double)trial.Parameters[0].Value) < 0);
            Draw(study);
        }
    }

    /// <summary>Ranges and choices that follow from other parameters, as people write them.</summary>
    private static double Varying(Trial trial)
    {
        int layers = trial.SuggestInt("layers", 1, 5);
        int head = trial.SuggestInt("head", 1, layers);
        double low = trial.SuggestFloat("low", 0, 1);
        double high = trial.SuggestFloat("high", low, 1 + layers);
        Thread.Sleep(trial.Number * 7 % 3);
        return head + Math.Abs(high - low - 0.5);
    }

    private static void Draw(Study study)
    {
        Report report = new();
        report.Study(study);
        Assert.NotEmpty(Panel.ToJson(report.Blocks.OfType<PanelsBlock>().Single()));
    }
}

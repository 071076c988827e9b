using Crucible.Lab.Studies;
using Xunit;

namespace Crucible.Lab.Tests.Studies;

/// <summary>What every store must do. A test of a new store inherits it.</summary>
public abstract class StoreConformance
{
    private static readonly StudyDefinition Definition = new("one", [StudyDirection.Minimize], 3, "random", "none", 4);

    /// <summary>A new, empty store.</summary>
    protected abstract IStudyStore Create();

    [Fact]
    public void Open_Twice_GivesTheFirst()
    {
        using IStudyStore store = Create();
        store.Open(Definition);
        StudyDefinition stored = store.Open(Definition with { Seed = 9, Window = 2, Directions = [StudyDirection.Maximize, StudyDirection.Minimize] });
        Assert.Equal((3UL, 4, StudyDirection.Minimize), (stored.Seed, stored.Window, Assert.Single(stored.Directions)));
    }

    [Fact]
    public void Remove_OneOfTwo_LeavesTheOther()
    {
        using IStudyStore store = Opened();
        store.Open(Definition with { Name = "two" });
        foreach (string study in new[] { "one", "two" }) store.Register(study, new Parameter("x", new FloatDistribution(0, 1, false, 0)));
        Claim(store);
        store.Report("one", 0, new Measurement(0, 0.5));
        Finish(store, 0);
        store.Remove("one");
        store.Remove("three");
        Assert.Empty(store.Ended("one", 0));
        Assert.Empty(store.Parameters("one"));
        Assert.Single(store.Parameters("two"));
        Assert.Equal(9UL, store.Open(Definition with { Seed = 9 }).Seed);
    }

    [Fact]
    public void Register_Twice_GivesTheFirst()
    {
        using IStudyStore store = Opened();
        store.Register("one", new Parameter("x", new FloatDistribution(0, 1, false, 0)));
        Assert.Equal(new FloatDistribution(0, 1, false, 0), store.Register("one", new Parameter("x", new IntDistribution(0, 1, false, 1))));
        Assert.Equal("x", Assert.Single(store.Parameters("one")).Key);
        Assert.Empty(store.Parameters("two"));
    }

    [Fact]
    public void Claim_Trial0NotSettled_Waits()
    {
        using IStudyStore store = Opened();
        Assert.Equal(0, Claim(store)?.Number);
        Assert.Null(Claim(store));
        store.Settle("one", 0, """{"x":1}""");
        store.Settle("one", 0, """{"x":2}""");
        Assert.Equal("""{"x":1}""", store.Settled("one"));
        Assert.Equal(1, Claim(store)?.Number);
    }

    [Fact]
    public void Claim_WindowFull_WaitsForTheOldest()
    {
        using IStudyStore store = Opened();
        Claim(store);
        store.Settle("one", 0, "{}");
        foreach (int number in new[] { 1, 2, 3 }) Assert.Equal(number, Claim(store)?.Number);
        Finish(store, 2);
        Assert.Null(Claim(store));
        Finish(store, 0);
        Assert.Equal(4, Claim(store)?.Number);
        Assert.Null(Claim(store));
    }

    [Fact]
    public void Claim_Released_ComesBackWithItsReports()
    {
        using IStudyStore store = Opened();
        Claim(store);
        store.Report("one", 0, new Measurement(1, 0.5));
        store.Report("one", 0, new Measurement(0, 0.75));
        store.Report("one", 0, new Measurement(1, 0.25));
        store.Release("one", 0);
        TrialRow row = Claim(store)!;
        Assert.Equal((0, TrialState.Running), (row.Number, row.State));
        Assert.Equal([new Measurement(0, 0.75), new Measurement(1, 0.25)], row.Reports);
    }

    [Fact]
    public void Claim_CountReached_IsOverWhenAllHaveEnded()
    {
        using IStudyStore store = Opened();
        Claim(store);
        Assert.False(store.Claim("one", Request(1)).IsOver);
        Finish(store, 0);
        Assert.True(store.Claim("one", Request(1)).IsOver);
        Assert.False(store.Claim("one", Request(2)).IsOver);
    }

    [Fact]
    public void Ended_Finished_GivesAllThatWasTold()
    {
        using IStudyStore store = Opened();
        Claim(store);
        store.Report("one", 0, new Measurement(4, 1.0 / 3));
        store.Retry("one", 0, 2, "first");
        TrialRow told = new()
        {
            Number = 0,
            State = TrialState.Failed,
            Attempts = 2,
            Parameters = """{"x":"ü"}""",
            Values = [1.0 / 3, -0.0],
            Error = "it's broken",
            Started = new DateTimeOffset(2026, 1, 2, 3, 4, 5, 678, TimeSpan.Zero),
            Seconds = 0.1,
        };
        store.Finish("one", told);
        TrialRow row = Assert.Single(store.Ended("one", 0));
        Assert.Equal((told.State, told.Attempts, told.Parameters, told.Error, told.Started, told.Seconds), (row.State, row.Attempts, row.Parameters, row.Error, row.Started, row.Seconds));
        Assert.Equal(("planned 0", "me"), (row.Plan, row.Worker));
        Assert.Equal(told.Values, row.Values);
        Assert.Equal(new Measurement(4, 1.0 / 3), Assert.Single(row.Reports));
    }

    [Fact]
    public void Ended_AGap_StopsBeforeIt()
    {
        using IStudyStore store = Opened();
        Claim(store);
        store.Settle("one", 0, "{}");
        Claim(store);
        Claim(store);
        Finish(store, 0);
        Finish(store, 2);
        Assert.Equal([0], store.Ended("one", 0).Select(row => row.Number));
        Finish(store, 1);
        Assert.Equal([1, 2], store.Ended("one", 1).Select(row => row.Number));
    }

    [Fact]
    public void Claim_Plan_SeesThePlansOfTrialsUnderWay()
    {
        using IStudyStore store = Opened();
        Claim(store);
        store.Settle("one", 0, """{"x":1}""");
        Claim(store);
        PlanRequest? seen = null;
        store.Claim("one", new ClaimRequest { Worker = "me", Count = 9, Needs = (_, _) => 0, Plan = request => Seen(request) });
        Assert.Equal((2, """{"x":1}"""), (seen!.Number, seen.First));
        Assert.Equal(["planned 0", "planned 1"], seen.Plans);

        string Seen(PlanRequest request)
        {
            seen = request;
            return "{}";
        }
    }

    private static ClaimRequest Request(int count) => new()
    {
        Worker = "me",
        Count = count,
        Needs = (number, _) => Math.Max(0, number - 3),
        Plan = request => $"planned {request.Number}",
    };

    private static TrialRow? Claim(IStudyStore store) => store.Claim("one", Request(100)).Row;

    private static void Finish(IStudyStore store, int number) => store.Finish("one", new TrialRow { Number = number, State = TrialState.Complete, Parameters = "{}", Values = [1] });

    private IStudyStore Opened()
    {
        IStudyStore store = Create();
        store.Open(Definition);
        return store;
    }
}

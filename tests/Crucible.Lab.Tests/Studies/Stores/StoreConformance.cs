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
        StudyDefinition stored =
            store.Open(Definition with { Seed = 9, Window = 2, Directions = [StudyDirection.Maximize, StudyDirection.Minimize] });
        Assert.Equal((3UL, 4, StudyDirection.Minimize), (stored.Seed, stored.Window, Assert.Single(stored.Directions)));
    }

    [Fact]
    public void Sign_Study_KeepsTheFingerprintOfItAlone()
    {
        using IStudyStore store = Create();
        Assert.Equal("a", store.Open(Definition with { Fingerprint = "a" }).Fingerprint);
        store.Open(Definition with { Name = "two", Fingerprint = "b" });
        Assert.Equal("a", store.Open(Definition with { Fingerprint = "c" }).Fingerprint);
        store.Sign("one", "d");
        Assert.Equal(("d", "b"), (store.Open(Definition).Fingerprint, store.Open(Definition with { Name = "two" }).Fingerprint));
        store.Remove("one");
        Assert.Null(store.Open(Definition).Fingerprint);
    }

    [Fact]
    public void Studies_SomeTrials_CountsThem()
    {
        using IStudyStore store = Create();
        Assert.Empty(store.Studies());
        string id = store.Open(Definition).Id;
        store.Open(Definition with { Name = "a%b" });
        Assert.Equal(new StudySummary("one", id, 0, 0, 0, 0, null), Assert.Single(store.Studies("one")));
        TrialRow first = Claim(store)!;
        store.Settle("one", first.Ticket, "{}");
        Finish(store, Claim(store)!, TrialState.Failed);
        Finish(store, Claim(store)!, TrialState.Pruned);
        StudySummary[] all = [.. store.Studies()];
        Assert.Equal(["a%b", "one"], all.Select(study => study.Name).Order(StringComparer.Ordinal));
        StudySummary one = Array.Find(all, study => study.Name == "one")!;
        Assert.Equal((0, 1, 1, 1, 2), (one.Complete, one.Pruned, one.Failed, one.Open, one.Ended));
        Assert.InRange(one.Latest!.Value, DateTimeOffset.UtcNow.AddMinutes(-5), DateTimeOffset.UtcNow);
        Assert.Empty(store.Studies("none"));
        Assert.Matches("^one: 1 pruned, 1 failed, 1 not ended, [0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}$", one.ToString());
    }

    [Fact]
    public void Open_Removed_HasAnotherIdentity()
    {
        using IStudyStore store = Create();
        string id = store.Open(Definition).Id;
        Assert.Equal(id, store.Open(Definition).Id);
        Assert.NotEqual(id, store.Open(Definition with { Name = "two" }).Id);
        store.Remove("one");
        Assert.NotEqual(id, store.Open(Definition).Id);
        Assert.Throws<StudyException>(() => store.Claim(
            "one", new ClaimRequest { Worker = "me", Id = id, Count = 9, Needs = (_, _) => 0, Plan = _ => "{}" }));
    }

    [Fact]
    public void Remove_OneOfTwo_LeavesTheOther()
    {
        using IStudyStore store = Opened();
        store.Open(Definition with { Name = "two" });
        foreach (string study in new[] { "one", "two" }) store.Register(study, new Parameter("x", new FloatDistribution(0, 1, false, 0)));
        TrialRow row = Claim(store)!;
        store.Report("one", row.Ticket, new Measurement(0, 0.5), []);
        store.Settle("one", row.Ticket, """{"x":1}""");
        Claim(store);
        Finish(store, row);
        store.Remove("one");
        store.Remove("three");
        Assert.Empty(store.Ended("one", 0));
        Assert.Empty(store.Parameters("one"));
        Assert.Single(store.Parameters("two"));
        Assert.Equal(9UL, store.Open(Definition with { Seed = 9 }).Seed);
        Assert.Equal(0, Claim(store)?.Number);
    }

    [Fact]
    public void Remove_ThenTheSameNameAgain_HasNoReportsOfBefore()
    {
        using IStudyStore store = Opened();
        TrialRow row = Claim(store)!;
        store.Report("one", row.Ticket, new Measurement(7, 0.5), []);
        store.Remove("one");
        store.Open(Definition);
        Finish(store, Claim(store)!);
        Assert.Empty(Assert.Single(store.Ended("one", 0)).Reports);
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
        TrialRow row = Claim(store)!;
        Assert.Equal(0, row.Number);
        Assert.Null(Claim(store));
        store.Settle("one", row.Ticket, """{"x":1}""");
        store.Settle("one", row.Ticket, """{"x":2}""");
        Assert.Equal("""{"x":1}""", store.Settled("one"));
        Assert.Equal(1, Claim(store)?.Number);
    }

    [Fact]
    public void Claim_WindowFull_WaitsForTheOldest()
    {
        using IStudyStore store = Opened();
        TrialRow first = Claim(store)!;
        store.Settle("one", first.Ticket, "{}");
        TrialRow[] others = [Claim(store)!, Claim(store)!, Claim(store)!];
        Assert.Equal([1, 2, 3], others.Select(row => row.Number));
        Finish(store, others[1]);
        Assert.Null(Claim(store));
        Finish(store, first);
        Assert.Equal(4, Claim(store)?.Number);
        Assert.Null(Claim(store));
    }

    [Fact]
    public void Claim_Released_ComesBackWithItsReports()
    {
        using IStudyStore store = Opened();
        TrialTicket ticket = Claim(store)!.Ticket;
        foreach (Measurement measurement in new[] { new Measurement(1, 0.5), new Measurement(0, 0.75), new Measurement(1, 0.25) })
            store.Report("one", ticket, measurement, []);
        store.Release("one", ticket, []);
        TrialRow row = Claim(store)!;
        Assert.Equal((0, TrialState.Running), (row.Number, row.State));
        Assert.Equal([new Measurement(0, 0.75), new Measurement(1, 0.25)], row.Reports);
    }

    [Fact]
    public void Claim_CountReached_IsOverWhenAllHaveEnded()
    {
        using IStudyStore store = Opened();
        TrialRow row = Claim(store)!;
        Assert.False(store.Claim("one", Request(1)).IsOver);
        Finish(store, row);
        Assert.True(store.Claim("one", Request(1)).IsOver);
        Assert.False(store.Claim("one", Request(2)).IsOver);
    }

    [Fact]
    public void Ended_Finished_GivesAllThatWasTold()
    {
        using IStudyStore store = Opened();
        TrialTicket ticket = Claim(store)!.Ticket;
        store.Report("one", ticket, new Measurement(4, 1.0 / 3), []);
        store.Retry("one", ticket, 2, "first");
        TrialRow told = new()
        {
            Number = 0,
            State = TrialState.Failed,
            Attempts = 2,
            Parameters = """{"x":"ü"}""",
            Values = [1.0 / 3, -0.0],
            Constraints = """{"memory":-0.5}""",
            Error = "it's broken",
            Started = new DateTimeOffset(2026, 1, 2, 3, 4, 5, 678, TimeSpan.Zero),
            Seconds = 0.1,
            Claim = ticket.Claim,
        };
        store.Finish("one", told);
        store.Finish("one", told); // as when the first answer was lost
        TrialRow row = Assert.Single(store.Ended("one", 0));
        Assert.Equal(
            (told.State, told.Attempts, told.Parameters, told.Error, told.Started, told.Seconds),
            (row.State, row.Attempts, row.Parameters, row.Error, row.Started, row.Seconds));
        Assert.Equal(("planned 0", "me"), (row.Plan, row.Worker));
        Assert.Equal(told.Values, row.Values);
        Assert.Equal(told.Constraints, row.Constraints);
        Assert.Equal(new Measurement(4, 1.0 / 3), Assert.Single(row.Reports));
    }

    [Fact]
    public void Ended_AGap_StopsBeforeIt()
    {
        using IStudyStore store = Opened();
        TrialRow first = Claim(store)!;
        store.Settle("one", first.Ticket, "{}");
        TrialRow second = Claim(store)!;
        TrialRow third = Claim(store)!;
        Finish(store, first);
        Finish(store, third);
        Assert.Equal([0], store.Ended("one", 0).Select(row => row.Number));
        Finish(store, second);
        Assert.Equal([1, 2], store.Ended("one", 1).Select(row => row.Number));
    }

    [Fact]
    public void Claim_Plan_SeesThePlansOfTrialsUnderWay()
    {
        using IStudyStore store = Opened();
        store.Settle("one", Claim(store)!.Ticket, """{"x":1}""");
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

    [Fact]
    public void Write_ByAnEarlierClaim_IsRefused()
    {
        using IStudyStore store = Opened();
        TrialRow early = Claim(store)!;
        store.Release("one", early.Ticket, []);
        TrialRow late = Claim(store)!;
        Assert.Equal(early.Number, late.Number);
        foreach (Action write in new Action[]
        {
            () => store.Settle("one", early.Ticket, "{}"),
            () => store.Report("one", early.Ticket, new Measurement(0, 1), []),
            () => store.Retry("one", early.Ticket, 2, "boom"),
            () => Finish(store, early),
        })
        {
            Assert.Equal(
                "trial: 0 is not this worker's any more: it has ended, or another worker took it over because this one was not heard of for too long. Nothing is written about it.",
                Assert.Throws<TrialLostException>(write).Message);
        }

        store.Release("one", early.Ticket, []); // has nothing to give back
        Assert.Null(Claim(store));
        Finish(store, late);
        Assert.Throws<TrialLostException>(() => Finish(store, early));
        Assert.Throws<TrialLostException>(() => store.Report("one", late.Ticket, new Measurement(0, 1), [])); // it has ended
        TrialRow ended = Assert.Single(store.Ended("one", 0));
        Assert.Equal((TrialState.Complete, 1, late.Claim, 0), (ended.State, ended.Attempts, ended.Claim, ended.Reports.Count));
    }

    [Fact]
    public async Task Claim_ByManyThreads_GivesEveryTrialOnce()
    {
        using IStudyStore store = Opened();
        Finish(store, Claim(store)!);
        int[][] numbers = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() =>
        {
            List<int> taken = [];
            while (store.Claim("one", Request(60)) is { IsOver: false } claim)
            {
                if (claim.Row is not { } row) continue;
                store.Report("one", row.Ticket, new Measurement(0, row.Number), []);
                Finish(store, row);
                taken.Add(row.Number);
            }

            return taken.ToArray();
        })));
        Assert.Equal(Enumerable.Range(1, 59), numbers.SelectMany(taken => taken).Order());
    }

    [Fact]
    public void Enqueue_Settings_GoToTheNextTrialsInOrderAndOnce()
    {
        using IStudyStore store = Opened();
        store.Settle("one", Claim(store)!.Ticket, "{}");
        foreach (string settings in new[] { """{"x":2}""", """{"x":1}""", """{"x":2}""" }) store.Enqueue("one", settings, again: false);
        List<PlanRequest> seen = [];
        ClaimRequest request = new()
        {
            Worker = "me",
            Count = 9,
            Needs = (_, _) => 0,
            Plan = plan =>
            {
                seen.Add(plan);
                return "{}";
            },
        };
        TrialRow[] rows = [.. Enumerable.Range(0, 3).Select(_ => store.Claim("one", request).Row!)];
        Assert.Equal(["""{"x":2}""", """{"x":1}""", null], rows.Select(row => row.Given));
        Assert.Equal([(1, 0), (2, 1), (3, 2)], seen.Select(plan => (plan.Number, plan.Given)));
        store.Enqueue("one", """{"x":1}""", again: false); // a trial has it
        store.Enqueue("one", """{"x":1}""", again: true);
        Assert.Equal("""{"x":1}""", store.Claim("one", request).Row!.Given);
        Assert.Null(store.Claim("one", request).Row!.Given);
        Assert.Throws<StudyException>(() => store.Enqueue("none", "{}", again: false));
    }

    [Fact]
    public async Task Enqueue_ByManyAtOnce_IsThereOnce()
    {
        using IStudyStore store = Opened();
        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() =>
        {
            for (int i = 0; i < 10; i++) store.Enqueue("one", $"{{\"x\":{i}}}", again: false);
        })));
        Assert.Equal(10, store.Read("one").Queue.Distinct().Count());
        Assert.Equal(10, store.Read("one").Queue.Count);
    }

    [Fact]
    public void Add_EndedTrials_StandBehindTheOthersAndOnce()
    {
        using IStudyStore store = Opened();
        TrialRow first = Claim(store)!;
        TrialRow[] rows = [.. Enumerable.Range(0, 3).Select(i => new TrialRow
        {
            Number = 50 - i,
            State = i == 1 ? TrialState.Failed : TrialState.Complete,
            Parameters = """{"x":1}""",
            Values = i == 1 ? [] : [i],
            Error = i == 1 ? "boom" : null,
            Given = $"\"other/{i}\"",
            Attributes = """{"a":1}""",
            Constraints = """{"c":1}""",
            Reports = [new Measurement(i, 0.5)],
        })];
        Assert.Equal([1, 2], store.Add("one", rows[..2]));
        Assert.Equal([1, 2, 3], store.Add("one", rows));
        Assert.Empty(store.Ended("one", 0));
        Finish(store, first);
        TrialRow[] ended = [.. store.Ended("one", 0)];
        Assert.Equal([0, 1, 2, 3], ended.Select(row => row.Number));
        Assert.Equal([null, "\"other/0\"", "\"other/1\"", "\"other/2\""], ended.Select(row => row.Given));
        Assert.Equal(("boom", 1), (ended[2].Error, ended[2].Reports[0].Step));
        Assert.Equal(("""{"a":1}""", """{"c":1}"""), (ended[2].Attributes, ended[2].Constraints));
        Assert.Equal(4, Claim(store)?.Number);
        Assert.Throws<StudyException>(() => store.Add("none", rows));
    }

    [Fact]
    public void Claim_OfANumber_TakesThatOneIfNobodyHasIt()
    {
        using IStudyStore store = Opened();
        store.Settle("one", Claim(store)!.Ticket, "{}");
        TrialRow second = Claim(store)!, third = Claim(store)!;
        store.Suggest("one", third.Ticket, "suggested");
        store.Annotate("one", third.Ticket, """{"a":1}""");
        store.Release("one", third.Ticket, []);
        foreach (int number in new[] { second.Number, 7 }) Assert.Null(store.Claim("one", number, "me"));
        TrialRow again = store.Claim("one", third.Number, "you")!;
        Assert.Equal((third.Number, "suggested", """{"a":1}""", "you"), (again.Number, again.Suggested, again.Attributes, again.Worker));
        Assert.Throws<TrialLostException>(() => store.Suggest("one", third.Ticket, "more"));
        Assert.Throws<TrialLostException>(() => store.Annotate("one", third.Ticket, "{}"));
        Finish(store, again);
        Assert.Null(store.Claim("one", third.Number, "me"));
    }

    [Fact]
    public void Attributes_OfAStudy_AreItsOwn()
    {
        using IStudyStore store = Opened();
        store.Open(Definition with { Name = "two" });
        Assert.Null(store.Attributes("one"));
        store.Annotate("one", "a", "1");
        store.Annotate("one", "b", "null");
        store.Annotate("one", "a", "[2]");
        Assert.Equal(("""{"a":[2],"b":null}""", null), (store.Attributes("one"), store.Attributes("two")));
        Assert.Throws<StudyException>(() => store.Annotate("none", "a", "1"));
    }

    [Fact]
    public void Artifact_InPieces_CountsWhenItIsKept()
    {
        using IStudyStore store = Opened();
        TrialRow row = Claim(store)!;
        Artifact first = new(0, "log", 3, "abc") { Id = "1" }, second = new(0, "log", 1, "def") { Id = "2" };
        foreach ((int place, byte[] content) in new[] { (0, new byte[] { 1, 2 }), (1, [3]), (1, [3]) })
            store.SavePiece("one", first, place, content);
        Assert.Empty(store.Artifacts("one"));
        store.Keep("one", row.Ticket, first);
        Assert.Equal(first, Assert.Single(store.Artifacts("one", 0)));
        Assert.Equal([1, 2], store.Piece("one", first, 0)!);
        Assert.Equal([3], store.Piece("one", first, 1)!);
        Assert.Null(store.Piece("one", first, 2));
        store.SavePiece("one", second, 0, [9]);
        store.Keep("one", row.Ticket, second);
        Assert.Equal(second, Assert.Single(store.Artifacts("one")));
        Assert.Null(store.Piece("one", first, 0));
        Finish(store, row);
        Assert.Throws<TrialLostException>(() => store.Keep("one", row.Ticket, first));
        Assert.Empty(store.Artifacts("one", 1));
        store.Remove("one");
        Assert.Empty(store.Artifacts("one"));
        Assert.Null(store.Piece("one", second, 0));
    }

    /// <summary>Whatever else is on the way to the study at the same time.</summary>
    [Fact]
    public void Artifact_OfAStudyOrAnEndedTrial_ReplacesTheOneOfItsName()
    {
        using IStudyStore store = Opened();
        Finish(store, Claim(store)!);
        foreach (int owner in new[] { Artifact.OfStudy, 0 })
        {
            Artifact first = new(owner, "log", 1, "abc") { Id = $"{owner} a" }, second = first with { Sha256 = "def", Id = $"{owner} b" };
            Artifact other = first with { Name = "other", Id = $"{owner} c" };
            foreach (Artifact one in new[] { first, second, other }) store.SavePiece("one", one, 0, [7]);
            store.Keep("one", first);
            Assert.Equal(first, Assert.Single(store.Artifacts("one", owner)));
            for (int i = 0; i < 2; i++) store.Keep("one", second); // as when the first answer was lost
            store.Keep("one", other);
            Assert.Equal([second, other], store.Artifacts("one", owner));
            Assert.Null(store.Piece("one", first, 0));
            foreach (Artifact one in new[] { second, other }) Assert.Equal([7], store.Piece("one", one, 0)!);
        }

        Assert.Equal([-1, -1, 0, 0], store.Artifacts("one").Select(artifact => artifact.Trial));
        Assert.Equal(4, store.Read("one").Artifacts.Count);
        Assert.Throws<StudyException>(() => store.Keep("none", new Artifact(Artifact.OfStudy, "log", 0, "abc") { Id = "x" }));
        store.Remove("one");
        Assert.Empty(store.Artifacts("one"));
    }

    [Fact]
    public void Write_WhatAnotherHasRead_IsTheSameStudy()
    {
        using IStudyStore store = Opened(), other = Create();
        store.Register("one", new Parameter("x", new FloatDistribution(0, 1, false, 0)));
        TrialRow row = Claim(store)!;
        store.Report("one", row.Ticket, new Measurement(3, 0.25), []);
        store.Annotate("one", row.Ticket, """{"a":1}""");
        store.Keep("one", row.Ticket, new Artifact(0, "log", 0, "abc") { Id = "1" });
        Finish(store, row);
        store.Enqueue("one", """{"x":1}""", again: false);
        store.Annotate("one", "b", "2");
        Claim(store); // has not ended
        store.Enqueue("one", """{"x":2}""", again: false);
        StudyContent content = store.Read("one");
        StudyContent renamed = content with { Definition = content.Definition with { Name = "two", Id = "new" } };
        Assert.True(other.Write(renamed));
        Assert.True(other.Write(renamed)); // as when the first answer was lost
        Assert.False(other.Write(renamed with { Definition = renamed.Definition with { Id = "another" } }));
        StudyContent read = other.Read("two");
        Assert.Equal(["""{"x":2}"""], read.Queue);
        Assert.Equal((content.Attributes, "new"), (read.Attributes, read.Definition.Id));
        Assert.Equal((3UL, 4), (read.Definition.Seed, read.Definition.Window));
        TrialRow ended = Assert.Single(read.Trials);
        Assert.Equal(("planned 0", """{"a":1}""", new Measurement(3, 0.25)), (ended.Plan, ended.Attributes, ended.Reports[0]));
        Assert.Equal((content.Artifacts[0], "x"), (Assert.Single(read.Artifacts), Assert.Single(read.Parameters).Key));
        Assert.Throws<StudyException>(() => other.Read("none"));
    }

    private static ClaimRequest Request(int count) => new()
    {
        Worker = "me",
        Count = count,
        Needs = (number, _) => Math.Max(0, number - 3),
        Plan = request => $"planned {request.Number}",
    };

    private static TrialRow? Claim(IStudyStore store) => store.Claim("one", Request(100)).Row;

    private static void Finish(IStudyStore store, TrialRow row, TrialState state = TrialState.Complete) =>
        store.Finish("one", new TrialRow { Number = row.Number, Claim = row.Claim, State = state, Parameters = "{}", Values = [1] });

    private IStudyStore Opened()
    {
        IStudyStore store = Create();
        store.Open(Definition);
        return store;
    }
}

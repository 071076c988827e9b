using Crucible.Diagnostics;
using Xunit;

namespace Crucible.Tests.Diagnostics;

public class ThirtyRunsTests
{
    public static TheoryData<string, ulong> Broken => Cases(ThirtyRuns.Broken.Keys);

    public static TheoryData<string, ulong> Healthy => Cases(ThirtyRuns.Healthy.Keys);

    [Theory]
    [MemberData(nameof(Broken))]
    public void BrokenRun_IsNamedFirst(string name, ulong seed)
    {
        (Symptom expected, Func<ulong, ThirtyRuns.Run> make) = ThirtyRuns.Broken[name];
        TrainingDiagnostics diagnostics = make(seed).Train();
        Assert.True(diagnostics.Findings() is [{ } first, ..] && first.Symptom == expected, diagnostics.ToString());
    }

    [Theory]
    [MemberData(nameof(Healthy))]
    public void HealthyRun_NamesNothing(string name, ulong seed)
    {
        TrainingDiagnostics diagnostics = ThirtyRuns.Healthy[name](seed).Train();
        Assert.True(diagnostics.Findings().Count == 0, diagnostics.ToString());
    }

    private static TheoryData<string, ulong> Cases(IEnumerable<string> names)
    {
        TheoryData<string, ulong> cases = new();
        foreach (string name in names)
            for (ulong seed = 1; seed <= 2; seed++) cases.Add(name, seed);
        return cases;
    }
}

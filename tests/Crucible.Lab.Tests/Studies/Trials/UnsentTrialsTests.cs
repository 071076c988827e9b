using Crucible.Lab.Studies;
using Xunit;

namespace Crucible.Lab.Tests.Studies;

public sealed class UnsentTrialsTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("trial-3-abc.json", "")]
    [InlineData("trial-3-abc.json", "null")]
    [InlineData("trial-3-abc.json", "{\"Number\":3,\"St")]
    [InlineData("trial-3-abc.json", """{"Number":3,"State":1,"Claim":"abc"}""")] // it had not ended
    [InlineData("trial-4-abc.json", """{"Number":3,"State":2,"Claim":"abc"}""")]
    [InlineData("trial-3-abc.json", """{"Number":3,"State":2,"Claim":"abc","Values":null}""")]
    [InlineData("trial-3-abc.json", """{"Number":3,"State":2,"Claim":"abc","Reports":null}""")]
    public void Send_DamagedFile_IsSetAsideAndTheRestIsSent(string name, string content)
    {
        UnsentTrials unsent = new(folder.Location);
        unsent.Keep(new TrialRow { Number = 5, State = TrialState.Complete, Claim = "def", Values = [0.1] });
        File.WriteAllText(folder.File(name), content);
        List<TrialRow> sent = [];
        unsent.Send(sent.Add);
        Assert.Equal([0.1], Assert.Single(sent).Values);
        Assert.Equal([$"{name}.damaged"], Directory.GetFiles(folder.Location).Select(Path.GetFileName));
    }

    [Fact]
    public void Study_OfTheSameNameElsewhere_LeavesThem()
    {
        Kept("a.db");
        using (Open("b.db")) Assert.Single(Files());
        using Study study = Open("a.db");
        Assert.Empty(Files());
        Assert.Equal("0 complete 7 {}", study.Trials[0].ToString());
    }

    private void Kept(string store)
    {
        using SqliteStore claims = new(folder.File(store));
        string sampler = new AutoSampler().ToString()!;
        StudyDefinition study = claims.Open(new StudyDefinition("one", [StudyDirection.Minimize], 0, sampler, "none", 8));
        TrialRow row = claims.Claim("one", new ClaimRequest { Worker = "me", Count = 1, Needs = (_, _) => 0, Plan = _ => "{}" }).Row!;
        new UnsentTrials(Path.Combine(StudyFolder.Of(folder.File("shared"), "one", study.Id), "unsent")).Keep(
            row with { State = TrialState.Complete, Values = [7], Parameters = "{}" });
    }

    private string[] Files() => Directory.GetFiles(folder.File("shared"), "*.json", SearchOption.AllDirectories);

    private Study Open(string store) =>
        new("one", new StudyOptions { Store = new SqliteStore(folder.File(store)), Folder = folder.File("shared") });
}

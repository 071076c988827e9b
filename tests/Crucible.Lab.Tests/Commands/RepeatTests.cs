using System.Text.Json.Nodes;
using Crucible.Lab.Reports;
using Crucible.Lab.Tests.House;
using Crucible.Lab.Tests.Scripting;
using Xunit;

namespace Crucible.Lab.Tests.Commands;

public sealed class RepeatTests : CommandTests
{
    [Fact]
    [Trait("Speed", "Slow")]
    public async Task Repeat_AReport_SaysThatAllIsTheSame_AndWhatIsNot()
    {
        ScriptProcess.Result run = await ScriptProcess.RunAsync(
            Rooms.Root, "scripts/template.fsx", "--quick", "--seed", "3", "--out", Folder.File("run"));
        Assert.True(run.ExitCode == 0, run.Errors);
        string sent = Folder.File("sent.html");
        File.Move(Folder.File("run/report.html"), sent);

        Assert.True(Run("repeat", sent) == 0, Complaint);
        Assert.Matches(@"│ test_mse │ +[0-9.]+ │ +[0-9.]+ │ the same to the bit │", Said);
        Assert.EndsWith("1 of 1 results are the same to the bit.", Said, StringComparison.Ordinal);

        // As if it had come out otherwise where the report was made.
        string page = File.ReadAllText(sent), value = SentRun.Read(sent).Record["metrics"]!["test_mse"]!.ToJsonString();
        File.WriteAllText(sent, page.Replace($"\"test_mse\":{value}", "\"test_mse\":0.5", StringComparison.Ordinal));
        Assert.Equal(1, Run("repeat", sent));
        Assert.Contains("0 of 1 results are the same to the bit.", Said, StringComparison.Ordinal);
        Assert.Matches(@"│ test_mse │ +0\.5 │ +[0-9.]+ │ differs by ", Said);
    }

    [Fact]
    public void Repeat_Wrong_IsALineAndExitCode2()
    {
        string run = Write("a", "1"), hidden = Write("a", "2", """{ "script": "a", "metrics": {}, "private": true }""");
        JsonObject outside = new()
        {
            ["script"] = "a",
            ["metrics"] = new JsonObject(),
            ["origin"] = new JsonObject { ["source"] = new JsonArray(new JsonObject { ["file"] = "../../x.fsx", ["text"] = "" }) },
        };
        string escaping = Write("a", "3", outside.ToJsonString());
        foreach ((string[] arguments, string expected) in new (string[], string)[]
        {
            ([], "repeat: one report must be named, but there are 0"),
            (["none.html"], "there is no file or folder none.html"),
            ([run], $"repeat: {run} holds no source: an older version wrote it, or no script did"),
            ([hidden], $"repeat: {hidden} was written with --private, and holds no source"),
            ([escaping], "repeat: a source file must lie below the script's folder, but is ../../x.fsx"),
        })
        {
            Errors.GetStringBuilder().Clear();
            Assert.Equal(2, Run(["repeat", .. arguments]));
            Assert.Equal(expected, Complaint);
        }
    }
}

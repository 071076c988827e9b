using System.Text.Json;
using Crucible.Lab.Reports;
using Xunit;

namespace Crucible.Lab.Tests.Commands;

public sealed class QueryTests : CommandTests
{
    [Fact]
    public void Query_MetricsAndSettings_AreColumns()
    {
        Write("housing", "1-seed0", seed: 0, mse: 9.75, epochs: 100);
        Write("housing", "2-seed1", seed: 1, mse: 8.5);
        Write("sweep", "1-seed0", mse: 0.1 + 0.2);

        Assert.Equal(0, Run("query", "select run, test_mse, epochs from runs where script = 'housing' order by test_mse"));

        string[] lines = Said.Split('\n');
        Assert.Matches(@"│ run +│ test_mse │ Epochs │", lines[1]);
        Assert.Matches(@"│ housing/2-seed1 +│ +8\.5 │ +10 │", lines[3]);
        Assert.Matches(@"│ housing/1-seed0 +│ +9\.75 │ +100 │", lines[4]);
    }

    [Fact]
    public void Query_Json_HasAllDigitsAndNulls()
    {
        Write("a", "1", mse: 0.1 + 0.2);
        Write("b", "1", mse: double.NaN);

        Assert.Equal(0, Run("query", "--json", "select script, test_mse, Epochs as epochs from runs order by script"));

        JsonElement rows = JsonDocument.Parse(Said).RootElement;
        Assert.Equal(0.30000000000000004, rows[0].GetProperty("test_mse").GetDouble());
        Assert.Equal(10, rows[0].GetProperty("epochs").GetInt32());
        Assert.Equal(JsonValueKind.Null, rows[1].GetProperty("test_mse").ValueKind);
    }

    [Fact]
    public void Query_Star_LeavesOutWhatIsEmpty()
    {
        Write("a", "1");

        Run("query", "select * from runs");

        Assert.Contains("test_mse", Said, StringComparison.Ordinal);
        Assert.DoesNotContain("answer", Said, StringComparison.Ordinal);
    }

    [Fact]
    public void Query_SettingWithTheNameOfAMetric_IsTheConfigs()
    {
        RunRecord record = new() { Script = "a", Description = "", Seed = 3, Started = DateTimeOffset.UnixEpoch };
        record.Config["epochs"] = 10;
        record.SetMetric("Epochs", 7);
        Write("a", "1", record.ToJson());

        Run("query", """select epochs, "config.epochs" from runs""", "--json");

        JsonElement row = JsonDocument.Parse(Said).RootElement[0];
        Assert.Equal((7, 10), (row.GetProperty("Epochs").GetInt32(), row.GetProperty("config.epochs").GetInt32()));
    }

    [Theory]
    [InlineData("select tset_mse from runs", "query: there is no column tset_mse; test_mse is nearest. ")]
    [InlineData("""select "tset_mse" from runs""", "query: there is no column tset_mse; test_mse is nearest. ")]
    [InlineData("select script from runs where nowhere_near = 1", "query: there is no column nowhere_near. ")]
    [InlineData("select script from run", "query: there is no table run; the only one is runs")]
    [InlineData("selct script from runs", "query: near \"selct\": syntax error")]
    [InlineData("delete from runs", "query: the SQL must be one select, which changes nothing")]
    [InlineData("attach 'other.db' as other", "query: the SQL must be one select, which changes nothing")]
    [InlineData("vacuum into 'other.db'", "query: the SQL must be one select, which changes nothing")]
    [InlineData("pragma query_only", "query: the SQL must be one select, which changes nothing")]
    public void Query_Wrong_IsALineWithTheNearestName(string sql, string expected)
    {
        Write("housing", "1-seed0");

        Assert.Equal(2, Run("query", sql));

        Assert.StartsWith(expected, Complaint, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', Complaint);
        Assert.Empty(Said);
    }

    [Fact]
    public void Query_DamagedRun_IsLeftOutAndNamed()
    {
        Write("housing", "1-seed0");
        Write("housing", "2-seed0", "{ \"script\": ");

        Assert.Equal(0, Run("query", "select count(*) as n from runs", "--json"));

        Assert.Equal(1, JsonDocument.Parse(Said).RootElement[0].GetProperty("n").GetInt32());
        Assert.StartsWith("left out, because their run.json cannot be read: housing/2-seed0 (", Complaint, StringComparison.Ordinal);
    }

    [Fact]
    public void Query_MoreMetricsThanSqliteHasColumns_AnswersForThoseNamed()
    {
        RunRecord record = new() { Script = "a", Description = "", Seed = 0, Started = DateTimeOffset.UnixEpoch };
        for (int i = 0; i < 2100; i++) record.SetMetric($"m{i}", i);
        Write("a", "1", record.ToJson());

        Assert.Equal(0, Run("query", "select m2099 from runs", "--json"));
        Assert.Equal(2099, JsonDocument.Parse(Said).RootElement[0].GetProperty("m2099").GetInt32());
        Assert.Equal(2, Run("query", "select * from runs"));
        Assert.Equal("query: * has 2110 columns, and at most 1900 can be read at once; name those you want", Complaint);
    }
}

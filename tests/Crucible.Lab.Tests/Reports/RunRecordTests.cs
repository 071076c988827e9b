using System.Text.Json;
using Crucible.Lab.Reports;
using Xunit;

namespace Crucible.Lab.Tests.Reports;

public sealed class RunRecordTests
{
    [Fact]
    public void ToJson_IsTheContract()
    {
        using Culture _ = new();

        Assert.Equal(
            """
            {
              "script": "sample",
              "description": "A <sample> & more",
              "seed": 7,
              "status": "completed",
              "quick": false,
              "command": "",
              "script_sha256": null,
              "config": {
                "epochs": 10
              },
              "data": {},
              "started": "2026-01-02T02:04:05.678Z",
              "seconds": 1.5,
              "machine": {
                "os": "an <os>"
              },
              "versions": {
                "dotnet": "10.0"
              },
              "metrics": {
                "test_mse": 9.75,
                "diverged": null
              },
              "headlines": [
                "test_mse"
              ],
              "checks": [
                {
                  "name": "test error",
                  "expected": "at most 10",
                  "actual": 9.75,
                  "ok": true
                }
              ]
            }

            """.ReplaceLineEndings("\n"),
            Samples.Record().ToJson());
    }

    [Fact]
    public void ToJson_OfAFailedRun_SaysWhy()
    {
        RunRecord record = Samples.Record(RunStatus.Failed);
        record.Error = "csv: line 3 has 2 cells";

        Assert.Contains("\"error\": \"csv: line 3 has 2 cells\"", record.ToJson(), StringComparison.Ordinal);
    }

    [Fact]
    public void SetMetric_Twice_KeepsTheLastInTheFirstsPlace()
    {
        RunRecord record = Samples.Record();
        record.SetMetric("test_mse", 1);

        Assert.Equal(["test_mse", "diverged"], record.Metrics.Select(metric => metric.Key));
        Assert.Equal(1, record.Metrics[0].Value);
    }

    [Fact]
    public void ToJson_AnswerTitlesAndNotes_FollowTheContract()
    {
        RunRecord record = Samples.Record();
        (record.Answer, record.Estimates) = ("It is.", [new Estimate("error", 1.5, "s")]);
        record.Titles["test_mse"] = "test error";
        record.Notes.Add(new Note("speed", "fast"));
        JsonElement json = JsonDocument.Parse(record.ToJson()).RootElement;

        Assert.Equal("It is.", json.GetProperty("answer").GetString());
        Assert.Equal(1.5, json.GetProperty("estimates")[0].GetProperty("value").GetDouble());
        Assert.Equal(JsonValueKind.Null, json.GetProperty("estimates")[0].GetProperty("uncertainty").ValueKind);
        Assert.Equal("test error", json.GetProperty("titles").GetProperty("test_mse").GetString());
        Assert.Equal("fast", json.GetProperty("notes")[0].GetProperty("text").GetString());
    }

    [Theory]
    [InlineData(11.2637, 0.412, "11.26", "± 0.41 s")]
    [InlineData(11.2637, 3.2, "11.3", "± 3.2 s")]
    [InlineData(1234.6, 123, "1235", "± 123 s")]
    [InlineData(0.87312, double.NaN, "0.8731", "s")]
    [InlineData(0.00001234, 0, "1.234e-5", "± 0 s")]
    public void Estimate_HasTheDigitsThatItsUncertaintyLeaves(double value, double uncertainty, string number, string rest)
    {
        using Culture _ = new();
        Estimate estimate = new("time", value, "s", uncertainty);

        Assert.Equal((number, rest), (estimate.Number, estimate.Rest));
    }

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public void ToJson_NotFiniteActual_IsNull(double actual)
    {
        RunRecord record = Samples.Record();
        record.Checks.Add(new Check("finite", 0.5, actual, false));

        JsonElement check = JsonDocument.Parse(record.ToJson()).RootElement.GetProperty("checks")[1];

        Assert.Equal(JsonValueKind.Null, check.GetProperty("actual").ValueKind);
        Assert.Equal(0.5, check.GetProperty("expected").GetDouble());
        Assert.True(record.HasFailedCheck);
    }
}

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
              "config": {
                "epochs": 10
              },
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
    public void SetMetric_Twice_KeepsTheLastInTheFirstsPlace()
    {
        RunRecord record = Samples.Record();
        record.SetMetric("test_mse", 1);

        Assert.Equal(["test_mse", "diverged"], record.Metrics.Select(metric => metric.Key));
        Assert.Equal(1, record.Metrics[0].Value);
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

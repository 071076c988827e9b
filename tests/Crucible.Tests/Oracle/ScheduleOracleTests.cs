using System.Text.Json;
using Crucible.Optimizers;
using Xunit;

namespace Crucible.Tests.Oracle;

/// <summary>Learning rates run as PyTorch's schedulers make them.</summary>
public sealed class ScheduleOracleTests
{
    // PyTorch computes some rates from the one before, step by step; closed forms differ in the last bits.
    private const double Tolerance = 1e-15;

    /// <summary>All schedules by name.</summary>
    public static TheoryData<string> Schedules => [.. OracleFile.Read<Rates>("schedules", "schedules").Select(schedule => schedule.Name)];

    /// <summary>All plateaus by name.</summary>
    public static TheoryData<string> Plateaus => [.. OracleFile.Read<Plateau>("schedules", "plateaus").Select(plateau => plateau.Name)];

    [Theory]
    [MemberData(nameof(Schedules))]
    public void At_EveryStep_IsAsInPyTorch(string name)
    {
        Rates record = OracleFile.Read<Rates>("schedules", "schedules").Single(record => record.Name == name);
        Schedule schedule = Create(record.Schedule, record.Rate, new(record.Options));
        for (int step = 0; step < record.Values.Length; step++) Assert.Equal(record.Values[step], schedule.At(step), Tolerance);
    }

    [Theory]
    [MemberData(nameof(Plateaus))]
    public void Observe_EveryMetric_LowersRateAsInPyTorch(string name)
    {
        Plateau record = OracleFile.Read<Plateau>("schedules", "plateaus").Single(record => record.Name == name);
        OracleAttributes options = new(record.Options);
        ReduceOnPlateau plateau = new(record.Rate, new()
        {
            Patience = options.Int("patience"),
            Factor = options.Number("factor"),
            Cooldown = (int)options.NumberOr("cooldown", 0),
            MinimumRate = options.NumberOr("minimumRate", 0),
        });
        foreach ((double metric, double rate) in record.Metrics.Zip(record.Values))
        {
            plateau.Observe(metric);
            Assert.Equal(rate, plateau.Rate, Tolerance);
        }
    }

    private static Schedule Create(string schedule, double rate, OracleAttributes options) => schedule switch
    {
        "constant" => Schedule.Constant(rate),
        "step" => Schedule.Step(rate, options.Int("every"), options.Number("factor")),
        "exponential" => Schedule.Exponential(rate, options.Number("factor")),
        "cosine" => Schedule.Cosine(rate, options.Int("steps"), options.Number("floor")),
        "linearWarmup" => Schedule.Constant(rate).WithWarmUp(options.Int("steps")),
        "oneCycle" => Schedule.OneCycle(rate, options.Int("steps"), options.Number("rise")),
        _ => throw new InvalidDataException($"the oracle names a schedule {schedule}"),
    };

    private sealed record Rates(string Name, string Schedule, double Rate, Dictionary<string, JsonElement> Options, double[] Values);

    private sealed record Plateau(string Name, double Rate, Dictionary<string, JsonElement> Options, double[] Metrics, double[] Values);
}

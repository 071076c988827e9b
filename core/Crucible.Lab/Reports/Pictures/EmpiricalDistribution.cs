namespace Crucible.Lab.Reports.Pictures;

/// <summary>Which share of a study's complete trials is at most a value, for every value.</summary>
/// <param name="Study">The study's name.</param>
/// <param name="Values">The values in rising order, at most some hundred of them.</param>
/// <param name="Shares">The share of trials at or below each.</param>
/// <param name="Median">The value that half of the trials reach.</param>
internal sealed record EmpiricalDistribution(string Study, IReadOnlyList<double> Values, IReadOnlyList<double> Shares, double Median)
{
    private const int MostSteps = 500;

    internal static EmpiricalDistribution Of(StudyView study, Objective objective)
    {
        double[] sorted = [.. study.Complete.Select(objective.Of).Order()];
        int[] places = sorted.Length <= MostSteps
            ? [.. Enumerable.Range(0, sorted.Length)]
            : [.. Enumerable.Range(0, MostSteps).Select(i => (int)((long)i * (sorted.Length - 1) / (MostSteps - 1)))];
        places = [.. places.Where(i => i + 1 == sorted.Length || sorted[i + 1] > sorted[i])];
        double[] values = [.. places.Select(i => sorted[i])];
        return new EmpiricalDistribution(study.Name, values, [.. places.Select(i => (double)(i + 1) / sorted.Length)], MedianOf(sorted));
    }

    private static double MedianOf(double[] sorted) => sorted.Length == 0 ? double.NaN : (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
}

using System.Text.Json.Nodes;

namespace Crucible.Lab.Reports;

/// <summary>Which share of a study's complete trials is at most a value, for every value.</summary>
/// <param name="Study">The study's name.</param>
/// <param name="Values">The values in rising order, at most some hundred of them.</param>
/// <param name="Shares">The share of trials at or below each.</param>
/// <param name="Median">The value that half of the trials reach.</param>
internal sealed record EmpiricalDistribution(string Study, IReadOnlyList<double> Values, IReadOnlyList<double> Shares, double Median)
{
    private const string Title = "Empirical distribution";
    private const int MostSteps = 500;

    internal static Panel Draw(StudyView study, IReadOnlyList<StudyView> others)
    {
        StudyView[] all = [.. new[] { study }.Concat(others).Where(one => one.Complete.Length > 0)];
        return all.Length == 0
            ? Panel.LeftOut(Title, "No trial is complete.")
            : Panel.ByObjective(Title, study, objective => Draw(all, Called(all), objective));
    }

    /// <summary>What the trials of studies of the same directions reach.</summary>
    /// <param name="studies">At least one; each has complete trials.</param>
    internal static Panel Compare(StudyView[] studies) => Panel.ByObjective(
        Title, studies[0], objective => Draw(studies, [.. studies.Select(study => study.Name)], objective));

    private static (Figure Figure, string Says) Draw(StudyView[] studies, string[] names, Objective objective)
    {
        EmpiricalDistribution[] curves =
            [.. studies.Zip(names, (study, name) => EmpiricalDistribution.Of(study, objective) with { Study = name })];
        ValueRange range = ValueRange.Of(objective, studies.SelectMany(study => study.Complete).Select(objective.Of));
        JsonObject shares = Figure.Axis("share of trials, %");
        shares["range"] = new JsonArray(0, 102);
        JsonObject layout = new() { ["xaxis"] = ParameterAxis.Of(range), ["yaxis"] = shares };
        // Each curve begins at 0 below its first value, or steps up there from nothing.
        IEnumerable<JsonObject> traces = curves.Select(curve => Figure.Line(
            curve.Values.Take(1).Concat(curve.Values), curve.Shares.Select(share => 100 * share).Prepend(0),
            curves.Length > 1 ? curve.Study : null, shape: "hv"));
        return (new Figure(traces, layout), Says(curves, objective) + range.Says());
    }

    /// <summary>The studies' names without the words that all begin with; one that has no more is "this study".</summary>
    private static string[] Called(StudyView[] studies)
    {
        string[][] words = [.. studies.Select(study => study.Name.Split(' '))];
        int common = Enumerable.Range(0, words.Min(name => name.Length)).TakeWhile(i => words.All(name => name[i] == words[0][i])).Count();
        return [.. words.Select(name => name.Length == common ? "this study" : string.Join(' ', name.Skip(common)))];
    }

    private static string Says(EmpiricalDistribution[] curves, Objective objective)
    {
        string better = objective.IsMinimized ? "or less" : "or more";
        string[] medians = [.. curves.Select((curve, i) =>
            $"{Words.Value(curve.Median)}{(i == 0 ? $" {better}" : "")}{(curves.Length == 1 ? "" : $" in {curve.Study}")}")];
        string side = objective.IsMinimized ? "left" : "right";
        string comparison = curves.Length == 1 ? "" : $" The further {side} a curve lies, the better the search was.";
        return $"Half of the complete trials reach {Words.List(medians)}.{comparison}";
    }

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

    private static double MedianOf(double[] sorted) =>
        sorted.Length == 0 ? double.NaN : (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
}

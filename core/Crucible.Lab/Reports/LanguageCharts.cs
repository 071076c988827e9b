using Crucible.Layers;
using Crucible.Training;

namespace Crucible.Lab.Reports;

/// <summary>The figures of a language model: how it learned, and where it looks.</summary>
internal static class LanguageCharts
{
    /// <summary>Loss, learning rate, gradient and speed over the updates.</summary>
    internal static Chart[] Curves(History history, string? reference, double referenceLoss)
    {
        TrainingRecord[] after = [.. history.Records.Skip(1)];
        Chart Line(string name, Func<TrainingRecord, double> value, IReadOnlyList<TrainingRecord> records) =>
            Chart.Line(records.Select(record => record.Updates), records.Select(value), Name: name, ShowMarkers: records.Count < 3);
        List<Chart> losses = [Line("training", record => record.Loss, after), Line("validation", record => record.ValidationLoss, history.Records)];
        if (reference is not null) losses.Add(Chart.Line([0, history.Last.Updates], [referenceLoss, referenceLoss], Name: reference, LineDash: "dash"));
        return [
            Drawn(Chart.combine(losses), "Loss", "nats a token"),
            Drawn(Line("learning rate", record => record.LearningRate, after), "Learning rate", "rate"),
            Drawn(Line("gradient", record => record.GradientNorm, after), "Size of the gradient before clipping", "Euclidean norm"),
            Drawn(Line("speed", record => record.ItemsPerSecond, after), "Speed since the start", "tokens a second"),
        ];
    }

    /// <summary>exp of the loss at each position.</summary>
    internal static Chart Perplexity(IReadOnlyList<double> losses) =>
        Chart.Line(Enumerable.Range(1, losses.Count), losses.Select(Math.Exp), Name: "perplexity", ShowMarkers: true)
            .WithTitle("Perplexity by position in the context").WithXAxis("tokens seen").WithYAxis("perplexity (choices a token)", isLog: true);

    /// <summary>Pictures of the heads whose attention is least spread, layer after layer.</summary>
    internal static Chart[] Attention(AttentionMaps maps, string[] tokens, int most)
    {
        var heads =
            from layer in Enumerable.Range(0, maps.Weights.Count)
            from head in Enumerable.Range(0, maps.Weights[layer].Shape[1])
            select (Layer: layer, Head: head, Rows: maps.Weights[layer].Select(0, 0).Select(0, head).ToArray<double>().Chunk(tokens.Length).ToArray());
        return [..
            from shown in heads.OrderBy(head => head.Rows.Average(Entropy)).Take(most)
            orderby shown.Layer, shown.Head
            select Chart.Heatmap(shown.Rows, X: tokens, Y: tokens, ReverseYAxis: true, ZMin: 0.0, ZMax: 1.0, ShowScale: false)
                .WithTitle(Errors.Text($"layer {shown.Layer + 1}, head {shown.Head + 1}")).WithXAxis("token looked at").WithYAxis("token that looks").WithSize(height: 380)];
    }

    private static double Entropy(double[] weights) => -weights.Where(weight => weight > 0).Sum(weight => weight * Math.Log(weight));

    private static Chart Drawn(Chart chart, string title, string yTitle) => chart.WithTitle(title).WithXAxis("updates").WithYAxis(yTitle).WithSize(height: 330);
}

using Crucible.Layers;
using Crucible.Statistics;
using Crucible.Tensors;
using Crucible.Training;

namespace Crucible.Lab.Reports;

/// <content>How a language model learned, and what it learned.</content>
public sealed partial class Report
{
    /// <summary>Adds curves of the loss, the learning rate, the gradient's size and the speed.</summary>
    /// <param name="history">What was measured.</param>
    /// <param name="reference">What another loss to compare with is called, or null for none.</param>
    /// <param name="referenceLoss">That loss, in nats a token.</param>
    public void LanguageCurves(LanguageHistory history, string? reference = null, double referenceLoss = double.NaN) => Charts(
        LanguageCharts.Curves(history, reference, referenceLoss),
        "A training loss is the mean over the updates since the measurement before, each taken before its update, so it lags behind the validation loss.");

    /// <summary>Adds the perplexity at each position of the context: how much the tokens before help.</summary>
    /// <param name="losses">Nats per token at each position, from <see cref="LanguageTrainer.EvaluateByPosition"/>; 1 or more.</param>
    public void PerplexityByPosition(IReadOnlyList<double> losses) => Chart(
        LanguageCharts.Perplexity(losses),
        Errors.Text($"With one token to go by the model is as unsure as if it chose among {Math.Exp(losses[0]):F1} tokens, with {losses.Count} as if among {Math.Exp(losses[^1]):F1}; in the later half of the context, on average, among {Math.Exp(losses.Skip(losses.Count / 2).Average()):F1}."));

    /// <summary>Adds pictures of how a token's attention is shared among the tokens: of the heads that look most sharply, by the entropy of their weights.</summary>
    /// <param name="maps">The weights of a pass over one text, [1, H, T, T] a layer.</param>
    /// <param name="tokens">The T tokens as people read them.</param>
    /// <param name="most">At most how many heads.</param>
    public void Attention(AttentionMaps maps, IEnumerable<string> tokens, int most = 8)
    {
        Chart[] charts = LanguageCharts.Attention(maps, [.. tokens], most);
        Charts(charts, Errors.Text($"Of {maps.Weights.Sum(layer => layer.Shape[1])} heads the {charts.Length} that look most sharply. ")
            + "Each row is a token and shows how its attention is shared among itself and those before it; bright is much. A bright line beside the diagonal is a head that looks a fixed number of tokens back, a bright column a token that many look at.");
    }

    /// <summary>Adds a map of the tokens' vectors: their places in the plane of the first two principal components.</summary>
    /// <param name="vectors">A vector for each token, [N, C], N and C at least 2.</param>
    /// <param name="tokens">The N tokens as people read them.</param>
    /// <param name="kinds">What kind each is: a colour and an entry of the legend.</param>
    public void TokenMap(Tensor vectors, IReadOnlyList<string> tokens, IReadOnlyList<string> kinds)
    {
        PrincipalComponents components = PrincipalComponents.Fit(vectors, 2);
        double[] places = components.Scores.ToArray();
        Chart Points(IGrouping<string, int> kind) => Reports.Chart.Point(
            kind.Select(i => places[2 * i]), kind.Select(i => places[(2 * i) + 1]), Name: kind.Key, MultiText: kind.Select(i => tokens[i]), TextPosition: "top center");
        Chart(
            Reports.Chart.combine(Enumerable.Range(0, tokens.Count).GroupBy(i => kinds[i]).Select(Points))
                .WithTitle("The tokens' vectors, from the side that shows most").WithXAxis("first principal component").WithYAxis("second principal component").WithSize(height: 620),
            Errors.Text($"Tokens that are used alike lie near each other. The plane holds {100 * components.Shares.Sum():F0} % of the variance of {tokens.Count} vectors of {vectors.Shape[1]} numbers: what is near in it may be far apart in the rest."));
    }
}

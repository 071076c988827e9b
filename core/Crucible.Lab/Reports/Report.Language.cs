using System.Text.Json.Nodes;
using Crucible.Layers;
using Crucible.Models;
using Crucible.Statistics;
using Crucible.Tensors;
using Crucible.Text;
using Crucible.Training;
using static System.FormattableString;

namespace Crucible.Lab.Reports;

/// <content>How a language model learned, and what it learned.</content>
public sealed partial class Report
{
    private const int MostLooking = 24; // tokens of a map of attention: more could not be read
    private const int MostMapped = 100; // tokens: one that was hardly seen has hardly moved from its random place
    private const int Counted = 1_000_000; // tokens, to find the most frequent

    /// <summary>
    /// Adds three sections on what a language model learned: what the context is worth, where it looks on the beginning
    /// of the validation text, and how it sees the most frequent tokens.
    /// </summary>
    /// <param name="model">The model.</param>
    /// <param name="tokenizer">The tokenizer that it was trained with.</param>
    /// <param name="tokens">The whole text.</param>
    /// <param name="validation">The part of it that was not trained on.</param>
    public void LanguageModel(Gpt model, Tokenizer tokenizer, TokenSequence tokens, TokenWindows validation)
    {
        Section("What the context is worth");
        PerplexityByPosition(Evaluation.LossByPosition(model, validation));
        Section("Where it looks");
        Tensor window = validation.Consecutive(1).First().Inputs;
        Tensor seen = window.Slice(1, 0, Math.Min(MostLooking, window.Shape[1]));
        AttentionMaps maps = new();
        Tensor.Evaluate(() => model.Forward(seen, Pass.Evaluation.With(maps)));
        Attention(maps, seen.ToArray<int>().Select(Label));
        Section("How it sees its tokens");
        int[] frequent = [.. tokens.Take(Counted).CountBy(token => token).OrderByDescending(count => count.Value).Take(MostMapped)
            .Select(count => count.Key)];
        string[] labels = [.. frequent.Select(Label)];
        TokenMap(model.Parameters[0].Rows(frequent), labels, [.. labels.Select(Kind)]);

        string Label(int token) => tokenizer.TokenText(token).Replace(' ', '␣');

        static string Kind(string label)
        {
            string text = label.TrimStart('␣');
            return text.Length == 0 || !char.IsLetter(text[0]) ? "a sign"
                : char.IsUpper(text[0]) ? "a capital letter first"
                : "aeiouy".Contains(text[0], StringComparison.Ordinal) ? "a vowel first"
                : "a consonant first";
        }
    }

    /// <summary>Adds curves of the loss, the learning rate, the gradient's size and the speed.</summary>
    /// <param name="history">What was measured.</param>
    /// <param name="reference">What another loss to compare with is called, or null for none.</param>
    /// <param name="referenceLoss">That loss, in nats a token.</param>
    public void LanguageCurves(History history, string? reference = null, double referenceLoss = double.NaN)
    {
        TrainingRecord[] after = [.. history.Records.Skip(1)];
        List<JsonObject> losses =
            [Curve("training", record => record.Loss, after), Curve("validation", record => record.ValidationLoss, [.. history.Records])];
        if (reference is not null)
            losses.Add(Figure.Line(new[] { 0, history.Last.Updates }, new[] { referenceLoss, referenceLoss }, reference, dash: "dash"));
        List<Figure> figures = [Drawn("Loss", "nats a token", losses)];
        if (after.Length > 1)
        {
            figures.Add(Drawn("Learning rate", "rate", [Curve("learning rate", record => record.LearningRate, after)]));
            figures.Add(
                Drawn("Size of the gradient before clipping", "Euclidean norm", [Curve("gradient", record => record.GradientNorm, after)]));
            figures.Add(Drawn("Speed since the start", "tokens a second", [Curve("speed", record => record.ItemsPerSecond, after)]));
        }

        string leftOut = after.Length > 1 ? "" : " Learning rate, gradient and speed were measured once: a curve takes two measurements.";
        Add(new FiguresBlock(
            [.. figures],
            $"A training loss is the mean over the updates since the measurement before, each taken before its update, so it lags behind the validation loss.{leftOut}"));

        static JsonObject Curve(string name, Func<TrainingRecord, double> value, TrainingRecord[] records) =>
            Figure.Line(records.Select(record => record.Updates), records.Select(value), name, hasMarkers: records.Length < 3);

        static Figure Drawn(string title, string unit, IEnumerable<JsonObject> lines) =>
            Figure.Over(title, Figure.Axis("updates"), Figure.Axis(unit), lines, height: 330);
    }

    /// <summary>Adds the perplexity at each position of the context: how much the tokens before help.</summary>
    /// <param name="losses">Nats per token at each position, from <see cref="Evaluation.LossByPosition"/>; 1 or more.</param>
    public void PerplexityByPosition(IReadOnlyList<double> losses)
    {
        JsonObject line = Figure.Line(Enumerable.Range(1, losses.Count), losses.Select(Math.Exp), null, hasMarkers: true);
        Add(new FiguresBlock(
            [Figure.Over(
                "Perplexity by position in the context",
                Figure.Axis("tokens seen"),
                Figure.Axis("perplexity (choices a token)", isLog: true),
                [line])],
            Invariant(
                $"With one token to go by the model is as unsure as if it chose among {Math.Exp(losses[0]):F1} tokens, with {losses.Count} as if among ")
            + Invariant(
                $"{Math.Exp(losses[^1]):F1}; in the later half of the context, on average, among {Math.Exp(losses.Skip(losses.Count / 2).Average()):F1}.")));
    }

    /// <summary>
    /// Adds maps of how a token's attention is shared among the tokens: of the heads that look most sharply, by the
    /// entropy of their weights.
    /// </summary>
    /// <param name="maps">The weights of a pass over one text, [1, H, T, T] a layer.</param>
    /// <param name="tokens">The T tokens as people read them.</param>
    /// <param name="most">At most how many heads.</param>
    public void Attention(AttentionMaps maps, IEnumerable<string> tokens, int most = 8)
    {
        string[] texts = [.. tokens];
        IEnumerable<(int Layer, int Head, double[][] Rows)> heads =
            from layer in Enumerable.Range(0, maps.Weights.Count)
            from head in Enumerable.Range(0, maps.Weights[layer].Shape[1])
            select (
                Layer: layer,
                Head: head,
                Rows: maps.Weights[layer].Select(0, 0).Select(0, head).ToArray<double>().Chunk(texts.Length).ToArray());
        Figure[] figures = [..
            from shown in heads.OrderBy(head => head.Rows.Average(Entropy)).Take(most)
            orderby shown.Layer, shown.Head
            select Drawn(Invariant($"layer {shown.Layer + 1}, head {shown.Head + 1}"), shown.Rows)];
        Add(new FiguresBlock(
            figures,
            Invariant($"Of {maps.Weights.Sum(layer => layer.Shape[1])} heads the {figures.Length} that look most sharply. ")
            + "Each row is a token and shows how its attention is shared among itself and those before it; bright is much. "
            + "A bright line beside the diagonal is a head that looks a fixed number of tokens back, a bright column a token that many look at."));

        static double Entropy(double[] weights) => -weights.Where(weight => weight > 0).Sum(weight => weight * Math.Log(weight));

        Figure Drawn(string title, double[][] rows)
        {
            JsonObject map = new()
            {
                ["type"] = "heatmap",
                ["z"] = new JsonArray([.. rows.Select(Numbers.Plot)]),
                ["x"] = Figure.Distinct(Numbers.Plot(texts)),
                ["y"] = Figure.Distinct(Numbers.Plot(texts)),
                ["colorscale"] = "Viridis",
                ["zmin"] = 0,
                ["zmax"] = 1,
                ["showscale"] = false,
            };
            JsonObject up = Figure.Axis("token that looks");
            up["autorange"] = "reversed";
            return Figure.Over(title, Figure.Axis("token looked at"), up, [map], height: 380);
        }
    }

    /// <summary>Adds a map of the tokens' vectors: their places in the plane of the first two principal components.</summary>
    /// <param name="vectors">A vector for each token, [N, C], N and C at least 2.</param>
    /// <param name="tokens">The N tokens as people read them.</param>
    /// <param name="kinds">What kind each is: a colour and an entry of the legend.</param>
    public void TokenMap(Tensor vectors, IReadOnlyList<string> tokens, IReadOnlyList<string> kinds)
    {
        PrincipalComponents components = PrincipalComponents.Fit(vectors, 2);
        double[] places = components.Scores.ToArray();
        IEnumerable<JsonObject> points = Enumerable.Range(0, tokens.Count).GroupBy(i => kinds[i]).Select(kind =>
        {
            JsonObject trace = Figure.Points(kind.Select(i => places[2 * i]), kind.Select(i => places[(2 * i) + 1]), kind.Key);
            (trace["mode"], trace["textposition"], trace["text"]) =
                ("markers+text", "top center", Numbers.Plot(kind.Select(i => tokens[i])));
            return trace;
        });
        Add(new FiguresBlock(
            [
                Figure.Over(
                    "The tokens' vectors, from the side that shows most", Figure.Axis("first principal component"),
                    Figure.Axis("second principal component"),
                    points, height: 620),
            ],
            Invariant(
                $"Tokens that are used alike lie near each other. The plane holds {100 * components.Shares.Sum():F0} % of the variance of {tokens.Count} ")
            + Invariant($"vectors of {vectors.Shape[1]} numbers: what is near in it may be far apart in the rest.")));
    }
}

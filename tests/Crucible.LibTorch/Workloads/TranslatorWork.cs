using System.Globalization;
using Crucible.Benchmarks.Sides;
using TorchSharp;
using static TorchSharp.torch;

namespace Crucible.LibTorch.Workloads;

/// <summary>
/// A training step of a translator; or sentences translated by a beam search that reads what it wrote anew for every token, as PyTorch's
/// own layers ask for.
/// </summary>
internal static class TranslatorWork
{
    /// <summary>Of such words as <c>step attention</c>, <c>fused</c> and <c>bfloat16</c>, or <c>search fixed 100 4 20</c>.</summary>
    internal static Work Prepare(string[] words)
    {
        TranslatorModel model = TranslatorModel.Create(TranslatorSize.Of(words[1]));
        if (words[0] == "step") return Training(model, words);
        int[] numbers = [.. words[2..5].Select(word => int.Parse(word, CultureInfo.InvariantCulture))];
        Tensor sentences = Values.Of(TranslatorSize.Sources(numbers[0]), numbers[0], TranslatorSize.Length);
        return new(
            () => Search(model, sentences, numbers[1], numbers[2]),
            () => [new("scores", Search(model, sentences, numbers[1], numbers[2]))]);
    }

    private static Work Training(TranslatorModel model, string[] words)
    {
        Tensor source = Values.Of(TranslatorSize.Sources(TranslatorSize.Batch), TranslatorSize.Batch, TranslatorSize.Length);
        Tensor target = Values.Of(TranslatorSize.Targets(), TranslatorSize.Batch, TranslatorSize.Length + 1);
        TrainingStep step = new(model.Parameters, () => model.Loss(source, target), words, beta2: 0.98, decay: 0.01);
        return new(step.Once, Answers);

        IEnumerable<Answer> Answers()
        {
            step.Backward();
            yield return new(
                "gradients", [.. model.Matrices.SelectMany(matrix => TrainingStep.Gradient(matrix.Parameter, matrix.IsTransposed))]);
            yield return step.Losses();
        }
    }

    /// <summary>The logarithms of the probabilities of each sentence's translations, the likeliest first.</summary>
    private static float[] Search(TranslatorModel model, Tensor sentences, int beams, int limit)
    {
        using IDisposable off = inference_mode();
        using DisposeScope scope = NewDisposeScope();
        long count = sentences.size(0);
        Encoded once = model.Encode(sentences), source = once.Repeated(beams);
        Tensor text = full([count, 1], TranslatorSize.End - 1, dtype: ScalarType.Int64), scores = zeros(count, 1);
        for (int made = 0; made < limit; made++)
        {
            using DisposeScope ofToken = NewDisposeScope();
            Tensor logits = model.Decode(made == 0 ? once : source, text).select(1, -1);
            Tensor all = (logits.log_softmax(1).view(count, -1, TranslatorSize.Vocabulary) + scores.unsqueeze(2)).view(count, -1);
            (Tensor best, Tensor places) = all.topk(beams, 1);
            Tensor tokens = places.remainder(TranslatorSize.Vocabulary).view(-1, 1);
            Tensor parents = (places.div(TranslatorSize.Vocabulary, RoundingMode.floor)
                + (arange(count).unsqueeze(1) * (made == 0 ? 1 : beams))).view(-1);
            text = cat([text.index_select(0, parents), tokens], 1).MoveToOuterDisposeScope();
            scores = best.MoveToOuterDisposeScope();
        }

        return scores.Elements();
    }
}

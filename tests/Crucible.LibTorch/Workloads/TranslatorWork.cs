using System.Globalization;
using Crucible.Benchmarks.Sides;
using Crucible.LibTorch.Native;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Crucible.LibTorch.Workloads;

/// <summary>
/// A training step of a translator: forward, backward, gradients clipped to a norm of 1, AdamW that decays matrices only; or sentences
/// translated by a beam search that reads what it wrote anew for every token, as PyTorch's own layers ask for.
/// </summary>
internal static class TranslatorWork
{
    private const double Rate = 1e-3, Beta2 = 0.98, Decay = 0.01;

    /// <summary>Of such words as <c>step attention</c>, <c>fused</c> and <c>bfloat16</c>, or <c>search fixed 100 4 20</c>.</summary>
    internal static Work Prepare(string[] words)
    {
        TranslatorModel model = TranslatorModel.Create(TranslatorSize.Of(words[1]));
        if (words[0] == "step") return Training(model, words.Contains(Values.Fused), words.Contains(Values.BFloat16));
        int[] numbers = [.. words[2..5].Select(word => int.Parse(word, CultureInfo.InvariantCulture))];
        Tensor sentences = Values.Of(TranslatorSize.Sources(numbers[0]), numbers[0], TranslatorSize.Length);
        return new(
            () => Search(model, sentences, numbers[1], numbers[2]),
            () => [new("scores", Search(model, sentences, numbers[1], numbers[2]))]);
    }

    private static Work Training(TranslatorModel model, bool isFused, bool isBFloat16)
    {
        Parameter[] parameters = [.. model.Parameters];
        Action change = DecayingAdam.Of(parameters, Rate, Beta2, Decay, isFused);
        Tensor source = Values.Of(TranslatorSize.Sources(TranslatorSize.Batch), TranslatorSize.Batch, TranslatorSize.Length);
        Tensor target = Values.Of(TranslatorSize.Targets(), TranslatorSize.Batch, TranslatorSize.Length + 1);
        return new(Step, Answers);

        Tensor Loss()
        {
            using IDisposable? autocast = Exports.Autocast(isBFloat16);
            return model.Loss(source, target);
        }

        void Backward()
        {
            Values.Forget(parameters);
            using Tensor loss = Loss();
            loss.backward();
        }

        void Step()
        {
            Backward();
            nn.utils.clip_grad_norm_(parameters, 1.0);
            change();
        }

        IEnumerable<Answer> Answers()
        {
            Backward();
            yield return new("gradients", [.. model.Matrices.SelectMany(Gradient)]);
            float[] losses = new float[4];
            for (int i = 0; i < losses.Length; i++)
            {
                using (Tensor loss = Loss()) losses[i] = loss.Elements()[0];
                Step();
            }

            yield return new("losses", losses);
        }

        static float[] Gradient((string Name, Parameter Parameter, bool IsTransposed) matrix)
        {
            using Tensor gradient = matrix.Parameter.grad!, ours = matrix.IsTransposed ? gradient.t() : gradient.alias();
            return ours.Elements();
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

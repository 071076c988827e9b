using Crucible.Benchmarks.Sides;
using Crucible.LibTorch.Native;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Crucible.LibTorch.Workloads;

/// <summary>A training step of a GPT: forward, backward, gradients clipped to a norm of 1, AdamW that decays matrices only.</summary>
internal static class GptStepWork
{
    private const double Rate = 1e-3, Beta2 = 0.99, Decay = 0.1;

    /// <summary>Of such words as <c>small</c>, <c>fused</c> and <c>bfloat16</c>.</summary>
    internal static Work Prepare(string[] words)
    {
        GptSize size = GptSize.Of(words[0]);
        bool isBFloat16 = words.Contains(Values.BFloat16);
        GptModel model = new(size);
        Parameter[] parameters = [.. model.Parameters.Values];
        Action change = DecayingAdam.Of(parameters, Rate, Beta2, Decay, words.Contains(Values.Fused));
        Tensor tokens = Values.Of(size.Tokens, size.Batch, size.Context);
        Tensor targets = Values.Of(size.Targets, size.Batch, size.Context);
        return new(Step, Answers);

        Tensor Loss()
        {
            using IDisposable? autocast = Exports.Autocast(isBFloat16);
            return model.Loss(tokens, targets);
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
            using (no_grad())
            using (Exports.Autocast(isBFloat16))
            using (Tensor logits = model.Logits(tokens))
            {
                yield return new("logits", logits.Elements());
            }

            Backward();
            foreach ((string name, Parameter parameter) in model.Parameters)
            {
                using Tensor gradient = parameter.grad!, ours = GptModel.IsLinear(name) ? gradient.t() : gradient.alias();
                yield return new($"gradient of {name}", ours.Elements());
            }

            float[] losses = new float[5];
            for (int i = 0; i < losses.Length; i++)
            {
                Step();
                using Tensor loss = Loss();
                losses[i] = loss.Elements()[0];
            }

            yield return new("losses", losses);
        }
    }
}

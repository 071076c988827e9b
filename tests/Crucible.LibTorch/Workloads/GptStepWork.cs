using Crucible.Benchmarks.Sides;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Crucible.LibTorch.Workloads;

/// <summary>A training step of a GPT.</summary>
internal static class GptStepWork
{
    /// <summary>Of such words as <c>small</c>, <c>fused</c> and <c>bfloat16</c>.</summary>
    internal static Work Prepare(string[] words)
    {
        GptSize size = GptSize.Of(words[0]);
        GptModel model = new(size);
        Tensor tokens = Values.Of(size.Tokens, size.Batch, size.Context);
        Tensor targets = Values.Of(size.Targets, size.Batch, size.Context);
        TrainingStep step = new(model.Parameters.Values, () => model.Loss(tokens, targets), words, beta2: 0.99, decay: 0.1);
        return new(step.Once, Answers);

        IEnumerable<Answer> Answers()
        {
            yield return step.Evaluated("logits", () => model.Logits(tokens));
            step.Backward();
            foreach ((string name, Parameter parameter) in model.Parameters)
                yield return new($"gradient of {name}", TrainingStep.Gradient(parameter, GptModel.IsLinear(name)));
            yield return step.Losses();
        }
    }
}

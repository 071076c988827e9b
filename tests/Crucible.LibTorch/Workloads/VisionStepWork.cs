using Crucible.Benchmarks.Sides;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace Crucible.LibTorch.Workloads;

/// <summary>
/// A training step of a Vision Transformer with PyTorch's fused attention, patches embedded by a convolution whose stride is its window.
/// </summary>
internal static class VisionStepWork
{
    /// <summary>Of such words as <c>fused</c> and <c>bfloat16</c>.</summary>
    internal static Work Prepare(string[] words)
    {
        VisionModel model = new();
        Tensor x = Values.Of(VisionSize.Pictures, VisionSize.Batch, 1, VisionSize.Side, VisionSize.Side);
        Tensor labels = Values.Of(VisionSize.Labels, VisionSize.Batch);
        TrainingStep step = new(model.Parameters.Values, () => model.Loss(x, labels), words, beta2: 0.99, decay: 0.1);
        return new(step.Once, Answers);

        IEnumerable<Answer> Answers()
        {
            yield return step.Evaluated("logits", () => model.Logits(x));
            step.Backward();
            foreach ((string name, Parameter parameter) in model.Parameters)
                yield return new($"gradient of {name}", TrainingStep.Gradient(parameter, VisionModel.IsLinear(name)));
            yield return step.Losses();
        }
    }

    private sealed class VisionModel
    {
        private const int Width = VisionSize.Width;

        internal VisionModel()
        {
            foreach ((string name, int[] shape, float[] values) in VisionSize.Parameters())
            {
                // linear layers hold [outputs, inputs]
                using Tensor drawn = Values.Of(values, [.. shape.Select(axis => (long)axis)]);
                Parameters[name] = new(IsLinear(name) ? drawn.t().contiguous() : drawn.clone());
            }
        }

        /// <summary>The parameters by Crucible's names.</summary>
        internal Dictionary<string, Parameter> Parameters { get; } = [];

        /// <summary>Whether a parameter is the matrix of a linear layer, which Crucible stores transposed.</summary>
        internal static bool IsLinear(string name) =>
            name.EndsWith(".weight", StringComparison.Ordinal) && name is not ("classToken.weight" or "position.weight");

        /// <summary>Logits [B, classes] of pictures [B, 1, side, side].</summary>
        internal Tensor Logits(Tensor x)
        {
            using DisposeScope scope = NewDisposeScope();
            Tensor filters = Parameters["patches.projection.weight"].view(Width, 1, VisionSize.Patch, VisionSize.Patch);
            Tensor patches = F.conv2d(x, filters, Parameters["patches.projection.bias"], strides: [VisionSize.Patch, VisionSize.Patch])
                .flatten(2).transpose(1, 2); // [B, T, C]
            Tensor tokens = cat([Parameters["classToken.weight"].expand(x.size(0), 1, Width), patches], 1);
            tokens = tokens + Parameters["position.weight"];
            for (int i = 0; i < VisionSize.Layers; i++) tokens = Block(tokens, $"encoder.block[{i}].");
            return Linear(Norm(tokens, "encoder.norm").select(1, 0), "head").MoveToOuterDisposeScope();
        }

        /// <summary>The mean cross-entropy.</summary>
        internal Tensor Loss(Tensor x, Tensor labels)
        {
            using DisposeScope scope = NewDisposeScope();
            return F.cross_entropy(Logits(x), labels).MoveToOuterDisposeScope();
        }

        private Tensor Block(Tensor x, string block)
        {
            using DisposeScope scope = NewDisposeScope();
            (long batch, long rows) = (x.size(0), x.size(1));
            Tensor[] parts = [.. Linear(Norm(x, block + "attentionNorm"), block + "attention.queryKeyValue").split(Width, 2)
                .Select(part => part.view(batch, rows, VisionSize.Heads, Width / VisionSize.Heads).transpose(1, 2))]; // [B, H, T, D]
            Tensor seen = F.scaled_dot_product_attention(parts[0], parts[1], parts[2]);
            x = x + Linear(seen.transpose(1, 2).reshape(batch, rows, Width), block + "attention.output");
            Tensor hidden = F.gelu(Linear(Norm(x, block + "feedForwardNorm"), block + "feedForward.up"));
            return (x + Linear(hidden, block + "feedForward.down")).MoveToOuterDisposeScope();
        }

        private Tensor Linear(Tensor x, string name) => F.linear(x, Parameters[name + ".weight"], Parameters[name + ".bias"]);

        private Tensor Norm(Tensor x, string name) => F.layer_norm(x, [Width], Parameters[name + ".gain"], Parameters[name + ".bias"]);
    }
}

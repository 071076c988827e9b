using Crucible.Benchmarks.Measuring;
using Crucible.Benchmarks.Sides;
using Crucible.Layers;
using Crucible.Models;
using Crucible.Optimizers;
using Crucible.Tensors;

namespace Crucible.Benchmarks.Workloads;

/// <summary>One training step of a Vision Transformer on digits: forward, backward, clipping, AdamW.</summary>
internal sealed class VisionStepWorkload : ComparedWorkload
{
    private const double Tolerance = 1e-4;
    private const double BFloat16Tolerance = 0.05; // it has 8 bits, and gradients are sums of many roundings

    /// <inheritdoc/>
    public override string Name => "vision-step";

    /// <inheritdoc/>
    public override string Summary => $"a training step of a Vision Transformer on {VisionSize.Batch} digits with AdamW";

    /// <inheritdoc/>
    internal override IEnumerable<RowTable> Tables(bool quick)
    {
        Row row = new(
            $"batch {VisionSize.Batch}", Name, new Way(Tolerance), new Way(Tolerance, "fused AdamW", "fused"),
            new Way(BFloat16Tolerance, "bfloat16, fused AdamW", "bfloat16 fused"))
        {
            Operations = VisionSize.Operations,
            Seconds = 0.2,
        };
        yield return new("training step of a Vision Transformer: forward, backward, clipping, AdamW", [row]);
    }

    /// <inheritdoc/>
    internal override Work Prepare(string[] words)
    {
        VisionTransformerOptions options = new()
        {
            Classes = VisionSize.Classes,
            Size = VisionSize.Side,
            Patch = VisionSize.Patch,
            Width = VisionSize.Width,
            Heads = VisionSize.Heads,
            Layers = VisionSize.Layers,
        };
        VisionTransformer model = new(options, new Generator(1));
        Dictionary<string, Tensor> parameters = model.Parameters.ToDictionary(parameter => parameter.Name!);
        foreach ((string name, int[] shape, float[] values) in VisionSize.Parameters())
            parameters[name].CopyInPlace(Tensor.From(values, shape));
        Tensor[] leaves = [.. VisionSize.Parameters().Select(one => parameters[one.Name])];
        if (leaves.Length != parameters.Count) throw new InvalidOperationException("not every parameter is set");
        AdamW optimizer = new(
            ParameterGroup.DecayMatricesOnly(leaves), new AdamOptions { LearningRate = 1e-3, Beta2 = 0.99, WeightDecay = 0.1 });
        Pass pass = Pass.Training(new Generator(1));
        Tensor x = Tensor.From(VisionSize.Pictures, VisionSize.Batch, 1, VisionSize.Side, VisionSize.Side);
        Tensor labels = Tensor.From(VisionSize.Labels);
        return new(Step, Answers);

        void Backward()
        {
            optimizer.ZeroGradients();
            Loss.CrossEntropy(model.Forward(x, pass), labels).Backward();
        }

        void Step()
        {
            Backward();
            GradientClipping.ByNorm(leaves, 1.0);
            optimizer.Step();
        }

        IEnumerable<Answer> Answers()
        {
            yield return new("logits", Tensor.Evaluate(() => model.Forward(x)).ToArray<float>());
            Backward();
            foreach (Tensor leaf in leaves) yield return new($"gradient of {leaf.Name}", leaf.Gradient!.ToArray<float>());
            float[] losses = new float[5];
            for (int i = 0; i < losses.Length; i++)
            {
                Step();
                losses[i] = (float)Tensor.Evaluate(() => Loss.CrossEntropy(model.Forward(x), labels)).ToDouble();
            }

            yield return new("losses", losses);
        }
    }
}

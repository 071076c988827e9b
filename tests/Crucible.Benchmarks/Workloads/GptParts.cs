using Crucible.Benchmarks.Sides;
using Crucible.Layers;
using Crucible.Models;
using Crucible.Optimizers;
using Crucible.Tensors;

namespace Crucible.Benchmarks.Workloads;

/// <summary>
/// An operation of a training step: what it does once, how often a step does it, and the multiply-adds of matrix
/// products in it.
/// </summary>
internal sealed record GptPart(string Name, int Count, Action Once, double MultiplyAdds = 0);

/// <summary>The operations of a training step, each alone at its shapes.</summary>
internal sealed class GptParts
{
    /// <summary>The end of the names of parts that are another part with its derivative.</summary>
    internal const string WithDerivative = " + derivative";

    private readonly Generator generator = new(1);
    private readonly GptSize size;

    /// <summary>The parts of a step.</summary>
    internal GptParts(GptSize size) => this.size = size;

    /// <summary>All of them. A part that ends with <see cref="WithDerivative"/> is the one before it and its derivative.</summary>
    internal IEnumerable<GptPart> All()
    {
        (int rows, int width, int layers) = (size.Rows, size.Width, size.Layers);
        foreach ((string name, int inputs, int outputs) in new[]
        {
            ("queryKeyValue", width, 3 * width), ("output", width, width), ("up", width, 4 * width),
            ("down", 4 * width, width)
        })
        {
            Tensor x = Draw(rows, inputs), weight = Draw(inputs, outputs), gradient = Draw(rows, outputs);
            double work = (double)rows * inputs * outputs;
            yield return new($"{name}: y = x·W", layers, Without(() => x.MatMul(weight)), work);
            yield return new($"{name}: dx = dy·Wᵀ", layers, Without(() => gradient.MatMul(weight, transposeB: true)), work);
            yield return new($"{name}: dW = xᵀ·dy", layers, Without(() => x.MatMul(gradient, transposeA: true)), work);
        }

        Tensor stream = Draw(rows, width), table = Draw(GptSize.Vocabulary, width), logits = Draw(rows, GptSize.Vocabulary);
        double headWork = (double)rows * width * GptSize.Vocabulary;
        yield return new("head: y = x·Wᵀ", 1, Without(() => stream.MatMul(table, transposeB: true)), headWork);
        yield return new("head: dx = dy·W", 1, Without(() => logits.MatMul(table)), headWork);
        yield return new("head: dW = dyᵀ·x", 1, Without(() => logits.MatMul(stream, transposeA: true)), headWork);

        Tensor mapped = Draw(size.Batch, size.Context, 3 * width), gain = Draw(width), hidden = Draw(rows, 4 * width),
            other = Draw(rows, width);
        Tensor targets = GptTraining.Targets(size).Flatten();
        double seen = rows * (size.Context + 1) / 2.0 * width; // multiply-adds of the pairs of positions that no mask hides
        yield return new("attention", layers, Without(() => Attend(mapped)), 2 * seen);
        yield return new("attention" + WithDerivative, layers, Both(() => Attend(mapped), mapped), 7 * seen);
        yield return new("layer norm", (2 * layers) + 1, Without(() => stream.LayerNorm(gain)));
        yield return new("layer norm" + WithDerivative, (2 * layers) + 1, Both(() => stream.LayerNorm(gain), stream, gain));
        yield return new("GELU", layers, Without(() => hidden.Gelu()));
        yield return new("GELU" + WithDerivative, layers, Both(() => hidden.Gelu(), hidden));
        yield return new("residual sums, forward and of gradients", 4 * layers, Without(() => stream + other));
        yield return new("cross-entropy", 1, Without(() => Loss.CrossEntropy(logits, targets)));
        yield return new("cross-entropy" + WithDerivative, 1, Both(() => Loss.CrossEntropy(logits, targets), logits));
        yield return new("embedding", 1, Without(() => table.IndexSelect(0, targets)));
        yield return new("embedding" + WithDerivative, 1, Both(() => table.IndexSelect(0, targets), table));
        foreach (GptPart part in OfOptimizer()) yield return part;
    }

    private IEnumerable<GptPart> OfOptimizer()
    {
        Gpt model = GptTraining.Model(size);
        AdamW optimizer = GptTraining.Optimizer(model);
        IReadOnlyList<Tensor> parameters = [.. model.Parameters];
        Loss.CrossEntropy(model.Forward(GptTraining.Tokens(size), Pass.Training(generator)), GptTraining.Targets(size)).Backward();
        yield return new("gradient clipping", 1, () => GradientClipping.ByNorm(parameters, 1e-3));
        yield return new("AdamW", 1, optimizer.Step);
    }

    private Tensor Draw(params int[] shape) => Tensor.Randn(generator, shape);

    private Tensor Attend(Tensor x)
    {
        (int width, int heads) = (size.Width, size.Heads);
        HeadLayout Part(int index) => HeadLayout.InChannels(x.Shape, index * width, heads, width / heads);
        return Attention.Forward(new AttentionCall((x, Part(0)), (x, Part(1)), (x, Part(2)), new AttentionOptions { IsCausal = true }));
    }

    /// <summary>The operation alone, its result given back as a graph would.</summary>
    private static Action Without(Func<Tensor> compute) => () => Tensor.Evaluate(compute).Release();

    /// <summary>The operation and its derivative.</summary>
    private static Action Both(Func<Tensor> compute, params Tensor[] inputs)
    {
        Tensor upstream;
        using (Tensor.NoGrad()) upstream = Tensor.OnesLike(compute());
        return () =>
        {
            foreach (Tensor input in inputs) input.AsParameter();
            compute().Backward(upstream);
            foreach (Tensor input in inputs)
            {
                input.ClearGradient();
                input.RequiresGradient = false;
            }
        };
    }
}

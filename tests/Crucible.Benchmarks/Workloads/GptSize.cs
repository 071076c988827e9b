using Crucible.Layers;
using Crucible.Models;
using Crucible.Optimizers;
using Crucible.Tensors;

namespace Crucible.Benchmarks.Workloads;

/// <summary>A size of nanoGPT's kind of model, as <c>gpt.py</c> has it too.</summary>
internal sealed record GptSize(string Name, int Layers, int Heads, int Width, int Context, int Batch)
{
    /// <summary>Characters.</summary>
    internal const int Vocabulary = 65;

    /// <summary>nanoGPT's settings for a processor.</summary>
    internal static GptSize Small { get; } = new("small", 4, 4, 128, 64, 12);

    /// <summary>nanoGPT's settings for Shakespeare on a graphics card, with a batch for a processor.</summary>
    internal static GptSize Large { get; } = new("large", 6, 6, 384, 256, 8);

    /// <summary>Positions of a batch.</summary>
    internal int Rows => Batch * Context;

    /// <summary>The sizes in a line.</summary>
    public override string ToString() => $"{Name}: {Layers} layers, {Heads} heads, width {Width}, context {Context}, batch {Batch}";

    /// <summary>A model with fresh weights.</summary>
    internal Gpt CreateModel() =>
        new(
            new GptOptions { Vocabulary = Vocabulary, Context = Context, Layers = Layers, Heads = Heads, Width = Width, HasBias = false },
            new Generator(1337));

    /// <summary>Random tokens [batch, context].</summary>
    internal Tensor Tokens(ulong seed)
    {
        Generator generator = new(seed);
        return Tensor.From(Enumerable.Range(0, Rows).Select(_ => generator.NextInt(Vocabulary)).ToArray(), Batch, Context);
    }

    /// <summary>AdamW as nanoGPT sets it: matrices decay, vectors do not.</summary>
    internal static AdamW CreateOptimizer(Gpt model) =>
        new(ParameterGroup.DecayMatricesOnly(model.Parameters), new AdamOptions { LearningRate = 1e-3, Beta2 = 0.99, WeightDecay = 0.1 });

    /// <summary>One training step, as a user writes it.</summary>
    internal Action Step()
    {
        Gpt model = CreateModel();
        AdamW optimizer = CreateOptimizer(model);
        Pass pass = Pass.Training(new Generator(1));
        IReadOnlyList<Tensor> parameters = [.. model.Parameters];
        Tensor tokens = Tokens(1), targets = Tokens(2);
        return () =>
        {
            optimizer.ZeroGradients();
            Loss.CrossEntropy(model.Forward(tokens, pass), targets).Backward();
            GradientClipping.ByNorm(parameters, 1.0);
            optimizer.Step();
        };
    }
}

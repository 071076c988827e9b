using Crucible.Benchmarks.Sides;
using Crucible.Layers;
using Crucible.Models;
using Crucible.Optimizers;
using Crucible.Tensors;

namespace Crucible.Benchmarks.Workloads;

/// <summary>A GPT in training, as a user writes it.</summary>
internal sealed class GptTraining
{
    private readonly Gpt model;
    private readonly AdamW optimizer;
    private readonly Pass pass;
    private readonly IReadOnlyList<Tensor> parameters;
    private readonly Tensor tokens, targets;

    /// <summary>Makes model and optimizer.</summary>
    internal GptTraining(GptSize size, Precision precision = Precision.Full, bool checkpointing = false)
    {
        pass = Pass.Training(new Generator(1)).With(precision);
        if (checkpointing) pass = pass.WithGradientCheckpointing();
        model = Model(size);
        optimizer = Optimizer(model);
        parameters = [.. model.Parameters];
        (tokens, targets) = (Tokens(size), Targets(size));
    }

    /// <summary>A model with the weights that both sides begin with.</summary>
    internal static Gpt Model(GptSize size, double deviation = 0.02)
    {
        GptOptions options = new()
        {
            Vocabulary = GptSize.Vocabulary,
            Context = size.Context,
            HasBias = false,
            Layers = size.Layers,
            Heads = size.Heads,
            Width = size.Width,
        };
        Gpt model = new(options, new Generator(1337));
        Dictionary<string, Tensor> parameters = model.Parameters.ToDictionary(parameter => parameter.Name!);
        foreach ((string name, int[] shape, float[] values) in size.Parameters(deviation))
        {
            parameters[name].CopyInPlace(Tensor.From(values, shape));
            parameters.Remove(name);
        }

        return parameters.Count == 0 ? model : throw new InvalidOperationException($"not set: {string.Join(", ", parameters.Keys)}");
    }

    /// <summary>AdamW as nanoGPT sets it: matrices decay, vectors do not.</summary>
    internal static AdamW Optimizer(Gpt model) =>
        new(ParameterGroup.DecayMatricesOnly(model.Parameters), new AdamOptions { LearningRate = 1e-3, Beta2 = 0.99, WeightDecay = 0.1 });

    /// <summary>What is read, [batch, context].</summary>
    internal static Tensor Tokens(GptSize size) => Tensor.From(size.Tokens, size.Batch, size.Context);

    /// <summary>What is to be predicted, [batch, context].</summary>
    internal static Tensor Targets(GptSize size) => Tensor.From(size.Targets, size.Batch, size.Context);

    /// <summary>One step.</summary>
    internal void Step()
    {
        Backward();
        GradientClipping.ByNorm(parameters, 1.0);
        optimizer.Step();
    }

    /// <summary>Logits and gradients before the first step, and losses behind the first ones.</summary>
    internal IEnumerable<Answer> Answers()
    {
        yield return new("logits", Tensor.Evaluate(() => model.Forward(tokens)).ToArray<float>());
        Backward();
        foreach (Tensor parameter in parameters)
            yield return new($"gradient of {parameter.Name}", parameter.Gradient!.ToArray<float>());
        float[] losses = new float[5];
        for (int i = 0; i < losses.Length; i++)
        {
            Step();
            losses[i] = (float)Tensor.Evaluate(() => Loss.CrossEntropy(model.Forward(tokens), targets)).ToDouble();
        }

        yield return new("losses", losses);
    }

    private void Backward()
    {
        optimizer.ZeroGradients();
        Loss.CrossEntropy(model.Forward(tokens, pass), targets).Backward();
    }
}

using Crucible.Benchmarks.Sides;
using Crucible.LibTorch.Native;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Crucible.LibTorch.Workloads;

/// <summary>A training step: forward, backward, gradients clipped to a norm of 1, AdamW that decays matrices only.</summary>
internal sealed class TrainingStep
{
    private const double Rate = 1e-3;

    private readonly Parameter[] parameters;
    private readonly Func<Tensor> loss;
    private readonly Action change;
    private readonly bool isBFloat16;

    /// <summary>Makes the optimizer.</summary>
    /// <param name="parameters">The parameters.</param>
    /// <param name="loss">Computes the loss.</param>
    /// <param name="words">Those of the work, among them perhaps <c>fused</c> and <c>bfloat16</c>.</param>
    /// <param name="beta2">Of the second moments.</param>
    /// <param name="decay">Of the matrices.</param>
    internal TrainingStep(IEnumerable<Parameter> parameters, Func<Tensor> loss, string[] words, double beta2, double decay)
    {
        (this.parameters, this.loss, isBFloat16) = ([.. parameters], loss, words.Contains(Values.BFloat16));
        change = Optimizer(this.parameters, beta2, decay, words.Contains(Values.Fused));
    }

    /// <summary>Takes a step.</summary>
    internal void Once()
    {
        Backward();
        nn.utils.clip_grad_norm_(parameters, 1.0);
        change();
    }

    /// <summary>Computes gradients anew.</summary>
    internal void Backward()
    {
        Values.Forget(parameters);
        using Tensor value = Loss();
        value.backward();
    }

    /// <summary>A gradient as Crucible has it, which stores the matrices of linear layers transposed.</summary>
    internal static float[] Gradient(Parameter parameter, bool isTransposed)
    {
        using Tensor gradient = parameter.grad!, ours = isTransposed ? gradient.t() : gradient.alias();
        return ours.Elements();
    }

    /// <summary>Values that need no gradients, as logits.</summary>
    internal Answer Evaluated(string name, Func<Tensor> compute)
    {
        using IDisposable off = no_grad();
        using IDisposable? autocast = Exports.Autocast(isBFloat16);
        using Tensor values = compute();
        return new(name, values.Elements());
    }

    /// <summary>The losses behind the next five steps.</summary>
    internal Answer Losses()
    {
        float[] losses = new float[5];
        for (int i = 0; i < losses.Length; i++)
        {
            Once();
            using Tensor value = Loss();
            losses[i] = value.Elements()[0];
        }

        return new("losses", losses);
    }

    private Tensor Loss()
    {
        using IDisposable? autocast = Exports.Autocast(isBFloat16);
        return loss();
    }

    private static Action Optimizer(Parameter[] parameters, double beta2, double decay, bool isFused)
    {
        Parameter[] matrices = [.. parameters.Where(parameter => parameter.dim() > 1)], vectors = [.. parameters.Except(matrices)];
        if (isFused) return new FusedAdam([(matrices, decay), (vectors, 0)], Rate, beta2, isDecoupled: true).Step;
        // A group that does not say its second beta has 0.999, whatever the optimizer says.
        AdamW.ParamGroup[] groups =
        [
            new(matrices, lr: Rate, beta1: 0.9, beta2: beta2, weight_decay: decay),
            new(vectors, lr: Rate, beta1: 0.9, beta2: beta2, weight_decay: 0),
        ];
        AdamW optimizer = optim.AdamW(groups, lr: Rate, beta1: 0.9, beta2: beta2);
        return () => optimizer.step();
    }
}

using Crucible.LibTorch.Native;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Crucible.LibTorch.Workloads;

/// <summary>AdamW that decays matrices only.</summary>
internal static class DecayingAdam
{
    /// <summary>What changes parameters by their gradients, by TorchSharp's optimizer or LibTorch's fused one.</summary>
    internal static Action Of(Parameter[] parameters, double rate, double beta2, double decay, bool isFused)
    {
        Parameter[] matrices = [.. parameters.Where(parameter => parameter.dim() > 1)], vectors = [.. parameters.Except(matrices)];
        if (isFused) return new FusedAdam([(matrices, decay), (vectors, 0)], rate, beta2, isDecoupled: true).Step;
        // A group that does not say its second beta has 0.999, whatever the optimizer says.
        AdamW.ParamGroup[] groups =
        [
            new(matrices, lr: rate, beta1: 0.9, beta2: beta2, weight_decay: decay),
            new(vectors, lr: rate, beta1: 0.9, beta2: beta2, weight_decay: 0),
        ];
        AdamW optimizer = optim.AdamW(groups, lr: rate, beta1: 0.9, beta2: beta2);
        return () => optimizer.step();
    }
}

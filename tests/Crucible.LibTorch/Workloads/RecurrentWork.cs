using System.Globalization;
using Crucible.Benchmarks.Sides;
using Crucible.LibTorch.Native;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Crucible.LibTorch.Workloads;

/// <summary>A layer of LSTM or GRU over whole sequences, forward alone, or with all gradients of the sum of its outputs.</summary>
internal static class RecurrentWork
{
    /// <summary>
    /// Of such words as <c>lstm backward 32 64 256</c>, batch, steps and width, and <c>bfloat16</c>. Inputs [B, T, C] are drawn with
    /// seed 31, the matrices of inputs and of states [gates·C, C] with 32 and 33; biases are 0.
    /// </summary>
    internal static Work Prepare(string[] words)
    {
        int[] sizes = [.. words[2..5].Select(word => int.Parse(word, CultureInfo.InvariantCulture))];
        (int batch, int steps, int width) = (sizes[0], sizes[1], sizes[2]);
        (nn.Module layer, Func<Tensor, Tensor> forward) = Layer(words[0], width);
        Parameter[] parameters = [.. layer.parameters()]; // of inputs, of states, and their biases
        using (no_grad())
        {
            foreach (Parameter parameter in parameters) parameter.zero_();
            foreach ((int i, Parameter matrix) in parameters[..2].Index())
                matrix.copy_(Values.Of(Draw.Uniform(32 + i, (int)matrix.numel(), 1 / Math.Sqrt(width)), matrix.shape));
        }

        bool isBFloat16 = words.Contains(Values.BFloat16), isBackward = words[1] == "backward";
        Tensor x = Values.Of(Draw.Normal(31, batch * steps * width), batch, steps, width);
        x.requires_grad = isBackward;
        Tensor[] leaves = [x, .. parameters];
        return isBackward
            ? new(Backward, () => [.. leaves.Zip(["x", "weight", "recurrentWeight", "bias"]).Select(Gradient)])
            : new(() => Forward().Dispose(), () => [new("y", Forward().Elements())]);

        Tensor Forward()
        {
            using IDisposable? off = isBackward ? null : no_grad();
            using IDisposable? autocast = Exports.Autocast(isBFloat16);
            using DisposeScope scope = NewDisposeScope();
            return forward(x).MoveToOuterDisposeScope();
        }

        void Backward()
        {
            Values.Forget(leaves);
            using Tensor y = Forward(), loss = y.sum();
            loss.backward();
        }

        Answer Gradient((Tensor Of, string Name) leaf, int place)
        {
            if (place == 0) Backward();
            using Tensor gradient = leaf.Of.grad!, ours = place is 1 or 2 ? gradient.t() : gradient.alias(); // ours are [C, gates·C]
            return new(leaf.Name, ours.Elements());
        }
    }

    private static (nn.Module Layer, Func<Tensor, Tensor> Forward) Layer(string kind, int width)
    {
        if (kind == "lstm")
        {
            LSTM lstm = nn.LSTM(width, width, batchFirst: true);
            return (lstm, x => lstm.call(x).Item1);
        }

        GRU gru = nn.GRU(width, width, batchFirst: true);
        return (gru, x => gru.call(x).Item1);
    }
}

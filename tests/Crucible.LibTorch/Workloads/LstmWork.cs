using System.Globalization;
using Crucible.Benchmarks.Sides;
using Crucible.LibTorch.Native;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Crucible.LibTorch.Workloads;

/// <summary>Forward and backward of a layer of LSTM, the sum of its outputs the loss.</summary>
internal static class LstmWork
{
    /// <summary>
    /// Of such words as <c>32 64 256</c>, batch, steps and width, and <c>bfloat16</c>. Inputs [B, T, C] are drawn with seed 31, the
    /// matrices of inputs and of states [4C, C], gates in the order input, forget, cell, output, with 32 and 33; biases are 0.
    /// </summary>
    internal static Work Prepare(string[] words)
    {
        int[] sizes = [.. words[..3].Select(word => int.Parse(word, CultureInfo.InvariantCulture))];
        (int batch, int steps, int width) = (sizes[0], sizes[1], sizes[2]);
        bool isBFloat16 = words.Contains(Values.BFloat16);
        LSTM layer = nn.LSTM(width, width, batchFirst: true);
        Parameter[] parameters = [.. layer.parameters()]; // of inputs, of states, and their biases
        using (no_grad())
        {
            foreach (Parameter parameter in parameters) parameter.zero_();
            for (int i = 0; i < 2; i++)
                parameters[i].copy_(Values.Of(Draw.Uniform(32 + i, 4 * width * width, 1 / Math.Sqrt(width)), 4 * width, width));
        }

        Tensor x = Values.Of(Draw.Normal(31, batch * steps * width), batch, steps, width);
        x.requires_grad = true;
        Tensor[] leaves = [x, .. parameters];
        return new(() => Step(), () => Step(withAnswers: true));

        List<Answer> Step(bool withAnswers = false)
        {
            List<Answer> answers = [];
            using DisposeScope scope = NewDisposeScope();
            Values.Forget(leaves);
            Tensor loss;
            using (Exports.Autocast(isBFloat16))
            {
                Tensor y = layer.call(x).Item1;
                if (withAnswers) answers.Add(new("y", y.Elements()));
                loss = y.sum();
            }

            loss.backward();
            if (!withAnswers) return answers;
            foreach ((string name, Tensor leaf) in ((string[])["x", "weight of inputs", "weight of states", "bias"]).Zip(leaves))
                answers.Add(new($"gradient of {name}", leaf.grad!.Elements()));
            return answers;
        }
    }
}

using System.Globalization;
using Crucible.Benchmarks.Sides;
using Crucible.LibTorch.Native;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace Crucible.LibTorch.Workloads;

/// <summary>
/// Forward and backward of two convolutions of 3×3 without padding, from 1 to 32 to 64 channels, with ReLU behind each and the sum the
/// loss.
/// </summary>
internal static class ConvolutionWork
{
    /// <summary>
    /// Of such words as <c>64</c>, the batch of images 1×28×28, and <c>bfloat16</c>. Images [B, 1, 28, 28] are drawn with seed 41,
    /// the filters [32, 1, 3, 3] and [64, 32, 3, 3] with 42 and 43; biases are 0. Images have no gradient.
    /// </summary>
    internal static Work Prepare(string[] words)
    {
        int batch = int.Parse(words[0], CultureInfo.InvariantCulture);
        bool isBFloat16 = words.Contains(Values.BFloat16);
        Tensor x = Values.Of(Draw.Normal(41, batch * 28 * 28), batch, 1, 28, 28);
        Parameter first = Filters(42, 32, 1), second = Filters(43, 64, 32);
        Parameter firstBias = new(zeros(32)), secondBias = new(zeros(64));
        Parameter[] parameters = [first, firstBias, second, secondBias];
        return new(() => Step(), () => Step(withAnswers: true));

        List<Answer> Step(bool withAnswers = false)
        {
            List<Answer> answers = [];
            using DisposeScope scope = NewDisposeScope();
            Values.Forget(parameters);
            Tensor loss;
            using (Exports.Autocast(isBFloat16))
            {
                Tensor hidden = F.relu(F.conv2d(x, first, firstBias));
                Tensor y = F.relu(F.conv2d(hidden, second, secondBias));
                if (withAnswers) answers.Add(new("y", y.Elements()));
                loss = y.sum();
            }

            loss.backward();
            if (!withAnswers) return answers;
            foreach ((string name, Tensor leaf) in ((string[])["filters 1", "bias 1", "filters 2", "bias 2"]).Zip(parameters))
                answers.Add(new($"gradient of {name}", leaf.grad!.Elements()));
            return answers;
        }
    }

    private static Parameter Filters(int seed, int outputs, int inputs) =>
        Values.Parameter(Draw.Uniform(seed, outputs * inputs * 9, 1 / Math.Sqrt(9.0 * inputs)), outputs, inputs, 3, 3);
}

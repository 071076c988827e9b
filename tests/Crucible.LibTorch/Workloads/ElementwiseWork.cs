using System.Globalization;
using Crucible.Benchmarks.Sides;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace Crucible.LibTorch.Workloads;

/// <summary>An operation on a matrix, forward alone or with its gradients.</summary>
internal static class ElementwiseWork
{
    /// <summary>Of such words as <c>gelu forward 768 512</c>.</summary>
    internal static Work Prepare(string[] words)
    {
        (int rows, int columns) = (int.Parse(words[2], CultureInfo.InvariantCulture), int.Parse(words[3], CultureInfo.InvariantCulture));
        Tensor a = Matrix(1), b = Matrix(2);
        Tensor gain = Values.Of(Draw.Normal(3, columns), columns), bias = Values.Of(Draw.Normal(4, columns), columns);
        Tensor[] leaves = [a, b, gain, bias], upstream = [Matrix(5)];
        Func<Tensor> function = words[0] switch
        {
            "add" => () => a + b,
            "exp" => () => exp(a),
            "tanh" => () => tanh(a),
            "gelu" => () => F.gelu(a),
            "softmax" => () => F.softmax(a, 1),
            "layer-norm" => () => F.layer_norm(a, [columns], gain, bias),
            _ => throw new NotSupportedException(words[0]),
        };
        if (words[1] == "forward") return new(() => function().Dispose(), () => [new("y", function().Elements())]);
        foreach (Tensor leaf in leaves) leaf.requires_grad = true;
        return new(Step, Answers);

        Tensor Matrix(int seed) => Values.Of(Draw.Normal(seed, rows * columns), rows, columns);

        void Step()
        {
            Values.Forget(leaves);
            using Tensor y = function();
            y.backward(upstream);
        }

        IEnumerable<Answer> Answers()
        {
            Step();
            return leaves.Zip(["a", "b", "gain", "bias"])
                .Where(leaf => leaf.First.grad is not null)
                .Select(leaf => new Answer(leaf.Second, leaf.First.grad!.Elements()));
        }
    }
}

using System.Globalization;
using Crucible.Benchmarks.Sides;
using Crucible.LibTorch.Native;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
using F = TorchSharp.torch.nn.functional;

namespace Crucible.LibTorch.Workloads;

/// <summary>A training step of 13-40-40-1 with ReLU, squared error and Adam.</summary>
internal static class MlpStepWork
{
    /// <summary>Of such words as <c>32</c>, the batch, and <c>fused</c>.</summary>
    internal static Work Prepare(string[] words)
    {
        int batch = int.Parse(words[0], CultureInfo.InvariantCulture);
        Sequential model = Sequential(Linear(13, 40), ReLU(), Linear(40, 40), ReLU(), Linear(40, 1));
        Parameter[] parameters = [.. model.parameters()];
        Tensor x = Values.Of(Draw.Normal(7, batch * 13), batch, 13), y = Values.Of(Draw.Normal(8, batch), batch, 1);
        using (no_grad())
        {
            foreach ((int i, Parameter parameter) in parameters.Index()) parameter.copy_(First(i, parameter.shape));
        }

        Action change = words.Contains(Values.Fused)
            ? new FusedAdam([(parameters, 0)], 1e-3, 0.999, isDecoupled: false).Step
            : AsAction(optim.Adam(parameters, lr: 1e-3));
        return new(Step, () => [new("losses", [.. Enumerable.Range(0, 50).Select(_ => StepAndLoss())])]);

        void Step()
        {
            using DisposeScope scope = NewDisposeScope();
            Values.Forget(parameters);
            F.mse_loss(model.call(x), y).backward();
            change();
        }

        float StepAndLoss()
        {
            Step();
            using DisposeScope scope = NewDisposeScope();
            return F.mse_loss(model.call(x), y).item<float>();
        }
    }

    /// <summary>Matrices are drawn as [inputs, outputs]; biases are 0.</summary>
    private static Tensor First(int place, long[] shape)
    {
        if (shape.Length == 1) return zeros(shape);
        (int outputs, int inputs) = ((int)shape[0], (int)shape[1]);
        return Values.Of(Draw.Uniform(50 + place, inputs * outputs, 1 / Math.Sqrt(inputs)), inputs, outputs).t();
    }

    private static Action AsAction(Adam optimizer) => () => optimizer.step();
}

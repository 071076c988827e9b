using Crucible.Layers;
using Crucible.Optimizers;
using Crucible.Tensors;
using Xunit;
using Linear = Crucible.Layers.Linear;

namespace Crucible.Tests.Models;

/// <summary>
/// A training of layers, loss, clipping and optimizer together against PyTorch 1.13.1 in float64:
/// <code>
/// def ramp(rows, columns, start): return torch.sin(torch.arange(rows * columns) + start).reshape(rows, columns)
/// x, y = ramp(6, 3, 1.0), ramp(6, 1, 2.0)
/// parameters = ramp(3, 4, 3.0), torch.zeros(4), ramp(4, 4, 4.0), torch.zeros(4), ramp(4, 1, 5.0), torch.zeros(1)
/// w1, b1, w2, b2, w3, b3 = [t.requires_grad_() for t in parameters]
/// optimizer = torch.optim.AdamW([w1, b1, w2, b2, w3, b3], lr=0.05, weight_decay=0.1)
/// for step in range(20):
///     optimizer.zero_grad()
///     h = torch.tanh(x @ w1 + b1)
///     h = torch.nn.functional.gelu(h @ w2 + b2)
///     loss = torch.nn.functional.mse_loss(h @ w3 + b3, y)
///     loss.backward()
///     norm = torch.nn.utils.clip_grad_norm_([w1, b1, w2, b2, w3, b3], 1e9)
///     optimizer.step()
///     if step in (0, 1, 5, 19): print(step, loss.item(), norm.item())
/// </code>
/// </summary>
public class TrainingOracleTests
{
    /// <summary>Twenty steps of some hundred roundings of 1e-16; Adam's division by √v̂ amplifies those of small gradients.</summary>
    private const double Rounding = 1e-11;

    private static readonly Dictionary<int, (double Loss, double Norm)> Expected = new()
    {
        [0] = (0.5154438509768876, 0.6600661711606358),
        [1] = (0.4729590561538937, 0.6625744780202842),
        [5] = (0.36706049641047483, 0.33420558392439303),
        [19] = (0.1207901828713575, 0.25997307107097656),
    };

    [Fact]
    public void Training_TwentySteps_FollowsPyTorch()
    {
        Sequential model = new(Layer(3, 4, 3), new Crucible.Layers.Tanh(), Layer(4, 4, 4), new Crucible.Layers.Gelu(), Layer(4, 1, 5));
        AdamW optimizer = new(model.Parameters, new() { LearningRate = 0.05, WeightDecay = 0.1 });
        (Tensor? x, Tensor? y) = (Ramp(Shape.From(6, 3), 1), Ramp(Shape.From(6, 1), 2));
        for (int step = 0; step < 20; step++)
        {
            optimizer.ZeroGradients();
            Tensor loss = Loss.MeanSquaredError(model.Forward(x, Pass.Training(new(1))), y);
            loss.Backward();
            double norm = GradientClipping.ByNorm(model.Parameters, 1e9);
            optimizer.Step();
            if (!Expected.TryGetValue(step, out (double Loss, double Norm) expected)) continue;
            Assert.Equal(expected.Loss, loss.ToDouble(), Rounding);
            Assert.Equal(expected.Norm, norm, Rounding);
        }
    }

    private static Linear Layer(int inputs, int outputs, double start) =>
        new(inputs, outputs, new(1), new() { DType = DType.Float64, Weight = new("ramp", (shape, _, _) => Ramp(shape, start)) });

    private static Tensor Ramp(Shape shape, double start) =>
        (Tensor.Arange(shape.ElementCount, DType.Float64) + start).Sin().Reshape([.. shape]);
}

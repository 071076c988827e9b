using Crucible.Optimizers;
using Crucible.Tensors;
using Xunit;

namespace Crucible.Tests.Optimizers;

/// <summary>
/// Five steps of every optimizer against PyTorch 1.13.1 (float64):
/// <code>
/// p = torch.tensor([1.0, -2.0, 0.5], requires_grad=True)
/// target, scale = torch.tensor([0.3, 0.7, -1.1]), torch.tensor([0.5, 1.5, 3.0])
/// for _ in range(5):
///     optimizer.zero_grad()
///     (scale * (p - target) ** 2).sum().backward()
///     optimizer.step()
/// </code>
/// </summary>
public class OptimizerOracleTests
{
    /// <summary>Five steps of some ten roundings each, in units of order 1.</summary>
    private const double Float64Rounding = 1e-13;

    /// <summary>
    /// The same in float32, where the first steps of Adam amplify a rounding of the gradient little, as no gradient is
    /// near 0.
    /// </summary>
    private const double Float32Rounding = 2e-6;

    /// <summary>The name, the optimizer, and where PyTorch's arrives.</summary>
    public static TheoryData<string, Func<Tensor[], Optimizer>, double[]> Cases => new()
    {
        { "SGD(lr=0.05)", p => new Sgd(p, new() { LearningRate = 0.05 }), [0.8416466562499999, -0.49800434374999997, -0.8310880000000002] },
        { "SGD(lr=0.05, momentum=0.9, weight_decay=0.1)", p => new Sgd(p, new() { LearningRate = 0.05, Momentum = 0.9, WeightDecay = 0.1 }),
          [0.5394012069749999, 1.7031294008843756, -2.3172888277390626] },
        { "SGD(lr=0.05, momentum=0.9, nesterov=True)", p => new Sgd(p, new() { LearningRate = 0.05, Momentum = 0.9, Nesterov = true }),
          [0.5211596135459375, 1.589803480968438, -1.65656358352] },
        { "Adam(lr=0.1)", p => new Adam(p, new() { LearningRate = 0.1 }), [0.5145516461035899, -1.502022751283618, 0.003984793315767371] },
        { "Adam(lr=0.1, betas=(0.8, 0.95), eps=1e-6, weight_decay=0.1)",
          p => new Adam(p, new() { LearningRate = 0.1, Beta1 = 0.8, Beta2 = 0.95, Epsilon = 1e-6, WeightDecay = 0.1 }),
          [0.5183443750562874, -1.5031118675751003, 0.00594129348457699] },
        { "AdamW(lr=0.1, weight_decay=0.1)", p => new AdamW(p, new() { LearningRate = 0.1, WeightDecay = 0.1 }),
          [0.47779481086956954, -1.414366539720338, -0.010437610938103664] },
        { "AdamW(lr=0.1)", p => new AdamW(p, new() { LearningRate = 0.1 }),
          [0.5107878942472247, -1.493087224443865, 0.0025071460042393884] },
        { "RMSprop(lr=0.1)", p => new RmsProp(p, new() { LearningRate = 0.1 }),
          [0.29684866017793254, 0.2848631625881636, -1.0825418189252656] },
        { "RMSprop(lr=0.02, alpha=0.9, eps=1e-6, momentum=0.8, weight_decay=0.1)",
          p => new RmsProp(p, new() { LearningRate = 0.02, Alpha = 0.9, Epsilon = 1e-6, Momentum = 0.8, WeightDecay = 0.1 }),
          [0.5093218977570876, -1.4758987341686445, -0.01630794472201873] },
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public void FiveSteps_Float64_EqualPyTorch(string name, Func<Tensor[], Optimizer> create, double[] expected) =>
        Check(name, create, expected, DType.Float64, Float64Rounding);

    [Theory]
    [MemberData(nameof(Cases))]
    public void FiveSteps_Float32_EqualPyTorch(string name, Func<Tensor[], Optimizer> create, double[] expected) =>
        Check(name, create, expected, DType.Float32, Float32Rounding);

    private static void Check(string name, Func<Tensor[], Optimizer> create, double[] expected, DType dtype, double tolerance)
    {
        Tensor parameter = Tensor.Of(new[] { 1.0, -2.0, 0.5 }, dtype).AsParameter("p");
        (Tensor? target, Tensor? scale) = (Tensor.Of(new[] { 0.3, 0.7, -1.1 }, dtype), Tensor.Of(new[] { 0.5, 1.5, 3.0 }, dtype));
        Optimizer optimizer = create([parameter]);
        for (int step = 0; step < 5; step++)
        {
            optimizer.ZeroGradients();
            Tensor error = parameter - target;
            (scale * error * error).Sum().Backward();
            optimizer.Step();
        }

        Assert.Equal(5, optimizer.StepCount);
        for (int i = 0; i < expected.Length; i++)
            Assert.True(
                Math.Abs(parameter.ToArray()[i] - expected[i]) <= tolerance,
                $"{name}: {parameter} should be {string.Join(", ", expected)}");
    }
}

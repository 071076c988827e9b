using Crucible.Layers;
using Crucible.Tensors;
using Xunit;

namespace Crucible.Tests.Layers;

/// <summary>
/// Values of PyTorch 1.13.1 in float64, F = torch.nn.functional:
/// <code>
/// a, b = torch.tensor([0.5, -1.0, 2.5, 0.0]), torch.tensor([0.0, 1.0, 0.4, 0.2])
/// p, t = torch.tensor([0.9, 0.2]), torch.tensor([1.0, 0.0])
/// x = torch.tensor([[2.0, -1.0, 0.5], [0.1, 0.2, -0.3], [-1.5, 0.0, 3.0], [0.7, 0.7, 0.7]])
/// k, w = torch.tensor([0, 2, 1, 2]), torch.tensor([1.0, 2.0, 0.5])
/// </code>
/// </summary>
public class LossTests
{
    /// <summary>Some dozen float64 operations on values below 10.</summary>
    private const double Rounding = 1e-13;

    private static readonly Tensor A = Vector(0.5, -1.0, 2.5, 0.0);
    private static readonly Tensor B = Vector(0.0, 1.0, 0.4, 0.2);
    private static readonly Tensor P = Vector(0.9, 0.2);
    private static readonly Tensor T = Vector(1.0, 0.0);
    private static readonly Tensor X =
        Tensor.Of(new[,] { { 2.0, -1.0, 0.5 }, { 0.1, 0.2, -0.3 }, { -1.5, 0.0, 3.0 }, { 0.7, 0.7, 0.7 } }, DType.Float64);
    private static readonly Tensor K = Tensor.Of(new[] { 0, 2, 1, 2 });
    private static readonly Tensor Padded = Tensor.Of(new[] { 0, -100, 1, 2 });
    private static readonly Tensor W = Vector(1.0, 2.0, 0.5);

    /// <summary>The call in PyTorch, the call here, the value.</summary>
    public static TheoryData<string, Func<Tensor>, double[]> Oracle => new()
    {
        { "F.mse_loss(a, b)", () => Loss.MeanSquaredError(A, B), [2.175] },
        { "F.mse_loss(a, b, reduction='sum')", () => Loss.MeanSquaredError(A, B, LossReduction.Sum), [8.7] },
        { "F.mse_loss(a, b, reduction='none')", () => Loss.MeanSquaredError(A, B, LossReduction.None), [0.25, 4.0, 4.41, 0.04] },
        { "F.l1_loss(a, b)", () => Loss.MeanAbsoluteError(A, B), [1.2] },
        { "F.l1_loss(a, b, reduction='sum')", () => Loss.MeanAbsoluteError(A, B, LossReduction.Sum), [4.8] },
        { "F.huber_loss(a, b)", () => Loss.Huber(A, B), [0.81125] },
        { "F.huber_loss(a, b, delta=0.3, reduction='none')", () => Loss.Huber(A, B, LossReduction.None, 0.3), [0.105, 0.555, 0.585, 0.02] },
        { "F.binary_cross_entropy(p, t)", () => Loss.BinaryCrossEntropy(P, T), [0.164252033486018] },
        { "F.binary_cross_entropy(p, t, reduction='none')", () => Loss.BinaryCrossEntropy(P, T, LossReduction.None),
          [0.10536051565782628, 0.2231435513142097] },
        { "F.binary_cross_entropy_with_logits(a, b)", () => Loss.BinaryCrossEntropyWithLogits(A, B), [1.139843896637706] },
        { "F.binary_cross_entropy_with_logits(a, b, reduction='none')", () => Loss.BinaryCrossEntropyWithLogits(A, B, LossReduction.None),
          [0.9740769841801067, 1.3132616875182228, 1.5788897342925496, 0.6931471805599453] },
        { "F.cross_entropy(x, k)", () => Loss.CrossEntropy(X, K), [1.4549662840378323] },
        { "F.cross_entropy(x, k, reduction='sum')", () => Loss.CrossEntropy(X, K, LossReduction.Sum), [5.819865136151329] },
        { "F.cross_entropy(x, k, reduction='none')", () => Loss.CrossEntropy(X, K, LossReduction.None),
          [0.24131129665715703, 1.4208276555532593, 3.0591138952728034, 1.0986122886681098] },
        { "F.cross_entropy(x, k, label_smoothing=0.1)", () => Loss.CrossEntropy(X, K, labelSmoothing: 0.1), [1.4724662840378322] },
        { "F.cross_entropy(x, k, weight=w)", () => Loss.CrossEntropy(X, K, classWeights: W), [1.904814764828362] },
        { "F.cross_entropy(x, [0, -100, 1, 2])", () => Loss.CrossEntropy(X, Padded, ignoredIndex: -100), [1.4663458268660234] },
        { "F.cross_entropy(x, [0, -100, 1, 2], weight=w, label_smoothing=0.2)",
          () => Loss.CrossEntropy(X, Padded, labelSmoothing: 0.2, ignoredIndex: -100, classWeights: W), [2.001005218295906] },
    };

    /// <summary>What is asked for, and the whole message.</summary>
    public static TheoryData<Func<Tensor>, string> Refused => new()
    {
        { () => Loss.MeanSquaredError(Tensor.Ones(4), Tensor.Ones(4, 1)),
          "meanSquaredError: prediction and target must have the same shape, but are [4] and [4, 1]; reshape the target to [4]" },
        { () => Loss.MeanAbsoluteError(Tensor.Ones(4, 1), Tensor.Ones(4)),
          "meanAbsoluteError: prediction and target must have the same shape, but are [4, 1] and [4]; reshape the target to [4, 1]" },
        { () => Loss.Huber(Tensor.Ones(4, 1), Tensor.Ones(4)),
          "huber: prediction and target must have the same shape, but are [4, 1] and [4]; reshape the target to [4, 1]" },
        { () => Loss.BinaryCrossEntropy(Tensor.Ones(4), Tensor.Ones(1)),
          "binaryCrossEntropy: prediction and target must have the same shape, but are [4] and [1]" },
        { () => Loss.BinaryCrossEntropyWithLogits(Tensor.Ones(4), Tensor.Ones(4, 1)),
          "binaryCrossEntropyWithLogits: prediction and target must have the same shape, but are [4] and [4, 1]; reshape the target to [4]" },
        { () => Loss.MeanAbsoluteError(Tensor.Ones(4), Tensor.Ones([4], DType.Float64)),
          "meanAbsoluteError: element types must be equal, but a is float32 and b is float64; convert one with To" },
        { () => Loss.Huber(Tensor.Ones(4), Tensor.Ones(4), delta: 0.0), "huber: delta must be above 0, but is 0" },
        { () => Loss.BinaryCrossEntropy(Vector(0.5, 1.5), T),
          "binaryCrossEntropy: predictions must be probabilities from 0 to 1, but one is 1.5; for the output of a linear layer use BinaryCrossEntropyWithLogits" },
        { () => Loss.BinaryCrossEntropy(Vector(0.5, -2), T),
          "binaryCrossEntropy: predictions must be probabilities from 0 to 1, but one is -2; for the output of a linear layer use BinaryCrossEntropyWithLogits" },
    };

    [Theory]
    [MemberData(nameof(Oracle))]
    public void Loss_EqualsPyTorch(string call, Func<Tensor> loss, double[] expected)
    {
        double[] values = loss().ToArray();
        Assert.Equal(expected.Length, values.Length);
        for (int i = 0; i < expected.Length; i++)
            Assert.True(Math.Abs(values[i] - expected[i]) <= Rounding, $"{call}: {values[i]}, not {expected[i]}");
    }

    [Theory]
    [MemberData(nameof(Refused))]
    public void Loss_WrongInput_SaysWhatIsWrong(Func<Tensor> loss, string message) =>
        Assert.Equal(message, Assert.ThrowsAny<CrucibleException>(loss).Message);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Huber_OfAnInfiniteDifference_HasDerivativeDelta(bool createGraph)
    {
        Tensor prediction = Tensor.Of(new[] { double.PositiveInfinity, double.NegativeInfinity, 1e30 }).AsParameter();
        Tensor loss = Loss.Huber(prediction, Tensor.Zeros(3), LossReduction.Sum, 0.5);
        Assert.Equal([0.5, -0.5, 0.5], loss.Gradients([prediction], createGraph)[0].ToArray());
    }

    [Fact]
    public void Huber_Derivative_IsTheClampedDifference()
    {
        // d = 0.5, -2, 2.1, -0.2 with δ = 0.3.
        Tensor prediction = A.Clone().AsParameter();
        Loss.Huber(prediction, B, LossReduction.Sum, 0.3).Backward();
        Assert.Equal([0.3, -0.3, 0.3, -0.2], prediction.Gradient!.ToArray(), (a, b) => Math.Abs(a - b) <= Rounding);
    }

    [Theory]
    [InlineData(DType.Float32)]
    [InlineData(DType.Float64)]
    public void BinaryCrossEntropy_CertainAndWrong_StaysFinite(DType dtype)
    {
        Tensor prediction = Tensor.Of(new[] { 0.0, 1.0, 0.0, 1.0 }, dtype).AsParameter();
        Tensor losses = Loss.BinaryCrossEntropy(prediction, Tensor.Of(new[] { 1.0, 0.0, 0.0, 1.0 }, dtype), LossReduction.None);
        Assert.Equal([85.2, 85.2, 0.0, 0.0], losses.ToArray().Select(value => Math.Round(value, 1)));
        losses.Sum().Backward();
        Assert.All(prediction.Gradient!.ToArray(), value => Assert.True(double.IsFinite(value)));
    }

    [Fact]
    public void BinaryCrossEntropy_Derivative_IsThatOfTheFormula()
    {
        // -t/p + (1 - t)/(1 - p) = -1/0.9 and 1/0.8.
        Tensor prediction = P.Clone().AsParameter();
        Loss.BinaryCrossEntropy(prediction, T, LossReduction.Sum).Backward();
        Assert.Equal([-1 / 0.9, 1 / 0.8], prediction.Gradient!.ToArray(), (a, b) => Math.Abs(a - b) <= Rounding);
    }

    private static Tensor Vector(params double[] values) => Tensor.From(values);
}

using Crucible.Tensors;
using Xunit;

namespace Crucible.Tests.Tensors;

/// <summary>Every operation looks at its arguments: without the look, some of these would compute something.</summary>
public class RefusalTests
{
    private static readonly Tensor F = Tensor.Ones(2, 4);
    private static readonly Tensor D = Tensor.Ones(2, 4).To(DType.Float64);
    private static readonly Tensor I = Tensor.Ones(2, 4).To(DType.Int32);

    private static readonly Dictionary<string, (string Message, Func<object> Call)> Cases = new()
    {
        ["attention of integers"] =
            ("attention: elements must be float32 or float64, but are int32", () => I.ScaledDotProductAttention(I, I)),
        ["attention of two types"] =
            ("attention: element types must be equal, but a is float32 and b is float64", () => F.ScaledDotProductAttention(D, F)),
        ["attention to values of another type"] =
            ("attention: element types must be equal, but a is float32 and b is float64", () => F.ScaledDotProductAttention(F, D)),
        ["attention without heads of keys"] = ("attention: keys and values must have equally many heads",
            () => Tensor.Ones(1, 2, 2, 4).ScaledDotProductAttention(Tensor.Ones(1, 0, 2, 4), Tensor.Ones(1, 0, 2, 4))),
        ["attention with other heads of values"] = ("attention: keys and values must have equally many heads",
            () => Tensor.Ones(1, 2, 2, 4).ScaledDotProductAttention(Tensor.Ones(1, 2, 2, 4), Tensor.Ones(1, 1, 2, 4))),
        ["attention with a mask of five axes"] = ("attention: ",
            () => F.ScaledDotProductAttention(F, F, new() { Mask = Tensor.Ones(1, 1, 1, 2, 2) })),
        ["rotating integers"] = ("rotatePairs: elements must be float32 or float64, but are int32", () => I.RotatePairs(F, F)),
        ["cosines of another type"] = ("rotatePairs: element types must be equal", () => F.RotatePairs(D, F)),
        ["sines of another type"] = ("rotatePairs: element types must be equal", () => F.RotatePairs(F, D)),
        ["rotating three channels"] = (
            "rotatePairs: the input must be [… positions, channels] with an even number of channels, but is [2, 3]",
            () => Tensor.Ones(2, 3).RotatePairs(Tensor.Ones(2, 1), Tensor.Ones(2, 1))),
        ["rotating a vector"] = ("rotatePairs: the input must be ", () => Tensor.Ones(4).RotatePairs(Tensor.Ones(4, 2), Tensor.Ones(4, 2))),
        ["cosines of another shape"] = ("rotatePairs: cosines and sines must be [2, 2] for an input [2, 4]",
            () => F.RotatePairs(Tensor.Ones(2, 1), Tensor.Ones(2, 2))),
        ["sines of another shape"] = ("rotatePairs: cosines and sines must be [2, 2] for an input [2, 4]",
            () => F.RotatePairs(Tensor.Ones(2, 2), Tensor.Ones(2, 1))),
        ["swiGlu of integers"] = ("swiGlu: elements must be float32 or float64, but are int32", () => I.SwiGlu()),
        ["swiGlu of three"] = ("swiGlu: the last size must be even", () => Tensor.Ones(2, 3).SwiGlu()),
        ["swiGlu of a scalar"] = ("swiGlu: the last size must be even", () => Tensor.Scalar(1).SwiGlu()),
        ["dropout of integers"] = ("dropout: elements must be float32 or float64, but are int32", () => I.Dropout(0.5, new Generator(1))),
        ["average of integers"] = ("average: elements must be float32 or float64, but are int32", () => Tensor.DivideByInt(I, 2)),
        ["maximum of two types"] =
            ("maximum: element types must be equal, but a is float32 and b is float64; convert one with To", () => F.Maximum(D)),
        ["no chunk"] = ("chunk: count must be 1 or more, but is 0", () => F.Chunk(0)),
        ["concat of nothing"] = ("concat: there must be at least one tensor, but there are none", () => Tensor.Concat([])),
        ["concat of two types"] = ("concat: element types must be equal", () => Tensor.Concat([F, D])),
        ["split with a negative size"] = ("split: sizes must be 0 or more and add up to 2", () => F.Split([3, -1])),
        ["pad before"] = ("pad: before must be 0 or more, but is -1", () => F.Pad(0, -1, 0)),
        ["pad after"] = ("pad: after must be 0 or more, but is -1", () => F.Pad(0, 0, -1)),
        ["expand to less"] = ("expand: only axes of size 1 can be expanded", () => F.Expand([1, 4])),
        ["flatten backwards"] = ("flatten: the first axis must not come after the last, but they are 1 and 0", () => F.Flatten(1, 0)),
        ["unsqueeze beyond"] = ("unsqueeze: the axis must be between -3 and 2, but is 3 for shape [2, 4]", () => F.Unsqueeze(3)),
        ["unsqueeze before"] = ("unsqueeze: the axis must be between -3 and 2, but is -4 for shape [2, 4]", () => F.Unsqueeze(-4)),
        ["squeeze of four"] = ("squeeze: the axis must have size 1, but axis 1 of [2, 4] has 4", () => F.Squeeze(1)),
        ["slice beyond"] = ("slice: the start must be between -2 and 2,", () => F.Slice(0, 3)),
        ["slice before"] = ("slice: the start must be between -2 and 2,", () => F.Slice(0, -3)),
        ["clamp below a half"] = ("clamp: low must be whole for an int32 tensor, but is 0.5", () => I.Clamp(0.5, 1)),
        ["clamp above a half"] = ("clamp: high must be whole for an int32 tensor, but is 1.5", () => I.Clamp(0, 1.5)),
        ["a mask of numbers"] = ("maskedSelect: elements must be bool, but are float32", () => F.MaskedSelect(F)),
    };

    public static TheoryData<string> Names => [.. Cases.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void Operation_WrongArgument_SaysWhatMustHold(string name) =>
        Assert.StartsWith(Cases[name].Message, Assert.ThrowsAny<CrucibleException>(Cases[name].Call).Message, StringComparison.Ordinal);

    [Fact]
    public void Rearrangements_OfIntegersAndBooleans_MoveThem()
    {
        Tensor integers = Tensor.Of(new[,] { { 1, 2 }, { 3, 4 } }), booleans = Tensor.Of(new[,] { { false, true }, { true, false } });
        Expect.Close(Tensor.Concat([integers, integers.Slice(0, 0, 1)]), 0, 1, 2, 3, 4, 1, 2);
        Expect.Close(Tensor.Concat([booleans, booleans.Slice(0, 0, 1)]), 0, 0, 1, 1, 0, 0, 1);
        Expect.Close(integers.Pad(1, 1, 0), 0, 0, 1, 2, 0, 3, 4);
        Expect.Close(booleans.Pad(1, 0, 1, 1), 0, 0, 1, 1, 1, 0, 1);
        Expect.Close(integers.Triu(), 0, 1, 2, 0, 4);
        Assert.Equal([3], Tensor.Ones(1, 3, 1).Squeeze().Shape);
        Expect.Close(integers - Tensor.Of(new[] { 1, 3 }), 0, 0, -1, 2, 1);
        Expect.Close(integers * Tensor.Of(new[] { 2, 3 }), 0, 2, 6, 6, 12);
        Expect.Close(-integers, 0, -1, -2, -3, -4);
        Expect.Close(integers.To(DType.Float32), 0, 1, 2, 3, 4);
        Expect.Close(6.0 / Expect.Vector(1, 2, 3), 0, 6, 3, 2);
    }

    /// <summary>What is added to every score of a row leaves its softmax as it is.</summary>
    [Fact]
    public void Attention_BiasOfOneNumberARow_ChangesNothing()
    {
        Generator generator = new(3);
        Tensor q = Tensor.Randn(generator, 2, 3, 4).To(DType.Float64), k = Tensor.Randn(generator, 2, 5, 4).To(DType.Float64);
        double[] plain = q.ScaledDotProductAttention(k, k).ToArray();
        foreach (Tensor bias in new[] { Tensor.Scalar(3.0, DType.Float64), Tensor.Randn(generator, 3, 1).To(DType.Float64) })
            Expect.Close(q.ScaledDotProductAttention(k, k, new() { Mask = bias }), 1e-13, plain);
    }

    /// <summary>A difference of 1e-5 of the largest element is rounding in float32 and not in float64, whatever the unit.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(1e6)]
    [InlineData(1e-6)]
    public void SymmetricEigen_ToleratesTheRoundingOfItsElements(double unit)
    {
        Tensor matrix = Tensor.Of(new[,] { { 2, 1.0 }, { 1.00001, 2 } }, DType.Float64) * unit;
        Expect.Close(matrix.To(DType.Float32).SymmetricEigen().Item1 / unit, 1e-4, 1, 3);
        Assert.Throws<OptionException>(() => matrix.SymmetricEigen());
        Assert.Throws<OptionException>(() =>
            (Tensor.Of(new[,] { { 2, 1.0 }, { 1.0001, 2 } }) * unit).To(DType.Float32).SymmetricEigen());
    }
}

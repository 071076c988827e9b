using Crucible.Layers;
using Crucible.Tensors;

namespace Crucible.Tests.Oracle;

/// <summary>Convolution, pooling and batch normalization.</summary>
internal static partial class OracleOperations
{
    private static Dictionary<string, Run> Convolutions => new()
    {
        ["conv2d"] = (x, a) => [x[0].Conv2d(
            x[1], x.Length > 2 ? x[2] : null, a.Int("stride"), a.Int("padding"), a.Int("dilation"), a.Int("groups"))],
        ["maxPool2d"] = (x, a) => [x[0].MaxPool2d(a.Int("window"), a.Int("stride"), a.Int("padding"))],
        ["averagePool2d"] = (x, a) => [x[0].AveragePool2d(a.Int("window"), a.Int("stride"), a.Int("padding"))],
        ["batchNorm"] = (x, a) => [BatchNormOf(x[0], a).Forward(x[0], Pass.Training(new Generator(1))) * PerChannel(x[0], x[1])
            + PerChannel(x[0], x[2])],
        ["batchNormOf"] = (x, a) =>
        {
            BatchNorm layer = BatchNormOf(x[0], a);
            layer.Buffers[0].CopyInPlace(x[1]);
            layer.Buffers[1].CopyInPlace(x[2]);
            return [layer.Forward(x[0])];
        },
    };

    private static BatchNorm BatchNormOf(Tensor x, OracleAttributes a) => new(x.Shape[1], epsilon: a.Number("epsilon"), dtype: x.DType);

    private static Tensor PerChannel(Tensor x, Tensor values) =>
        values.Reshape([values.ElementCount, .. Enumerable.Repeat(1, x.Rank - 2)]);
}

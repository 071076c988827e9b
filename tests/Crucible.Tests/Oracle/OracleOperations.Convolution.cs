using Crucible.Layers;

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
        ["batchNorm"] = (x, a) => [x[0].BatchNorm(x[1], x[2], a.Number("epsilon"))],
        ["batchNormOf"] = (x, a) =>
        {
            BatchNorm layer = new(x[0].Shape[1], epsilon: a.Number("epsilon"), dtype: x[0].DType);
            layer.Buffers[0].CopyInPlace(x[1]);
            layer.Buffers[1].CopyInPlace(x[2]);
            return [layer.Forward(x[0])];
        },
    };
}

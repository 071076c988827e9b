using Crucible.Kernels;

namespace Crucible.Tensors;

/// <summary>A copy of a float32 matrix in bfloat16: half the bytes to read for the product with one row.</summary>
internal sealed class RoundedMatrix(Tensor matrix)
{
    private readonly Tensor rounded = matrix.Detach().To(DType.BFloat16).Detach(); // outlives the evaluation that it is made in
    private readonly int version = matrix.Storage.Version;

    /// <summary>Whether the matrix still is what it was.</summary>
    internal bool IsCurrent => matrix.Storage.Version == version;

    /// <summary>x·W + b of one row x [… inputs], without a graph.</summary>
    internal unsafe Tensor Multiply(Tensor x, Tensor? bias)
    {
        (int inputs, int outputs) = (rounded.Shape[0], rounded.Shape[1]);
        Tensor result = Tensor.Allocate(x.Shape.With(x.Rank - 1, outputs), DType.Float32);
        fixed (float* px = x.Data<float>(), pb = bias is null ? default : bias.Data<float>(), py = result.Data<float>())
        fixed (BFloat16* pw = rounded.Data<BFloat16>())
            BFloat16Row.Multiply(inputs, outputs, px, pw, pb, py);
        return result;
    }
}

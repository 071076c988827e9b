using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Crucible.LibTorch.Workloads;

/// <summary>Numbers into tensors and back.</summary>
internal static class Values
{
    /// <summary>The word after a workload's own that asks for bfloat16.</summary>
    internal const string BFloat16 = "bfloat16";

    /// <summary>The word that asks for a fused optimizer.</summary>
    internal const string Fused = "fused";

    /// <summary>A float32 tensor.</summary>
    internal static Tensor Of(float[] values, params long[] shape) => Copied(values, ScalarType.Float32, shape);

    /// <summary>A tensor of tokens, int64.</summary>
    internal static Tensor Of(int[] values, params long[] shape) =>
        Copied(Array.ConvertAll(values, value => (long)value), ScalarType.Int64, shape);

    /// <summary>A float32 parameter.</summary>
    internal static Parameter Parameter(float[] values, params long[] shape) => new(Of(values, shape));

    /// <summary>The elements in float32.</summary>
    internal static float[] Elements(this Tensor tensor)
    {
        using DisposeScope scope = NewDisposeScope();
        return tensor.detach().to(ScalarType.Float32).contiguous().data<float>().ToArray();
    }

    /// <summary>Forgets gradients, as <c>zero_grad()</c> does in Python; TorchSharp's own fills them with zeros.</summary>
    internal static void Forget(IEnumerable<Tensor> parameters)
    {
        foreach (Tensor parameter in parameters) parameter.grad = null;
    }

    // torch.tensor would share the array and have LibTorch call back into .NET when it frees the storage.
    private static Tensor Copied<T>(T[] values, ScalarType type, long[] shape)
        where T : unmanaged
    {
        Tensor copy = empty(shape, dtype: type);
        copy.data<T>().CopyFrom(values);
        return copy;
    }
}

namespace Crucible.Tensors;

/// <summary>What the two normalizations share.</summary>
internal static class Normalization
{
    /// <summary>Refuses what cannot be normalized: gain and bias must be [C] in the input's element type.</summary>
    public static void Check(string operation, Tensor x, Tensor? gain, Tensor? bias, double epsilon)
    {
        x.RequireFloat(operation);
        if (x.Rank == 0) throw Errors.Shape(Errors.Text($"{operation}: the input must have at least one axis, but is a scalar"));
        CheckChannels(operation, "gain", x, gain);
        CheckChannels(operation, "bias", x, bias);
        if (!(epsilon >= 0.0)) throw Errors.Option(operation, "epsilon", "0 or more", epsilon);
    }

    /// <summary>The elements, or none.</summary>
    public static Span<T> DataOf<T>(Tensor? tensor)
        where T : unmanaged => tensor is null ? default : tensor.Data<T>();

    /// <summary>The tensors that are there.</summary>
    public static Tensor[] Inputs(Tensor x, Tensor? gain, Tensor? bias) => gain is null ? [x] : bias is null ? [x, gain] : [x, gain, bias];

    private static void CheckChannels(string operation, string name, Tensor x, Tensor? channels)
    {
        if (channels is null) return;
        if (channels.DType != x.DType) throw Errors.DTypes(operation, x.DType, channels.DType);
        if (channels.Rank != 1 || channels.Shape[0] != x.Shape[-1]) throw Errors.Shape(Errors.Text($"{operation}: the {name} must have one value for each channel of the last axis, but is {channels.Shape} and the input is {x.Shape}"));
    }
}

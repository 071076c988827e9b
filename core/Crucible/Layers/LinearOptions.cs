using Crucible.Tensors;

namespace Crucible.Layers;

/// <summary>Options of <see cref="Linear"/>: <c>LinearOptions(HasBias = false)</c>.</summary>
public sealed class LinearOptions
{
    /// <summary>First values of the weight.</summary>
    public Initializer Weight { get; init; } = Initializer.GlorotUniform;

    /// <summary>First values of the bias.</summary>
    public Initializer Bias { get; init; } = Initializer.Zeros;

    /// <summary>Whether there is a bias.</summary>
    public bool HasBias { get; init; } = true;

    /// <summary>Element type of the parameters: float32 or float64.</summary>
    public DType DType { get; init; } = DType.Float32;
}

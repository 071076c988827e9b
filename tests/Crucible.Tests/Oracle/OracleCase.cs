using System.Text.Json;
using Crucible.Tensors;

namespace Crucible.Tests.Oracle;

/// <summary>One operation on fixed inputs: its outputs, and the gradients of their weighted sum; or, for an error, only inputs.</summary>
/// <param name="Name">The operation and what is special about the case.</param>
/// <param name="Operation">The key into <see cref="OracleOperations"/>.</param>
/// <param name="Torch">The PyTorch expression that made it.</param>
/// <param name="Attributes">Arguments that are not tensors.</param>
/// <param name="Inputs">The tensors, in the order of the arguments.</param>
/// <param name="Outputs">What the operation returns.</param>
/// <param name="Gradients">A gradient for each input, null for those that have none; null when no output has a derivative.</param>
internal sealed record OracleCase(
    string Name, string Operation, string Torch, Dictionary<string, JsonElement> Attributes, OracleTensor[] Inputs, OracleTensor[]? Outputs,
    double[]?[]? Gradients)
{
    /// <summary>
    /// The weight of the i-th element of all float outputs together: <c>((7 i) mod 11 - 4.5) / 4</c>, never zero and of
    /// both signs.
    /// </summary>
    internal static double Weight(int i) => (7 * i % 11 - 4.5) / 4;

    /// <summary>The scalar whose gradients the oracle recorded: every element of the float outputs with a weight of its own.</summary>
    internal static Tensor WeightedSum(Tensor[] outputs)
    {
        Tensor? sum = null;
        int start = 0;
        foreach (Tensor output in outputs.Where(output => output.DType.IsFloat()))
        {
            double[] weights = [.. Enumerable.Range(start, output.ElementCount).Select(Weight)];
            Tensor term = (output * Tensor.From(weights, [.. output.Shape]).To(output.DType)).Sum();
            sum = sum is null ? term : sum + term;
            start += output.ElementCount;
        }

        return sum!;
    }
}

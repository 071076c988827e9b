using Crucible.Layers;
using Crucible.Tensors;
using static System.FormattableString;

namespace Crucible.Models;

/// <summary>
/// A multi-layer perceptron: linear layers with an activation, and perhaps dropout, between them; the last one is
/// followed by nothing. <c>Mlp([13; 40; 40; 1], (fun () -&gt; Relu()), generator)</c> maps [N, 13] to [N, 1].
/// </summary>
/// <param name="sizes">The input's last size, the hidden sizes, the output's last size: at least two, each 1 or more.</param>
/// <param name="activation">Makes the activation behind each hidden layer.</param>
/// <param name="generator">Where the first values come from; its state moves on.</param>
/// <param name="options">Initializers, bias and element type of the linear layers.</param>
/// <param name="dropout">The probability of dropout behind each activation, at least 0 and below 1.</param>
/// <exception cref="OptionException">There are fewer than two sizes, or a number is out of range.</exception>
public sealed class Mlp(
    IEnumerable<int> sizes, Func<Layer> activation, Generator generator, LinearOptions? options = null, double dropout = 0.0)
    : Sequential(Members([.. sizes], activation, generator, options, dropout))
{
    private static IEnumerable<Layer> Members(
        int[] sizes, Func<Layer> activation, Generator generator, LinearOptions? options, double dropout)
    {
        if (sizes.Length < 2)
            throw Errors.Option("mlp", "sizes", "at least the input's and the output's", Invariant($"[{string.Join(", ", sizes)}]"));
        for (int i = 1; i < sizes.Length; i++)
        {
            yield return new Linear(sizes[i - 1], sizes[i], generator, options);
            if (i == sizes.Length - 1) yield break;
            yield return activation();
            if (dropout != 0.0) yield return new Dropout(dropout);
        }
    }
}

using System.Globalization;

namespace Crucible.Benchmarks.Sides;

/// <summary>A size of nanoGPT's kind of model: no biases, no dropout, learned positions, tied embeddings.</summary>
/// <param name="Name">small or large.</param>
/// <param name="Layers">Blocks.</param>
/// <param name="Heads">Heads of attention.</param>
/// <param name="Width">Channels.</param>
/// <param name="Context">Positions.</param>
/// <param name="Batch">Texts of a training step.</param>
internal sealed record GptSize(string Name, int Layers, int Heads, int Width, int Context, int Batch)
{
    /// <summary>Characters.</summary>
    internal const int Vocabulary = 65;

    /// <summary>Of the weights of an untrained model, so that it writes a text that changes.</summary>
    internal const double TalkativeDeviation = 0.1;

    /// <summary>nanoGPT's settings for a processor.</summary>
    internal static GptSize Small { get; } = new("small", 4, 4, 128, 64, 12);

    /// <summary>nanoGPT's settings for Shakespeare on a graphics card, with a batch for a processor.</summary>
    internal static GptSize Large { get; } = new("large", 6, 6, 384, 256, 8);

    /// <summary>Both, but for a quick run.</summary>
    internal static IReadOnlyList<GptSize> All(bool quick) => quick ? [Small] : [Small, Large];

    /// <summary>Positions of a batch.</summary>
    internal int Rows => Batch * Context;

    /// <summary>Tokens that are read, [batch, context].</summary>
    internal int[] Tokens => Draw.Integers(11, Rows, Vocabulary);

    /// <summary>Tokens that are to be predicted, [batch, context].</summary>
    internal int[] Targets => Draw.Integers(12, Rows, Vocabulary);

    /// <summary>Elements of the matrices that every token is multiplied by: of the blocks, and of the head.</summary>
    internal double Weights => (12.0 * Layers * Width * Width) + ((double)Width * Vocabulary);

    /// <summary>
    /// Multiplications and additions of a training step: three products a weight, and seven for each pair of positions
    /// that the mask of attention lets through.
    /// </summary>
    internal double Operations => 2 * ((3 * Rows * Weights) + (7.0 * Layers * Rows * (Context + 1) / 2 * Width));

    /// <summary>
    /// Bytes that a training step cannot but move: a parameter is read forwards and backwards, and with its gradient and two moments by
    /// the optimizer; of ten values a channel (3 of queries, keys and values, 1 of averages, 4 inside the feed-forward part, 2 of sums)
    /// each is read twice forwards and backwards, and its gradient once.
    /// </summary>
    internal double BytesRead => sizeof(float) * ((6 * Weights) + (3.0 * 10 * Layers * Rows * Width));

    /// <summary>Bytes that a training step cannot but write: gradients, moments and parameters; those values and their gradients.</summary>
    internal double BytesWritten => sizeof(float) * ((4 * Weights) + (2.0 * 10 * Layers * Rows * Width));

    /// <summary>The size of a name, or of five numbers: layers-heads-width-context-batch.</summary>
    internal static GptSize Of(string name)
    {
        if (All(quick: false).FirstOrDefault(size => size.Name == name) is { } known) return known;
        int[] sizes = [.. name.Split('-').Select(number => int.Parse(number, CultureInfo.InvariantCulture))];
        return new(name, sizes[0], sizes[1], sizes[2], sizes[3], sizes[4]);
    }

    /// <summary>
    /// The parameters by Crucible's names, with their shapes and first values; those of linear layers are [inputs,
    /// outputs].
    /// </summary>
    /// <param name="deviation">Of the weights.</param>
    internal IEnumerable<(string Name, int[] Shape, float[] Values)> Parameters(double deviation = 0.02)
    {
        int seed = 100;
        yield return Matrix("token.weight", Vocabulary, Width);
        yield return Matrix("position.weight", Context, Width);
        for (int i = 0; i < Layers; i++)
        {
            string block = $"block[{i}].";
            yield return Gain(block + "attentionNorm.gain");
            yield return Matrix(block + "attention.queryKeyValue.weight", Width, 3 * Width);
            yield return Matrix(block + "attention.output.weight", Width, Width);
            yield return Gain(block + "feedForwardNorm.gain");
            yield return Matrix(block + "feedForward.up.weight", Width, 4 * Width);
            yield return Matrix(block + "feedForward.down.weight", 4 * Width, Width);
        }

        yield return Gain("norm.gain");

        (string, int[], float[]) Matrix(string name, int rows, int columns) =>
            (name, [rows, columns], Draw.Normal(seed++, rows * columns, deviation));
        (string, int[], float[]) Gain(string name) => (name, [Width], [.. Enumerable.Repeat(1f, Width)]);
    }

    /// <summary>The sizes in a line.</summary>
    public override string ToString() => $"{Name}: {Layers} layers, {Heads} heads, width {Width}, context {Context}, batch {Batch}";
}

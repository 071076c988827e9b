namespace Crucible.Benchmarks.Sides;

/// <summary>
/// A translator as scripts/translate.fsx --data sdk trains it, but without dropout, and its batch: the three have equally many
/// parameters, as nearly as their widths allow.
/// </summary>
/// <param name="Name">fixed, attention or transformer.</param>
/// <param name="Width">Channels.</param>
internal sealed record TranslatorSize(string Name, int Width)
{
    /// <summary>Tokens of both languages, the last two those of a translation's start and end.</summary>
    internal const int Vocabulary = 2000;

    /// <summary>Blocks of the Transformer's encoder, and of its decoder.</summary>
    internal const int Layers = 2;

    /// <summary>Heads of the Transformer.</summary>
    internal const int Heads = 4;

    /// <summary>Sentences of a batch.</summary>
    internal const int Batch = 64;

    /// <summary>Tokens of a sentence, and of a translation with its end.</summary>
    internal const int Length = 16;

    /// <summary>What label smoothing takes from the right token.</summary>
    internal const double LabelSmoothing = 0.1;

    /// <summary>The three kinds.</summary>
    internal static IReadOnlyList<TranslatorSize> All { get; } = [new("fixed", 168), new("attention", 161), new("transformer", 128)];

    /// <summary>The id that ends a translation.</summary>
    internal static int End => Vocabulary - 1;

    /// <summary>Sentences [count, length].</summary>
    internal static int[] Sources(int count) => Draw.Integers(41, count * Length, Vocabulary - 2);

    /// <summary>Their translations [batch, length + 1]: a start token, then the tokens to predict, the last the end.</summary>
    internal static int[] Targets()
    {
        int[] tokens = Draw.Integers(42, Batch * (Length + 1), Vocabulary - 2);
        for (int row = 0; row < Batch; row++) (tokens[row * (Length + 1)], tokens[(row * (Length + 1)) + Length]) = (End - 1, End);
        return tokens;
    }

    /// <summary>The size of a name.</summary>
    internal static TranslatorSize Of(string name) => All.First(size => size.Name == name);

    /// <summary>
    /// Multiplications and additions of a training step but for those of attention: three products a weight and position.
    /// </summary>
    internal double Operations
    {
        get
        {
            double rows = Batch * Length, sentences = Batch;
            // The head counts at every position; what begins a translation at every sentence alone.
            return 6 * (Matrices().Sum(matrix => (matrix.Name.StartsWith("start", StringComparison.Ordinal) ? sentences : rows)
                * matrix.Rows * matrix.Columns));
        }
    }

    /// <summary>The matrices by Crucible's names, those of linear layers [inputs, outputs]; vectors are 0, and gains 1.</summary>
    internal IEnumerable<(string Name, int Rows, int Columns)> Matrices()
    {
        yield return ("token.weight", Vocabulary, Width);
        foreach ((string, int, int) matrix in Name == "transformer" ? OfTransformer() : OfRecurrent()) yield return matrix;
    }

    /// <summary>The first values of a matrix: with a deviation of 1 / √inputs, the tokens' vectors of 1 / √width.</summary>
    /// <param name="place">Its place among all.</param>
    /// <param name="rows">Its rows.</param>
    /// <param name="columns">Its columns.</param>
    internal float[] Values(int place, int rows, int columns)
    {
        float[] values = Draw.Normal(200 + place, rows * columns, 1 / Math.Sqrt(place == 0 ? Width : rows));
        if (place == 0) Array.Clear(values, End * Width, Width); // logits of 0, below the likeliest: a search goes on to its limit
        return values;
    }

    private IEnumerable<(string Name, int Rows, int Columns)> OfRecurrent()
    {
        foreach ((string layer, int inputs) in new[] { ("encoder.layer", Width), ("encoder.reverse", Width), ("decoder.layer", 3 * Width) })
        {
            yield return ($"{layer}[0].weight", inputs, 3 * Width);
            yield return ($"{layer}[0].recurrentWeight", Width, 3 * Width);
        }

        yield return ("start.weight", 2 * Width, Width);
        if (Name == "attention")
        {
            yield return ("attention.query.weight", Width, Width);
            yield return ("attention.key.weight", 2 * Width, Width);
            yield return ("attention.score.weight", Width, 1);
        }

        yield return ("readout.weight", 4 * Width, Width);
    }

    private IEnumerable<(string Name, int Rows, int Columns)> OfTransformer()
    {
        foreach (string stack in new[] { "encoder", "decoder" })
        {
            for (int i = 0; i < Layers; i++)
            {
                string block = $"{stack}.block[{i}].";
                yield return (block + "attention.queryKeyValue.weight", Width, 3 * Width);
                yield return (block + "attention.output.weight", Width, Width);
                if (stack == "decoder")
                {
                    yield return (block + "memoryAttention.query.weight", Width, Width);
                    yield return (block + "memoryAttention.keyValue.weight", Width, 2 * Width);
                    yield return (block + "memoryAttention.output.weight", Width, Width);
                }

                yield return (block + "feedForward.up.weight", Width, 4 * Width);
                yield return (block + "feedForward.down.weight", 4 * Width, Width);
            }
        }
    }
}

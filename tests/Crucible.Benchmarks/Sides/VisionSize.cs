namespace Crucible.Benchmarks.Sides;

/// <summary>
/// The Vision Transformer of digits.fsx: patches of 7×7 of pictures of 28×28, learned positions, a class token, no dropout.
/// </summary>
internal static class VisionSize
{
    internal const int Batch = 64, Side = 28, Patch = 7, Classes = 10, Layers = 4, Heads = 4, Width = 64;

    /// <summary>Patches of a picture.</summary>
    internal const int Patches = Side / Patch * (Side / Patch);

    /// <summary>Patches and the class token.</summary>
    internal const int Tokens = Patches + 1;

    /// <summary>Multiplications and additions of a training step; pictures have no gradient.</summary>
    internal static double Operations
    {
        get
        {
            double embedding = (double)Batch * Patches * Patch * Patch * Width, head = (double)Batch * Width * Classes;
            double blocks = 12.0 * Layers * Batch * Tokens * Width * Width, pairs = (double)Layers * Batch * Tokens * Tokens * Width;
            return 2 * ((2 * embedding) + (3 * (blocks + head)) + (7 * pairs));
        }
    }

    /// <summary>The pictures, [batch, 1, side, side].</summary>
    internal static float[] Pictures => Draw.Normal(61, Batch * Side * Side);

    /// <summary>Their classes, [batch].</summary>
    internal static int[] Labels => Draw.Integers(62, Batch, Classes);

    /// <summary>
    /// The parameters by Crucible's names, with their shapes and first values; those of linear layers are [inputs, outputs].
    /// </summary>
    internal static IEnumerable<(string Name, int[] Shape, float[] Values)> Parameters()
    {
        int seed = 200;
        IEnumerable<(string, int[], float[])> all =
        [
            .. Linear("patches.projection", Patch * Patch, Width), Drawn("classToken.weight", Width),
            Drawn("position.weight", Tokens, Width), .. Enumerable.Range(0, Layers).SelectMany(Block), .. Norm("encoder.norm"),
            .. Linear("head", Width, Classes),
        ];
        return all;

        IEnumerable<(string, int[], float[])> Block(int number)
        {
            string block = $"encoder.block[{number}].";
            return [
                .. Norm(block + "attentionNorm"), .. Linear(block + "attention.queryKeyValue", Width, 3 * Width),
                .. Linear(block + "attention.output", Width, Width), .. Norm(block + "feedForwardNorm"),
                .. Linear(block + "feedForward.up", Width, 4 * Width), .. Linear(block + "feedForward.down", 4 * Width, Width),
            ];
        }

        IEnumerable<(string, int[], float[])> Linear(string name, int inputs, int outputs) =>
            [Drawn(name + ".weight", inputs, outputs), (name + ".bias", [outputs], new float[outputs])];
        IEnumerable<(string, int[], float[])> Norm(string name) =>
            [(name + ".gain", [Width], [.. Enumerable.Repeat(1f, Width)]), (name + ".bias", [Width], new float[Width])];
        (string, int[], float[]) Drawn(string name, params int[] shape) =>
            (name, shape, Draw.Normal(seed++, shape.Aggregate((a, b) => a * b), 0.05));
    }
}

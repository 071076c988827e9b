using System.Globalization;

namespace Crucible.Benchmarks.Sides;

/// <summary>A product of [m, k] and [k, n], and how its operands are stored.</summary>
/// <param name="Layout">nn, nt (B stored transposed) or tn (A stored transposed).</param>
/// <param name="M">Rows of the result.</param>
/// <param name="K">The inner size.</param>
/// <param name="N">Columns of the result.</param>
internal sealed record MatMulShape(string Layout, int M, int K, int N)
{
    /// <summary>Squares of all sizes.</summary>
    internal static IReadOnlyList<MatMulShape> Squares { get; } =
        [.. new[] { 16, 32, 48, 64, 100, 128, 256, 512, 1024, 2048 }.Select(n => new MatMulShape("nn", n, n, n))];

    /// <summary>The products of a small GPT, forward and backward: 12 × 64 tokens of width 128, and its head.</summary>
    internal static IReadOnlyList<MatMulShape> SmallGpt { get; } =
    [
        new("nt", 768, 128, 384), new("nt", 768, 128, 512), new("nt", 768, 512, 128), new("nt", 768, 128, 65),
        new("nn", 768, 384, 128), new("nn", 768, 512, 128), new("nn", 768, 128, 512),
        new("tn", 384, 768, 128), new("tn", 512, 768, 128), new("tn", 128, 768, 512), new("tn", 65, 768, 128),
    ];

    /// <summary>The products of a large GPT: 8 × 256 tokens of width 384.</summary>
    internal static IReadOnlyList<MatMulShape> LargeGpt { get; } =
    [
        new("nt", 2048, 384, 1152), new("nt", 2048, 384, 384), new("nt", 2048, 384, 1536), new("nt", 2048, 1536, 384),
        new("nn", 2048, 1536, 384), new("nn", 2048, 384, 1536), new("tn", 1536, 2048, 384), new("tn", 384, 2048, 1536),
    ];

    /// <summary>Whether A is stored as [k, m].</summary>
    internal bool TransposeA => Layout[0] == 't';

    /// <summary>Whether B is stored as [n, k].</summary>
    internal bool TransposeB => Layout[1] == 't';

    /// <summary>A as it is stored: its shape and elements.</summary>
    internal (int Rows, int Columns, float[] Values) A => TransposeA ? (K, M, Draw.Normal(1, M * K)) : (M, K, Draw.Normal(1, M * K));

    /// <summary>B as it is stored.</summary>
    internal (int Rows, int Columns, float[] Values) B => TransposeB ? (N, K, Draw.Normal(2, K * N)) : (K, N, Draw.Normal(2, K * N));

    /// <summary>Multiplications and additions.</summary>
    internal double Operations => 2.0 * M * K * N;

    /// <summary>The words that <see cref="Of"/> reads.</summary>
    internal string Words => $"{Layout} {M} {K} {N}";

    /// <summary>The shape of such words as <c>nt 768 128 384</c>.</summary>
    internal static MatMulShape Of(string[] words)
    {
        int[] sizes = [.. words[1..].Select(word => int.Parse(word, CultureInfo.InvariantCulture))];
        return new(words[0], sizes[0], sizes[1], sizes[2]);
    }

    /// <summary>As in <c>nt 768×128 · 128×384</c>.</summary>
    public override string ToString() => $"{Layout} {M}×{K} · {K}×{N}";
}

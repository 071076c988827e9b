namespace Crucible.Benchmarks.Workloads;

/// <summary>A product of [m, k] and [k, n], and how its operands are stored.</summary>
/// <param name="Layout">nn, nt (B stored transposed) or tn (A stored transposed).</param>
/// <param name="M">Rows of the result.</param>
/// <param name="K">The inner size.</param>
/// <param name="N">Columns of the result.</param>
internal sealed record MatMulShape(string Layout, int M, int K, int N)
{
    /// <summary>Squares of all sizes, the odd ones for their edges.</summary>
    internal static IReadOnlyList<MatMulShape> Squares { get; } =
    [
        .. new[] { 16, 32, 48, 64, 65, 100, 127, 128, 200, 256, 333, 512, 1000, 1024, 2048 }.Select(n => new MatMulShape("nn", n, n, n)),
        .. new[] { 64, 100, 128, 512 }.SelectMany(n => new MatMulShape[] { new("nt", n, n, n), new("tn", n, n, n) }),
    ];

    /// <summary>
    /// The products of a small GPT: 12 × 64 tokens of width 128, its head, and the 8 × 256 tokens of width 384 of a
    /// larger one.
    /// </summary>
    internal static IReadOnlyList<MatMulShape> Gpt { get; } =
    [
        new("nt", 768, 128, 384), new("nt", 768, 128, 512),
        new("nn", 768, 384, 128), new("nn", 768, 512, 128), new("nn", 768, 128, 512),
        new("tn", 384, 768, 128), new("tn", 512, 768, 128), new("tn", 128, 768, 512),
        new("nt", 768, 128, 65), new("tn", 65, 768, 128),
        new("nt", 2048, 384, 1536), new("nn", 2048, 1536, 384), new("tn", 1536, 2048, 384),
    ];

    /// <summary>Multiplications and additions.</summary>
    internal double Operations => 2.0 * M * K * N;

    /// <summary>Whether it belongs to the smaller of the two models.</summary>
    internal bool IsSmall => Math.Max(M, K) < 2048;

    /// <summary>The work as a command of <c>peer.py</c>.</summary>
    internal string Command => $"matmul {Layout} {M} {K} {N}";

    /// <summary>As in <c>nt 768x128 @ 128x384</c>.</summary>
    public override string ToString() => $"{Layout} {M}x{K} @ {K}x{N}";
}

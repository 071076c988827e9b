using Crucible.Kernels;

namespace Crucible.Benchmarks.Workloads;

/// <summary>
/// The matrix product with vectors of 256 bits, as on a processor without AVX-512, against OpenBLAS's kernels for
/// Haswell.
/// </summary>
internal sealed class MatMulAvx2Workload : IWorkload
{
    /// <inheritdoc/>
    public string Name => "matmul-avx2";

    /// <inheritdoc/>
    public string Summary => "the same, squares, 1 thread, with vectors of 256 bits as on a processor without AVX-512";

    /// <inheritdoc/>
    public void Run(Bench bench)
    {
        using IDisposable width = SimdWidth.Use(Math.Min(256, SimdWidth.Widest));
        MatMulWork.Compare(
            "matmul, squares, 1 thread, AVX2", MatMulShape.Squares,
            (name, ours, theirs, target) => bench.CompareOneThread(name, ours, theirs, target, "Haswell"), _ => 1);
    }
}

using System.Diagnostics;
using System.Runtime.Intrinsics;

namespace Crucible.Benchmarks.Workloads;

/// <summary>The matrix product as on a processor without AVX-512: this program again with 512-bit vectors off, against OpenBLAS's kernels for Haswell.</summary>
internal sealed class MatMulAvx2Workload : IWorkload
{
    /// <inheritdoc/>
    public string Name => "matmul-avx2";

    /// <inheritdoc/>
    public string Summary => "the same, squares, 1 thread, as on a processor without AVX-512";

    /// <inheritdoc/>
    public void Run(Bench bench)
    {
        if (Vector512.IsHardwareAccelerated) RunWithoutAvx512(bench.IsQuick);
        else MatMulWork.Compare("matmul, squares, 1 thread, AVX2", MatMulShape.Squares, (name, ours, theirs, target) => bench.CompareOneThread(name, ours, theirs, target, "Haswell"), _ => 1);
    }

    private void RunWithoutAvx512(bool quick)
    {
        ProcessStartInfo start = new("dotnet", [typeof(Bench).Assembly.Location, Name, .. quick ? ["--quick"] : Array.Empty<string>()]);
        start.Environment["DOTNET_EnableAVX512"] = "0";
        using Process again = Process.Start(start) ?? throw new InvalidOperationException("dotnet did not start");
        again.WaitForExit();
    }
}

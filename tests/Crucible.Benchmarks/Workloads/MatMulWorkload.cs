using Crucible.Benchmarks.Peers;

namespace Crucible.Benchmarks.Workloads;

/// <summary>The float32 matrix product against OpenBLAS, with one thread and with two.</summary>
internal sealed class MatMulWorkload : IWorkload
{
    private const int Small = 48; // up to here the cost of a call counts, and we have less of it

    /// <inheritdoc/>
    public string Name => "matmul";

    /// <inheritdoc/>
    public string Summary => "float32 matrix products against OpenBLAS, 1 and 2 threads";

    /// <inheritdoc/>
    public void Run(Bench bench)
    {
        MatMulWork.Compare(bench, "matmul, squares, 1 thread", MatMulShape.Squares, 1, PeerSetting.OneThread, shape => shape.N <= Small ? 3 : 1);
        MatMulWork.Compare(bench, "matmul, shapes of a GPT, 1 thread", MatMulShape.Gpt, 1, PeerSetting.OneThread, _ => 1);
        if (Environment.ProcessorCount < 2) return;
        MatMulWork.Compare(bench, "matmul, squares, 2 threads", MatMulShape.Squares, 2, PeerSetting.TwoThreads, _ => 1);
        MatMulWork.Compare(bench, "matmul, shapes of a GPT, 2 threads", MatMulShape.Gpt, 2, PeerSetting.TwoThreads, shape => shape.M == 2048 || shape.K == 2048 ? 1 : 1.25);
    }
}

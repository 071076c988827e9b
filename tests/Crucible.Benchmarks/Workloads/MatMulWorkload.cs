using Crucible.Benchmarks.Measuring;

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
        MatMulWork.Compare("matmul, squares, 1 thread", MatMulShape.Squares, OneThread, shape => shape.N <= Small ? 3 : 1);
        MatMulWork.Compare("matmul, shapes of a GPT, 1 thread", MatMulShape.Gpt, OneThread, _ => 1);
        if (Environment.ProcessorCount < 2) return;
        MatMulWork.Compare("matmul, squares, 2 threads", MatMulShape.Squares, TwoThreads, _ => 1);
        MatMulWork.Compare("matmul, shapes of a GPT, 2 threads", MatMulShape.Gpt, TwoThreads, shape => shape.IsSmall ? 1.25 : 1);

        Comparison OneThread(string name, Action ours, string theirs, double target) => bench.CompareOneThread(name, ours, theirs, target);
        Comparison TwoThreads(string name, Action ours, string theirs, double target) =>
            bench.CompareTwoThreads(name, ours, theirs, target);
    }
}

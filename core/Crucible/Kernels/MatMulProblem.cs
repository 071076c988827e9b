namespace Crucible.Kernels;

/// <summary>C[M, N] = op(A)·op(B) [+ C] [+ Bias] as the caller gave it.</summary>
internal unsafe struct MatMulProblem<T> where T : unmanaged
{
    internal int M, N, K;
    internal T* A;
    internal nint ARow, AStep; // distances between rows and between columns of op(A)
    internal T* B;
    internal nint BRow; // distance between rows of B as stored: columns of op(B) if transposed
    internal bool TransposeB;
    internal T* C;
    internal nint CRow;
    internal bool Accumulate;
    internal T* Bias;

    internal MatMulProblem(
        int m, int n, int k, T* a, int lda, bool transposeA, T* b, int ldb, bool transposeB, T* c, int ldc, bool accumulate, T* bias)
    {
        M = m;
        N = n;
        K = k;
        A = a;
        ARow = transposeA ? 1 : lda;
        AStep = transposeA ? lda : 1;
        B = b;
        BRow = ldb;
        TransposeB = transposeB;
        C = c;
        CRow = ldc;
        Accumulate = accumulate;
        Bias = bias;
    }

    /// <summary>The number of multiply-adds.</summary>
    internal readonly long Work => (long)M * N * K;
}

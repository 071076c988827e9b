namespace Crucible.Kernels;

/// <summary>A thread's working memory for one head: packed operands, a block of rows of scores, and of their gradients.</summary>
internal readonly unsafe struct AttentionRoom<T, V, L>
    where T : unmanaged
    where V : unmanaged
    where L : struct, ILanes<T, V>
{
    private const int LineBytes = 64;
    private const int RowNumbers = 64; // one of each for the rows of a panel, and a vector to spare

    /// <summary>Room for blocks of <paramref name="rows"/> rows; the derivative needs all of it, the forward pass the first part.</summary>
    internal AttentionRoom(in AttentionProblem<T> problem, int rows, bool isDerivative)
    {
        int line = LineBytes / sizeof(T), strip = AttentionTiles<T, V, L>.StripColumns;
        // A line more than whole strips, lest rows of scores fall on the same sets of the cache.
        ScoresRow = ((problem.Keys + strip - 1) / strip * strip) + line;
        nint keys = AttentionTiles<T, V, L>.PackedSize(problem.Size, problem.Keys), values = AttentionTiles<T, V, L>.PackedSize(problem.ValueSize, problem.Keys);
        nint packed = AttentionTiles<T, V, L>.PackedSize(problem.Keys, Math.Max(problem.Size, problem.ValueSize));
        nint scores = rows * ScoresRow;
        KeptRow = problem.Dropout.Probability == 0 ? 0 : AttentionDropout.RowWords<T>(problem.Keys) * sizeof(uint) / sizeof(T);
        nint kept = L.TileRows * KeptRow;
        nint block = AttentionTiles<T, V, L>.PackedSize(rows, Math.Max(problem.Size, problem.ValueSize));
        nint forward = keys + packed + scores + kept + (2 * RowNumbers);
        T* at = Scratch.Attention<T>(isDerivative ? forward + values + scores + (2 * block) : forward);
        Keys = at;
        Rows = Keys + keys;
        Scores = Rows + packed;
        Kept = Scores + scores;
        Shifts = Kept + kept;
        Sums = Shifts + RowNumbers;
        Values = Sums + RowNumbers;
        Gradients = Values + values;
        Queries = Gradients + scores;
        OutputGradients = Queries + block;
    }

    /// <summary>Keys, transposed.</summary>
    internal T* Keys { get; }

    /// <summary>Values, transposed.</summary>
    internal T* Values { get; }

    /// <summary>Keys or values as they are, when they cannot be read in place.</summary>
    internal T* Rows { get; }

    /// <summary>Queries of the block, likewise.</summary>
    internal T* Queries { get; }

    /// <summary>Gradients of the block's outputs, likewise.</summary>
    internal T* OutputGradients { get; }

    internal T* Scores { get; }

    /// <summary>The gradients of the scores.</summary>
    internal T* Gradients { get; }

    /// <summary>The distance between rows of scores.</summary>
    internal nint ScoresRow { get; }

    /// <summary>The factors of dropout of a panel.</summary>
    internal T* Kept { get; }

    /// <summary>The distance between rows of factors.</summary>
    internal nint KeptRow { get; }

    /// <summary>A number for each row of a panel: what its scores are shifted by.</summary>
    internal T* Shifts { get; }

    /// <summary>The same: its sum, then the reciprocal; in the derivative its slope.</summary>
    internal T* Sums { get; }

    /// <summary>Columns of scores up to a whole vector, which there is always room for.</summary>
    internal static int WholeVectors(int columns) => (columns + L.Count - 1) / L.Count * L.Count;
}

namespace Crucible.Kernels;

/// <summary>
/// The rows of all heads of a batch, wherever they lie: row r of head h of example b begins at Data + b·Batch + h·Head
/// + r·Row and is contiguous.
/// </summary>
internal unsafe struct HeadRows<T> where T : unmanaged
{
    internal T* Data;
    internal nint Batch, Head, Row;

    internal readonly T* At(int batch, int head) => Data + (batch * Batch) + (head * Head);
}

/// <summary>Attention of <see cref="Queries"/> rows a head to <see cref="Keys"/> rows, as the caller gave it.</summary>
internal unsafe struct AttentionProblem<T> where T : unmanaged
{
    internal int Batch, Heads, KeyHeads; // Heads is a multiple of KeyHeads; neighbouring heads share keys and values
    internal int Queries, Keys, Size, ValueSize;
    internal double Scale;
    internal bool IsCausal; // the last query sees every key, each query before it one key less
    internal HeadRows<T> Query, Key, Value, Output;
    internal HeadRows<T> Bias; // [keys] for every query, added to the scaled scores; no data means none
    // [batch, heads, queries]: a row's weights are e^(score − shift)·factor, the factor being 0 where it sees no key;
    // may be null in the forward pass
    internal T* Shifts, Factors;
    internal AttentionDropout Dropout;

    // For the derivative only.
    internal HeadRows<T> OutputGradient, QueryGradient, KeyGradient, ValueGradient;

    /// <summary>The number of multiply-adds of scores and weighted sums.</summary>
    internal readonly long Work => (long)Batch * Heads * Queries * Keys * (Size + ValueSize);

    /// <summary>The number of keys, counted from the first, that a query may see.</summary>
    internal readonly int Visible(int query) => IsCausal ? Math.Max(0, query + 1 + Keys - Queries) : Keys;

    /// <summary>The place of a row among the rows of all heads.</summary>
    internal readonly nint RowNumber(int batch, int head, int query) => ((((nint)batch * Heads) + head) * Queries) + query;

    /// <summary>Some rows of scores, which need be right up to the last key that one of them sees.</summary>
    internal readonly AttentionPanel<T> Panel(int batch, int head, int row, int rows, T* scores, nint scoresRow) => new()
    {
        Scores = scores,
        ScoresRow = scoresRow,
        Bias = Bias.Data == null ? null : Bias.At(batch, head) + (row * Bias.Row),
        BiasRow = Bias.Row,
        Rows = rows,
        Seen = IsCausal ? row + 1 + Keys - Queries : Keys,
        SeenStep = IsCausal ? 1 : 0,
        End = Visible(row + rows - 1),
    };
}

/// <summary>
/// Which weights are dropped: a counter-based stream in which every row has blocks of its own, so that the derivative
/// finds the same ones.
/// </summary>
internal struct AttentionDropout
{
    /// <summary>The most keys with dropout: the bytes of a row of random words fit an int.</summary>
    internal const int MaxKeys = 1 << 27;

    internal double Probability; // 0: none are
    internal ulong Seed, Stream, FirstBlock;

    /// <summary>Words of 32 bits for a row of weights: whole groups.</summary>
    internal static int RowWords<T>(int keys)
        where T : unmanaged => (int)(((long)keys * (typeof(T) == typeof(double) ? 2 : 1) + Philox.GroupLength - 1) / Philox.GroupLength
            * Philox.GroupLength);

    /// <summary>Blocks of the stream for all rows.</summary>
    internal static ulong Blocks<T>(long rows, int keys)
        where T : unmanaged => (ulong)rows * (ulong)(RowWords<T>(keys) / Philox.BlockLength);
}

/// <summary>A thread's working memory for one head: packed operands, a block of rows of scores, and of their gradients.</summary>
internal readonly unsafe struct AttentionRoom<T, V>
    where T : unmanaged
    where V : unmanaged, ISimd<V, T>
{
    private const int LineBytes = 64;
    private const int RowNumbers = 64; // one of each for the rows of a panel, and a vector to spare

    /// <summary>Room for blocks of <paramref name="rows"/> rows; the derivative needs all of it, the forward pass the first part.</summary>
    internal AttentionRoom(in AttentionProblem<T> problem, int rows, bool isDerivative)
    {
        int line = LineBytes / sizeof(T), strip = MatMulStrips<T, V>.StripColumns;
        // A line more than whole strips, lest rows of scores fall on the same sets of the cache.
        ScoresRow = ((problem.Keys + strip - 1) / strip * strip) + line;
        nint keys = MatMulStrips<T, V>.PackedSize(problem.Size, problem.Keys),
            values = MatMulStrips<T, V>.PackedSize(problem.ValueSize, problem.Keys);
        nint packed = MatMulStrips<T, V>.PackedSize(problem.Keys, Math.Max(problem.Size, problem.ValueSize));
        nint scores = rows * ScoresRow;
        KeptRow = problem.Dropout.Probability == 0 ? 0 : AttentionDropout.RowWords<T>(problem.Keys) * sizeof(uint) / sizeof(T);
        nint kept = MatMulTile<T, V>.MostRows * KeptRow;
        nint block = MatMulStrips<T, V>.PackedSize(rows, Math.Max(problem.Size, problem.ValueSize));
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
    internal static int WholeVectors(int columns) => (columns + V.Count - 1) / V.Count * V.Count;
}

namespace Crucible.Benchmarks.Measuring;

/// <summary>Rows under one title.</summary>
internal sealed record RowTable(string Title, IReadOnlyList<Row> Rows);

/// <summary>Work of ours and the ways to do it in LibTorch.</summary>
/// <param name="Name">What the line is called.</param>
/// <param name="Work">The words for both sides, the workload's name first: <c>matmul nn 64 64 64</c>.</param>
/// <param name="Theirs">The ways; none has the same words.</param>
internal sealed record Row(string Name, string Work, params Way[] Theirs)
{
    /// <summary>Multiplications and additions of a call.</summary>
    internal double Operations { get; init; }

    /// <summary>Bytes that a call cannot but read.</summary>
    internal double BytesRead { get; init; }

    /// <summary>Bytes that a call cannot but write.</summary>
    internal double BytesWritten { get; init; }

    /// <summary>How many times a call does what the line is about, as tokens of a text.</summary>
    internal int Times { get; init; } = 1;

    /// <summary>Whether ours computes in bfloat16 too.</summary>
    internal bool IsMixed { get; init; }

    /// <summary>How long a burst is at least: for work of which a usual burst would hold too little.</summary>
    internal double Seconds { get; init; }
}

/// <summary>A way to do the work of a row in LibTorch.</summary>
/// <param name="Tolerance">The largest difference of its numbers to ours, by the largest of ours.</param>
/// <param name="Name">What it is called beside the others: <c>fused AdamW</c>; empty for what a user writes first.</param>
/// <param name="Words">What follows the words of the row: <c>fused</c>.</param>
internal sealed record Way(double Tolerance, string Name = "", string Words = "")
{
    /// <summary>Whether it computes in bfloat16.</summary>
    internal bool IsBFloat16 => Words.Contains("bfloat16", StringComparison.Ordinal);

    /// <summary>The words for LibTorch's side.</summary>
    internal string Of(Row row) => Words.Length > 0 ? $"{row.Work} {Words}" : row.Work;
}

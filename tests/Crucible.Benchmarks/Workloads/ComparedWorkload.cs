using Crucible.Benchmarks.Measuring;
using Crucible.Benchmarks.Sides;

namespace Crucible.Benchmarks.Workloads;

/// <summary>
/// Work that Crucible does here and LibTorch in a file of tests/Crucible.LibTorch, under the same name, and that is compared row by
/// row.
/// </summary>
internal abstract class ComparedWorkload : IWorkload
{
    /// <inheritdoc/>
    public abstract string Name { get; }

    /// <inheritdoc/>
    public abstract string Summary { get; }

    /// <summary>With how many threads it is measured.</summary>
    internal virtual IReadOnlyList<int> Threads => [1, 2];

    /// <summary>What is compared; in a quick run less.</summary>
    internal abstract IEnumerable<RowTable> Tables(bool quick);

    /// <summary>Our side, written as a user writes it, of the words of a row behind the workload's name.</summary>
    internal abstract Work Prepare(string[] words);

    /// <inheritdoc/>
    public virtual void Run(Bench bench) => bench.Compare(this);
}

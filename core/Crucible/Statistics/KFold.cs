using Crucible.Tensors;
using static System.FormattableString;

namespace Crucible.Statistics;

/// <summary>One division of k-fold cross-validation.</summary>
/// <param name="Training">The rows to fit on.</param>
/// <param name="Validation">The rows to judge on.</param>
public sealed record Fold(int[] Training, int[] Validation)
{
    /// <summary>How many rows are where: <c>400 training rows, 100 validation rows</c>.</summary>
    /// <returns>The line.</returns>
    public override string ToString() => Invariant($"{Training.Length} training rows, {Validation.Length} validation rows");
}

/// <summary>
/// K-fold cross-validation: shuffled rows in k parts whose sizes differ by at most one; each part validates once what
/// was fitted on the others.
/// </summary>
public static class KFold
{
    /// <summary>Divides the rows 0 to <paramref name="rowCount"/> - 1.</summary>
    /// <param name="rowCount">The number of rows.</param>
    /// <param name="folds">The number of folds, from 2 to the number of rows.</param>
    /// <param name="generator">The source of randomness; its state moves on.</param>
    /// <returns>The folds; every row is in exactly one fold's validation rows, and in the training rows of all others.</returns>
    /// <exception cref="OptionException">There are fewer than two folds or more folds than rows.</exception>
    public static IReadOnlyList<Fold> Folds(int rowCount, int folds, Generator generator)
    {
        if (folds < 2 || folds > rowCount)
            throw Errors.Option("k-fold", "folds", Invariant($"at least 2 and at most the {rowCount} rows"), folds);
        int[] order = generator.Permutation(rowCount);
        Fold[] divisions = new Fold[folds];
        for (int fold = 0; fold < folds; fold++)
        {
            int start = (int)((long)rowCount * fold / folds), end = (int)((long)rowCount * (fold + 1) / folds);
            divisions[fold] = new([.. order[..start], .. order[end..]], order[start..end]);
        }
        return divisions;
    }
}

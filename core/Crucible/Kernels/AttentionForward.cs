using System.Runtime.CompilerServices;

namespace Crucible.Kernels;

/// <summary>The outputs of the heads that share one head of keys.</summary>
internal readonly unsafe struct AttentionForward<T, V, L, S>(in AttentionProblem<T> problem) : IAttentionUnit
    where T : unmanaged
    where V : unmanaged
    where L : struct, ILanes<T, V>
    where S : unmanaged, ISimd<S, T>
{
    private readonly AttentionProblem<T> problem = problem;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Run(int batch, int keyHead)
    {
        int panel = AttentionTiles<T, V, L>.PanelRows(problem.Queries);
        AttentionRoom<T, V, L> room = new(in problem, panel, isDerivative: false);
        AttentionStrips<T> keys = AttentionTiles<T, V, L>.PackTransposed(problem.Key.At(batch, keyHead), problem.Key.Row, problem.Size, problem.Keys, room.Keys);
        AttentionStrips<T> values = AttentionTiles<T, V, L>.Pack(problem.Value.At(batch, keyHead), problem.Value.Row, problem.Keys, problem.ValueSize, room.Rows);
        S* factors = stackalloc S[panel];
        int group = problem.Heads / problem.KeyHeads;
        for (int head = keyHead * group; head < (keyHead + 1) * group; head++)
        {
            for (int row = 0; row < problem.Queries; row += panel)
            {
                int rows = Math.Min(panel, problem.Queries - row), seen = problem.Visible(row + rows - 1);
                T* query = problem.Query.At(batch, head) + (row * problem.Query.Row), output = problem.Output.At(batch, head) + (row * problem.Output.Row);
                AttentionTiles<T, V, L>.Panel(
                    rows, AttentionRoom<T, V, L>.WholeVectors(seen), 0, problem.Size, query, problem.Query.Row, 1, in keys, room.Scores, room.ScoresRow, accumulate: false);
                for (int i = 0; i < rows; i++) factors[i] = Weights(in room, batch, head, row + i, room.Scores + (i * room.ScoresRow), seen);
                AttentionTiles<T, V, L>.Panel(
                    rows, problem.ValueSize, 0, seen, room.Scores, room.ScoresRow, 1, in values, output, problem.Output.Row, accumulate: false);
                for (int i = 0; i < rows; i++) AttentionRows<T, S>.Scale(output + (i * problem.Output.Row), factors[i], problem.ValueSize);
            }
        }
    }

    /// <summary>Turns a row of scores into weights but for a factor, which it returns: the weighted sum has fewer numbers to multiply by it.</summary>
    private S Weights(in AttentionRoom<T, V, L> room, int batch, int head, int row, T* scores, int seen)
    {
        nint number = problem.RowNumber(batch, head, row);
        S factor = AttentionRows<T, S>.Exponentials(
            scores, problem.Visible(row), seen, S.Of(problem.Scale), problem.BiasOf(batch, head, row), problem.LogSums == null ? null : problem.LogSums + number);
        if (problem.Dropout.Probability != 0)
        {
            AttentionRows<T, S>.Kept(in problem.Dropout, (ulong)number, problem.Keys, room.Kept);
            AttentionRows<T, S>.Drop(scores, room.Kept, seen);
        }

        return factor;
    }
}

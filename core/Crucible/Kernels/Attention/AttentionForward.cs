using System.Runtime.CompilerServices;

namespace Crucible.Kernels;

/// <summary>The outputs of the heads that share one head of keys.</summary>
internal readonly unsafe struct AttentionForward<T, V>(in AttentionProblem<T> problem) : IAttentionUnit
    where T : unmanaged
    where V : unmanaged, ISimd<V, T>
{
    private readonly AttentionProblem<T> problem = problem;

    [MethodImpl(Compiled.AtOnce)]
    public void Run(int batch, int keyHead)
    {
        int panelRows = MatMulStrips<T, V>.PanelRows(problem.Queries);
        AttentionRoom<T, V> room = new(in problem, panelRows, isDerivative: false);
        PackedStrips<T> keys = MatMulStrips<T, V>.PackTransposed(problem.Key.At(batch, keyHead), problem.Key.Row, problem.Size,
            problem.Keys, room.Keys);
        PackedStrips<T> values = MatMulStrips<T, V>.Pack(problem.Value.At(batch, keyHead), problem.Value.Row, problem.Keys,
            problem.ValueSize, room.Rows);
        int group = problem.Heads / problem.KeyHeads;
        for (int head = keyHead * group; head < (keyHead + 1) * group; head++)
        {
            T* query = problem.Query.At(batch, head), output = problem.Output.At(batch, head);
            for (int row = 0; row < problem.Queries; row += panelRows)
            {
                int rows = Math.Min(panelRows, problem.Queries - row);
                AttentionPanel<T> panel = problem.Panel(batch, head, row, rows, room.Scores, room.ScoresRow);
                MatMulStrips<T, V>.Panel(
                    rows, AttentionRoom<T, V>.WholeVectors(panel.End), 0, problem.Size, query + (row * problem.Query.Row),
                    problem.Query.Row, 1, in keys,
                    room.Scores, room.ScoresRow, accumulate: false);
                Weights(in room, in panel, problem.RowNumber(batch, head, row));
                T* to = output + (row * problem.Output.Row);
                MatMulStrips<T, V>.Panel(rows, problem.ValueSize, 0, panel.End, room.Scores, room.ScoresRow, 1, in values, to,
                    problem.Output.Row, accumulate: false);
                AttentionRows<T, V>.Scale(to, problem.Output.Row, rows, problem.ValueSize, room.Sums);
            }
        }
    }

    /// <summary>
    /// Turns scores into weights but for a factor of each row, left in <c>Sums</c>: the weighted sum has fewer numbers
    /// to multiply by it.
    /// </summary>
    private void Weights(in AttentionRoom<T, V> room, in AttentionPanel<T> panel, nint number)
    {
        AttentionRows<T, V>.Exponentials(in panel, problem.Scale, room.Shifts, room.Sums);
        AttentionRows<T, V>.Reciprocals(room.Sums, panel.Rows);
        if (problem.Shifts != null)
        {
            new Span<T>(room.Shifts, panel.Rows).CopyTo(new(problem.Shifts + number, panel.Rows));
            new Span<T>(room.Sums, panel.Rows).CopyTo(new(problem.Factors + number, panel.Rows));
        }

        if (problem.Dropout.Probability == 0) return;
        for (int i = 0; i < panel.Rows; i++)
            AttentionRows<T, V>.Kept(in problem.Dropout, (ulong)(number + i), problem.Keys, room.Kept + (i * room.KeptRow));
        AttentionRows<T, V>.Drop(in panel, room.Kept, room.KeptRow);
    }
}

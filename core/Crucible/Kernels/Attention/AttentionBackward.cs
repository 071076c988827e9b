using System.Runtime.CompilerServices;

namespace Crucible.Kernels;

/// <summary>
/// The derivative for the heads that share one head of keys. With weights P, G the gradient of the outputs O, and D the
/// sums of the rows of G∘O: dV = PᵀG, dS = scale·P∘(GVᵀ − D), dQ = dS·K, dK = dSᵀQ.
/// </summary>
internal readonly unsafe struct AttentionBackward<T, V>(in AttentionProblem<T> problem) : IAttentionUnit
    where T : unmanaged
    where V : unmanaged, ISimd<V, T>
{
    // of a block: whole panels at every width, and the scores of some hundred keys stay in the second-level cache
    private const int MostRows = 72;

    private readonly AttentionProblem<T> problem = problem;

    [MethodImpl(Compiled.AtOnce)]
    public void Run(int batch, int keyHead)
    {
        AttentionRoom<T, V> room = new(in problem, Math.Min(MostRows, problem.Queries), isDerivative: true);
        T* key = problem.Key.At(batch, keyHead), value = problem.Value.At(batch, keyHead);
        PackedStrips<T> transposedKeys = MatMulStrips<T, V>.PackTransposed(key, problem.Key.Row, problem.Size, problem.Keys,
            room.Keys);
        PackedStrips<T> transposedValues = MatMulStrips<T, V>.PackTransposed(value, problem.Value.Row, problem.ValueSize,
            problem.Keys, room.Values);
        PackedStrips<T> keys = MatMulStrips<T, V>.Pack(key, problem.Key.Row, problem.Keys, problem.Size, room.Rows);
        int group = problem.Heads / problem.KeyHeads, begun = 0;
        for (int head = keyHead * group; head < (keyHead + 1) * group; head++)
        {
            for (int first = 0; first < problem.Queries; first += MostRows)
            {
                Block block = new()
                {
                    Batch = batch,
                    KeyHead = keyHead,
                    Head = head,
                    First = first,
                    End = Math.Min(problem.Queries, first + MostRows)
                };
                ScoreGradients(in room, in block, in transposedKeys, in transposedValues);
                QueryGradients(in room, in block, in keys);
                begun = KeyAndValueGradients(in room, in block, begun);
            }
        }

        // Keys that no query sees.
        for (int row = begun; row < problem.Keys; row++)
        {
            new Span<T>(problem.KeyGradient.At(batch, keyHead) + (row * problem.KeyGradient.Row), problem.Size).Clear();
            new Span<T>(problem.ValueGradient.At(batch, keyHead) + (row * problem.ValueGradient.Row), problem.ValueSize).Clear();
        }
    }

    /// <summary>The rows of a block: their weights, and the gradients of their scores.</summary>
    private void ScoreGradients(in AttentionRoom<T, V> room, in Block block, in PackedStrips<T> keys, in PackedStrips<T> values)
    {
        int panelRows = MatMulStrips<T, V>.PanelRows(block.End - block.First);
        T* query = problem.Query.At(block.Batch, block.Head), output = problem.Output.At(block.Batch, block.Head);
        T* gradient = problem.OutputGradient.At(block.Batch, block.Head);
        for (int row = block.First; row < block.End; row += panelRows)
        {
            int rows = Math.Min(panelRows, block.End - row);
            nint at = (row - block.First) * room.ScoresRow, number = problem.RowNumber(block.Batch, block.Head, row);
            AttentionPanel<T> panel = problem.Panel(block.Batch, block.Head, row, rows, room.Scores + at, room.ScoresRow);
            int columns = AttentionRoom<T, V>.WholeVectors(panel.End);
            T* from = gradient + (row * problem.OutputGradient.Row);
            MatMulStrips<T, V>.Panel(
                rows, columns, 0, problem.Size, query + (row * problem.Query.Row), problem.Query.Row, 1, in keys, room.Scores + at,
                room.ScoresRow, accumulate: false);
            MatMulStrips<T, V>.Panel(
                rows, columns, 0, problem.ValueSize, from, problem.OutputGradient.Row, 1, in values, room.Gradients + at, room.ScoresRow,
                accumulate: false);
            AttentionRows<T, V>.Dots(from, problem.OutputGradient.Row, output + (row * problem.Output.Row), problem.Output.Row, rows,
                problem.ValueSize, room.Sums);
            bool drops = problem.Dropout.Probability != 0;
            for (int i = 0; drops && i < rows; i++)
                AttentionRows<T, V>.Kept(in problem.Dropout, (ulong)(number + i), problem.Keys, room.Kept + (i * room.KeptRow));
            panel.End = KeysOf(in block);
            AttentionRows<T, V>.Derivatives(
                in panel, room.Gradients + at, problem.Scale, problem.Shifts + number, problem.Factors + number, room.Sums,
                drops ? room.Kept : null, room.KeptRow);
        }
    }

    private void QueryGradients(in AttentionRoom<T, V> room, in Block block, in PackedStrips<T> keys)
    {
        T* to = problem.QueryGradient.At(block.Batch, block.Head);
        int panel = MatMulStrips<T, V>.PanelRows(block.End - block.First);
        for (int row = block.First; row < block.End; row += panel)
        {
            int rows = Math.Min(panel, block.End - row);
            MatMulStrips<T, V>.Panel(
                rows, problem.Size, 0, problem.Visible(row + rows - 1), room.Gradients + ((row - block.First) * room.ScoresRow),
                room.ScoresRow, 1, in keys,
                to + (row * problem.QueryGradient.Row), problem.QueryGradient.Row, accumulate: false);
        }
    }

    /// <summary>
    /// Adds the block's share to the gradients of the keys that it sees, the first <paramref name="begun"/> of which
    /// have one; returns how many have one now.
    /// </summary>
    private int KeyAndValueGradients(in AttentionRoom<T, V> room, in Block block, int begun)
    {
        int rows = block.End - block.First, end = KeysOf(in block), panel = MatMulStrips<T, V>.PanelRows(problem.Keys);
        PackedStrips<T> gradients = MatMulStrips<T, V>.Pack(
            problem.OutputGradient.At(block.Batch, block.Head) + (block.First * problem.OutputGradient.Row), problem.OutputGradient.Row,
            rows, problem.ValueSize, room.OutputGradients);
        PackedStrips<T> queries = MatMulStrips<T, V>.Pack(
            problem.Query.At(block.Batch, block.Head) + (block.First * problem.Query.Row), problem.Query.Row, rows, problem.Size,
            room.Queries);
        T* keyGradient = problem.KeyGradient.At(block.Batch, block.KeyHead),
            valueGradient = problem.ValueGradient.At(block.Batch, block.KeyHead);
        for (int key = 0; key < end; key += panel)
        {
            int keys = Math.Min(panel, problem.Keys - key);
            // the first row that sees one of them
            int first = problem.IsCausal ? Math.Clamp(key - (problem.Keys - problem.Queries) - block.First, 0, rows) : 0;
            bool adds = key < begun;
            MatMulStrips<T, V>.Panel(
                keys, problem.ValueSize, first, rows, room.Scores + key, 1, room.ScoresRow, in gradients,
                valueGradient + (key * problem.ValueGradient.Row), problem.ValueGradient.Row, adds);
            MatMulStrips<T, V>.Panel(
                keys, problem.Size, first, rows, room.Gradients + key, 1, room.ScoresRow, in queries,
                keyGradient + (key * problem.KeyGradient.Row), problem.KeyGradient.Row, adds);
        }

        return Math.Max(begun, end);
    }

    /// <summary>The keys that the block sees, up to a whole panel of them.</summary>
    private int KeysOf(in Block block)
    {
        int panel = MatMulStrips<T, V>.PanelRows(problem.Keys);
        return Math.Min(problem.Keys, (problem.Visible(block.End - 1) + panel - 1) / panel * panel);
    }

    /// <summary>Some rows of a head.</summary>
    private struct Block
    {
        internal int Batch, KeyHead, Head, First, End;
    }
}

namespace Crucible.Tests.Kernels;

/// <summary>Attention and its derivative as the formulas stand, in double precision, [batch, heads, rows, size] throughout.</summary>
internal sealed class AttentionFormula
{
    internal AttentionFormula(int[] sizes, bool causal, double[]? bias, double[] q, double[] k, double[] v, double[] g)
    {
        (int batch, int heads, int keyHeads, int queries, int keys, int size, int valueSize) =
            (sizes[0], sizes[1], sizes[2], sizes[3], sizes[4], sizes[5], sizes[6]);
        (Output, QueryGradient, KeyGradient, ValueGradient) =
            (new double[g.Length], new double[q.Length], new double[k.Length], new double[v.Length]);
        double scale = 1 / Math.Sqrt(size);
        for (int head = 0; head < batch * heads; head++)
        {
            int keyHead = (head / heads * keyHeads) + (head % heads * keyHeads / heads);
            for (int i = 0; i < queries; i++)
            {
                int row = (head * queries) + i;
                double[] weights = new double[keys], changes = new double[keys];
                for (int j = 0; j < keys; j++)
                {
                    if (causal && j > i + keys - queries) continue;
                    double score = (bias == null ? 0 : bias[(i * keys) + j])
                        + (scale * Sum(size, d => q[(row * size) + d] * k[(((keyHead * keys) + j) * size) + d]));
                    weights[j] = Math.Exp(score);
                    changes[j] = Sum(valueSize, d => g[(row * valueSize) + d] * v[(((keyHead * keys) + j) * valueSize) + d]);
                }

                double sum = weights.Sum();
                for (int j = 0; j < keys && sum > 0; j++) weights[j] /= sum;
                double slope = Sum(keys, j => weights[j] * changes[j]);
                for (int j = 0; j < keys; j++)
                {
                    int key = (keyHead * keys) + j;
                    double change = weights[j] * (changes[j] - slope) * scale;
                    for (int d = 0; d < valueSize; d++)
                    {
                        Output[(row * valueSize) + d] += weights[j] * v[(key * valueSize) + d];
                        ValueGradient[(key * valueSize) + d] += weights[j] * g[(row * valueSize) + d];
                    }

                    for (int d = 0; d < size; d++)
                    {
                        QueryGradient[(row * size) + d] += change * k[(key * size) + d];
                        KeyGradient[(key * size) + d] += change * q[(row * size) + d];
                    }
                }
            }
        }
    }

    internal double[] Output { get; }

    internal double[] QueryGradient { get; }

    internal double[] KeyGradient { get; }

    internal double[] ValueGradient { get; }

    private static double Sum(int count, Func<int, double> term) => Enumerable.Range(0, count).Sum(term);
}

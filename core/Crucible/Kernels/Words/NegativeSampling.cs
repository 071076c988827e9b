using System.Runtime.CompilerServices;

namespace Crucible.Kernels;

/// <summary>
/// Word vectors by negative sampling (Mikolov et al. 2013): with h the mean of the input vectors of an example, o its output
/// word and n₁ … n_k words drawn from the noise, an update lowers −ln σ(u_o·h) − Σ ln σ(−u_n·h), where u are the output vectors.
/// </summary>
/// <remarks>
/// The parts of the vocabulary are independent of each other, which gives the same bits on any number of threads. First
/// each part takes the examples whose output is its own, draws their noise from its own words and moves its own output
/// vectors, one example after the other; what the inputs get is noted. Then each part adds to its own input vectors what
/// was noted, in the order of the text. Each input of a mean gets all of the gradient and not its share, as in word2vec.c and
/// gensim: with their learning rates the share would be far too little.
/// </remarks>
internal static unsafe class NegativeSampling
{
    /// <summary>The most words of noise an example.</summary>
    internal const int MostNegatives = 63;

    private const int Drawn = 1024; // random words at a time
    private const int LossEvery = 16; // examples: the loss is that of some
    private const int PerPart = 16; // doubles, so that no two parts share a cache line

    /// <summary>What an update knows.</summary>
    internal sealed class Problem(RowTable inputs, RowTable outputs, RowTable errors, NoiseTable noise, int parts, int negatives)
    {
        internal RowTable Inputs => inputs;

        internal RowTable Outputs => outputs;

        /// <summary>What each example's inputs get: as many rows as a batch has examples.</summary>
        internal RowTable Errors => errors;

        internal NoiseTable Noise => noise;

        internal int Parts => parts;

        internal int Negatives => negatives;

        /// <summary>The sum of some examples' losses and their number, part by part.</summary>
        internal double[] Losses { get; } = new double[parts * PerPart];

        /// <summary>The mean loss of the examples looked at since the last call.</summary>
        internal double TakeLoss()
        {
            double sum = 0, count = 0;
            for (int part = 0; part < parts; part++) (sum, count) = (sum + Losses[part * PerPart], count + Losses[(part * PerPart) + 1]);
            Array.Clear(Losses);
            return sum / count;
        }
    }

    /// <summary>Learns from a batch.</summary>
    /// <param name="problem">The tables.</param>
    /// <param name="batch">The examples, sorted.</param>
    /// <param name="rate">The learning rate.</param>
    /// <param name="seed">The seed of the noise.</param>
    /// <param name="stream">The random stream, one a batch.</param>
    internal static void Update(Problem problem, WordBatch batch, float rate, ulong seed, ulong stream)
    {
        Vectorized.Run<OutputJob, float>(new(problem, batch, rate, seed, stream), problem.Parts);
        Vectorized.Run<InputJob, float>(new(problem, batch), problem.Parts);
    }

    private readonly struct OutputJob(Problem problem, WordBatch batch, float rate, ulong seed, ulong stream) : IVectorJob<float>
    {
        [SkipLocalsInit]
        [MethodImpl(Compiled.AtOnce)]
        public void Run<V>(int part)
            where V : unmanaged, ISimd<V, float>
        {
            uint* random = stackalloc uint[Drawn];
            float** rows = stackalloc float*[MostNegatives + 1];
            float* slopes = stackalloc float[MostNegatives + 1 + 16];
            int stride = problem.Inputs.Stride, negatives = problem.Negatives, used = Drawn;
            float* inputs = problem.Inputs.Start, outputs = problem.Outputs.Start, errors = problem.Errors.Start;
            float* mean = stackalloc float[stride];
            ulong block = (ulong)part << 32;
            NoiseTable noise = problem.Noise;
            double loss = 0, losses = 0;
            for (int place = batch.OutputEnds[part]; place < batch.OutputEnds[part + 1]; place++)
            {
                int example = batch.ByOutput[place], word = batch.Outputs[example];
                if (used + (2 * negatives) > Drawn)
                {
                    Philox.Fill<V>(seed, stream, block, random, Drawn);
                    block += Drawn / Philox.BlockLength;
                    used = 0;
                }

                rows[0] = outputs + ((nint)word * stride);
                int count = 1;
                for (int i = 0; i < negatives; i++, used += 2)
                {
                    int drawn = noise.Draw(part, random[used], random[used + 1]);
                    if (drawn != word) rows[count++] = outputs + ((nint)drawn * stride);
                }

                int first = batch.FirstInputs[example], end = batch.FirstInputs[example + 1];
                float* h = first + 1 == end ? inputs + ((nint)batch.Inputs[first] * stride) : mean;
                if (h == mean) Mean<V>(inputs, batch.Inputs.AsSpan(first, end - first), stride, mean);
                Products<V>(rows, count, h, stride, slopes);
                if (place % LossEvery == 0) (loss, losses) = (loss + Loss(slopes, count), losses + 1);
                Slopes<V>(slopes, count, rate);
                Move<V>(rows, slopes, count, h, errors + ((nint)example * stride), stride);
            }

            problem.Losses[part * PerPart] += loss;
            problem.Losses[(part * PerPart) + 1] += losses;
        }
    }

    private readonly struct InputJob(Problem problem, WordBatch batch) : IVectorJob<float>
    {
        [MethodImpl(Compiled.AtOnce)]
        public void Run<V>(int part)
            where V : unmanaged, ISimd<V, float>
        {
            int stride = problem.Inputs.Stride;
            float* inputs = problem.Inputs.Start, errors = problem.Errors.Start;
            for (int i = batch.InputEnds[part]; i < batch.InputEnds[part + 1]; i++)
            {
                int place = batch.ByInput[i];
                float* target = inputs + ((nint)batch.Inputs[place] * stride), error = errors + ((nint)batch.Examples[place] * stride);
                for (int j = 0; j < stride; j += V.Count) V.Store(V.Load(target + j) + V.Load(error + j), target + j);
            }
        }
    }

    /// <summary>mean = the mean of the rows of some words.</summary>
    private static void Mean<V>(float* table, ReadOnlySpan<int> words, int stride, float* mean)
        where V : unmanaged, ISimd<V, float>
    {
        V share = V.Broadcast(1f / words.Length);
        for (int j = 0; j < stride; j += V.Count)
        {
            V sum = V.Of(0);
            foreach (int word in words) sum += V.Load(table + ((nint)word * stride) + j);
            V.Store(sum * share, mean + j);
        }
    }

    /// <summary>products[i] = row i · h, four rows at a time.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Products<V>(float** rows, int count, float* h, int stride, float* products)
        where V : unmanaged, ISimd<V, float>
    {
        int i = 0;
        for (; i + 4 <= count; i += 4)
        {
            V first = V.Of(0), second = V.Of(0), third = V.Of(0), fourth = V.Of(0);
            float* a = rows[i], b = rows[i + 1], c = rows[i + 2], d = rows[i + 3];
            for (int j = 0; j < stride; j += V.Count)
            {
                V x = V.Load(h + j);
                V.AddProduct(ref first, V.Load(a + j), x);
                V.AddProduct(ref second, V.Load(b + j), x);
                V.AddProduct(ref third, V.Load(c + j), x);
                V.AddProduct(ref fourth, V.Load(d + j), x);
            }

            V.Sums(first, second, third, fourth, products + i);
        }

        for (; i < count; i += 2)
        {
            V first = V.Of(0), second = V.Of(0);
            float* a = rows[i], b = rows[Math.Min(i + 1, count - 1)];
            for (int j = 0; j < stride; j += V.Count)
            {
                V x = V.Load(h + j);
                V.AddProduct(ref first, V.Load(a + j), x);
                V.AddProduct(ref second, V.Load(b + j), x);
            }

            V.Sums(first, second, V.Of(0), V.Of(0), products + i);
        }
    }

    /// <summary>
    /// From products to minus the derivatives of the loss by them, times the rate: (1 − σ) for the first, −σ for the others.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Slopes<V>(float* products, int count, float rate)
        where V : unmanaged, ISimd<V, float>
    {
        V step = V.Broadcast(-rate);
        for (int i = 0; i < count; i += V.Count) V.Store(VectorMath.Sigmoid(V.Load(products + i)) * step, products + i);
        products[0] += rate;
    }

    /// <summary>error = Σ slope·row, and row += slope·h.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Move<V>(float** rows, float* slopes, int count, float* h, float* error, int stride)
        where V : unmanaged, ISimd<V, float>
    {
        for (int j = 0; j < stride; j += V.Count)
        {
            V x = V.Load(h + j), sum = V.Of(0);
            for (int i = 0; i < count; i++)
            {
                V slope = V.Broadcast(slopes[i]), row = V.Load(rows[i] + j);
                V.AddProduct(ref sum, slope, row);
                V.AddProduct(ref row, slope, x);
                V.Store(row, rows[i] + j);
            }

            V.Store(sum, error + j);
        }
    }

    /// <summary>−ln σ(p₀) − Σ ln σ(−p_i).</summary>
    private static double Loss(float* products, int count)
    {
        double loss = Softplus(-products[0]);
        for (int i = 1; i < count; i++) loss += Softplus(products[i]);
        return loss;
    }

    private static double Softplus(double x) => Math.Max(x, 0) + Math.Log(1 + Math.Exp(-Math.Abs(x)));
}

using Crucible.Kernels;
using Crucible.Tensors;
using Xunit;

namespace Crucible.Tests.Kernels;

public class NegativeSamplingTests
{
    private const int Words = 50;
    private const int Width = 37;
    private const float Rate = 0.1f;

    [Theory]
    [EveryWidth]
    public void Update_EqualsTheFormula(int bits)
    {
        using IDisposable width = SimdWidth.Use(bits);
        (RowTable inputs, RowTable outputs) = (Table(1), Table(2));
        (double[][] h, double[][] u) = (Copy(inputs), Copy(outputs));
        WordBatch batch = Batch();
        byte[] partOf = new byte[Words];
        NoiseTable noise = new([.. Enumerable.Range(1, Words).Select(word => (double)word)], partOf, 1);
        batch.Sort(partOf);

        NegativeSampling.Problem problem = new(inputs, outputs, new(batch.Count, Width), noise, 1, 3);
        NegativeSampling.Update(problem, batch, Rate, 8, 9);

        Naive(h, u, batch, noise);
        Compare(h, inputs);
        Compare(u, outputs);
        Assert.InRange(problem.TakeLoss(), 0.1, 20);
    }

    [Fact]
    public void Draw_TakesWordsInProportionToTheirWeights()
    {
        double[] weights = [1, 2, 3, 4, 10, 30];
        byte[] partOf = [0, 1, 0, 1, 0, 1];
        NoiseTable noise = new(weights, partOf, 2);
        Generator generator = new(1);
        const int draws = 100_000;
        for (int part = 0; part < 2; part++)
        {
            int[] counts = new int[weights.Length];
            for (int i = 0; i < draws; i++) counts[noise.Draw(part, generator.NextUInt32(), generator.NextUInt32())]++;
            double all = weights.Where((_, word) => partOf[word] == part).Sum();
            for (int word = 0; word < weights.Length; word++)
            {
                double chance = partOf[word] == part ? weights[word] / all : 0;
                double deviation = Math.Sqrt(draws * chance * (1 - chance));
                Assert.InRange(counts[word], (draws * chance) - (5 * deviation), (draws * chance) + (5 * deviation));
            }
        }
    }

    [Fact]
    public void Sort_KeepsTheOrderOfTheTextWithinAPart()
    {
        WordBatch batch = Batch(parts: 3);
        byte[] partOf = [.. Enumerable.Range(0, Words).Select(word => (byte)(word % 3))];

        batch.Sort(partOf);

        for (int part = 0; part < 3; part++)
        {
            int[] examples = batch.ByOutput[batch.OutputEnds[part]..batch.OutputEnds[part + 1]];
            Assert.Equal(Enumerable.Range(0, batch.Count).Where(example => partOf[batch.Outputs[example]] == part), examples);
            int[] places = batch.ByInput[batch.InputEnds[part]..batch.InputEnds[part + 1]];
            Assert.Equal(Enumerable.Range(0, batch.InputCount).Where(place => partOf[batch.Inputs[place]] == part), places);
        }
    }

    /// <summary>Examples of one input, of two and of three; more than draw one block of noise.</summary>
    private static WordBatch Batch(int parts = 1)
    {
        WordBatch batch = new(400, 800, parts);
        Generator generator = new(3);
        for (int example = 0; example < 400; example++)
        {
            batch.BeginExample(generator.NextInt(Words));
            for (int input = 0; input <= example % 3; input++) batch.AddInput(generator.NextInt(Words));
        }

        return batch;
    }

    private static RowTable Table(ulong seed)
    {
        RowTable table = new(Words, Width);
        Generator generator = new(seed);
        for (int row = 0; row < Words; row++) generator.Normal(table.Row(row), 0, 0.3);
        return table;
    }

    private static double[][] Copy(RowTable table) =>
        [.. Enumerable.Range(0, table.Rows).Select(row => table.Row(row).ToArray().Select(value => (double)value).ToArray())];

    /// <summary>The definition, one example after the other, in double precision; inputs move in the end.</summary>
    private static unsafe void Naive(double[][] inputs, double[][] outputs, WordBatch batch, NoiseTable noise)
    {
        uint* random = stackalloc uint[1024];
        int used = 1024;
        ulong block = 0;
        double[][] errors = new double[batch.Count][];
        for (int example = 0; example < batch.Count; example++)
        {
            int[] words = batch.Inputs[batch.FirstInputs[example]..batch.FirstInputs[example + 1]];
            double[] h = [.. Enumerable.Range(0, Width).Select(i => words.Average(word => inputs[word][i]))];
            if (used + 6 > 1024)
            {
                Philox.Fill<Simd128<float>>(8, 9, block, random, 1024);
                (used, block) = (0, block + 256);
            }

            List<int> targets = [batch.Outputs[example]];
            for (int i = 0; i < 3; i++, used += 2)
                if (noise.Draw(0, random[used], random[used + 1]) is int drawn && drawn != targets[0]) targets.Add(drawn);
            double[] slopes = [.. targets.Select((word, i) =>
                Rate * ((i == 0 ? 1 : 0) - (1 / (1 + Math.Exp(-outputs[word].Zip(h, (a, b) => a * b).Sum())))))];
            errors[example] = new double[Width];
            for (int i = 0; i < targets.Count; i++)
                for (int j = 0; j < Width; j++)
                {
                    errors[example][j] += slopes[i] * outputs[targets[i]][j];
                    outputs[targets[i]][j] += slopes[i] * h[j];
                }
        }

        for (int place = 0; place < batch.InputCount; place++)
            for (int j = 0; j < Width; j++) inputs[batch.Inputs[place]][j] += errors[batch.Examples[place]][j];
    }

    private static void Compare(double[][] expected, RowTable actual)
    {
        for (int row = 0; row < Words; row++)
            for (int i = 0; i < Width; i++)
                Assert.Equal(expected[row][i], actual.Row(row)[i], 1e-4); // some 40 updates of numbers near 1, a float's rounding each
    }
}

using System.Globalization;
using Crucible.Layers;
using Crucible.Models;
using Crucible.Optimizers;
using Crucible.Tensors;

namespace Crucible.Benchmarks.Studies;

/// <summary>Trains every setting of the table once, and writes how well: <c>Crucible.Benchmarks suite-record</c>, some minutes.</summary>
internal static class TrainingRecorder
{
    private const int Contexts = 3; // letters by which the kind of the next is told

    internal static void Record()
    {
        using StreamWriter file = new(TabularFunctions.File);
        foreach (string task in TabularFunctions.Tasks)
        {
            Data data = Of(task);
            TrainingSetting[] settings = [.. TrainingSetting.All];
            string[] lines = new string[settings.Length];
            Parallel.For(0, settings.Length, new ParallelOptions { MaxDegreeOfParallelism = 2 }, i =>
            {
                using IDisposable one = Threads.Use(1);
                IEnumerable<string> losses = Train(data, settings[i]).Select(loss => loss.ToString("G4", CultureInfo.InvariantCulture));
                lines[i] = $"{settings[i].Key(task)},{string.Join(',', losses)}";
            });
            foreach (string line in lines) file.WriteLine(line);
        }
    }

    private static Data Of(string task) => task switch { "houses" => Houses(), "spiral" => Spiral(), _ => Letters() };

    /// <summary>The losses on rows not trained on; one that is no number, or worse than 10, counts as 10.</summary>
    private static IEnumerable<double> Train(Data data, TrainingSetting setting)
    {
        Generator random = new(7);
        int[] sizes = [data.Inputs, .. Enumerable.Repeat(TabularFunctions.Widths[setting.Width], setting.Depth), data.Outputs];
        Mlp model = new(sizes, Activation.Named(TabularFunctions.Activations[setting.Activation]), random);
        string name = TabularFunctions.Optimizers[setting.Optimizer];
        Dictionary<string, double> options = new() { ["learningRate"] = Math.Pow(10, -4 + (0.5 * setting.Rate)) };
        Optimizer optimizer = Optimizer.Named(name, model.Parameters, options);
        int batch = TabularFunctions.Batches[setting.Batch];
        for (int epoch = 1; epoch <= TabularFunctions.Epochs[^1]; epoch++)
        {
            foreach (int[] rows in random.Permutation(data.Trained.Length).Chunk(batch))
            {
                (Tensor x, Tensor y) = data.Rows([.. rows.Select(row => data.Trained[row])]);
                Tensor loss = data.Loss(model.Forward(x, Pass.Training(random)), y);
                optimizer.ZeroGradients();
                loss.Backward();
                optimizer.Step();
            }

            if (!TabularFunctions.Epochs.Contains(epoch)) continue;
            (Tensor inputs, Tensor targets) = data.Rows(data.Held);
            double reached = (double)data.Loss(model.Forward(inputs), targets);
            yield return reached < 10 ? reached : 10;
        }
    }

    private static Data Houses()
    {
        string file = Path.Combine(Locations.Workspace, "data", "boston.csv");
        double[][] table = [.. File.ReadLines(file).Skip(1)
            .Select(line => line.Split(',').Select(cell => double.Parse(cell, CultureInfo.InvariantCulture)).ToArray())];
        foreach (int column in Enumerable.Range(0, table[0].Length))
        {
            double mean = table.Average(row => row[column]), deviation = Math.Sqrt(table.Average(row => Math.Pow(row[column] - mean, 2)));
            foreach (double[] row in table) row[column] = (row[column] - mean) / deviation;
        }

        return new Data([.. table.Select(row => row[..^1])], [.. table.Select(row => row[^1])], 1, 300);
    }

    /// <summary>Two arms that turn about each other.</summary>
    private static Data Spiral()
    {
        Generator random = new(3);
        double[] noise = new double[1600];
        random.Normal(noise, 0, 0.05);
        double[][] places = [.. Enumerable.Range(0, 800).Select(i =>
        {
            double along = 0.2 + (0.8 * random.NextDouble()), angle = (6 * along) + (Math.PI * (i % 2));
            return new[] { (2 * along * Math.Cos(angle)) + noise[2 * i], (2 * along * Math.Sin(angle)) + noise[(2 * i) + 1] };
        })];
        return new Data(places, [.. Enumerable.Range(0, 800).Select(i => (double)(i % 2))], 2, 400);
    }

    /// <summary>Whether after some letters of Shakespeare's a vowel, another letter, a blank or something else follows.</summary>
    private static Data Letters()
    {
        string text = File.ReadAllText(Path.Combine(Locations.Workspace, "data", "tinyshakespeare.txt"));
        int[] starts = [.. Enumerable.Range(0, 1200).Select(i => i * 737)];
        double[][] inputs = [.. starts.Select(start => Enumerable.Range(0, Contexts)
            .SelectMany(k => Enumerable.Range(0, 27).Select(letter => Letter(text[start + k]) == letter ? 1.0 : 0)).ToArray())];
        return new Data(inputs, [.. starts.Select(start => (double)KindOf(text[start + Contexts]))], 4, 600);

        static int Letter(char c) => char.IsAsciiLetter(c) ? char.ToLowerInvariant(c) - 'a' : 26;

        static int KindOf(char c) => "aeiouAEIOU".Contains(c, StringComparison.Ordinal) ? 0 : char.IsAsciiLetter(c) ? 1 : c == ' ' ? 2 : 3;
    }

    /// <summary>Rows of inputs with a target each: a number where there is one output, else a class.</summary>
    private sealed class Data
    {
        private readonly double[][] inputs;
        private readonly double[] targets;

        internal Data(double[][] inputs, double[] targets, int outputs, int trained)
        {
            (this.inputs, this.targets, Outputs) = (inputs, targets, outputs);
            int[] order = new Generator(11).Permutation(inputs.Length);
            (Trained, Held) = (order[..trained], order[trained..]);
        }

        internal int Inputs => inputs[0].Length;

        internal int Outputs { get; }

        internal int[] Trained { get; }

        internal int[] Held { get; }

        internal (Tensor X, Tensor Y) Rows(int[] rows)
        {
            Tensor x = Tensor.From<float>([.. rows.SelectMany(row => inputs[row]).Select(value => (float)value)], rows.Length, Inputs);
            Tensor y = Outputs == 1
                ? Tensor.From<float>([.. rows.Select(row => (float)targets[row])], rows.Length, 1)
                : Tensor.From<int>([.. rows.Select(row => (int)targets[row])], rows.Length);
            return (x, y);
        }

        internal Tensor Loss(Tensor found, Tensor wanted) =>
            Outputs == 1 ? Crucible.Layers.Loss.MeanSquaredError(found, wanted) : Crucible.Layers.Loss.CrossEntropy(found, wanted);
    }
}

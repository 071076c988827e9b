using System.Globalization;

namespace Crucible.Benchmarks.Studies;

/// <summary>
/// What real trainings of this library came to: every setting of small networks on three tasks, trained once
/// (<see cref="TrainingRecorder"/>) and kept in training.csv, so that a search costs nothing.
/// </summary>
internal static class TabularFunctions
{
    internal static readonly int[] Widths = [4, 8, 16, 32, 64];
    internal static readonly int[] Batches = [16, 64];
    internal static readonly string[] Optimizers = ["sgd", "adam", "rmsProp"];
    internal static readonly string[] Activations = ["tanh", "relu"];
    internal static readonly string[] Tasks = ["houses", "spiral", "letters"];
    internal static readonly int[] Epochs = [1, 2, 4, 8]; // after which the loss on rows not trained on was taken
    internal const int MostDepth = 3;
    internal const int Rates = 7; // 10^-4 … 10^-1

    private static readonly Lazy<Dictionary<string, double[]>> Table = new(Read);

    internal static IReadOnlyList<SuiteFunction> All { get; } =
        [.. Tasks.Select(task => new SuiteFunction("tabular", task, _ => settings => Losses(task, settings)[^1]))];

    /// <summary>The losses of a training after each of <see cref="Epochs"/>.</summary>
    internal static double[] Losses(string task, ISettings settings)
    {
        TrainingSetting setting = new(
            settings.Int("width", 0, Widths.Length - 1), settings.Int("depth", 1, MostDepth), settings.Int("rate", 0, Rates - 1),
            settings.Choice("batch", Batches.Length), settings.Choice("optimizer", Optimizers.Length),
            settings.Choice("activation", Activations.Length));
        return Table.Value[setting.Key(task)];
    }

    internal static string File => Path.Combine(Locations.Workspace, "tests", "Crucible.Benchmarks", "Studies", "Suite", "training.csv");

    private static Dictionary<string, double[]> Read() => System.IO.File.ReadLines(File).Select(line => line.Split(','))
        .ToDictionary(cells => cells[0], cells => cells[1..].Select(cell => double.Parse(cell, CultureInfo.InvariantCulture)).ToArray());
}

/// <summary>The settings of a training, as places in the lists of <see cref="TabularFunctions"/>.</summary>
internal readonly record struct TrainingSetting(int Width, int Depth, int Rate, int Batch, int Optimizer, int Activation)
{
    /// <summary>All that there are.</summary>
    internal static IEnumerable<TrainingSetting> All =>
        from width in Enumerable.Range(0, TabularFunctions.Widths.Length)
        from depth in Enumerable.Range(1, TabularFunctions.MostDepth)
        from rate in Enumerable.Range(0, TabularFunctions.Rates)
        from batch in Enumerable.Range(0, TabularFunctions.Batches.Length)
        from optimizer in Enumerable.Range(0, TabularFunctions.Optimizers.Length)
        from activation in Enumerable.Range(0, TabularFunctions.Activations.Length)
        select new TrainingSetting(width, depth, rate, batch, optimizer, activation);

    /// <summary>How the table names it.</summary>
    internal string Key(string task) => FormattableString.Invariant($"{task} {Width}{Depth}{Rate}{Batch}{Optimizer}{Activation}");
}

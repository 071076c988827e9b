using Crucible.Layers;
using Crucible.Tensors;
using Crucible.Training;
using static System.FormattableString;

namespace Crucible.Diagnostics;

/// <summary>Looks at a model: one forward pass that shows every layer's output, and the gradients of its loss.</summary>
internal sealed class DiagnosticsView
{
    private readonly Layer model;
    private readonly DiagnosticsSample sample;
    private readonly Func<Tensor, Tensor, Tensor> loss;
    private readonly Dictionary<Layer, (string Path, Tensor[] Parameters)> owners = [];
    private Dictionary<Tensor, Tensor> kept = [];

    public DiagnosticsView(Layer model, DiagnosticsSample sample, Func<Tensor, Tensor, Tensor> loss)
    {
        (this.model, this.sample, this.loss) = (model, sample, loss);
        HashSet<Tensor> taken = new();
        model.Visit(string.Empty, (path, layer) =>
        {
            // A layer that stands at two places, and a parameter that two layers share, count where they come first.
            Tensor[] own = [.. layer.OwnParameters.Where(taken.Add)];
            if (own.Length > 0) owners[layer] = (path, own);
        });
    }

    /// <summary>The layers that the last look saw.</summary>
    public IReadOnlyList<DiagnosedLayer> Layers { get; private set; } = [];

    /// <summary>The loss of predicting the targets' mean for every row; NaN when outputs and targets differ in shape.</summary>
    public double MeanLoss { get; private set; } = double.NaN;

    /// <summary>Remembers the parameters until the next look.</summary>
    public void KeepWeights()
    {
        kept = [];
        foreach ((string _, Tensor[]? parameters) in owners.Values)
            foreach (Tensor parameter in parameters) kept[parameter] = parameter.Clone();
    }

    public DiagnosticsRecord Look(int update)
    {
        DiagnosticsRecord? record = null;
        Recording recording = GradientMode.Set(Recording.Graph);
        try
        {
            BackwardPass.Aside(() => record = Seen(update));
        }
        finally
        {
            GradientMode.Set(recording);
        }

        foreach (Tensor copy in kept.Values) copy.Release();
        kept = [];
        return record!;
    }

    private DiagnosticsRecord Seen(int update)
    {
        List<(Layer Layer, DiagnosticsOutput Output)> stages = new();
        Tensor? last = null;
        Tensor output = model.Forward(sample.X, Pass.Observing((layer, seen) =>
        {
            // A sequence returns what its last member returned.
            if (ReferenceEquals(seen, last)) return;
            last = seen;
            if (owners.ContainsKey(layer) && stages.TrueForAll(stage => stage.Layer != layer))
                stages.Add((layer, DiagnosticsOutput.From(seen)));
            else if (stages.Count > 0 && stages[^1].Output.Activation is null && DiagnosticsOutput.NameOf(seen.Source) is not null)
                stages[^1] = (stages[^1].Layer, DiagnosticsOutput.From(seen));
        }));
        Tensor value = loss(output, sample.Y);
        if (Layers.Count == 0) MeanLoss = LossOfMean(output.Shape);
        (double number, double spread) = (value.ToDouble(), Spread(output, sample.Y));
        Tensor[] trained = [.. owners.Values.SelectMany(owner => owner.Parameters).Where(parameter => parameter.RequiresGradient)];
        Dictionary<Tensor, Tensor> gradients = trained.Zip(trained.Length > 0 ? value.Gradients(trained) : []).ToDictionary();
        if (Layers.Count == 0) Layers = [.. stages.Select((stage, index) => Describe(stage, index + 1, stages.Count))];
        DiagnosticsRecord record = new(update, number, spread, [.. stages.Select(stage => Measure(stage, gradients))]);
        foreach (Tensor? gradient in gradients.Values) gradient.Release();
        return record;
    }

    private DiagnosedLayer Describe((Layer Layer, DiagnosticsOutput Output) stage, int number, int count)
    {
        (string? path, Tensor[]? parameters) = owners[stage.Layer];
        string name = stage.Layer.Children.Count == 0 ? stage.Layer.ToString() : stage.Layer.GetType().Name;
        return new(number, path, name, stage.Output.Activation, parameters.Sum(parameter => parameter.ElementCount), number == count);
    }

    private LayerRecord Measure((Layer Layer, DiagnosticsOutput Output) stage, Dictionary<Tensor, Tensor> gradients)
    {
        Tensor[] parameters = owners[stage.Layer].Parameters;
        bool wereKept = parameters.All(kept.ContainsKey);
        return new(
            stage.Output.Saturated,
            stage.Output.SaturatedUnits,
            stage.Output.DeadUnits,
            stage.Output.DistinctRows,
            parameters.Any(gradients.ContainsKey)
                ? Norm(parameters.Where(gradients.ContainsKey).Select(parameter => gradients[parameter]))
                : double.NaN,
            Norm(parameters),
            wereKept ? Distance(parameters) / Norm(parameters.Select(parameter => kept[parameter])) : double.NaN);
    }

    private static double Norm(IEnumerable<Tensor> tensors) =>
        Math.Sqrt(tensors.Sum(tensor => tensor.ToArray<double>().Sum(value => value * value)));

    private double Distance(Tensor[] parameters) => Math.Sqrt(parameters.Sum(parameter =>
        parameter.ToArray<double>().Zip(kept[parameter].ToArray<double>(), (after, before) => (after - before) * (after - before)).Sum()));

    private double LossOfMean(Shape output) => output.Equals(sample.Y.Shape) && sample.Y.DType.IsFloat()
        ? Tensor.Evaluate(() => loss(sample.Y.Mean(0, keepDims: true).Expand(output), sample.Y)).ToDouble()
        : double.NaN;

    /// <summary>The predictions' standard deviation over the rows as a share of the targets', both over all columns.</summary>
    private static double Spread(Tensor output, Tensor target)
    {
        if (!output.Shape.Equals(target.Shape) || !target.DType.IsFloat()) return double.NaN;
        double whole = Deviation(target.ToArray<double>(), target.Shape[0]);
        return whole > 0.0 ? Deviation(output.ToArray<double>(), target.Shape[0]) / whole : double.NaN;
    }

    private static double Deviation(double[] values, int rows)
    {
        int columns = values.Length / rows;
        double sum = 0.0;
        for (int column = 0; column < columns; column++)
        {
            double mean = 0.0;
            for (int row = 0; row < rows; row++) mean += values[(row * columns) + column] / rows;
            for (int row = 0; row < rows; row++) sum += Math.Pow(values[(row * columns) + column] - mean, 2.0);
        }

        return Math.Sqrt(sum / values.Length);
    }
}

/// <summary>The rows that diagnostics look at: evenly spaced, so that sorted data is seen from end to end.</summary>
internal sealed class DiagnosticsSample
{
    public DiagnosticsSample(Tensor x, Tensor y, DiagnosticsOptions options)
    {
        RowBatches.Check(x, y, "diagnostics");
        int? columns = x.Rank >= 2 && x.DType.IsFloat() ? x.Shape[x.Rank - 1] : null;
        options.Check(columns);
        Rows = Math.Min(options.Rows, x.Shape[0]);
        int[] rows = Enumerable.Range(0, Rows).Select(i => (int)((long)i * x.Shape[0] / Rows)).ToArray();
        Tensor index = Tensor.From(rows);
        (X, Y) = (x.Detach().IndexSelect(0, index), y.Detach().IndexSelect(0, index));
        Inputs = columns is { } count ? [.. Enumerable.Range(0, count).Select(column => Scale(column, count, options.ColumnNames))] : [];
        DistinctRows = DiagnosticsOutput.From(X.Reshape(Rows, X.ElementCount / Rows)).DistinctRows;
        // Everything computed from the inputs is then recorded, behind frozen layers too, and a recorded output tells
        // which function made it.
        X.RequiresGradient = X.DType.IsFloat();
    }

    public int Rows { get; }

    public int DistinctRows { get; }

    public Tensor X { get; }

    public Tensor Y { get; }

    /// <summary>One entry a column; none for inputs that are not columns of numbers.</summary>
    public IReadOnlyList<InputScale> Inputs { get; }

    private InputScale Scale(int column, int count, IReadOnlyList<string>? names)
    {
        double[] all = X.ToArray<double>();
        double[] values = Enumerable.Range(0, all.Length / count).Select(row => all[(row * count) + column]).ToArray();
        double mean = values.Average();
        return new(
            names?[column] ?? Invariant($"column {column}"),
            mean,
            Math.Sqrt(values.Average(value => (value - mean) * (value - mean))),
            Math.Sqrt(values.Average(value => value * value)));
    }
}

/// <summary>What can be read off the outputs [rows, units] of one layer.</summary>
internal readonly record struct DiagnosticsOutput(
    string? Activation, double Saturated, double SaturatedUnits, double DeadUnits, int DistinctRows)
{
    /// <summary>Below this share of an activation's greatest slope, a unit counts as saturated.</summary>
    private const double LostSlope = 0.05;

    private const double BoundedStep = 0.01; // of values that lie within [-1, 1]
    private const double FreeStep = 1e-3; // of a unit's largest magnitude

    /// <summary>Reads an output, whose last axis is that of the units; all others count as rows.</summary>
    public static DiagnosticsOutput From(Tensor output)
    {
        double[] values = output.ToArray<double>();
        int units = output.Rank < 2 ? 1 : output.Shape[output.Rank - 1];
        string? activation = NameOf(output.Source);
        double Step(int unit) =>
            !output.DType.IsFloat() ? 1.0 : activation is "tanh" or "sigmoid" ? BoundedStep : FreeStep * Largest(values, unit, units);
        double[] steps = [.. Enumerable.Range(0, units).Select(Step)];
        int distinct = Distinct(values, steps);
        switch (activation)
        {
            case "tanh":
                (double flat, double stuck) = Share(values, units, y => 1.0 - (y * y) < LostSlope);
                return new(activation, flat, stuck, double.NaN, distinct);
            case "sigmoid":
                (flat, stuck) = Share(values, units, y => 4.0 * y * (1.0 - y) < LostSlope);
                return new(activation, flat, stuck, double.NaN, distinct);
            case "ReLU":
                return new(activation, double.NaN, double.NaN, Share(values, units, y => y == 0.0).Units, distinct);
            default:
                return new(activation, double.NaN, double.NaN, double.NaN, distinct);
        }
    }

    /// <summary>The function that made an output: also one inside a lambda, or at the end of a layer of one's own.</summary>
    public static string? NameOf(Operation? source) => source switch
    {
        TanhOperation => "tanh",
        SigmoidOperation => "sigmoid",
        ReluOperation => "ReLU",
        _ => null,
    };

    /// <summary>The share of all values that are so, and the share of units that are so on every row.</summary>
    private static (double Values, double Units) Share(double[] values, int units, Predicate<double> isSo)
    {
        (int count, int always) = (0, 0);
        for (int unit = 0; unit < units; unit++)
        {
            int before = count;
            for (int i = unit; i < values.Length; i += units)
                if (isSo(values[i])) count++;
            if ((count - before) * units == values.Length) always++;
        }

        return ((double)count / values.Length, (double)always / units);
    }

    private static double Largest(double[] values, int unit, int units)
    {
        double largest = 0.0;
        for (int i = unit; i < values.Length; i += units) largest = Math.Max(largest, Math.Abs(values[i]));
        return largest;
    }

    /// <summary>Counts rows by a 64-bit hash of their rounded values: two of n rows collide with a chance of n² / 2⁶⁵.</summary>
    private static int Distinct(double[] values, double[] steps)
    {
        HashSet<ulong> seen = new();
        for (int row = 0; row < values.Length; row += steps.Length)
        {
            ulong hash = 0UL;
            for (int unit = 0; unit < steps.Length; unit++)
            {
                // A unit that is 0 everywhere has no step; NaN and infinity stay apart from numbers.
                double rounded = steps[unit] > 0.0 ? Math.Round(values[row + unit] / steps[unit]) + 0.0 : 0.0;
                hash = (hash ^ (ulong)BitConverter.DoubleToInt64Bits(rounded)) * 0x9E3779B97F4A7C15UL;
                hash ^= hash >> 29;
            }

            seen.Add(hash);
        }

        return seen.Count;
    }
}

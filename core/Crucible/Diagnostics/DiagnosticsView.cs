using Crucible.Layers;
using Crucible.Tensors;
using Crucible.Training;

namespace Crucible.Diagnostics;

/// <summary>Looks at a model: one forward pass that shows every layer's output, and the gradients of its loss.</summary>
internal sealed class DiagnosticsView
{
    private readonly Layer model;
    private readonly DiagnosticsSample sample;
    private readonly DiagnosticsSample? validation;
    private readonly Func<Tensor, Tensor, Tensor> loss;
    private readonly Dictionary<Layer, (string Path, Tensor[] Parameters)> owners = [];
    private Dictionary<Tensor, Tensor> kept = [];
    private Dictionary<Tensor, double[]> keptGradients = [];

    public DiagnosticsView(
        Layer model, DiagnosticsSample sample, DiagnosticsSample? validation, Func<Tensor, Tensor, Tensor> loss)
    {
        (this.model, this.sample, this.validation, this.loss) = (model, sample, validation, loss);
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

    /// <summary>What the targets are like, from the first look.</summary>
    public TargetScale Targets { get; private set; }

    /// <summary>Remembers the parameters, and the gradients of the last update, until the next look.</summary>
    public void KeepWeights()
    {
        (kept, keptGradients) = ([], []);
        foreach (Tensor parameter in owners.Values.SelectMany(owner => owner.Parameters))
        {
            kept[parameter] = parameter.Clone();
            if (parameter.Gradient is { } gradient) keptGradients[parameter] = gradient.ToArray<double>();
        }
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
        (kept, keptGradients) = ([], []);
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
                stages.Add((layer, DiagnosticsOutput.From(seen, sample.Rows)));
            else if (stages.Count > 0 && stages[^1].Output.Activation is null && DiagnosticsOutput.NameOf(seen.Source) is not null)
                stages[^1] = (stages[^1].Layer, DiagnosticsOutput.From(seen, sample.Rows));
        }));
        Tensor value = loss(output, sample.Y);
        if (Layers.Count == 0) Targets = Scale(output.Shape);
        (double number, double spread) = (TrainingStep.LossOf(value), Spread(output, sample.Y));
        Tensor[] trained = [.. owners.Values.SelectMany(owner => owner.Parameters).Where(parameter => parameter.RequiresGradient)];
        Dictionary<Tensor, Tensor> gradients = trained.Zip(trained.Length > 0 ? value.Gradients(trained) : []).ToDictionary();
        if (Layers.Count == 0) Layers = [.. stages.Select((stage, index) => Describe(stage, index + 1, stages.Count))];
        (double cosine, double ratio) = LastGradient(gradients);
        DiagnosticsRecord record = new(update, number, spread, [.. stages.Select(stage => Measure(stage, gradients))])
        {
            ValidationLoss = validation is null
                ? double.NaN : Tensor.Evaluate(() => loss(model.Forward(validation.X), validation.Y)).ToDouble(),
            GradientCosine = cosine,
            GradientRatio = ratio,
            HasProbabilities = HasProbabilities(output, number),
        };
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
            wereKept ? Distance(parameters) / Norm(parameters.Select(parameter => kept[parameter])) : double.NaN)
        {
            HasEqualUnits = parameters.FirstOrDefault(parameter => parameter.Rank >= 2 && parameter.Shape[parameter.Rank - 1] > 1) is { } matrix
                && HasEqualColumns(matrix.ToArray<double>(), matrix.Shape[matrix.Rank - 1]),
        };
    }

    private static bool HasEqualColumns(double[] values, int columns)
    {
        for (int i = 0; i < values.Length; i++)
            if (Math.Abs(values[i] - values[i - (i % columns)]) > 1e-6 * Math.Abs(values[i])) return false;
        return true;
    }

    /// <summary>
    /// The gradients that the update before this look used: their cosine with those of the update before it, and their
    /// norm as a multiple of the sample's.
    /// </summary>
    private (double Cosine, double Ratio) LastGradient(Dictionary<Tensor, Tensor> gradients)
    {
        double product = 0.0, before = 0.0, now = 0.0, own = 0.0;
        foreach ((Tensor parameter, double[] earlier) in keptGradients)
        {
            if (parameter.Gradient is not { } gradient || !gradients.TryGetValue(parameter, out Tensor? fresh)) continue;
            double[] used = gradient.ToArray<double>();
            for (int i = 0; i < used.Length; i++)
            {
                product += used[i] * earlier[i];
                before += earlier[i] * earlier[i];
                now += used[i] * used[i];
            }

            own += fresh.ToArray<double>().Sum(value => value * value);
        }

        return (product / Math.Sqrt(before * now), Math.Sqrt(now / own));
    }

    /// <summary>Whether the loss is one of logits and the outputs are probabilities already.</summary>
    private bool HasProbabilities(Tensor output, double number)
    {
        double[] values = output.ToArray<double>();
        if (!Array.TrueForAll(values, value => value is >= 0.0 and <= 1.0)) return false;
        if (sample.Y.DType == DType.Int32 && IsClassOfEachRow(output.Shape))
        {
            int classes = output.Shape[output.Rank - 1];
            return values.Chunk(classes).All(row => Math.Abs(row.Sum() - 1.0) < 1e-3)
                && IsSame(Tensor.Evaluate(() => Loss.CrossEntropy(output.Detach(), sample.Y)));
        }

        return DiagnosticsOutput.NameOf(output.Source) == "sigmoid" && sample.Y.DType.IsFloat() && output.Shape.Equals(sample.Y.Shape)
            && IsSame(Tensor.Evaluate(() => Loss.BinaryCrossEntropyWithLogits(output.Detach(), sample.Y)));

        bool IsSame(Tensor asLogits) => Math.Abs(asLogits.ToDouble() - number) <= 1e-5 * Math.Abs(number);
    }

    private bool IsClassOfEachRow(Shape output) =>
        output.Rank == sample.Y.Rank + 1 && output.Take(sample.Y.Rank).SequenceEqual(sample.Y.Shape);

    private static double Norm(IEnumerable<Tensor> tensors) =>
        Math.Sqrt(tensors.Sum(tensor => tensor.ToArray<double>().Sum(value => value * value)));

    private double Distance(Tensor[] parameters) => Math.Sqrt(parameters.Sum(parameter =>
        parameter.ToArray<double>().Zip(kept[parameter].ToArray<double>(), (after, before) => (after - before) * (after - before)).Sum()));

    private TargetScale Scale(Shape output)
    {
        (double mean, double deviation) = (double.NaN, double.NaN);
        if (sample.Y.DType.IsFloat())
        {
            double[] values = sample.Y.ToArray<double>();
            mean = values.Average();
            deviation = Math.Sqrt(values.Average(value => (value - mean) * (value - mean)));
        }

        return new(mean, deviation, ConstantLoss(output, sample), validation is null ? double.NaN : ConstantLoss(output, validation));
    }

    /// <summary>The loss of the best prediction that is the same for every row.</summary>
    private double ConstantLoss(Shape output, DiagnosticsSample rows)
    {
        Shape shape = Shape.From([rows.Y.Shape[0], .. output.Skip(1)]);
        if (output[0] != sample.Rows) return double.NaN;
        if (rows.Y.DType.IsFloat())
            return shape.Equals(rows.Y.Shape)
                ? Tensor.Evaluate(() => loss(rows.Y.Mean(0, keepDims: true).Expand(shape), rows.Y)).ToDouble() : double.NaN;
        if (rows.Y.DType != DType.Int32 || !IsClassOfEachRow(output)) return double.NaN;
        int[] classes = rows.Y.ToArray<int>();
        double[] counts = new double[output[output.Rank - 1]];
        foreach (int target in classes)
            if (target >= 0 && target < counts.Length) counts[target]++;
        // A class that does not occur would need a logit of -∞.
        double[] logits = [.. counts.Select(count => Math.Log(Math.Max(count, 1e-3) / classes.Length))];
        return Tensor.Evaluate(() => loss(Tensor.Of(logits).Expand(shape), rows.Y)).ToDouble();
    }

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

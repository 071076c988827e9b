using Crucible.Layers;
using Crucible.Tensors;

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
        var taken = new HashSet<Tensor>();
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
        foreach (var (_, parameters) in owners.Values)
            foreach (var parameter in parameters) kept[parameter] = parameter.Clone();
    }

    public DiagnosticsRecord Look(int update)
    {
        DiagnosticsRecord? record = null;
        var recording = GradientMode.Set(Recording.Graph);
        try
        {
            BackwardPass.Aside(() => record = Seen(update));
        }
        finally
        {
            GradientMode.Set(recording);
        }

        foreach (var copy in kept.Values) copy.Release();
        kept = [];
        return record!;
    }

    private DiagnosticsRecord Seen(int update)
    {
        var stages = new List<(Layer Layer, DiagnosticsOutput Output)>();
        Tensor? last = null;
        var output = model.Forward(sample.X, Pass.Observing((layer, seen) =>
        {
            // A sequence returns what its last member returned.
            if (ReferenceEquals(seen, last)) return;
            last = seen;
            if (owners.ContainsKey(layer) && stages.TrueForAll(stage => stage.Layer != layer)) stages.Add((layer, DiagnosticsOutput.Of(seen)));
            else if (stages.Count > 0 && stages[^1].Output.Activation is null && DiagnosticsOutput.NameOf(seen.Source) is not null) stages[^1] = (stages[^1].Layer, DiagnosticsOutput.Of(seen));
        }));
        var value = loss(output, sample.Y);
        if (Layers.Count == 0) MeanLoss = LossOfMean(output.Shape);
        var (number, spread) = (value.ToDouble(), Spread(output, sample.Y));
        Tensor[] trained = [.. owners.Values.SelectMany(owner => owner.Parameters).Where(parameter => parameter.RequiresGradient)];
        var gradients = trained.Zip(trained.Length > 0 ? value.Gradients(trained) : []).ToDictionary();
        if (Layers.Count == 0) Layers = [.. stages.Select((stage, index) => Describe(stage, index + 1, stages.Count))];
        var record = new DiagnosticsRecord(update, number, spread, [.. stages.Select(stage => Measure(stage, gradients))]);
        foreach (var gradient in gradients.Values) gradient.Release();
        return record;
    }

    private DiagnosedLayer Describe((Layer Layer, DiagnosticsOutput Output) stage, int number, int count)
    {
        var (path, parameters) = owners[stage.Layer];
        var name = stage.Layer.Children.Count == 0 ? stage.Layer.ToString() : stage.Layer.GetType().Name;
        return new(number, path, name, stage.Output.Activation, parameters.Sum(parameter => parameter.ElementCount), number == count);
    }

    private LayerRecord Measure((Layer Layer, DiagnosticsOutput Output) stage, Dictionary<Tensor, Tensor> gradients)
    {
        var parameters = owners[stage.Layer].Parameters;
        var wereKept = parameters.All(kept.ContainsKey);
        return new(
            stage.Output.Saturated,
            stage.Output.SaturatedUnits,
            stage.Output.DeadUnits,
            stage.Output.DistinctRows,
            parameters.Any(gradients.ContainsKey) ? Norm(parameters.Where(gradients.ContainsKey).Select(parameter => gradients[parameter])) : double.NaN,
            Norm(parameters),
            wereKept ? Distance(parameters) / Norm(parameters.Select(parameter => kept[parameter])) : double.NaN);
    }

    private static double Norm(IEnumerable<Tensor> tensors) => Math.Sqrt(tensors.Sum(tensor => tensor.ToArray<double>().Sum(value => value * value)));

    private double Distance(Tensor[] parameters) => Math.Sqrt(parameters.Sum(parameter =>
        parameter.ToArray<double>().Zip(kept[parameter].ToArray<double>(), (after, before) => (after - before) * (after - before)).Sum()));

    private double LossOfMean(Shape output) => output.Equals(sample.Y.Shape) && sample.Y.DType.IsFloat()
        ? Tensor.Evaluate(() => loss(sample.Y.Mean(0, keepDims: true).Expand(output), sample.Y)).ToDouble()
        : double.NaN;

    /// <summary>The predictions' standard deviation over the rows as a share of the targets', both over all columns.</summary>
    private static double Spread(Tensor output, Tensor target)
    {
        if (!output.Shape.Equals(target.Shape) || !target.DType.IsFloat()) return double.NaN;
        var whole = Deviation(target.ToArray<double>(), target.Shape[0]);
        return whole > 0.0 ? Deviation(output.ToArray<double>(), target.Shape[0]) / whole : double.NaN;
    }

    private static double Deviation(double[] values, int rows)
    {
        var columns = values.Length / rows;
        var sum = 0.0;
        for (var column = 0; column < columns; column++)
        {
            var mean = 0.0;
            for (var row = 0; row < rows; row++) mean += values[(row * columns) + column] / rows;
            for (var row = 0; row < rows; row++) sum += Math.Pow(values[(row * columns) + column] - mean, 2.0);
        }

        return Math.Sqrt(sum / values.Length);
    }
}

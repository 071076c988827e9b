using System.Text.Json;
using System.Text.Json.Serialization;
using Crucible.Data;
using Crucible.Layers;
using Crucible.Optimizers;
using Crucible.Tensors;

namespace Crucible.Training;

/// <summary>
/// Where a training run stands, and its checkpoint: weights, best weights, the optimizer's and the plateau's state, the random state, the position in the
/// data and the history. A run that continues from it makes the same updates, to the bit, as one that was never stopped.
/// </summary>
internal sealed class TrainingState
{
    private const string StateKey = "crucible.training";
    private const string ModelPrefix = "model.";
    private const string BestPrefix = "best.";
    private const string OptimizerPrefix = "optimizer.";

    private static readonly JsonSerializerOptions Json = new() { NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals };

    private readonly IReadOnlyList<Tensor> parameters;
    private readonly Optimizer optimizer;
    private readonly Generator dropout;
    private readonly ReduceOnPlateau? plateau;
    private readonly Identity identity;
    private double lossTotal;
    private double normTotal;

    public TrainingState(Layer model, Optimizer optimizer, Generator dropout, TrainerOptions options, int rows)
    {
        (parameters, this.optimizer, this.dropout, plateau) = (model.Parameters, optimizer, dropout, options.Plateau);
        identity = new(rows, options.BatchSize, options.Seed, options.Shuffle);
        Batches = new(rows, options.BatchSize, options.Shuffle ? new Generator(options.Seed).Split(1) : null);
        Stopping = new(parameters, options.MinimumImprovement);
    }

    public List<EpochRecord> Records { get; } = [];

    public EarlyStopping Stopping { get; }

    /// <summary>The rows of every update, and which come next.</summary>
    public Batches Batches { get; }

    /// <summary>Updates since the start.</summary>
    public int Updates { get; private set; }

    /// <summary>Seconds spent on the present epoch.</summary>
    public double Seconds { get; set; }

    public void Add(int rows, double loss, double gradientNorm)
    {
        Updates++;
        lossTotal += rows * loss;
        normTotal += gradientNorm;
    }

    public EpochRecord FinishEpoch(double validationLoss, double learningRate)
    {
        var rows = Batches.RowCount;
        var record = new EpochRecord(Records.Count + 1, lossTotal / rows, validationLoss, learningRate, normTotal / Batches.Count, Updates, Seconds, rows / Math.Max(Seconds, 1e-9));
        Records.Add(record);
        (lossTotal, normTotal, Seconds) = (0, 0, 0);
        return record;
    }

    public void Save(string path)
    {
        var tensors = new Dictionary<string, Tensor>(StringComparer.Ordinal);
        for (var i = 0; i < parameters.Count; i++)
        {
            tensors[ModelPrefix + parameters[i].Name] = parameters[i];
            if (Stopping.Best is { } best) tensors[BestPrefix + parameters[i].Name] = best[i];
        }

        var optimizerState = optimizer.SaveState();
        foreach (var (name, tensor) in optimizerState.Tensors) tensors[OptimizerPrefix + name] = tensor;
        var position = new Position(
            identity, Batches.State, Updates, lossTotal, normTotal, Seconds, Stopping.BestEpoch, Stopping.BestLoss,
            dropout.State, optimizerState.Numbers.ToDictionary(), plateau?.SaveState().ToDictionary() ?? [], [.. Records]);
        SafeTensors.Save(path, tensors, new Dictionary<string, string> { [StateKey] = JsonSerializer.Serialize(position, Json) });
    }

    public void Load(string path)
    {
        var (tensors, metadata) = SafeTensors.Load(path);
        var position = ReadPosition(path, metadata);
        if (position.Identity != identity) throw Errors.Checkpoint(path, "belongs to another run", Errors.Text($"it was written with {position.Identity}, and this run has {identity}; delete it or name another file"));
        var weights = Find(path, tensors, ModelPrefix);
        var best = position.BestEpoch > 0 ? Find(path, tensors, BestPrefix) : null;
        var optimizerTensors = tensors.Where(entry => entry.Key.StartsWith(OptimizerPrefix, StringComparison.Ordinal)).ToDictionary(entry => entry.Key[OptimizerPrefix.Length..], entry => entry.Value, StringComparer.Ordinal);

        // Everything was checked before anything changes; the optimizer checks its own part first thing.
        optimizer.RestoreState(new(optimizerTensors, position.Optimizer));
        plateau?.RestoreState(position.Plateau);
        for (var i = 0; i < parameters.Count; i++) parameters[i].CopyInPlace(weights[i]);
        if (best is not null) Stopping.Set(position.BestEpoch, position.BestLoss, best);
        dropout.State = position.Dropout;
        Records.Clear();
        Records.AddRange(position.Records);
        Batches.Restore(position.Batches);
        (Updates, lossTotal, normTotal, Seconds) = (position.Updates, position.LossTotal, position.NormTotal, position.Seconds);
    }

    private static Position ReadPosition(string path, IReadOnlyDictionary<string, string> metadata)
    {
        if (!metadata.TryGetValue(StateKey, out var text)) throw Errors.Checkpoint(path, "is no training checkpoint", "it holds tensors, but not where a run stood");
        try
        {
            return JsonSerializer.Deserialize<Position>(text, Json) ?? throw new JsonException("it is null");
        }
        catch (JsonException error)
        {
            throw Errors.Checkpoint(path, "is damaged", Errors.Text($"the state of the run cannot be read: {error.Message}"), error);
        }
    }

    private Tensor[] Find(string path, IReadOnlyDictionary<string, Tensor> tensors, string prefix)
    {
        var found = new Tensor[parameters.Count];
        for (var i = 0; i < parameters.Count; i++)
        {
            var parameter = parameters[i];
            if (!tensors.TryGetValue(prefix + parameter.Name, out var tensor)) throw Errors.Checkpoint(path, "does not fit the model", Errors.Text($"it has no {prefix}{parameter.Name}"));
            if (!tensor.Shape.Equals(parameter.Shape) || tensor.DType != parameter.DType) throw Errors.Checkpoint(path, "does not fit the model", Errors.Text($"{prefix}{parameter.Name} is {tensor.DType.ToName()} {tensor.Shape} in it and {parameter.DType.ToName()} {parameter.Shape} in the model"));
            found[i] = tensor;
        }

        return found;
    }

    /// <summary>What must be equal for the remaining updates to be the same.</summary>
    private sealed record Identity(int Rows, int BatchSize, ulong Seed, bool Shuffle)
    {
        public override string ToString() => Errors.Text($"{Rows} rows, batch size {BatchSize}, seed {Seed}, {(Shuffle ? "shuffled" : "unshuffled")}");
    }

    private sealed record Position(
        Identity Identity, BatchesState Batches, int Updates, double LossTotal, double NormTotal, double Seconds, int BestEpoch, double BestLoss,
        GeneratorState Dropout, Dictionary<string, double> Optimizer, Dictionary<string, double> Plateau, EpochRecord[] Records);
}

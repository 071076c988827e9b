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
    private const string BestPrefix = "best.";

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
        var checkpoint = new Checkpoint(path, parameters, optimizer);
        var position = new Position(
            identity, Batches.State, Updates, lossTotal, normTotal, Seconds, Stopping.BestEpoch, Stopping.BestLoss,
            dropout.State, checkpoint.OptimizerNumbers, plateau?.SaveState().ToDictionary() ?? [], [.. Records]);
        if (Stopping.Best is { } best) checkpoint.Save(StateKey, position, null, (BestPrefix, best));
        else checkpoint.Save(StateKey, position);
    }

    public void Load(string path)
    {
        var content = new Checkpoint(path, parameters, optimizer).Load<Position>(StateKey);
        var position = content.Position;
        if (position.Identity != identity) throw Errors.Checkpoint(path, "belongs to another run", Errors.Text($"it was written with {position.Identity}, and this run has {identity}; delete it or name another file"));
        var more = content.Restore(position.Optimizer, position.BestEpoch > 0 ? [BestPrefix] : []);
        plateau?.RestoreState(position.Plateau);
        if (more is [var best]) Stopping.Set(position.BestEpoch, position.BestLoss, best);
        dropout.State = position.Dropout;
        Records.Clear();
        Records.AddRange(position.Records);
        Batches.Restore(position.Batches);
        (Updates, lossTotal, normTotal, Seconds) = (position.Updates, position.LossTotal, position.NormTotal, position.Seconds);
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

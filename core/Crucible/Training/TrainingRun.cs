using System.Diagnostics;
using System.Text.Json.Serialization;
using Crucible.Files;
using Crucible.Layers;
using Crucible.Optimizers;
using Crucible.Tensors;
using static System.FormattableString;

namespace Crucible.Training;

/// <summary>
/// One call of <see cref="Trainer.Fit(IBatches, TrainerOptions?)"/>, and where it stands: weights, best weights, the
/// optimizer's and the plateau's state, the random state, the updates made and the records. A run that continues from
/// its checkpoint makes the same updates, to the bit, as one that was never stopped.
/// </summary>
internal sealed class TrainingRun
{
    private const string StateKey = "crucible.training";
    private const string BestPrefix = "best.";

    private readonly Layer model;
    private readonly Optimizer optimizer;
    private readonly IBatches training;
    private readonly Func<double>? validation;
    private readonly TrainerOptions options;
    private readonly Action<TrainingRecord> tell;
    private readonly TrainingStep step;
    private readonly Generator dropout;
    private readonly Pass pass;
    private readonly EarlyStopping stopping;
    private readonly List<TrainingRecord> records = [];
    private readonly Stopwatch watch = new();
    private readonly long updates;
    private readonly FitProgress? progress;
    private long items;
    private double lossTotal; // of the items since the last record
    private double normTotal; // of the updates since the last record
    private double seconds;

    public TrainingRun(
        Layer model, Optimizer optimizer, Func<Batch, Pass, Tensor> loss,
        IBatches training, Func<double>? validation, TrainerOptions options, Action<TrainingRecord> tell)
    {
        (this.model, this.optimizer, this.training, this.validation) = (model, optimizer, training, validation);
        (this.options, this.tell) = (options, tell);
        updates = options.Updates ?? (long)options.Epochs * training.Count;
        step = new(model, optimizer, loss, options.ClipNorm);
        // Streams of one seed: 0 is dropout's, 1 the batches'.
        dropout = new Generator(options.Seed).Split(0);
        pass = Pass.Training(dropout).With(options.Precision);
        if (options.GradientCheckpointing) pass = pass.WithGradientCheckpointing();
        stopping = new(model.State, options);
        progress = FitProgress.Begin(options, (int)Math.Ceiling((double)updates / training.Count));
    }

    private bool IsOver => step.Updates >= updates || (options.Seconds is { } limit && seconds + watch.Elapsed.TotalSeconds >= limit);

    /// <summary>What must be equal for the remaining updates to be the same.</summary>
    private string Identity =>
        Invariant($"seed {options.Seed}, {training.Description}{(options.Precision == Precision.Mixed ? ", mixed precision" : string.Empty)}");

    public History ToEnd()
    {
        if (options.Checkpoint is { } path && File.Exists(path)) Load(path);
        if (options.RecordStart && records.Count == 0) Record();
        StopReason reason = StopReason.Finished;
        watch.Start();
        while (!IsOver && reason == StopReason.Finished)
        {
            if (stopping.IsExhausted) reason = StopReason.EarlyStopping;
            else if (options.Cancellation.IsCancellationRequested) reason = StopReason.Cancelled;
            else Next();
        }

        if (reason == StopReason.Finished && step.Updates > RecordedUpdates) Record();
        if (options.Checkpoint is not null) Save(options.Checkpoint);
        stopping.Restore();
        return new([.. records], reason, stopping.Best is 0 ? null : records[stopping.Best - 1]);
    }

    private int RecordedUpdates => records.Count == 0 ? 0 : records[^1].Updates;

    private void Next()
    {
        if (options.Schedule is { } schedule) optimizer.LearningRate = schedule.At(step.Updates);
        else if (options.Plateau is { } plateau) optimizer.LearningRate = plateau.Rate;
        Batch batch = training.At(options.Seed, step.Updates);
        double loss = step.Run(batch, pass);
        items += batch.Items;
        lossTotal += batch.Items * loss;
        normTotal += step.GradientNorm;
        batch.Release();
        options.OnUpdate?.Invoke(step.Updates, loss);
        if (step.Updates % (options.RecordEvery ?? training.Count) == 0) Record();
        if (options.Checkpoint is not null && step.Updates % options.CheckpointEvery == 0) Save(options.Checkpoint);
    }

    /// <summary>Validates with the clock stopped.</summary>
    private void Record()
    {
        Pause();
        (int since, long newItems) = (step.Updates - RecordedUpdates, items - (records.Count == 0 ? 0 : records[^1].Items));
        TrainingRecord record = new(
            step.Updates, step.Updates / training.Count, lossTotal / newItems, validation?.Invoke() ?? double.NaN, optimizer.LearningRate,
            normTotal / since, items, seconds);
        records.Add(record);
        (lossTotal, normTotal) = (0.0, 0.0);
        if (step.Updates > 0)
        {
            if (validation is not null) stopping.Observe(records.Count, record.ValidationLoss);
            options.Plateau?.Observe(double.IsNaN(record.ValidationLoss) ? record.Loss : record.ValidationLoss);
        }

        progress?.Show(record, IsOver);
        options.OnRecord?.Invoke(record);
        tell(record);
        watch.Start();
    }

    private void Pause()
    {
        seconds += watch.Elapsed.TotalSeconds;
        watch.Reset();
    }

    private void Save(string path)
    {
        Pause();
        Checkpoint checkpoint = new(path, model.State, optimizer);
        TrainingPosition position = new(
            Identity, step.Updates, items, lossTotal, normTotal, seconds, stopping.Best, stopping.Lowest, stopping.Waited,
            dropout.State, checkpoint.OptimizerNumbers, options.Plateau?.SaveState().ToDictionary() ?? [], [.. records]);
        (string, IReadOnlyList<Tensor>)[] more = stopping.Weights is { } weights ? [(BestPrefix, weights)] : [];
        checkpoint.Save(StateKey, position, (model as IFileMetadata)?.FileMetadata, more);
        watch.Start();
    }

    private void Load(string path)
    {
        Checkpoint.Content content = new Checkpoint(path, model.State, optimizer).Load(StateKey);
        TrainingPosition position = content.Position;
        if (position.Identity != Identity)
        {
            string difference = Invariant($"it was written with {position.Identity}, and this run has {Identity}");
            throw Errors.Checkpoint(path, "belongs to another run", difference + "; delete it or name another file");
        }

        if (position.Problem is { } problem) throw Errors.Checkpoint(path, "is damaged", problem);
        if (options.Plateau is not null) content.Fit("the plateau", () => ReduceOnPlateau.CheckState(position.Plateau));
        Tensor[][] more = content.Restore(position.Optimizer, position.Best > 0 && options.RestoreBest ? [BestPrefix] : []);
        options.Plateau?.RestoreState(position.Plateau);
        stopping.Set(position.Best, position.Lowest, position.Waited, more.FirstOrDefault());
        dropout.State = position.Dropout;
        records.AddRange(position.Records!);
        step.Updates = position.Updates;
        (items, lossTotal, normTotal, seconds) = (position.Items, position.LossTotal, position.NormTotal, position.Seconds);
    }

    /// <summary>Keeps the weights of the record with the lowest validation loss and says when patience is at its end.</summary>
    private sealed class EarlyStopping(IReadOnlyList<Tensor> parameters, TrainerOptions options)
    {
        private Tensor[]? weights;

        /// <summary>The number of the best record, from 1; 0 before any.</summary>
        public int Best { get; private set; }

        public double Lowest { get; private set; } = double.PositiveInfinity;

        /// <summary>Records since the best.</summary>
        public int Waited { get; private set; }

        /// <summary>The best weights in the parameters' order; null when none are kept.</summary>
        public IReadOnlyList<Tensor>? Weights => weights;

        public bool IsExhausted => Waited >= options.Patience;

        /// <summary>Takes a validation loss; NaN is no improvement.</summary>
        public void Observe(int record, double loss)
        {
            Waited++;
            if (!(loss < Lowest - options.MinimumImprovement)) return;
            (Best, Lowest, Waited) = (record, loss, 0);
            if (!options.RestoreBest) return;
            weights ??= [.. parameters.Select(Tensor.ZerosLike)];
            for (int i = 0; i < weights.Length; i++) weights[i].CopyInPlace(parameters[i]);
        }

        /// <summary>Puts the best weights back.</summary>
        public void Restore()
        {
            for (int i = 0; i < weights?.Length; i++) parameters[i].CopyInPlace(weights[i]);
        }

        public void Set(int best, double lowest, int waited, Tensor[]? kept) =>
            (Best, Lowest, Waited, weights) = (best, lowest, waited, kept);
    }
}

/// <summary>Where a training run stands.</summary>
internal sealed record TrainingPosition(
    string Identity, int Updates, long Items, double LossTotal, double NormTotal, double Seconds, int Best, double Lowest, int Waited,
    GeneratorState Dropout, Dictionary<string, double> Optimizer, Dictionary<string, double> Plateau, TrainingRecord?[] Records)
{
    /// <summary>What no run can have come to, or null.</summary>
    [JsonIgnore]
    public string? Problem
    {
        get
        {
            if (Updates < 0 || Items < 0) return Invariant($"updates and items must be 0 or more, but are {Updates} and {Items}");
            if (!(Seconds >= 0.0 && double.IsFinite(Seconds))) return Invariant($"its seconds must be 0 or more, but are {Seconds}");
            if (Best < 0 || Best > Records.Length || Waited < 0 || double.IsNaN(Lowest))
                return Invariant($"the best of {Records.Length} records cannot be number {Best} with {Lowest}, {Waited} ago");
            int before = 0;
            for (int i = 0; i < Records.Length; before = Records[i++]!.Updates)
                if (Records[i] is not { } record || record.Updates < before || record.Updates > Updates)
                    return Invariant($"record {i + 1} must be of updates {before} to {Updates}, but is of {Records[i]?.Updates}");
            return null;
        }
    }
}

/// <summary>
/// How it is read and written, without reflection. A file says all of where its run stood, each thing once: nothing begins anew in
/// silence.
/// </summary>
[JsonSourceGenerationOptions(
    NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
    RespectRequiredConstructorParameters = true,
    RespectNullableAnnotations = true,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    AllowDuplicateProperties = false)]
[JsonSerializable(typeof(TrainingPosition))]
internal sealed partial class TrainingJson : JsonSerializerContext;

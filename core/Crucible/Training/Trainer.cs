using System.Diagnostics;
using Crucible.Layers;
using Crucible.Optimizers;
using Crucible.Tensors;

namespace Crucible.Training;

/// <summary>
/// Trains a model on rows: shuffled batches, validation, early stopping, progress, checkpoints that resume to the same bits. Everything random is a
/// function of the seed, so the same seed gives the same weights on any number of threads.
/// </summary>
public sealed class Trainer
{
    private const int EvaluationRows = 4096;

    private readonly Layer model;
    private readonly Optimizer optimizer;
    private readonly Func<Tensor, Tensor, Tensor> loss;
    private readonly TrainerOptions options;

    /// <summary>Puts the parts together.</summary>
    /// <param name="model">The model.</param>
    /// <param name="optimizer">The optimizer of its parameters.</param>
    /// <param name="loss">Takes prediction and target and returns their mean loss as a scalar.</param>
    /// <param name="options">How to train; null for the defaults.</param>
    public Trainer(Layer model, Optimizer optimizer, Func<Tensor, Tensor, Tensor> loss, TrainerOptions? options = null) =>
        (this.model, this.optimizer, this.loss, this.options) = (model, optimizer, loss, options ?? new());

    /// <summary>Trains.</summary>
    /// <param name="x">The inputs, first axis rows.</param>
    /// <param name="y">The targets, as many rows.</param>
    /// <param name="validationX">Inputs that are not trained on, or null.</param>
    /// <param name="validationY">Their targets.</param>
    /// <returns>One record per epoch.</returns>
    /// <exception cref="DataException">There are no rows, the numbers of rows differ, or a value is not finite.</exception>
    /// <exception cref="OptionException">An option is out of range, the batch larger than the data for one.</exception>
    /// <exception cref="NonFiniteException">The loss or a gradient stopped being finite; the parameters are as before that step.</exception>
    /// <exception cref="CheckpointException">The checkpoint is damaged or belongs to another run; nothing was changed then.</exception>
    public History Fit(Tensor x, Tensor y, Tensor? validationX = null, Tensor? validationY = null)
    {
        TrainingData.Check(x, y, "training");
        if (validationX is not null && validationY is not null) TrainingData.Check(validationX, validationY, "validation");
        else if (validationX is not null || validationY is not null) throw Errors.DataSizes("validation", "inputs and targets must be given together", "one of them is missing");
        options.Check(x.Shape[0]);

        var run = new Run(this, x, y, validationX, validationY);
        return run.ToEnd();
    }

    /// <summary>The mean loss over rows, without dropout and without a graph.</summary>
    /// <param name="x">The inputs, first axis rows.</param>
    /// <param name="y">The targets, as many rows.</param>
    /// <returns>The loss.</returns>
    /// <exception cref="DataException">There are no rows, the numbers of rows differ, or a value is not finite.</exception>
    public double Evaluate(Tensor x, Tensor y)
    {
        TrainingData.Check(x, y, "evaluate");
        return MeanLoss(x, y);
    }

    private double MeanLoss(Tensor x, Tensor y)
    {
        var total = 0.0;
        var rows = x.Shape[0];
        for (var first = 0; first < rows; first += EvaluationRows)
        {
            var (start, stop) = (first, Math.Min(rows, first + EvaluationRows));
            total += (stop - start) * Tensor.Evaluate(() => loss(model.Forward(x.Slice(0, start, stop), Pass.Evaluation), y.Slice(0, start, stop))).ToDouble();
        }

        return total / rows;
    }

    /// <summary>One call of <see cref="Fit"/>.</summary>
    private sealed class Run
    {
        private readonly Trainer trainer;
        private readonly TrainerOptions options;
        private readonly Tensor x;
        private readonly Tensor y;
        private readonly Tensor? validationX;
        private readonly Tensor? validationY;
        private readonly TrainingStep step;
        private readonly TrainingState state;
        private readonly Pass pass;
        private readonly Stopwatch watch = new();

        public Run(Trainer trainer, Tensor x, Tensor y, Tensor? validationX, Tensor? validationY)
        {
            (this.trainer, options, this.x, this.y, this.validationX, this.validationY) = (trainer, trainer.options, x, y, validationX, validationY);
            step = new(trainer.model, trainer.optimizer, trainer.loss, options.ClipNorm);
            // Streams of one seed: 0 is dropout's, 1 the batches'.
            var dropout = new Generator(options.Seed).Split(0);
            pass = Pass.Training(dropout);
            state = new(trainer.model, trainer.optimizer, dropout, options, x.Shape[0]);
        }

        public History ToEnd()
        {
            var resumed = options.Checkpoint is { } path && File.Exists(path);
            if (resumed) state.Load(options.Checkpoint!);
            step.Updates = state.Updates;
            var reason = StopReason.Finished;
            while (state.Records.Count < options.Epochs)
            {
                if (IsPatienceExhausted)
                {
                    reason = StopReason.EarlyStopping;
                    break;
                }

                if (!Epoch())
                {
                    reason = StopReason.Cancelled;
                    break;
                }
            }

            if (options.Checkpoint is not null) state.Save(options.Checkpoint);
            if (options.RestoreBest) state.Stopping.Restore();
            return new([.. state.Records], reason, state.Stopping.BestEpoch);
        }

        private bool IsPatienceExhausted => options.Patience is { } patience && validationX is not null && state.Records.Count > 0 && state.Stopping.IsExhausted(state.Records.Count, patience);

        /// <summary>Runs an epoch, or what a checkpoint left of it, to its end; false when cancelled before that.</summary>
        private bool Epoch()
        {
            watch.Restart();
            do
            {
                if (options.Cancellation.IsCancellationRequested) return Pause();
                Update(state.Batches.Next());
                if (options.Checkpoint is not null && state.Updates % options.CheckpointEvery == 0 && !IsEpochOver)
                {
                    Pause();
                    state.Save(options.Checkpoint);
                }
            }
            while (!IsEpochOver);

            Pause();
            Finish(state.Records.Count + 1);
            return true;
        }

        private bool IsEpochOver => state.Batches.Position == state.Batches.Count;

        private void Update(ReadOnlySpan<int> rows)
        {
            if (options.Schedule is { } schedule) trainer.optimizer.LearningRate = schedule.At(state.Updates);
            else if (options.Plateau is { } plateau) trainer.optimizer.LearningRate = plateau.Rate;
            var index = Tensor.From(rows);
            var (batchX, batchY) = (x.IndexSelect(0, index), y.IndexSelect(0, index));
            var value = step.Run(batchX, batchY, pass);
            batchX.Release();
            batchY.Release();
            index.Release();
            state.Add(rows.Length, value, step.GradientNorm);
            options.OnUpdate?.Invoke(state.Updates, value);
        }

        private void Finish(int epoch)
        {
            var validation = validationX is null ? double.NaN : trainer.MeanLoss(validationX, validationY!);
            var record = state.FinishEpoch(validation, trainer.optimizer.LearningRate);
            if (validationX is not null) state.Stopping.Observe(epoch, validation);
            options.Plateau?.Observe(double.IsNaN(validation) ? record.Loss : validation);
            if (options.Checkpoint is not null && state.Updates % options.CheckpointEvery < state.Batches.Count) state.Save(options.Checkpoint);
            options.OnEpoch?.Invoke(record);
        }

        /// <summary>Adds the time since the epoch was started or resumed.</summary>
        private bool Pause()
        {
            state.Seconds += watch.Elapsed.TotalSeconds;
            watch.Restart();
            return false;
        }
    }
}

using System.Diagnostics;
using Crucible.Layers;
using Crucible.Models;
using Crucible.Optimizers;
using Crucible.Tensors;

namespace Crucible.Training;

/// <summary>
/// Trains a model that maps tokens [B, T] to logits [B, T, V] on random windows of a text, and measures it on another text. The windows of an update follow from
/// the seed and the update's number, so a run that was killed continues from its checkpoint to the same bits.
/// </summary>
/// <param name="model">The model.</param>
/// <param name="optimizer">The optimizer of its parameters.</param>
/// <param name="training">What it learns from.</param>
/// <param name="validation">What its loss is measured on.</param>
/// <param name="options">How to train; null for the defaults.</param>
public sealed class LanguageTrainer(Layer model, Optimizer optimizer, TokenWindows training, TokenWindows validation, LanguageTrainerOptions? options = null)
{
    private const string StateKey = "crucible.language";
    private const int EvaluationTokens = 8192; // a batch: enough to keep the kernels busy, little memory

    private readonly LanguageTrainerOptions options = options ?? new();
    private readonly Stopwatch watch = new();

    /// <summary>Nats per token over a text in consecutive windows, without dropout and without a graph.</summary>
    /// <param name="model">Maps int32 tokens [B, T] to logits [B, T, V].</param>
    /// <param name="windows">The text.</param>
    /// <returns>The mean cross-entropy over every token but the first.</returns>
    public static double Evaluate(Layer model, TokenWindows windows)
    {
        var total = 0.0;
        foreach (var (inputs, targets) in windows.Consecutive(Math.Max(1, EvaluationTokens / windows.Length)))
        {
            var sum = Tensor.Evaluate(() => Loss.CrossEntropy(model.Forward(inputs, Pass.Evaluation), targets, LossReduction.Sum));
            total += sum.ToDouble();
            sum.Release();
            inputs.Release();
            targets.Release();
        }

        return total / windows.TargetCount;
    }

    /// <summary>Nats per token at each position of consecutive windows: how much a longer context helps. Without dropout and without a graph.</summary>
    /// <param name="model">Maps int32 tokens [B, T] to logits [B, T, V].</param>
    /// <param name="windows">The text; a last window that is shorter is left out.</param>
    /// <returns>The mean cross-entropy at each of the windows' T positions.</returns>
    public static double[] EvaluateByPosition(Layer model, TokenWindows windows)
    {
        var totals = new double[windows.Length];
        var count = 0;
        foreach (var (inputs, targets) in windows.Consecutive(Math.Max(1, EvaluationTokens / windows.Length)).Where(batch => batch.Inputs.Shape[1] == windows.Length))
        {
            var sums = Tensor.Evaluate(() => Loss.CrossEntropy(model.Forward(inputs, Pass.Evaluation), targets, LossReduction.None).Sum(0));
            foreach (var (position, sum) in sums.ToArray().Index()) totals[position] += sum;
            count += inputs.Shape[0];
            sums.Release();
            inputs.Release();
            targets.Release();
        }

        return [.. totals.Select(total => total / count)];
    }

    /// <summary>Trains to the end, or to Ctrl-C.</summary>
    /// <returns>The measurements.</returns>
    /// <exception cref="OptionException">An option is out of range.</exception>
    /// <exception cref="NonFiniteException">The loss or a gradient stopped being finite; the parameters are as before that update.</exception>
    /// <exception cref="CheckpointException">The checkpoint is damaged or belongs to another run; nothing was changed then.</exception>
    public LanguageHistory Fit()
    {
        options.Check();
        // Streams of one seed: 0 is dropout's, 1 the windows'.
        var generator = new Generator(options.Seed);
        var (dropout, windows) = (generator.Split(0), generator.Split(1));
        var state = new State(new Identity(options.Seed, options.BatchSize, training.Length, training.TokenCount));
        if (options.Checkpoint is { } path && File.Exists(path)) Load(path, state, dropout);
        var step = new TrainingStep(model, optimizer, options.Loss, options.ClipNorm) { Updates = state.Updates };
        var pass = Pass.Training(dropout);
        if (state.Records.Count == 0) Measure(state);
        var reason = StopReason.Finished;
        watch.Restart();
        while (state.Updates < options.Updates && !(state.Seconds + watch.Elapsed.TotalSeconds >= options.Seconds))
        {
            if (options.Cancellation.IsCancellationRequested)
            {
                reason = StopReason.Cancelled;
                break;
            }

            Update(state, step, windows.Split((ulong)state.Updates), pass);
            if (state.Updates % options.EvaluateEvery == 0) Measure(state);
            if (options.Checkpoint is not null && state.Updates % options.CheckpointEvery == 0) Save(options.Checkpoint, state, dropout);
        }

        if (state.Records[^1].Update != state.Updates && reason == StopReason.Finished) Measure(state);
        if (options.Checkpoint is not null) Save(options.Checkpoint, state, dropout);
        return new([.. state.Records], reason);
    }

    private void Update(State state, TrainingStep step, Generator generator, Pass pass)
    {
        if (options.Schedule is { } schedule) optimizer.LearningRate = schedule.At(state.Updates);
        var (inputs, targets) = training.Random(generator, options.BatchSize);
        var loss = step.Run(inputs, targets, pass);
        inputs.Release();
        targets.Release();
        state.Add(loss, step.GradientNorm);
        options.OnUpdate?.Invoke(state.Updates, loss);
    }

    /// <summary>Measures the validation loss with the clock stopped.</summary>
    private void Measure(State state)
    {
        Pause(state);
        var record = state.Record(Evaluate(model, validation), optimizer.LearningRate, options.BatchSize * training.Length);
        options.OnEvaluation?.Invoke(record);
        watch.Restart();
    }

    private void Pause(State state)
    {
        state.Seconds += watch.Elapsed.TotalSeconds;
        watch.Reset();
    }

    private void Save(string path, State state, Generator dropout)
    {
        Pause(state);
        var checkpoint = new Checkpoint(path, model.Parameters, optimizer);
        checkpoint.Save(StateKey, new Position(state.Identity, state.Updates, state.LossTotal, state.NormTotal, state.Seconds, dropout.State, checkpoint.OptimizerNumbers, [.. state.Records]), model is Gpt gpt ? GptFile.Metadata(gpt) : null);
        watch.Restart();
    }

    private void Load(string path, State state, Generator dropout)
    {
        var content = new Checkpoint(path, model.Parameters, optimizer).Load<Position>(StateKey);
        var position = content.Position;
        if (position.Identity != state.Identity) throw Errors.Checkpoint(path, "belongs to another run", Errors.Text($"it was written with {position.Identity}, and this run has {state.Identity}; delete it or name another file"));
        content.Restore(position.Optimizer);
        dropout.State = position.Dropout;
        state.Restore(position.Updates, position.LossTotal, position.NormTotal, position.Seconds, position.Records);
    }

    /// <summary>What must be equal for the remaining updates to be the same.</summary>
    private sealed record Identity(ulong Seed, int BatchSize, int Context, int Tokens)
    {
        public override string ToString() => Errors.Text($"seed {Seed}, batch size {BatchSize}, windows of {Context} of {Tokens} tokens");
    }

    private sealed record Position(
        Identity Identity, int Updates, double LossTotal, double NormTotal, double Seconds, GeneratorState Dropout, Dictionary<string, double> Optimizer, LanguageRecord[] Records);

    /// <summary>Where a run stands.</summary>
    private sealed class State(Identity identity)
    {
        public Identity Identity => identity;

        public List<LanguageRecord> Records { get; } = [];

        public int Updates { get; private set; }

        public double LossTotal { get; private set; }

        public double NormTotal { get; private set; }

        public double Seconds { get; set; }

        public void Add(double loss, double norm)
        {
            Updates++;
            LossTotal += loss;
            NormTotal += norm;
        }

        public LanguageRecord Record(double validationLoss, double learningRate, int tokensAnUpdate)
        {
            var since = Updates - (Records.Count == 0 ? 0 : Records[^1].Update);
            var record = new LanguageRecord(Updates, LossTotal / since, validationLoss, learningRate, NormTotal / since, Seconds, Updates * (double)tokensAnUpdate / Math.Max(Seconds, 1e-9));
            Records.Add(record);
            (LossTotal, NormTotal) = (0, 0);
            return record;
        }

        public void Restore(int updates, double lossTotal, double normTotal, double seconds, LanguageRecord[] records)
        {
            (Updates, LossTotal, NormTotal, Seconds) = (updates, lossTotal, normTotal, seconds);
            Records.Clear();
            Records.AddRange(records);
        }
    }
}

using Crucible.Optimizers;
using Crucible.Tensors;

namespace Crucible.Training;

/// <summary>How <see cref="LanguageTrainer"/> trains.</summary>
public sealed class LanguageTrainerOptions
{
    /// <summary>Updates in all, 0 or more.</summary>
    public int Updates { get; init; } = 2000;

    /// <summary>Windows an update, 1 or more.</summary>
    public int BatchSize { get; init; } = 12;

    /// <summary>The seed of the windows' places and of dropout.</summary>
    public ulong Seed { get; init; }

    /// <summary>The learning rate at each update, or null to leave the optimizer's as it is.</summary>
    public Schedule? Schedule { get; init; }

    /// <summary>The largest Euclidean norm of all gradients together; larger ones are scaled down to it. Null leaves them.</summary>
    public double? ClipNorm { get; init; } = 1.0;

    /// <summary>What is minimized: takes logits [B, T, V] and targets [B, T]. By default the mean cross-entropy over all positions.</summary>
    public Func<Tensor, Tensor, Tensor> Loss { get; init; } = (logits, targets) => Layers.Loss.CrossEntropy(logits, targets);

    /// <summary>Updates between two measurements of the validation loss, 1 or more; it is also measured at the start and at the end.</summary>
    public int EvaluateEvery { get; init; } = 250;

    /// <summary>Ends training after so many seconds of it, measurements not counted; null for no limit. How far it comes then depends on the machine.</summary>
    public double? Seconds { get; init; }

    /// <summary>Called after every measurement.</summary>
    public Action<LanguageRecord>? OnEvaluation { get; init; }

    /// <summary>Called after every update with its number (from 1) and loss.</summary>
    public Action<int, double>? OnUpdate { get; init; }

    /// <summary>Set to stop cleanly after the update under way.</summary>
    public CancellationToken Cancellation { get; init; }

    /// <summary>Where the state of the run is kept, or null for nowhere. When the file exists, training continues from it.</summary>
    public string? Checkpoint { get; init; }

    /// <summary>Updates between two checkpoints, 1 or more; one is also written at the end and on cancellation.</summary>
    public int CheckpointEvery { get; init; } = 250;

    internal void Check()
    {
        if (Updates < 0) throw Errors.Option("language trainer", nameof(Updates), "0 or more", Updates);
        if (BatchSize < 1) throw Errors.Option("language trainer", nameof(BatchSize), "1 or more", BatchSize);
        if (ClipNorm is { } norm && !(norm > 0)) throw Errors.Option("language trainer", nameof(ClipNorm), "above 0", norm);
        if (EvaluateEvery < 1) throw Errors.Option("language trainer", nameof(EvaluateEvery), "1 or more", EvaluateEvery);
        if (CheckpointEvery < 1) throw Errors.Option("language trainer", nameof(CheckpointEvery), "1 or more", CheckpointEvery);
        if (Seconds is { } seconds && !(seconds > 0)) throw Errors.Option("language trainer", nameof(Seconds), "above 0", seconds);
    }
}

using Crucible.Optimizers;

namespace Crucible.Training;

/// <summary>How <see cref="Trainer"/> trains.</summary>
public sealed class TrainerOptions
{
    /// <summary>How often every row is used.</summary>
    public int Epochs { get; init; } = 10;

    /// <summary>Rows per update. The last batch of an epoch may be shorter; no row is lost.</summary>
    public int BatchSize { get; init; } = 32;

    /// <summary>The seed of the shuffling and of dropout.</summary>
    public ulong Seed { get; init; }

    /// <summary>Draw another order of the rows for every epoch.</summary>
    public bool Shuffle { get; init; } = true;

    /// <summary>The learning rate at each update, or null to leave the optimizer's as it is.</summary>
    public Schedule? Schedule { get; init; }

    /// <summary>Lowers the learning rate when the validation loss (without validation rows, the training loss) stops falling, or null. Not together with <see cref="Schedule"/>.</summary>
    public ReduceOnPlateau? Plateau { get; init; }

    /// <summary>The largest Euclidean norm of all gradients together; larger ones are scaled down to it. Null leaves them.</summary>
    public double? ClipNorm { get; init; }

    /// <summary>Stop after this many epochs without a lower validation loss, and restore the best weights. Null never stops early.</summary>
    public int? Patience { get; init; }

    /// <summary>How much lower a validation loss must be to count as an improvement, in units of the loss.</summary>
    public double MinimumImprovement { get; init; }

    /// <summary>At the end, go back to the weights with the lowest validation loss. Needs validation rows.</summary>
    public bool RestoreBest { get; init; } = true;

    /// <summary>Called after every epoch with its record; <see cref="EpochRecord.ToLine"/> makes the progress line.</summary>
    public Action<EpochRecord>? OnEpoch { get; init; }

    /// <summary>Called after every update with its number (from 1) and loss.</summary>
    public Action<int, double>? OnUpdate { get; init; }

    /// <summary>Set to stop cleanly after the update under way.</summary>
    public CancellationToken Cancellation { get; init; }

    /// <summary>Where the state of the run is kept, or null for nowhere. When the file exists, training continues from it.</summary>
    public string? Checkpoint { get; init; }

    /// <summary>Updates between two checkpoints; one is also written at the end and on cancellation.</summary>
    public int CheckpointEvery { get; init; } = 1000;

    internal void Check(int rows)
    {
        if (Epochs < 0) throw Errors.Option("trainer", nameof(Epochs), "0 or more", Epochs);
        if (BatchSize < 1) throw Errors.Option("trainer", nameof(BatchSize), "1 or more", BatchSize);
        if (BatchSize > rows) throw Errors.Option("trainer", nameof(BatchSize), Errors.Text($"at most the number of rows, {rows}"), BatchSize);
        if (Schedule is not null && Plateau is not null) throw Errors.Option("trainer", nameof(Plateau), "null when a schedule sets the learning rate", "set too");
        if (ClipNorm is { } norm && !(norm > 0)) throw Errors.Option("trainer", nameof(ClipNorm), "above 0", norm);
        if (Patience is { } patience && patience < 1) throw Errors.Option("trainer", nameof(Patience), "1 or more", patience);
        if (!(MinimumImprovement >= 0)) throw Errors.Option("trainer", nameof(MinimumImprovement), "0 or more", MinimumImprovement);
        if (CheckpointEvery < 1) throw Errors.Option("trainer", nameof(CheckpointEvery), "1 or more", CheckpointEvery);
    }
}

namespace Crucible.Diagnostics;

/// <summary>What <see cref="TrainingDiagnostics"/> looks at and how often.</summary>
public sealed class DiagnosticsOptions
{
    /// <summary>Updates between two records. A record costs one forward and one backward pass over the sample.</summary>
    public int Every { get; init; } = 10;

    /// <summary>At most how many rows the sample has; they are taken evenly from the first to the last.</summary>
    public int Rows { get; init; } = 512;

    /// <summary>The names of the inputs' columns (their last axis), for sentences about them; without them columns are numbered from 0.</summary>
    public IReadOnlyList<string>? ColumnNames { get; init; }

    internal void Check(int? columns)
    {
        if (Every < 1) throw Errors.Option("diagnostics", nameof(Every), "1 or more", Every);
        if (Rows < 2) throw Errors.Option("diagnostics", nameof(Rows), "2 or more", Rows);
        if (ColumnNames is { } names && names.Count != columns)
            throw Errors.Option("diagnostics", nameof(ColumnNames), columns is { } count ? Errors.Text($"one for each of the {count} columns") : "left out for inputs without columns of numbers", Errors.Text($"{names.Count} names"));
    }
}

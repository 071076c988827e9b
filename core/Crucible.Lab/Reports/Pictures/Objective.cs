using Crucible.Lab.Studies;

namespace Crucible.Lab.Reports.Pictures;

/// <summary>One of the values that a study makes small or large.</summary>
/// <param name="Index">Its place among the values of a trial.</param>
/// <param name="Name">What the pictures call it.</param>
/// <param name="Direction">Which values are better.</param>
internal sealed record Objective(int Index, string Name, StudyDirection Direction)
{
    internal bool IsMinimized => Direction == StudyDirection.Minimize;

    internal double Of(FrozenTrial trial) => trial.Values[Index];

    /// <summary>The value as something to be made small.</summary>
    internal double Loss(double value) => IsMinimized ? value : -value;

    internal double Loss(FrozenTrial trial) => Loss(Of(trial));

    internal bool IsBetter(double value, double than) => Loss(value) < Loss(than);

    /// <summary>The trial with the best value; of several, the first.</summary>
    internal FrozenTrial? Best(IEnumerable<FrozenTrial> trials) => trials.MinBy(Loss);
}

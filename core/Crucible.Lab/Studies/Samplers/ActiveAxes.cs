namespace Crucible.Lab.Studies;

/// <summary>
/// Which parameters a trial would ask for. Where all trials agree that one depends on the value of another, as the width of a
/// third layer on the number of layers, a plan without it is compared with trials without it.
/// </summary>
internal sealed class ActiveAxes
{
    private const long MostValues = 64; // of a parameter on which others may depend

    private readonly List<(int Axis, int Switch, Dictionary<double, bool> IsActive)> rules = [];

    internal ActiveAxes(SamplerContext context)
    {
        double[][] units = [.. context.Space.Select(parameter => context.Units(parameter.Name).ToArray())];
        // Others asked for less.
        int[] ended = [.. context.Trials.Where(trial => trial.State != TrialState.Failed).Select(trial => trial.Number)];
        int[] switches = [.. Enumerable.Range(0, units.Length).Where(axis =>
            context.Space[axis].Distribution.Count is > 1 and <= MostValues && ended.All(trial => !double.IsNaN(units[axis][trial])))];
        for (int axis = 0; axis < units.Length; axis++)
        {
            if (ended.All(trial => !double.IsNaN(units[axis][trial]))) continue;
            foreach (int place in switches)
            {
                Dictionary<double, bool> isActive = [];
                if (!ended.All(Agrees)) continue;
                rules.Add((axis, place, isActive));
                break;

                bool Agrees(int trial)
                {
                    bool has = !double.IsNaN(units[axis][trial]);
                    return isActive.TryAdd(units[place][trial], has) || isActive[units[place][trial]] == has;
                }
            }
        }
    }

    /// <summary>A place without the coordinates that a trial there would not ask for.</summary>
    internal double[] Masked(double[] place)
    {
        if (rules.Count == 0) return place;
        double[] masked = [.. place];
        foreach ((int axis, int by, Dictionary<double, bool> isActive) in rules)
        {
            if (isActive.TryGetValue(place[by], out bool has) && !has) masked[axis] = double.NaN;
        }

        return masked;
    }
}

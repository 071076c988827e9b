namespace Crucible.Fuzz;

/// <summary>Makes a program that shows a fault smaller, as long as it still shows one.</summary>
internal static class Shrinker
{
    public static (FuzzProgram Program, string Wrong) Shrink(FuzzProgram program)
    {
        string wrong = Checks.Fault(program)!;
        while (Smaller(program).Select(one => (Program: one, Wrong: Checks.Fault(one))).FirstOrDefault(one => IsLike(one.Wrong, wrong))
            is { Program: not null } found) (program, wrong) = (found.Program, found.Wrong!);
        return (program, wrong);
    }

    /// <summary>A program whose arguments do not fit its smaller data fails, too, but not like the one that was found.</summary>
    private static bool IsLike(string? wrong, string original) =>
        wrong is not null && wrong.Contains("Exception: ") == original.Contains("Exception: ");

    /// <summary>Programs a step simpler: without their end, with a call's result given as data, with rounder data.</summary>
    private static IEnumerable<FuzzProgram> Smaller(FuzzProgram program)
    {
        for (int last = 0; last < program.Nodes.Count - 1; last++)
            if (program.Nodes[last].Call is not null) yield return program.UpTo(last);
        if (program.UpTo(program.Nodes.Count - 1) is { } used && used.Nodes.Count < program.Nodes.Count) yield return used;
        for (int node = program.Nodes.Count - 2; node >= 0; node--)
            if (program.Nodes[node].Call is not null && Given(program, node, Exact) is { } cut) yield return cut;
        foreach (int size in program.Nodes.Where(node => node.Call is null).SelectMany(node => node.Value.Shape).Distinct())
            for (int less = Math.Min(1, size - 1); less < size; less++)
                if (Narrowed(program, size, less) is { } narrow) yield return narrow;
        for (int node = 0; node < program.Nodes.Count; node++)
            foreach (double grain in new[] { 1.0, 0.5, 0.125 })
                if (program.Nodes[node].Call is null && IsFinerThan(program, node, grain)
                    && Given(program, node, value => Math.Round(value / grain) * grain) is { } rounder) yield return rounder;
    }

    /// <summary>The program with all axes of a size cut to another; null where arguments no longer fit.</summary>
    private static FuzzProgram? Narrowed(FuzzProgram program, int size, int less)
    {
        Dictionary<int, SlowTensor> leaves = [];
        for (int node = 0; node < program.Nodes.Count; node++)
            if (program.Nodes[node] is { Call: null, Value: { } value } && value.Shape.Contains(size))
                leaves[node] = SlowTensor.Make([.. value.Shape.Select(one => one == size ? less : one)], value.Type, at => value[at]);
        try
        {
            return program.With(leaves);
        }
        catch (Exception error) when (error is ArgumentException or IndexOutOfRangeException)
        {
            return null;
        }
    }

    private static bool IsFinerThan(FuzzProgram program, int node, double grain) => program.Nodes[node].Value is { IsFloat: true } value
        && value.Items.Any(item => item.X.Value != Math.Round(item.X.Value / grain) * grain);

    private static FuzzProgram? Given(FuzzProgram program, int node, Func<double, double> change)
    {
        SlowTensor value = program.Nodes[node].Value;
        Random random = new(node);
        SlowTensor leaf = value.IsFloat ? value.Map(item => Draw.Variable(change(item.X.Value), random)) : value;
        return program.With(new Dictionary<int, SlowTensor> { [node] = leaf });
    }

    private static double Exact(double value) => (float)value;
}

using System.Diagnostics;
using static System.FormattableString;

namespace Crucible.Fuzz;

/// <summary>What was found: the smallest program that shows it, what is wrong, and the seed that led there.</summary>
internal sealed record Finding(FuzzProgram Program, string Wrong, int Seed)
{
    public override string ToString() => Invariant($"{Program}\n// {Wrong}\n// found with --seed {Seed}");
}

/// <summary>Makes random programs of a table's operations, and checks each.</summary>
internal static class Search
{
    private const int LeastCalls = 10, MostCalls = 25;

    /// <summary>A program of 10 to 25 calls, all of it drawn from the seed.</summary>
    public static FuzzProgram Program(int seed, IReadOnlyList<OperationCase> table)
    {
        Random random = new(seed);
        FuzzProgram program = new([]);
        Draw draw = new(random, program);
        int calls = random.Next(LeastCalls, MostCalls + 1);
        for (int tries = 0; program.CallCount < calls && tries < 20 * calls; tries++)
            Extend(program, draw, table[random.Next(table.Count)]);
        return program;
    }

    /// <summary>Adds a call of an operation, unless its result is of no use.</summary>
    public static bool Extend(FuzzProgram program, Draw draw, OperationCase operation)
    {
        int before = program.Nodes.Count;
        if (operation.Draw(draw) is { } call && program.Evaluate(call) is { } node)
        {
            program.Nodes.Add(node);
            return true;
        }

        program.Nodes.RemoveRange(before, program.Nodes.Count - before);
        return false;
    }

    /// <summary>The program of a seed, shrunk, if it shows a fault.</summary>
    public static Finding? Try(int seed, IReadOnlyList<OperationCase> table)
    {
        FuzzProgram program = Program(seed, table);
        if (program.CallCount == 0 || Checks.Fault(program) is null) return null;
        (FuzzProgram small, string wrong) = Shrinker.Shrink(program);
        return new(small, wrong, seed);
    }

    /// <summary>Programs from one seed on, until the time is over; of findings that end in the same call the first.</summary>
    /// <returns>How many programs there were.</returns>
    public static int For(TimeSpan time, int seed, IReadOnlyList<OperationCase> table, Action<Finding> found)
    {
        Stopwatch watch = Stopwatch.StartNew();
        HashSet<string> seen = [];
        int count = 0;
        for (; watch.Elapsed < time; count++)
            if (Try(unchecked(seed + count), table) is { } finding && seen.Add(finding.Program.Nodes[^1].Call!.Operation)) found(finding);
        return count;
    }
}

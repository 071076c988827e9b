using Crucible.Tensors;
using static System.FormattableString;

namespace Crucible.Fuzz;

/// <summary>What must hold of a program: values, and derivatives by every way that Crucible has.</summary>
internal static class Checks
{
    // The slow interpreter bounds the roundings of its own order of operations to first order. Crucible's functions
    // round within some units more, and its derivatives are written otherwise: 32 covers both, while a wrong formula is
    // off by 1/roundoff of these units.
    private const double Slack = 32;

    // Below this nothing is told apart in float32: results may be subnormal.
    private const double Tiny = 1e-30;

    /// <summary>What is wrong with a program, in one line, or null.</summary>
    public static string? Fault(FuzzProgram program)
    {
        try
        {
            return Values(program) ?? Derivatives(program);
        }
        catch (Exception error) when (error is not OutOfMemoryException)
        {
            return Invariant($"{error.GetType().Name}: {error.Message}{Place(error)}");
        }
    }

    private static string? Values(FuzzProgram program)
    {
        Tensor[] tensors = program.Run(program.Data);
        for (int i = 0; i < tensors.Length; i++)
        {
            SlowTensor expected = program.Nodes[i].Value;
            if (!tensors[i].Shape.SequenceEqual(expected.Shape))
                return Invariant($"t{i} must be [{string.Join(", ", expected.Shape)}], but is {tensors[i].Shape}");
            if (tensors[i].DType != expected.Type)
                return Invariant($"t{i} must be {expected.Type.ToName()}, but is {tensors[i].DType.ToName()}");
            double[] found = tensors[i].To(DType.Float64).ToArray();
            for (int item = 0; item < found.Length; item++)
                if (Differs(program, expected.Items[item].X, found[item]) is { } wrong) return Invariant($"t{i}, element {item}, {wrong}");
        }

        return null;
    }

    private static string? Derivatives(FuzzProgram program)
    {
        int[] leaves = program.FloatLeaves;
        if (leaves.Length == 0 || program.Results.Length == 0) return null;
        Jet loss = SlowLoss(program);
        if (!loss.IsFinite) return null;
        return Reverse(program, leaves, loss) ?? Second(program, leaves, loss) ?? Forward(program, leaves, loss);
    }

    /// <summary>Gradients of the loss, times the direction, as training computes them.</summary>
    private static string? Reverse(FuzzProgram program, int[] leaves, Jet loss)
    {
        Tensor[] tensors = program.Run(program.Parameter);
        Tensor root = Loss(program, tensors);
        if (!root.RequiresGradient) return Differs(program, loss.D, 0.0, "no gradient: the derivative");
        root.Backward();
        double slope = 0;
        foreach (int leaf in leaves)
            if (tensors[leaf].Gradient is { } gradient) slope += Along(program, leaf, gradient);
        return Differs(program, loss.D, slope, "reverse mode: the derivative");
    }

    /// <summary>The same from a recorded pass, and its derivative by a second one.</summary>
    private static string? Second(FuzzProgram program, int[] leaves, Jet loss)
    {
        Tensor[] tensors = program.Run(program.Parameter);
        Tensor root = Loss(program, tensors);
        if (!root.RequiresGradient) return null;
        Tensor[] targets = [.. leaves.Select(leaf => tensors[leaf])];
        Tensor[] gradients = root.Gradients(targets, createGraph: true);
        Tensor slope = Tensor.Scalar(0, DType.Float64);
        for (int i = 0; i < leaves.Length; i++) slope += (gradients[i].To(DType.Float64) * Direction(program, leaves[i])).Sum();
        if (Differs(program, loss.D, slope.ToDouble(), "createGraph: the derivative") is { } wrong) return wrong;
        if (!slope.RequiresGradient) return Differs(program, loss.DD, 0.0, "createGraph: no second derivative, which");
        Tensor[] seconds = slope.Gradients(targets);
        double second = leaves.Select((leaf, i) => Along(program, leaf, seconds[i])).Sum();
        return Differs(program, loss.DD, second, "createGraph: the second derivative");
    }

    /// <summary>The derivative of every element of the results in forward mode, and forward over reverse.</summary>
    private static string? Forward(FuzzProgram program, int[] leaves, Jet loss)
    {
        Tensor x = Tensor.Concat(leaves.Select(leaf => program.Data(leaf).To(DType.Float64).Flatten()));
        Tensor v = Tensor.Concat(leaves.Select(leaf => Direction(program, leaf).Flatten()));
        Tensor[] Nodes(Tensor at)
        {
            int start = 0;
            return program.Run(node =>
            {
                SlowTensor value = program.Nodes[node].Value;
                if (!value.IsFloat) return program.Data(node);
                start += value.Count;
                return at.Slice(0, start - value.Count, start).Reshape(value.Shape).To(value.Type);
            });
        }

        foreach (int result in program.Results)
        {
            double[] found = Derivative.JacobianV(at => Nodes(at)[result].To(DType.Float64), x, v).ToArray();
            for (int item = 0; item < found.Length; item++)
            {
                Real expected = program.Nodes[result].Value.Items[item].D;
                string what = Invariant($"forward mode: t{result}, element {item},");
                if (Differs(program, expected, found[item], what) is { } wrong) return wrong;
            }
        }

        double second = (Derivative.HessianV(at => Loss(program, Nodes(at)), x, v) * v).Sum().ToDouble();
        return Differs(program, loss.DD, second, "forward over reverse mode: the second derivative");
    }

    private static Tensor Direction(FuzzProgram program, int leaf) =>
        Tensor.From([.. program.Nodes[leaf].Value.Items.Select(item => item.D.Value)], program.Nodes[leaf].Value.Shape);

    private static double Along(FuzzProgram program, int leaf, Tensor gradient) =>
        (gradient.Detach().To(DType.Float64) * Direction(program, leaf)).Sum().ToDouble();

    /// <summary>Σ weights · results: one number in which every element counts differently.</summary>
    private static Tensor Loss(FuzzProgram program, Tensor[] tensors)
    {
        Tensor loss = Tensor.Scalar(0, DType.Float64);
        foreach (int result in program.Results)
        {
            double[] weights = [.. Enumerable.Range(0, tensors[result].ElementCount).Select(item => Weight(result, item))];
            loss += (tensors[result].To(DType.Float64) * Tensor.From(weights, [.. tensors[result].Shape])).Sum();
        }

        return loss;
    }

    private static Jet SlowLoss(FuzzProgram program)
    {
        Jet loss = 0;
        foreach (int result in program.Results)
            for (int item = 0; item < program.Nodes[result].Value.Count; item++)
                loss += Weight(result, item) * program.Nodes[result].Value.Items[item];
        return loss;
    }

    private static double Weight(int node, int item) => ((((node * 31) + (item * 17)) % 64) - 31.5) / 32;

    private static string? Differs(FuzzProgram program, Real expected, double found, string what = "")
    {
        double roundoff = Slack * program.Roundoff;
        double tolerance = (roundoff * expected.Error) + (roundoff * roundoff) + Tiny; // to first order, and the second near 0
        return Math.Abs(expected.Value - found) <= tolerance
            ? null
            : Invariant($"{what} must be {expected.Value} within {tolerance:g2}, but is {found}").TrimStart();
    }

    private static string Place(Exception error) => error is CrucibleException ? "" : " " + error.StackTrace?.Split('\n')[0].Trim();
}

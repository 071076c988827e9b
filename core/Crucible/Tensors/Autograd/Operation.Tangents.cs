
namespace Crucible.Tensors;

/// <summary>
/// Forward mode: an operation computes the tangents of its output as soon as it has computed the output, and is then
/// dropped.
/// </summary>
public abstract partial class Operation
{
    private GatheredGradients? gathered;

    /// <summary>
    /// The tangent of the output, given those of the inputs: Σ ∂y/∂xᵢ · ẋᵢ. Unless an operation overrides it, this
    /// follows from <see cref="Backward"/>, which computes gᵀ·∂y/∂xᵢ and is linear in g: its derivative with respect to
    /// g along ẋᵢ.
    /// </summary>
    /// <param name="tangents">
    /// One for each input, in its shape and element type; null for inputs that do not change; at least one is not null.
    /// </param>
    /// <returns>A tensor in the output's shape, computed with tensor operations; null for zero.</returns>
    protected internal virtual Tensor? Tangent(Tensor?[] tangents)
    {
        bool isNode = GradientMode.Current == Recording.Graph;
        Tensor gradient = Tensor.OnesLike(Output).AsParameter();

        // The inputs themselves would lead the walk below into the caller's graph, where another walk may be running.
        (Tensor[]? inputsBefore, Tensor? outputBefore) = (CopyInputs(), Output);
        Tensor[] boundary = [.. inputsBefore.Select(input => input.Alias()), Output.Alias()];
        SetInputs(boundary[..^1]);
        Output = boundary[^1];
        try
        {
            Tensor?[] pulled;
            using (GradientMode.Use(Recording.Graph)) pulled = Pull(gradient, tangents);
            Tensor? sum = null;
            for (int i = 0; i < pulled.Length; i++)
            {
                if (pulled[i] is not { RequiresGradient: true } transposed) continue;
                Tensor?[] found = BackwardPass.Run(transposed, tangents[i]!, [gradient], createGraph: isNode, retainGraph: true, boundary);
                if (found[0] is { } tangent) sum = Plus(sum, tangent);
            }

            return sum;
        }
        finally
        {
            SetInputs(inputsBefore);
            Output = outputBefore;
        }
    }

    /// <summary>a + b, where null is zero.</summary>
    private protected static Tensor? Plus(Tensor? a, Tensor? b) => a is null ? b : b is null ? a : a + b;

    /// <summary>What <see cref="Backward"/> passes to the inputs that have tangents; null where it passes nothing.</summary>
    private protected Tensor?[] Pull(Tensor gradient, Tensor?[] tangents)
    {
        GatheredGradients found = new(tangents);
        gathered = found;
        try
        {
            Backward(gradient);
        }
        finally
        {
            gathered = null;
        }

        return found.Sums;
    }

    /// <summary>Outer calls first: a tangent for an inner call is itself computed from what moves with the outer ones.</summary>
    private void PushTangents()
    {
        for (DerivativeLevel? level = NextLevel(0); level is not null; level = NextLevel(level.Number)) PushTangent(level);
    }

    private DerivativeLevel? NextLevel(long after)
    {
        DerivativeLevel? next = null;
        for (int i = 0; i < count; i++)
        {
            for (Tangent? tangent = Input(i).Tangents; tangent is not null; tangent = tangent.Next)
            {
                DerivativeLevel level = tangent.Level;
                if (level.IsVisible && level.Number > after && (next is null || level.Number < next.Number)) next = level;
            }
        }

        return next;
    }

    private void PushTangent(DerivativeLevel level)
    {
        Tensor?[] tangents = Array.ConvertAll(CopyInputs(), input => input.TangentAt(level));
        long ceilingBefore = level.Hide();
        Recording recordingBefore = GradientMode.Current;
        GradientMode.Set(RecordingFor(level, tangents));
        try
        {
            if (Tangent(tangents) is { } tangent) Output.AddTangent(level, tangent);
        }
        finally
        {
            GradientMode.Set(recordingBefore);
            DerivativeLevel.Restore(ceilingBefore);
        }
    }

    /// <summary>What to record of a tangent's computation: only what parameters and calls around the level's own can ask for.</summary>
    private Recording RecordingFor(DerivativeLevel level, Tensor?[] tangents)
    {
        Tensor[] inputs = CopyInputs();
        bool IsNode(Tensor? tensor) => tensor is { RequiresGradient: true } && (tensor.Level is null || tensor.Level.Number < level.Number);
        if (GradientMode.Current == Recording.Graph && (Array.Exists(inputs, IsNode) || Array.Exists(tangents, IsNode)))
            return Recording.Graph;
        bool Moves(Tensor? tensor) => tensor is { HasVisibleTangent: true };
        return Array.Exists(inputs, Moves) || Array.Exists(tangents, Moves) ? Recording.Tangents : Recording.None;
    }

    /// <summary>Collects the gradients of the inputs instead of passing them on.</summary>
    private sealed class GatheredGradients(Tensor?[] wanted)
    {
        public Tensor?[] Wanted => wanted;

        public Tensor?[] Sums { get; } = new Tensor?[wanted.Length];

        public void Add(int index, Tensor gradient)
        {
            if (wanted[index] is not null) Sums[index] = Sums[index] is { } sum ? sum + gradient : gradient;
        }
    }
}
